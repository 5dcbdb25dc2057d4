/** A book's status as text and as a document: days, what waits, what is held and due, how old it is. It counts nothing. */
import type { Day } from '../core/calendar.ts';
import { formatMoney, type Money } from '../core/money.ts';
import { aligned, type Showing } from './files/lines.ts';
import { type Column, table } from './files/table.ts';

interface Amount {
  readonly count: number;
  readonly amount: Money;
}
/** All of it, and of that what is older than 15, 30 and 60 days. */
type Ageing = readonly [Amount, Amount, Amount, Amount];

interface PolicyName {
  readonly version: number;
  readonly name: string;
  readonly from: Day | null;
}

/** What a book's status tells. */
export interface BookStatus {
  readonly lastRunDay: Day | null;
  readonly firstOpenDay: Day | null;
  readonly lastDueDay: Day | null;
  /** A day that was opened and not completed. */
  readonly openDay: Day | null;
  /** Whether a run is going now. */
  readonly running: boolean;
  readonly policy: PolicyName;
  readonly nextPolicy: PolicyName | null;
  readonly parked: readonly { readonly feed: string; readonly count: number }[];
  readonly rejected: number;
  readonly conflict: number;
  /** What sellers owe after the last day run, and what refunds left them owed. */
  readonly due: { readonly owed: Amount; readonly owing: Amount };
  readonly unsettled: Ageing;
  readonly held: Ageing;
  readonly clearing: Ageing;
  readonly deductions: Ageing;
  readonly payouts: Ageing;
}

const WAITING = [
  ['not received, not closed', 'unsettled'],
  ['held, undecided', 'held'],
  ['in clearing', 'clearing'],
  ['deductions without result', 'deductions'],
  ['payouts without result', 'payouts'],
] as const;

/** The status as text; ages are counted in days before the first open day. */
export function statusText(status: BookStatus, showing: Showing): string {
  const money = (amount: Money): string => formatMoney(amount, showing.digits);
  const rows: (readonly string[])[] = [
    ['last day run', status.lastRunDay ?? 'none'],
    ['first open day', status.firstOpenDay ?? 'none: no order line has been delivered'],
    ['last day due', status.lastDueDay ?? 'none: nothing has been delivered'],
    ['night', nightText(status)],
    ['policy', policyText(status)],
    ['parked', parkedText(status)],
    ['refused', refusedText(status)],
    ['due', dueText(status, money)],
    ['amounts', `${showing.currency}; days of ${showing.calendar.zone}`],
  ];
  if (status.firstOpenDay === null) return aligned(rows, 0);
  const right = (title: string): Column[] => [
    { title, align: 'right' },
    { title: '', align: 'right' },
  ];
  const columns: Column[] = [{ title: 'waiting' }, ...['all', '> 15 days', '> 30 days', '> 60 days'].flatMap(right)];
  const shown = WAITING.filter(([, key]) => key !== 'clearing' || status.clearing[0].count > 0);
  const waiting = shown.map(([name, key]) => [
    name,
    ...status[key].flatMap(({ count, amount }) => [String(count), count === 0 ? '' : money(amount)]),
  ]);
  return `${aligned(rows, 0)}\n${table(columns, waiting)}`;
}

function nightText({ openDay, running }: BookStatus): string {
  if (running) return openDay === null ? 'a run is going' : `a run is going, on ${openDay}`;
  return openDay === null
    ? 'none is open'
    : `${openDay} was opened and not completed: cps run --through ${openDay} goes on with it`;
}

function policyText({ policy, nextPolicy }: BookStatus): string {
  const of = ({ version, name, from }: PolicyName): string =>
    `${version} ${name}, ${from === null ? 'from the first day' : `from ${from}`}`;
  return nextPolicy === null ? of(policy) : `${of(policy)}; next ${of(nextPolicy)}`;
}

function parkedText({ parked }: BookStatus): string {
  if (parked.length === 0) return 'no row';
  const total = parked.reduce((sum, { count }) => sum + count, 0);
  const feeds = parked.map(({ feed, count }) => `${count} ${feed}`).join(', ');
  return `${total} ${total === 1 ? 'row' : 'rows'} of order lines not seen yet: ${feeds}`;
}

function refusedText({ rejected, conflict }: BookStatus): string {
  if (rejected + conflict === 0) return 'no row';
  return `${rejected} rejected, ${conflict} ${conflict === 1 ? 'conflict' : 'conflicts'}: cps rejects tells which and why`;
}

function dueText({ due }: BookStatus, money: (amount: Money) => string): string {
  const sellers = ({ count }: Amount): string => `${count} ${count === 1 ? 'seller' : 'sellers'}`;
  const owed = due.owed.count === 0 ? 'nothing' : `${money(due.owed.amount)} by ${sellers(due.owed)}`;
  return due.owing.count === 0
    ? owed
    : `${owed}; ${money(due.owing.amount)} to ${sellers(due.owing)}, which nets against later commission`;
}

/** The status for programs: amounts as decimals, days as text, null where there is none. */
export function statusDocument(status: BookStatus, { digits, currency, calendar }: Showing): Record<string, unknown> {
  const of = ({ count, amount }: Amount) => ({ count, amount: formatMoney(amount, digits) });
  const ages = ([all, over15, over30, over60]: Ageing) => ({
    ...of(all),
    over15Days: of(over15),
    over30Days: of(over30),
    over60Days: of(over60),
  });
  const { lastRunDay, firstOpenDay, lastDueDay, openDay, running, policy, nextPolicy } = status;
  return {
    lastDayRun: lastRunDay,
    firstOpenDay,
    lastDueDay,
    openNight: openDay,
    running,
    currency,
    zone: calendar.zone,
    policy,
    nextPolicy,
    parked: {
      count: status.parked.reduce((sum, { count }) => sum + count, 0),
      byFeed: Object.fromEntries(status.parked.map(({ feed, count }) => [feed, count])),
    },
    rejected: status.rejected,
    conflicts: status.conflict,
    due: of(status.due.owed),
    dueToSellers: of(status.due.owing),
    held: ages(status.held),
    clearing: ages(status.clearing),
    unconfirmedDeductions: ages(status.deductions),
    unconfirmedPayouts: ages(status.payouts),
    unsettled: ages(status.unsettled),
  };
}
