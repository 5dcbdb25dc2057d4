/** Lists of what was stated, deducted and paid out, with totals that are those of the exports. */
import { Type } from 'typebox';
import { partyOf } from '../../core/access.ts';
import { addDays, isMonth } from '../../core/calendar.ts';
import { STATEMENT_FIGURES } from '../../core/events/event.ts';
import { formatMoney, type Money as MinorUnits } from '../../core/money.ts';
import { instructionsPage, instructionTotals, statementsPage, statementTotals } from '../../store/lists/lists.ts';
import { asParty } from '../../store/people/access.ts';
import { refuseOthers } from '../identity.ts';
import { isText } from '../odd.ts';
import { page, pageAsked } from '../page.ts';
import { type Asked, route } from '../route.ts';
import { closed, Day, Money, Month, OtherId, oneOf, PAGE, PartyId, pageOf } from '../schemas.ts';

const Figures = Object.fromEntries(STATEMENT_FIGURES.map((name) => [name, Money]));
const Statement = Type.Object({ publisher: PartyId, month: Month, ...Figures, disposition: Type.String() });

const statements = route({
  method: 'GET',
  path: '/v1/statements',
  right: 'see-statements',
  summary: 'the statements that were issued, by publisher and month',
  query: closed({ month: Type.Optional(Month), publisher: Type.Optional(PartyId), ...PAGE }),
  answer: pageOf(Statement, Type.Object({ count: Type.Integer(), ...Figures })),
  handle: async ({ deps, principal, query }) => {
    if (query.publisher !== undefined) refuseOthers(principal, { role: 'publisher', party: query.publisher });
    const { digits } = await deps.book();
    const publisher = query.publisher ?? partyOf(principal)?.party ?? null;
    const of = { month: query.month ?? null, publisher };
    const wanted = pageAsked(query, [isText, isMonth]);
    const told = (figures: Readonly<Record<(typeof STATEMENT_FIGURES)[number], MinorUnits>>) =>
      Object.fromEntries(STATEMENT_FIGURES.map((name) => [name, formatMoney(figures[name], digits)]));
    return deps.sessions.use((session) =>
      asParty(session, principal, async () => {
        const shown = page(
          await statementsPage(session, of, wanted),
          wanted,
          (row) => [row.publisher_id, row.month],
          (row) => ({ publisher: row.publisher_id, month: row.month, ...told(row), disposition: row.disposition }),
        );
        if (wanted.after !== null) return shown;
        const { count, figures } = await statementTotals(session, of);
        return { ...shown, totals: { count, ...told(figures) } };
      }),
    );
  },
});

const STATES = {
  deduction: ['instructed', 'confirmed', 'failed'],
  payout: ['instructed', 'confirmed', 'returned'],
} as const;

const Totals = Type.Object({ count: Type.Integer(), amount: Money });
const instructionOf = (party: 'seller' | 'publisher') =>
  Type.Object({ id: OtherId, [party]: PartyId, amount: Money, day: Day, valueDate: Day, state: Type.String() });
const queryOf = (kind: 'deduction' | 'payout', party: 'seller' | 'publisher') =>
  closed({
    state: Type.Optional(oneOf(STATES[kind])),
    [party]: Type.Optional(PartyId),
    from: Type.Optional(Day),
    through: Type.Optional(Day),
    ...PAGE,
  });

const payouts = route({
  method: 'GET',
  path: '/v1/payouts',
  right: 'see-payouts',
  summary: 'payouts, by id, with what became of each',
  query: queryOf('payout', 'publisher'),
  answer: pageOf(instructionOf('publisher'), Totals),
  handle: (asked) => instructions(asked as AskedInstructions, 'payout', 'publisher'),
});

const deductions = route({
  method: 'GET',
  path: '/v1/deductions',
  right: 'see-deductions',
  summary: 'deductions, by id, with what became of each',
  query: queryOf('deduction', 'seller'),
  answer: pageOf(instructionOf('seller'), Totals),
  handle: (asked) => instructions(asked as AskedInstructions, 'deduction', 'seller'),
});

type AskedInstructions = Asked<
  unknown,
  { readonly [K in 'state' | 'seller' | 'publisher' | 'from' | 'through' | 'cursor' | 'limit']?: string },
  unknown
>;

async function instructions(
  { deps, principal, query }: AskedInstructions,
  kind: 'deduction' | 'payout',
  role: 'seller' | 'publisher',
): Promise<unknown> {
  const named = query[role];
  if (named !== undefined) refuseOthers(principal, { role, party: named });
  const { digits } = await deps.book();
  const { state = null, from = null, through = null } = query;
  const party = named ?? partyOf(principal)?.party ?? null;
  const of = { kind, state, party, from, through };
  const wanted = pageAsked(query, [isText]);
  return deps.sessions.use((session) =>
    asParty(session, principal, async () => {
      const shown = page(
        await instructionsPage(session, of, wanted),
        wanted,
        (row) => [row.instruction_id],
        (row) => ({
          id: row.instruction_id,
          [role]: row.party_id,
          amount: formatMoney(row.amount, digits),
          day: row.business_day,
          // A payout's value date is the day after (SPEC 10); a deduction is due at once.
          valueDate: kind === 'payout' ? addDays(row.business_day, 1) : row.business_day,
          state: row.state,
        }),
      );
      if (wanted.after !== null) return shown;
      const { count, amount } = await instructionTotals(session, of);
      return { ...shown, totals: { count, amount: formatMoney(amount, digits) } };
    }),
  );
}

export const moneyRoutes = [statements, payouts, deductions];
