/** The risk desk: cases, their decisions, disputes and appeals. Who signed in is who decides; nobody decides under another name. */
import { Type } from 'typebox';
import { partyOf } from '../../core/access.ts';
import { partitionOf } from '../../core/ids.ts';
import { caseDocument, caseFileDocument, decisionDocument } from '../../formats/cases.ts';
import { deliverRows } from '../../ingest/deliver/rows.ts';
import { caseFile, caseSummaries } from '../../office/cases.ts';
import { disputeRow } from '../../office/requests.ts';
import { approveCase, decideAppeal, decideCase, lodgeAppeal } from '../../office/rulings.ts';
import { isLineThere } from '../../store/lists/lists.ts';
import { asParty } from '../../store/people/access.ts';
import { decided } from '../audited.ts';
import { refuseOthers } from '../identity.ts';
import { page, pageAsked } from '../page.ts';
import { notThere } from '../problem.ts';
import { route } from '../route.ts';
import { CaseId, closed, OtherId, oneOf, PAGE, PartyId, pageOf, Told, Words } from '../schemas.ts';
import type { ServerDeps } from '../server.ts';

/** The moment of a decision: the clock's, to the second. */
export function moment({ now }: ServerDeps): number {
  const at = now();
  return at - (at % 1000);
}

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
    const wanted = pageAsked(query, 2);
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

const decide = route({
  method: 'POST',
  path: '/v1/cases/:case/decisions',
  right: 'decide-cases',
  summary: 'propose what becomes of a case; above the limit of the policy it waits for a second person',
  params: closed({ case: CaseId }),
  body: closed({
    decision: oneOf(['release', 'forfeit', 'reject']),
    reason: Words,
    against: Type.Optional(oneOf(['none', 'freeze', 'terminate'])),
    points: Type.Optional(Type.Integer({ minimum: 0, maximum: 1000 })),
  }),
  status: 201,
  answer: Told,
  isOnce: true,
  handle: async (asked) => {
    const { principal, params, body, deps } = asked;
    const known = await deps.book();
    const { decision, reason, against = 'none', points = null } = body;
    return decided(asked, {
      action: 'decide-case',
      subject: params.case,
      detail: { decision, against, points },
      status: 201,
      work: async (session) => {
        const order = { decision, by: principal.name, at: moment(deps), reason, against, points };
        const ruling = await decideCase(session, params.case, order);
        return { holds: ruling.holds, decision: decisionDocument(ruling.decision, known) };
      },
    });
  },
});

const approve = route({
  method: 'POST',
  path: '/v1/cases/:case/approvals',
  right: 'decide-cases',
  summary: 'approve what somebody else has proposed for a case',
  params: closed({ case: CaseId }),
  status: 201,
  answer: Told,
  isOnce: true,
  handle: async (asked) => {
    const { principal, params, deps } = asked;
    const known = await deps.book();
    return decided(asked, {
      action: 'approve-case',
      subject: params.case,
      status: 201,
      work: async (session) => {
        const ruling = await approveCase(session, params.case, principal.name, moment(deps));
        return { holds: ruling.holds, decision: decisionDocument(ruling.decision, known) };
      },
    });
  },
});

const appeal = route({
  method: 'POST',
  path: '/v1/decisions/:decision/appeals',
  right: 'appeal',
  summary: "lodge a publisher's appeal against a decision",
  params: closed({ decision: CaseId }),
  body: closed({ publisher: PartyId, reason: Words }),
  status: 201,
  answer: Type.Object({ decision: CaseId, publisher: PartyId, outcome: Type.String() }),
  isOnce: true,
  handle: async (asked) => {
    const { principal, params, body, deps } = asked;
    const { publisher, reason } = body;
    refuseOthers(principal, { role: 'publisher', party: publisher });
    const { decision } = params;
    return decided(asked, {
      action: 'lodge-appeal',
      subject: decision,
      detail: { publisher },
      status: 201,
      work: async (session) => {
        const by = principal.role === 'publisher' ? publisher : principal.name;
        await lodgeAppeal(session, { decisionId: decision, publisherId: publisher, by, at: moment(deps), reason });
        return { decision, publisher, outcome: 'lodged' };
      },
    });
  },
});

const endAppeal = route({
  method: 'POST',
  path: '/v1/decisions/:decision/appeals/:publisher/outcome',
  right: 'decide-cases',
  summary: 'decide an appeal, by somebody who decided nothing of its case',
  params: closed({ decision: CaseId, publisher: PartyId }),
  body: closed({ outcome: oneOf(['granted', 'rejected']), reason: Words }),
  status: 201,
  answer: Type.Object({ decision: CaseId, publisher: PartyId, outcome: Type.String() }),
  isOnce: true,
  handle: async (asked) => {
    const { principal, params, body, deps } = asked;
    const { decision, publisher } = params;
    const { outcome, reason } = body;
    return decided(asked, {
      action: 'decide-appeal',
      subject: decision,
      detail: { publisher, outcome },
      status: 201,
      work: async (session) => {
        const by = principal.name;
        await decideAppeal(
          session,
          { decisionId: decision, publisherId: publisher, by, at: moment(deps), reason },
          outcome,
        );
        return { decision, publisher, outcome };
      },
    });
  },
});

const dispute = route({
  method: 'POST',
  path: '/v1/disputes',
  right: 'dispute',
  summary: 'dispute a commission, by the seller who owes it',
  body: closed({ dispute: OtherId, orderLine: OtherId, seller: PartyId, reason: Words }),
  status: 201,
  answer: Type.Object({ dispute: OtherId, case: CaseId }),
  isOnce: true,
  handle: async (asked) => {
    const { principal, body, deps } = asked;
    const { dispute: id, orderLine, seller, reason } = body;
    refuseOthers(principal, { role: 'seller', party: seller });
    const known = await deps.book();
    const partition = partitionOf(orderLine, known.partitions);
    if (partyOf(principal) !== undefined) {
      const isThere = await deps.sessions.use((session) =>
        asParty(session, principal, () => isLineThere(session, partition, orderLine)),
      );
      if (!isThere) throw notThere();
    }
    return decided(asked, {
      action: 'dispute',
      subject: id,
      detail: { orderLine, seller },
      status: 201,
      work: async (session) => {
        const row = disputeRow({ dispute: id, orderLine, seller, at: moment(deps), reason });
        await deliverRows(session, 'api disputes', [row]);
        return { dispute: id, case: `dispute.${id}` };
      },
    });
  },
});

export const caseRoutes = [list, one, decide, approve, appeal, endAppeal, dispute];
