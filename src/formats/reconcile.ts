/** A reconciliation for people, for programs and as a table: balances down to the remainder, then every break with its story. */
import { ownAccount } from '../core/accounts.ts';
import type { Calendar, Day } from '../core/calendar.ts';
import { formatMoney, type Money, sum } from '../core/money.ts';
import {
  type FeedAndLedger,
  isReconciled,
  type NotedBreak,
  openBreaks,
  type Reconciliation,
} from '../core/reconcile/report.ts';
import { aligned } from './files/lines.ts';
import { type Column, table } from './files/table.ts';

/** The other two ways: the network's feed beside the ledger, and what the ledger sent to the bank. */
export interface Ways {
  readonly network: FeedAndLedger;
  readonly deductions: Way;
  readonly payouts: Way;
}

interface Way {
  readonly instructions: number;
  readonly instructed: Money;
  readonly clearing: Money;
}

export interface ReconcileTerms {
  readonly calendar: Calendar;
  readonly currency: string;
  readonly digits: number;
}

/** Received lines without an answer of the ledger, and lines without a decision: none in a book that is whole. */
function feedRemainder({ network }: Ways): { undecided: number; unsettled: number } {
  const { undecided, received, settled, voided, unearned } = network;
  return { undecided, unsettled: received - settled - voided - unearned };
}

/** Whether all three ways agree. */
export function agrees(of: Reconciliation, ways: Ways): boolean {
  const { undecided, unsettled } = feedRemainder(ways);
  return isReconciled(of) && undecided === 0 && unsettled === 0;
}

const COLUMNS: readonly Column[] = [
  { title: 'break' },
  { title: 'since' },
  { title: 'days', align: 'right' },
  { title: 'of' },
  { title: 'bank line' },
  { title: 'effect', align: 'right' },
  { title: 'owner' },
  { title: 'what', max: 100 },
];

/** The columns of `--format csv`. */
export const BREAK_COLUMNS = [
  'break',
  'kind',
  'state',
  'since',
  'age_days',
  'instruction',
  'account',
  'line_ref',
  'effect',
  'owner',
  'what',
  'resolved_by',
  'reason',
];

/** A break as a row of BREAK_COLUMNS. */
export function breakCells(one: NotedBreak, digits: number): string[] {
  return [
    one.id,
    one.kind,
    one.resolved === null ? 'open' : 'resolved',
    one.since,
    String(one.age),
    one.instructionId ?? '',
    one.account ?? '',
    one.lineRef ?? '',
    formatMoney(one.effect, digits),
    one.owner ?? '',
    one.saw,
    one.resolved?.by ?? '',
    one.resolved?.reason ?? '',
  ];
}

