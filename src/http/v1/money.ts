/** Lists of what was stated, deducted and paid out, with totals that are those of the exports. */
import { Type } from 'typebox';
import { type PaymentFacts, standingOf, valueDateOf } from '../../core/bank/standing.ts';
import { isMonth } from '../../core/calendar.ts';
import { STATEMENT_FIGURES } from '../../core/events/event.ts';
import { formatMoney, type Money as MinorUnits } from '../../core/money.ts';
import { standingDocument } from '../../formats/standing.ts';
import { paymentFacts } from '../../store/bank/standing.ts';
import {
  instructionsPage,
  instructionTotals,
  type ListedInstruction,
  type ListedStatement,
  statementsPage,
  statementTotals,
} from '../../store/lists/lists.ts';
import type { Book } from '../../store/night/book.ts';
import { partyAsked } from '../identity.ts';
import { listRoute } from '../list.ts';
import { isText } from '../odd.ts';
import { Day, Money, Month, OtherId, oneOf, PartyId, Told } from '../schemas.ts';

const Figures = Object.fromEntries(STATEMENT_FIGURES.map((name) => [name, Money]));
const FIGURE_FIELDS = Object.fromEntries(
  STATEMENT_FIGURES.map((name) => {
    const told = (row: ListedStatement, { digits }: Book): string => formatMoney(row[name], digits);
    return [name, [Money, told] as const];
  }),
);
const figuresTold = (figures: Readonly<Record<(typeof STATEMENT_FIGURES)[number], MinorUnits>>, digits: number) =>
  Object.fromEntries(STATEMENT_FIGURES.map((name) => [name, formatMoney(figures[name], digits)]));

const statements = listRoute({
  path: '/v1/statements',
  right: 'see-statements',
  summary: 'the statements that were issued, by publisher and month',
  query: { month: Type.Optional(Month), publisher: Type.Optional(PartyId) },
  key: [isText, isMonth],
  of: ({ principal, query }) => {
    return { month: query.month ?? null, publisher: partyAsked(principal, 'publisher', query.publisher) };
  },
  read: statementsPage,
  keyOf: (row) => [row.publisher_id, row.month],
  fields: {
    publisher: [PartyId, (row) => row.publisher_id],
    month: [Month, (row) => row.month],
    ...FIGURE_FIELDS,
    disposition: [Type.String(), (row) => row.disposition],
  },
  totals: [
    Type.Object({ count: Type.Integer(), ...Figures }),
    async (session, of, { digits }) => {
      const { count, figures } = await statementTotals(session, of);
      return { count, ...figuresTold(figures, digits) };
    },
  ],
});

const STATES = {
  deduction: ['instructed', 'confirmed', 'failed'],
  payout: ['instructed', 'confirmed', 'returned'],
} as const;

/** An instruction with what was said of it. */
type ToldInstruction = ListedInstruction & { readonly facts: PaymentFacts | undefined };

/** The list of payouts or of deductions, which differ by whose they are. */
function instructions(kind: 'payout' | 'deduction', role: 'publisher' | 'seller') {
  return listRoute({
    path: `/v1/${kind}s`,
    right: `see-${kind}s`,
    summary: `${kind}s, by id, with what became of each`,
    query: {
      state: Type.Optional(oneOf(STATES[kind])),
      [role]: Type.Optional(PartyId),
      from: Type.Optional(Day),
      through: Type.Optional(Day),
    },
    key: [isText],
    of: ({ principal, query }) => {
      const { state = null, from = null, through = null, [role]: party } = query as Partial<Record<string, string>>;
      return { kind, state, party: partyAsked(principal, role, party), from, through };
    },
    read: async (session, of, wanted): Promise<ToldInstruction[]> => {
      const rows = await instructionsPage(session, of, wanted);
      const ids = rows.map((row) => row.instruction_id);
      const facts = await paymentFacts(session, ids);
      return rows.map((row) => ({ ...row, facts: facts.get(row.instruction_id) }));
    },
    keyOf: (row) => [row.instruction_id],
    fields: {
      id: [OtherId, (row) => row.instruction_id],
      [role]: [PartyId, (row: ToldInstruction) => row.party_id] as const,
      amount: [Money, (row, { digits }) => formatMoney(row.amount, digits)],
      day: [Day, (row) => row.business_day],
      valueDate: [Day, (row) => valueDateOf({ kind, day: row.business_day })],
      state: [Type.String(), (row) => row.state],
      standing: [
        Told,
        ({ facts }, { lastRunDay, calendar }) =>
          facts === undefined ? {} : standingDocument(standingOf(facts, lastRunDay, true, calendar)),
      ],
    },
    totals: [
      Type.Object({ count: Type.Integer(), amount: Money }),
      async (session, of, { digits }) => {
        const { count, amount } = await instructionTotals(session, of);
        return { count, amount: formatMoney(amount, digits) };
      },
    ],
  });
}

export const moneyRoutes = [statements, instructions('payout', 'publisher'), instructions('deduction', 'seller')];
