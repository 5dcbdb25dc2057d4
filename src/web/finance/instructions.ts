/** Payouts and deductions alike: how many stand how, each with its last result, and all of them as a file. */
import { formatMoney } from '../../core/money.ts';
import { html, type Markup } from '../../formats/files/markup.ts';
import { type LastResult, lastResults } from '../../store/bank/payments.ts';
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
import { desk, narrowing, officePage } from '../staff.ts';
import type { Visit } from '../visit.ts';
import { FINANCE_OFFICE } from './office.ts';

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
      const results = await lastResults(
        session,
        found.rows.map((row) => row.instruction_id),
      );
      return { found, of, byState, totals: await instructionTotals(session, of), results };
    },
    show: ({ found, of, byState, totals, results }, visit) => {
      const { t } = visit.speech;
      const { rows } = found;
      const file = `${side.path}/csv${of.state === null ? '' : `?state=${of.state}`}`;
      const table = () => instructionsTable(kind, { rows, totals, results }, visit);
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
  readonly results: ReadonlyMap<string, LastResult>;
}

function instructionsTable(kind: Kind, { rows, totals, results }: Shown, visit: Visit): Markup {
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
    text(t('instruction-last'), (row) => resultTold(results.get(row.instruction_id), visit), { fold: 'whole' }),
  ];
  return tableOf(t(SIDES[kind].title), columns, rows, true);
}

export function stateOf(of: string, { speech: { t } }: Visit): Markup {
  const known = (['instructed', 'confirmed', 'failed', 'returned'] as const).find((one) => one === of);
  return known === undefined ? html`${of}` : state(t(`state-${known}`), TONES[known]);
}

function resultTold(result: LastResult | undefined, { speech: { t }, book }: Visit): string {
  if (result === undefined) return '';
  const { reason, status } = result;
  const known = (['confirmed', 'failed', 'returned'] as const).find((one) => one === status);
  const told = { state: known === undefined ? status : t(`state-${known}`), when: book.calendar.format(result.at) };
  return reason === '' ? t('result-told', told) : t('result-because', { ...told, reason });
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
