/** Breaks between the bank and the ledger: what they are. What people say of them is an act. */
import { Type } from 'typebox';
import { reconcileDocument } from '../../formats/reconcile.ts';
import { reconciliationOf } from '../../office/bank.ts';
import { asParty } from '../../store/people/access.ts';
import { Problem } from '../problem.ts';
import { route } from '../route.ts';
import { closed, Day, Told } from '../schemas.ts';

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
    const { of, ways } = await deps.sessions.use((session) =>
      asParty(session, principal, () => reconciliationOf(session, known, through)),
    );
    return reconcileDocument(of, ways, known);
  },
});

export const breakRoutes = [list];
