/**
 * A document as csv: a row `opening`, a row an entry, a row `closing`, so that the balance can be followed down the file.
 * Safe in a spreadsheet: a cell that would start a formula, and an id that would be read as a number and lose digits,
 * gets an apostrophe in front.
 */

import { formatMoney, type Money } from '../../core/money.ts';
import { pass } from '../../core/month/document.ts';
import { csvRow, csvSafe } from '../files/csv.ts';
import { cellsOf, type LineCells, lineCells } from './cells.ts';
import type { DocumentFormat } from './format.ts';

const IDS: ReadonlySet<string> = new Set<keyof LineCells>(['subject', 'publisher_id', 'pid', 'sub_id', 'corrects']);
/** More digits than a spreadsheet shows as they are, or a zero in front, which it drops. */
const SPOILED = /^(0\d+|\d{12,})$/;

export const csv: DocumentFormat = {
  extension: 'csv',
  mime: 'text/csv; charset=utf-8',
  language: null,
  async *write(document, terms) {
    const names = cellsOf(document);
    const edge = (event: string, balance: Money): string => {
      const cells: Partial<LineCells> = {
        event,
        balance: formatMoney(balance, terms.digits),
        currency: terms.currency,
      };
      return csvRow(names.map((name) => cells[name] ?? null));
    };
    const { totals, rows } = pass(document);
    yield csvRow(names) + edge('opening', document.frame.opening);
    for await (const list of rows) {
      let piece = '';
      for (const row of list) {
        const cells = lineCells(names, row, terms);
        piece += csvRow(names.map((name) => safe(name, cells[name] ?? null)));
      }
      yield piece;
    }
    yield edge('closing', totals.balance);
  },
};

function safe(name: string, cell: string | null): string | null {
  return cell !== null && IDS.has(name) && SPOILED.test(cell) ? `'${cell}` : csvSafe(cell);
}
