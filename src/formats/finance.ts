/** Lists of finance as text, csv and documents: tax withheld, what stands open by age, adjustments. It decides nothing. */

import type { Posting } from '../core/bank/posting.ts';
import type { Day } from '../core/calendar.ts';
import { formatMoney, type Money, sum } from '../core/money.ts';
import type { Aged } from '../core/month/ageing.ts';
import { csvRow, csvSafe } from './files/csv.ts';
import type { Showing } from './files/lines.ts';
import { type Column, table, tableBy } from './files/table.ts';

const right = (title: string): Column => ({ title, align: 'right' });

/** A line of a month's tax list. */
export interface TaxLine {
  readonly publisherId: string;
  readonly payee: string;
  readonly day: string;
  readonly month: string;
  readonly gross: Money;
  readonly taxable: Money;
  readonly tax: Money;
}

const TAX_COLUMNS = ['publisher_id', 'payee', 'withheld_on', 'month', 'gross', 'taxable', 'tax'] as const;

const taxCells = (line: TaxLine, digits: number): string[] => [
  line.publisherId,
  line.payee,
  line.day,
  line.month,
  ...[line.gross, line.taxable, line.tax].map((amount) => formatMoney(amount, digits)),
];

/** The list as csv, for filing. */
export function taxCsv(lines: readonly TaxLine[], digits: number): string {
  const rows = lines.map((line) => csvRow(taxCells(line, digits).map(csvSafe)));
  return csvRow(TAX_COLUMNS) + rows.join('');
}

export function taxDocument(line: TaxLine, digits: number): Record<string, string> {
  return Object.fromEntries(taxCells(line, digits).map((cell, at) => [TAX_COLUMNS[at] ?? '', cell]));
}

/** The list for people, with its sums. */
export function taxText(month: string, lines: readonly TaxLine[], { digits, currency }: Showing): string {
  if (lines.length === 0) return `No tax was withheld in ${month}.\n`;
  const columns = TAX_COLUMNS.map((title, at): Column => (at < 4 ? { title, max: 30 } : right(title)));
  const total = (of: (line: TaxLine) => Money): string => formatMoney(sum(lines.map(of)), digits);
  const rows = lines.map((line) => taxCells(line, digits));
  const payees = new Set(lines.map((line) => line.publisherId)).size;
  return `${table(columns, rows)}${payees} ${payees === 1 ? 'payee' : 'payees'}: gross ${total((line) => line.gross)}, tax ${total((line) => line.tax)} ${currency}.\n`;
}

const AGEING_COLUMNS = ['what', 'party', 'since', 'days', 'below 30', '30 to 59', '60 to 89', '90 and more', 'total'];

/** What stands open, as a table. */
export function ageingText(rows: readonly Aged[], asOf: string, { digits }: Showing): string {
  if (rows.length === 0) return `Nothing stands open after ${asOf}.\n`;
  const money = (amount: Money): string => (amount === 0n ? '' : formatMoney(amount, digits));
  const columns = AGEING_COLUMNS.map((title, at): Column => (at < 3 ? { title } : right(title)));
  const cells = rows.map((row) => [
    row.kind,
    row.party,
    row.since,
    String(row.days),
    ...row.ages.map(money),
    money(row.total),
  ]);
  return `After ${asOf}, by days:\n${table(columns, cells)}`;
}

export function ageingDocument({ kind, party, since, days, ages, total }: Aged, digits: number) {
  const [below30, from30, from60, from90] = ages.map((amount) => formatMoney(amount, digits));
  return { kind, party, since, days, below30, from30, from60, from90, total: formatMoney(total, digits) };
}

/** An adjustment as it is listed. */
export interface ListedAdjustment {
  readonly adjustmentId: string;
  readonly party: string;
  readonly amount: Money;
  readonly reason: string;
  readonly document: string;
  readonly proposed: { readonly by: string; readonly at: number };
  readonly approved: { readonly by: string; readonly at: number } | null;
  readonly state: 'waits' | 'approved' | 'posted';
}

export function adjustmentsText(list: readonly ListedAdjustment[], { digits, calendar }: Showing): string {
  if (list.length === 0) return 'No adjustments.\n';
  const who = (of: { by: string; at: number } | null): string =>
    of === null ? '' : `${calendar.format(of.at).slice(0, 10)} ${of.by}`;
  return tableBy(list, [
    { title: 'adjustment', cell: ({ adjustmentId }) => adjustmentId },
    { title: 'party', cell: ({ party }) => party },
    { ...right('amount'), cell: ({ amount }) => formatMoney(amount, digits) },
    { title: 'state', cell: ({ state }) => state },
    { title: 'proposed', cell: ({ proposed }) => who(proposed) },
    { title: 'approved', cell: ({ approved }) => who(approved) },
    { title: 'reason', max: 50, cell: ({ reason }) => reason },
  ]);
}

export function adjustmentDocument({ amount, ...rest }: ListedAdjustment, digits: number) {
  return { ...rest, amount: formatMoney(amount, digits) };
}

/** What is shown of the book with a posting: how far its nights have come. */
type Shown = Showing & { readonly lastRunDay: Day | null };

/** Whether a posting waits for a second person, for its night, or is booked. */
const postingState = ({ approved }: Posting, { lastRunDay }: Shown): string => {
  if (approved === null) return 'waits';
  return lastRunDay !== null && approved.dueDay <= lastRunDay
    ? `booked on ${approved.dueDay}`
    : `booked by the night of ${approved.dueDay}`;
};

export function postingsText(list: readonly Posting[], of: Shown): string {
  if (list.length === 0) return 'No postings.\n';
  const columns: Column[] = [
    ...[{ title: 'posting' }, { title: 'bank line' }, { title: 'against' }, right('amount'), { title: 'instruction' }],
    ...[{ title: 'state' }, { title: 'proposed' }, { title: 'approved' }, { title: 'reason', max: 50 }],
  ];
  const rows = list.map((one) => [
    ...[one.postingId, one.lineId, one.against, formatMoney(one.amount, of.digits), one.instructionId ?? ''],
    ...[postingState(one, of), one.proposed.by, one.approved?.by ?? '', one.reason],
  ]);
  return table(columns, rows);
}

export function postingDocument({ amount, proposed, approved, ...rest }: Posting, of: Shown) {
  const said = (by: { by: string; at: number }) => ({ by: by.by, at: of.calendar.format(by.at) });
  return {
    ...rest,
    amount: formatMoney(amount, of.digits),
    state: postingState({ ...rest, amount, proposed, approved }, of),
    proposed: said(proposed),
    approved: approved === null ? null : { ...said(approved), day: approved.dueDay },
  };
}
