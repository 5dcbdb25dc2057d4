/** Payouts and deductions alike: how many stand how, each with its last result, and all of them as a file. */
import { type PaymentFacts, standingOf } from '../../core/bank/standing.ts';
import { formatMoney } from '../../core/money.ts';
import type { Line } from '../../core/reconcile/matter.ts';
import { html, type Markup } from '../../formats/files/markup.ts';
import { standingText } from '../../formats/standing.ts';
import { paymentFacts } from '../../store/bank/standing.ts';
import type { Session } from '../../store/connection/session.ts';
import {
  type InstructionsAsked,
  instructionTotals,
  type ListedInstruction,
  instructionsPage as listInstructions,
} from '../../store/lists/lists.ts';
import { NOTHING } from '../layout.ts';
import { allOf, columnsFor, csvFile, keyAfter, listed, listShown } from '../list.ts';
import { type Counter, type Page, page } from '../page.ts';
import { downloads, figures, money, part, state, type Tone, tableOf } from '../pieces.ts';
import { desk, mayDo, narrowing, officePage } from '../staff.ts';
import type { Visit } from '../visit.ts';
import { FINANCE_OFFICE, reconciled } from './office.ts';

const SIDES = {
  payout: {
    ...desk('see-payouts'),
    path: '/finance/payouts',
    way: 'way-payouts',
    title: 'way-payouts',
    says: 'payouts-returned-says',
    states: ['instructed', 'confirmed', 'returned'],
  },
  deduction: {
    ...desk('see-deductions'),
    path: '/finance/deductions',
    way: 'way-deductions',
    title: 'way-deductions',
    says: 'deductions-failed-says',
    states: ['instructed', 'confirmed', 'failed'],
  },
} as const;

type Kind = keyof typeof SIDES;
type State = (typeof SIDES)[Kind]['states'][number];

const TONES: Readonly<Record<State, Tone>> = { instructed: 'wait', confirmed: 'good', failed: 'bad', returned: 'bad' };

function asked(kind: Kind, visit: Visit): InstructionsAsked & { readonly state: State | null } {
  const wanted = visit.query.get('state');
  const states: readonly State[] = SIDES[kind].states;
  return { kind, state: states.find((one) => one === wanted) ?? null, party: null, from: null, through: null };
}

export function instructionsOf(kind: Kind): Page {
  const side = SIDES[kind];
  return page({
    path: side.path,
    roles: side.roles,
    right: side.right,
    load: async (session, visit) => {
      const of = asked(kind, visit);
      const found = await listed(
        (asked) => listInstructions(session, of, asked),
        keyAfter(visit, 1),
        (row) => [row.instruction_id],
      );
      const states: readonly State[] = side.states;
      const byState = [];
      for (const one of states)
        byState.push({ state: one, ...(await instructionTotals(session, { ...of, state: one })) });
      const ids = found.rows.map((row) => row.instruction_id);
      const facts = await paymentFacts(session, ids);
      const lines = await bankLinesOf(session, visit);
      return { found, of, byState, totals: await instructionTotals(session, of), facts, lines };
    },
    show: ({ found, of, byState, totals, facts, lines }, visit) => {
      const { t } = visit.speech;
      const { rows } = found;
      const file = `${side.path}/csv${of.state === null ? '' : `?state=${of.state}`}`;
      const table = () => instructionsTable(kind, { rows, totals, facts, lines }, visit);
      const list = listShown(visit, found, t('instructions-none'), table, totals.count);
      const cards = figures(
        byState.map((one) => ({
          label: t(`state-${one.state}`),
          value: money(visit, one.amount),
          beside: t('files-waiting-count', { count: one.count }),
        })),
      );
      const ways = narrowing(visit, 'state', [
        ['', t('all')],
        ...side.states.map((one) => [one, t(`state-${one}`)] as const),
      ]);
      const bad = byState.some((one) => TONES[one.state] === 'bad' && one.count > 0);
      const says = bad ? html`<p class="quiet small after-table">${t(side.says)}</p>` : NOTHING;
      return officePage(FINANCE_OFFICE, side.way, visit, {
        title: t(side.title),
        under: visit.book.currency,
        beside: downloads(visit, [['CSV', file]]),
        body: html`${cards}<div class="after-said">${part(t(side.title), html`${ways}${list}${says}`)}</div>`,
      });
    },
  });
}

interface Shown {
  readonly rows: readonly ListedInstruction[];
  readonly totals: { readonly count: number; readonly amount: bigint };
  readonly facts: ReadonlyMap<string, PaymentFacts>;
  readonly lines: ReadonlyMap<string, Line>;
}

function instructionsTable(kind: Kind, { rows, totals, facts, lines }: Shown, visit: Visit): Markup {
  const { t } = visit.speech;
  const { id, day, amount, word, text } = columnsFor<ListedInstruction>(visit);
  const columns = [
    id(t('instruction-id'), (row) => row.instruction_id, {
      fold: 'head',
      total: t('total-lines', { count: totals.count }),
    }),
    id(t(`instruction-party-${kind}`), (row) => row.party_id),
    day(t('instruction-day'), (row) => row.business_day),
    amount(t('amount'), (row) => row.amount, { fold: 'end', total: totals.amount }),
    word(t('instruction-state'), (row) => stateOf(row.state, visit)),
    text(t('instruction-last'), ({ instruction_id: of }) => standsTold(facts.get(of), lines.get(of), visit), {
      fold: 'whole',
    }),
  ];
  return tableOf(t(SIDES[kind].title), columns, rows, true);
}

export function stateOf(of: string, { speech: { t } }: Visit): Markup {
  const known = (['instructed', 'confirmed', 'failed', 'returned'] as const).find((one) => one === of);
  return known === undefined ? html`${of}` : state(t(`state-${known}`), TONES[known]);
}

/** How it stands by now, and by which bank line where the bank's files show that. */
function standsTold(facts: PaymentFacts | undefined, line: Line | undefined, { speech, book }: Visit): string {
  if (facts === undefined) return '';
  const stands = standingText(standingOf(facts, book.lastRunDay, true, book.calendar), speech.language);
  return line === undefined ? stands : speech.t('stands-by-line', { stands, line: line.lineRef, day: line.day });
}

/** The bank line that each instruction is matched with, as of the last day run; none where nobody may see them. */
async function bankLinesOf(session: Session, visit: Visit): Promise<ReadonlyMap<string, Line>> {
  const { lastRunDay } = visit.book;
  if (lastRunDay === null || !mayDo(visit, 'see-breaks')) return new Map();
  const { matched } = await reconciled(session, visit, lastRunDay);
  return new Map(matched.map(({ movement, line }) => [movement.instructionId, line]));
}

/** What the page lists, all of it. */
export function instructionsFile(kind: Kind): Counter {
  const side = SIDES[kind];
  return {
    path: `${side.path}/csv`,
    roles: side.roles,
    right: side.right,
    open: async (session, visit) => {
      const of = asked(kind, visit);
      const party = kind === 'payout' ? 'publisher_id' : 'seller_id';
      const { digits } = visit.book;
      const lists = allOf(
        (wanted) => listInstructions(session, of, wanted),
        (row) => [row.instruction_id],
      );
      return csvFile(`${kind}s.csv`, [`${kind}_id`, party, 'business_day', 'amount', 'state'], lists, (row) => {
        return [row.instruction_id, row.party_id, row.business_day, formatMoney(row.amount, digits), row.state];
      });
    },
  };
}
