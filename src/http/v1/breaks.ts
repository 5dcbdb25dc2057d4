/** Breaks between the bank and the ledger: what they are, and what people say of them. */
import { Type } from 'typebox';
import { isDay } from '../../core/calendar.ts';
import { reconcileDocument } from '../../formats/reconcile.ts';
import { type BreakSaying, noteBreak, reconciliationOf } from '../../office/bank.ts';
import { asParty } from '../../store/people/access.ts';
import { decided } from '../audited.ts';
import { Problem } from '../problem.ts';
import { route } from '../route.ts';
import { CaseId, closed, Day, oneOf, Told, Words } from '../schemas.ts';
import { moment } from './cases.ts';

const list = route({
  method: 'GET',
  path: '/v1/breaks',
  right: 'see-breaks',
  summary: 'the bank against the ledger at the end of a day, and every break by its name',
  query: closed({ through: Type.Optional(Day) }),
  answer: Told,
  handle: async ({ deps, principal, query }) => {
    const known = await deps.book();
    const through = query.through ?? known.lastRunDay;
    if (through === null) throw new Problem('refused', 'no day has been run yet');
    if (!isDay(through)) throw new Problem('bad-request', `${through} is no day that exists`);
    const { of, ways } = await deps.sessions.use((session) =>
      asParty(session, principal, () => reconciliationOf(session, known, through)),
    );
    return reconcileDocument(of, ways, known);
  },
});

const note = route({
  method: 'POST',
  path: '/v1/breaks/:break/notes',
  right: 'note-breaks',
  summary: 'say whose a break is, what is known of it, or that it is resolved',
  notes: '`owner` with the step assign, `reason` with the other two.',
  params: closed({ break: CaseId }),
  body: closed({
    step: oneOf(['assign', 'comment', 'resolve']),
    owner: Type.Optional(Type.String({ minLength: 1, maxLength: 60 })),
    reason: Type.Optional(Words),
  }),
  status: 201,
  answer: Type.Object({ break: CaseId, kind: Type.String(), step: Type.String(), by: Type.String() }),
  isOnce: true,
  handle: async (asked) => {
    const { principal, params, body, deps } = asked;
    const saying = sayingOf(body);
    return decided(asked, {
      action: 'note-break',
      subject: params.break,
      detail: { step: saying.step },
      status: 201,
      work: async (session) => {
        const { found } = await noteBreak(session, params.break, principal.name, moment(deps), saying);
        return { break: params.break, kind: found.kind, step: saying.step, by: principal.name };
      },
    });
  },
});

function sayingOf({
  step,
  owner,
  reason,
}: {
  readonly step: 'assign' | 'comment' | 'resolve';
  readonly owner?: string;
  readonly reason?: string;
}): BreakSaying {
  if (step === 'assign' && owner !== undefined && reason === undefined) return { step, owner };
  if (step !== 'assign' && reason !== undefined && owner === undefined) return { step, reason };
  throw new Problem('bad-request', 'the step assign takes an owner, the others a reason');
}

export const breakRoutes = [list, note];
