/** A document as text for a terminal: facts, tables of lines, sums, what was paid, the memo. */

import { formatMoney } from '../../core/money.ts';
import { pass } from '../../core/month/document.ts';
import { aligned } from '../files/lines.ts';
import { type Column, table, visible, width } from '../files/table.ts';
import { say } from '../words/index.ts';
import { columnsOf, type DocumentColumn } from './columns.ts';
import type { DocumentFormat } from './format.ts';
import { deductionsTold, factsOf, memoOf, nothingOf, payingOf, type Sum, sumsOf, type Terms, titleOf } from './told.ts';

/** The most columns of screen that a note takes. */
const MOST = { note: 60, why: 80 } as const;

/** Tables of at most a list's lines each, so that a long month is shown as it is read. */
export const text: DocumentFormat = {
  extension: 'txt',
  mime: 'text/plain; charset=utf-8',
  language: 'en',
  async *write(document, terms) {
    const columns = columnsOf('text', document);
    const heads = columns.map((column) => headOf(column, terms));
    const { totals, rows } = pass(document);
    yield `${visible(titleOf(document, terms))}\n${aligned(factsOf(document, terms))}\n`;
    for await (const list of rows) {
      yield `${table(
        heads,
        list.map((row) => columns.map((column) => column.cell(row, terms))),
      )}\n`;
    }
    if (totals.count === 0) yield `${visible(nothingOf(document, terms))}\n\n`;
    yield sumsText(sumsOf(document, totals, terms), terms);
    const paying = payingOf(document, terms);
    if (paying.length > 0) yield `\n${aligned(paying)}`;
    const told = document.kind === 'statement' ? [] : deductionsTold(totals, terms);
    if (told.length > 0) yield `\n${say('deductions-told', terms.language, { told: told.join(', ') })}\n`;
    const memo = memoOf(document, terms);
    if (memo !== null) yield `\n${visible(memo.sentence)}\n`;
  },
};

function headOf({ term, kind }: DocumentColumn, { language }: Terms): Column {
  const title = say(term, language);
  if (term === 'note' || term === 'why') return { title, max: MOST[term] };
  return { title, align: kind === 'amount' || kind === 'rate' ? 'right' : 'left' };
}

/** Labelled amounts, one below the other, a rule above the last. */
function sumsText(sums: readonly Sum[], { digits }: Terms): string {
  const rule = '-';
  const texts = sums.map(({ amount }) => formatMoney(amount, digits));
  const labels = Math.max(...sums.map(({ label }) => width(label)));
  const amounts = Math.max(...texts.map((one) => one.length));
  const rows = sums.map(
    ({ label }, at) => `  ${label}${' '.repeat(labels - width(label))}  ${(texts[at] ?? '').padStart(amounts)}\n`,
  );
  return [...rows.slice(0, -1), `  ${rule.repeat(labels)}  ${rule.repeat(amounts)}\n`, ...rows.slice(-1)].join('');
}
