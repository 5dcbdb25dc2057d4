/** A document as a workbook: a sheet with the summary, a sheet with every line and its totals. */

import { formatMoney } from '../../core/money.ts';
import type { Document } from '../../core/month/document.ts';
import { type DocumentRow, pass, totalsOf } from '../../core/month/document.ts';
import type { MonthTotals } from '../../core/month/month.ts';
import { type SheetCell, type Style, workbook } from '../files/xlsx.ts';
import { say } from '../words/index.ts';
import { type CellKind, columnsOf, type DocumentColumn } from './columns.ts';
import type { DocumentFormat } from './format.ts';
import { deductionsTold, factsOf, memoOf, payingOf, sumsOf, type Terms, titleOf } from './told.ts';

/** In characters. */
const WIDTHS: Readonly<Record<CellKind, number>> = { words: 16, id: 24, amount: 14, rate: 9, day: 12 };
const WIDE = new Set(['note', 'why', 'entry-id', 'corrects']);

export const xlsx: DocumentFormat = {
  extension: 'xlsx',
  mime: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  language: 'both',
  async *write(document, terms) {
    const totals = await totalsOf(document);
    const columns = columnsOf('sheet', document);
    const summary = summaryRows(document, totals, terms);
    yield* workbook(
      [
        {
          name: say('summary', terms.language),
          widths: [26, 20, 60],
          head: [],
          rows: once(summary),
        },
        {
          name: say('lines', terms.language),
          widths: columns.map(({ term, kind }) => (WIDE.has(term) ? 44 : WIDTHS[kind])),
          head: [columns.map(({ term }) => ({ text: say(term, terms.language), style: 'head' }))],
          rows: lineRows(document, columns, totals, terms),
        },
      ],
      terms.digits,
    );
  },
};

async function* once<T>(rows: readonly T[]): AsyncGenerator<readonly T[]> {
  yield rows;
}

function summaryRows(document: Document, totals: MonthTotals, terms: Terms): SheetCell[][] {
  const { language, digits } = terms;
  const fact = ([label, value]: readonly [string, string]): SheetCell[] => [
    { text: label, style: 'label' },
    { text: value },
  ];
  const amount = (label: string, value: bigint, style: Style = 'amount'): SheetCell[] => [
    { text: label, style: 'label' },
    { number: formatMoney(value, digits), style },
  ];
  const sums = sumsOf(document, totals, terms);
  const memo = memoOf(document, terms);
  const deductions = document.kind === 'deductions' ? deductionsTold(totals, terms) : [];
  return [
    [{ text: titleOf(document, terms), style: 'title' }],
    [],
    ...factsOf(document, terms).map(fact),
    [],
    ...sums.map(({ label, amount: value }, at) => amount(label, value, at === sums.length - 1 ? 'total' : 'amount')),
    [],
    [{ text: say('line-count', language), style: 'label' }, { text: String(totals.count) }],
    ...payingOf(document, terms).map(fact),
    ...(deductions.length === 0 ? [] : [fact([say('deductions', language), deductions.join(', ')])]),
    ...(memo === null
      ? []
      : [
          [],
          fact([say('memo', language), memo.when]),
          ...memo.amounts.map(({ label, amount: value }) => amount(label, value)),
        ]),
  ];
}

async function* lineRows(
  document: Document,
  columns: readonly DocumentColumn[],
  known: MonthTotals,
  terms: Terms,
): AsyncGenerator<SheetCell[][]> {
  for await (const rows of pass(document).rows) {
    yield rows.map((row) => columns.map((column) => cellOf(column, row, terms)));
  }
  const total: SheetCell[] = columns.map(({ sum }, at) =>
    sum === undefined
      ? at === 0
        ? { text: say('total', terms.language), style: 'label' }
        : null
      : { number: formatMoney(known.sums[sum], terms.digits), style: 'total' },
  );
  yield [total];
}

function cellOf(column: DocumentColumn, row: DocumentRow, terms: Terms): SheetCell {
  const text = column.cell(row, terms);
  if (text === '') return null;
  if (column.kind === 'amount' || column.kind === 'rate') return { number: text, style: column.kind };
  if (column.kind === 'day') return { number: dayNumber(text), style: 'day' };
  return { text };
}

/** A day as sheets count them: whole days since 1899-12-30. */
function dayNumber(day: string): string {
  return String(Date.parse(`${day}T00:00:00Z`) / 86_400_000 + 25_569);
}
