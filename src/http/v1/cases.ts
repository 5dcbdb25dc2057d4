/** The risk desk: its cases. What people do about them are acts. */
import { Type } from 'typebox';
import { caseDocument, caseFileDocument } from '../../formats/cases.ts';
import { caseFile, caseSummaries } from '../../office/cases.ts';
import { asParty } from '../../store/people/access.ts';
import { isText } from '../odd.ts';
import { page, pageAsked } from '../page.ts';
import { route } from '../route.ts';
import { CaseId, closed, oneOf, PAGE, pageOf, Told } from '../schemas.ts';

const list = route({
  method: 'GET',
  path: '/v1/cases',
  right: 'see-cases',
  summary: 'the cases of the risk desk, those to be decided first by their deadline',
  query: closed({
    open: Type.Optional(oneOf(['true', 'false'], 'Only those with lines that nobody has answered.')),
    ...PAGE,
  }),
  answer: pageOf(Told),
  handle: async ({ deps, principal, query }) => {
    const known = await deps.book();
    const wanted = pageAsked(query, [isText, isText]);
    const all = await deps.sessions.use((session) => asParty(session, principal, () => caseSummaries(session, known)));
    // Cases are no rows: the list is made whole, and its order is its key.
    const keyOf = ({ deadline, id }: (typeof all)[number]) => [deadline ?? '~', id] as const;
    const after = wanted.after?.join(' ') ?? '';
    const rows = all.filter((one) => (query.open !== 'true' || one.open > 0) && keyOf(one).join(' ') > after);
    return page(rows.slice(0, wanted.limit + 1), wanted, keyOf, (one) => caseDocument(one, known.digits));
  },
});

const one = route({
  method: 'GET',
  path: '/v1/cases/:case',
  right: 'see-cases',
  summary: 'a case: its evidence in time, what is at stake, what was decided',
  params: closed({ case: CaseId }),
  answer: Told,
  handle: async ({ deps, principal, params }) => {
    const known = await deps.book();
    const shown = await deps.sessions.use((session) =>
      asParty(session, principal, () => caseFile(session, known, params.case)),
    );
    return caseFileDocument(shown, known);
  },
});

export const caseRoutes = [list, one];