/** A reconciliation as text. */
export function reconcileText(of: Reconciliation, ways: Ways, terms: ReconcileTerms): string {
  const money = (amount: Money): string => formatMoney(amount, terms.digits);
  const { remainder, breaks } = of;
  const sums: [string, string][] = [
    ['bank', money(remainder.bank)],
    ['- before the first statement', money(remainder.opening)],
    [`- ledger, ${ownAccount('bank')}`, money(remainder.ledger)],
    ['- named breaks', money(remainder.named)],
    ['unexplained', money(remainder.unexplained)],
  ];
  const width = Math.max(...sums.map(([, amount]) => amount.length));
  const head = `Bank and ledger at the end of ${of.through}, in ${terms.currency}\n`;
  const balance = aligned(sums.map(([name, amount]) => [name, amount.padStart(width)]));
  return [
    head + balance,
    waysText(of, ways, money),
    accountsText(of),
    breaksText(breaks, money, terms),
    verdictText(of, ways),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

function waysText(
  of: Reconciliation,
  { network, deductions, payouts }: Ways,
  money: (amount: Money) => string,
): string {
  const { undecided, unsettled } = feedRemainder({ network, deductions, payouts });
  const moved = (isIn: boolean): Money =>
    sum(of.matched.filter(({ line }) => line.amount > 0n === isIn).map(({ line }) => line.amount));
  const sent = (way: Way, seen: Money): string =>
    `${way.instructions} instructed, ${money(way.instructed)}; no result yet of ${money(way.clearing)}; matched at the bank ${money(seen < 0n ? -seen : seen)}`;
  return aligned([
    [
      'network',
      `${network.ordered} order lines: ${network.attributed} attributed, ${network.unattributed} not, ${undecided} undecided`,
    ],
    [
      '',
      `${network.received} received: ${network.settled} settled, ${network.voided} voided, ${network.unearned} earned by nobody, ${unsettled} unsettled`,
    ],
    ['deductions', sent(deductions, moved(true))],
    ['payouts', sent(payouts, moved(false))],
  ]);
}

function accountsText(of: Reconciliation): string {
  const rows = of.accounts.flatMap(({ account, stated, gaps }) => [
    ...(stated === null ? [`account ${account}: no statement says its balance`] : []),
    ...gaps.map((gap) => `account ${account}: ${gap}`),
  ]);
  return rows.map((row) => `  ${row}\n`).join('');
}

function breaksText(
  breaks: readonly NotedBreak[],
  money: (amount: Money) => string,
  { calendar }: ReconcileTerms,
): string {
  if (breaks.length === 0) return '';
  const rows = breaks.map((one) => [
    one.id,
    one.since,
    String(one.age),
    one.instructionId ?? '',
    one.lineRef ?? '',
    money(one.effect),
    one.owner ?? '',
    one.saw,
  ]);
  const story = breaks.flatMap((one) =>
    [...one.comments, ...(one.resolved === null ? [] : [one.resolved])].map((note) =>
      `  ${one.id}: ${note.step === 'resolve' ? 'resolved by' : ''} ${note.by} on ${dayOf(note.at, calendar)}: ${note.reason}\n`.replace(
        ':  ',
        ': ',
      ),
    ),
  );
  return table(COLUMNS, rows) + (story.length === 0 ? '' : `\n${story.join('')}`);
}

const dayOf = (at: number, calendar: Calendar): Day => calendar.dayOf(at);

function verdictText(of: Reconciliation, ways: Ways): string {
  const open = openBreaks(of).length;
  const resolved = of.breaks.length - open;
  const counts = `${of.matched.length} matched, ${open} open ${open === 1 ? 'break' : 'breaks'}, ${resolved} resolved`;
  return `${counts}: ${agrees(of, ways) ? 'reconciled' : 'not reconciled'}.\n`;
}

/** A reconciliation as one JSON document. */
export function reconcileDocument(of: Reconciliation, ways: Ways, { digits, calendar }: ReconcileTerms) {
  const money = (amount: Money): string => formatMoney(amount, digits);
  const { remainder } = of;
  const way = (one: Way) => ({
    instructions: one.instructions,
    instructed: money(one.instructed),
    clearing: money(one.clearing),
  });
  return {
    through: of.through,
    reconciled: agrees(of, ways),
    bank: money(remainder.bank),
    opening: money(remainder.opening),
    ledger: money(remainder.ledger),
    named: money(remainder.named),
    unexplained: money(remainder.unexplained),
    network: ways.network,
    deductions: way(ways.deductions),
    payouts: way(ways.payouts),
    accounts: of.accounts.map(({ account, opening, stated, gaps }) => ({
      account,
      opening: opening === null ? null : money(opening),
      stated: stated === null ? null : money(stated),
      gaps,
    })),
    matched: of.matched.map(({ movement, line, by }) => ({
      entry: movement.entry,
      instruction: movement.instructionId,
      account: line.account,
      lineRef: line.lineRef,
      amount: money(line.amount),
      by,
    })),
    breaks: of.breaks.map((one) => ({
      id: one.id,
      kind: one.kind,
      state: one.resolved === null ? 'open' : 'resolved',
      since: one.since,
      age: one.age,
      instruction: one.instructionId,
      account: one.account,
      lineRef: one.lineRef,
      effect: money(one.effect),
      owner: one.owner,
      saw: one.saw,
      comments: one.comments.map(({ at, by, reason }) => ({ at: calendar.format(at), by, text: reason })),
      resolved:
        one.resolved === null
          ? null
          : { at: calendar.format(one.resolved.at), by: one.resolved.by, reason: one.resolved.reason },
    })),
  };
}
