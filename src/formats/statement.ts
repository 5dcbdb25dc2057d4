/** A publisher's month as text: every line of its payable, the sums by kind, what was paid of it, and what is held. */
import type { Day } from '../core/calendar.ts';
import type { EventType } from '../core/event.ts';
import { formatMoney, type Money } from '../core/money.ts';
import type { MonthTotals, PublisherFrame } from '../core/month.ts';
import { aligned, type Showing } from './lines.ts';
import { type Lines, noteText, withMoment } from './month.ts';
import { type Column, table } from './table.ts';

const COLUMNS: readonly Column[] = [
  { title: 'day' },
  { title: 'entry' },
  { title: 'order line' },
  { title: 'PID' },
  { title: 'trace' },
  { title: 'rate', align: 'right' },
  { title: 'C', align: 'right' },
  { title: 'F', align: 'right' },
  { title: 'net', align: 'right' },
  { title: 'balance', align: 'right' },
  { title: 'note', max: 60 },
];

const WORDS: Partial<Record<EventType, string>> = {
  CommissionSettled: 'settled',
  CommissionReversed: 'reversed',
  CommissionReleased: 'released',
  CommissionForfeited: 'forfeited',
  CommissionRestored: 'restored',
  AdjustmentPosted: 'adjusted',
  TaxWithheld: 'tax',
  PayoutInstructed: 'payout',
};

/** The rows of the sums, in the order of the statements export, by the events they sum. */
export const MOVEMENTS: readonly (readonly [name: string, ...types: EventType[]])[] = [
  ['earnings', 'CommissionSettled', 'CommissionRestored'],
  ['reversals', 'CommissionReversed'],
  ['releases', 'CommissionReleased'],
  ['forfeitures', 'CommissionForfeited'],
  ['adjustments', 'AdjustmentPosted'],
  ['tax', 'TaxWithheld'],
  ['payouts', 'PayoutInstructed'],
];

/** The statement (SPEC 10) as text, pages of a table with at most a list's lines each. */
export async function* statementText(
  frame: PublisherFrame,
  lines: Lines,
  totals: MonthTotals,
  showing: Showing,
): AsyncGenerator<string> {
  const money = (amount: Money): string => formatMoney(amount, showing.digits);
  yield `Statement of publisher ${frame.party}\n${aligned([
    ...(frame.name === '' ? [] : [['name', frame.name]]),
    ['month', `${frame.month}, ${stateText(frame)}`],
    ['amounts', `${showing.currency}; days of ${showing.calendar.zone}`],
  ])}\n`;
  for await (const list of lines) {
    const rows = list.map((line) => [
      line.business_day,
      WORDS[line.type] ?? line.type,
      line.subject,
      line.pid ?? '',
      line.trace ?? '',
      line.rate ?? '',
      line.commission === null ? '' : money(line.commission),
      line.fee === null ? '' : money(line.fee),
      money(line.amount),
      money(totals.add(line)),
      withMoment(noteText(line), line, showing),
    ]);
    yield `${table(COLUMNS, rows)}\n`;
  }
  if (totals.count === 0) yield 'No line moved the payable.\n\n';
  yield sumsText(
    [
      ['opening', frame.opening],
      ...MOVEMENTS.map(([name, ...types]) => [name, totals.of(...types)] as const).filter(
        ([, amount]) => amount !== 0n,
      ),
      ['closing', totals.balance],
    ],
    money,
  );
  yield endText(frame, money);
}

/** Whether a month is open, and else how it was closed. */
function stateText({ open, through, issued }: PublisherFrame): string {
  if (open) return through === null ? 'open: none of its days has been run' : `open: as it stands after ${through}`;
  return issued === null
    ? 'closed without a statement: there was nothing to state'
    : `closed on ${issued.business_day}: ${issued.disposition}`;
}

/** What had become of a payout by then. */
function fate(state: string, instructed: Day, asOf: Day | null): string {
  if (state !== 'instructed') return state;
  return asOf === null || asOf === instructed ? 'instructed' : `no result by ${asOf}`;
}

/** Labelled amounts, one below the other, a rule above the last. */
export function sumsText(sums: readonly (readonly [string, Money])[], money: (amount: Money) => string): string {
  const texts = sums.map(([, amount]) => money(amount));
  const labels = Math.max(...sums.map(([label]) => label.length));
  const amounts = Math.max(...texts.map((text) => text.length));
  const rows = sums.map(([label], at) => `  ${label.padEnd(labels)}  ${(texts[at] ?? '').padStart(amounts)}\n`);
  const rule = `  ${'-'.repeat(labels)}  ${'-'.repeat(amounts)}\n`;
  return [...rows.slice(0, -1), rule, ...rows.slice(-1)].join('');
}

function endText(
  { issued, payout, held, returned, open, through, asOf }: PublisherFrame,
  money: (amount: Money) => string,
) {
  const paying =
    issued === null
      ? ''
      : `\n${aligned([
          [
            'to pay',
            `${money(issued.gross)}: the closing, or what was still payable on ${issued.business_day} if less`,
          ],
          ...(issued.tax_due === 0n ? [] : [['tax', money(issued.tax_due)]]),
          ...(issued.returned === 0n ? [] : [['returned', `${money(issued.returned)}, paid before and come back`]]),
          [
            'payout',
            payout === null
              ? `none: ${issued.disposition}`
              : `${money(issued.payout)}, ${payout.id}, value date ${payout.value_date}: ${fate(payout.state, issued.business_day, asOf)}`,
          ],
        ])}`;
  if (through === null) return paying;
  const when = open ? `after ${through}` : `at the end of ${through}`;
  return `${paying}\nBeside it, ${when}: held ${money(held)}, returned ${money(returned)}.\n`;
}
