/** A document as one JSON document: who and when, opening, lines, closing, sums, and what a statement adds. */

import { formatMoney, type Money } from '../../core/money.ts';
import { type Document, MOVEMENTS, pass } from '../../core/month/document.ts';
import type { MonthTotals } from '../../core/month/month.ts';
import { standingDocument } from '../standing.ts';
import { cellsOf, lineCells } from './cells.ts';
import type { DocumentFormat } from './format.ts';
import type { Terms } from './told.ts';

export const json: DocumentFormat = {
  extension: 'json',
  mime: 'application/json',
  language: null,
  async *write(document, terms) {
    const { party, month, open, through, asOf, opening } = document.frame;
    const head = {
      party,
      ...(document.kind === 'statement' ? { name: document.frame.name } : {}),
      month,
      open,
      through,
      asOf,
      currency: terms.currency,
      zone: terms.calendar.zone,
      opening: formatMoney(opening, terms.digits),
    };
    yield `${JSON.stringify(head, null, 2).slice(0, -2)},\n  "lines": [`;
    const names = cellsOf(document);
    const { totals, rows } = pass(document);
    let first = true;
    for await (const list of rows) {
      let piece = '';
      for (const row of list) {
        piece += `${first ? '\n' : ',\n'}    ${JSON.stringify(lineCells(names, row, terms))}`;
        first = false;
      }
      yield piece;
    }
    const tail = JSON.stringify(tailOf(document, totals, terms), null, 2);
    yield `${first ? '' : '\n  '}],\n${tail.slice(2)}\n`;
  },
};

function tailOf(document: Document, totals: MonthTotals, { digits }: Terms): Record<string, unknown> {
  const money = (amount: Money): string => formatMoney(amount, digits);
  return {
    closing: money(totals.balance),
    count: totals.count,
    sums: sumsDocument(totals, digits),
    movements: movementsDocument(document, totals, digits),
    ...(document.kind === 'deductions'
      ? {
          deductions: Object.fromEntries(
            [...totals.deductions].map(([state, { count, amount }]) => [state, { count, amount: money(amount) }]),
          ),
        }
      : statementTail(document.frame, money)),
  };
}

/** A document's sums by column, under the names of the columns, as plain decimals. */
export function sumsDocument({ sums }: MonthTotals, digits: number): Record<string, string> {
  const { commission, fee, earning, amount } = sums;
  return Object.fromEntries(
    Object.entries({ commission, fee, net: earning, amount }).map(([name, sum]) => [name, formatMoney(sum, digits)]),
  );
}

/** A document's sums by kind of entry, zeros included, as plain decimals. */
export function movementsDocument({ kind }: Document, totals: MonthTotals, digits: number): Record<string, string> {
  return Object.fromEntries(
    MOVEMENTS[kind].map(([name, ...types]) => [MOVEMENT_NAMES[name] ?? name, formatMoney(totals.of(...types), digits)]),
  );
}

const MOVEMENT_NAMES: Readonly<Record<string, string>> = {
  'given-back': 'given back',
  'brought-in': 'brought in',
  'deduction-failed': 'failed',
};

function statementTail(
  { issued, payout, held, clearing, returned }: Extract<Document, { kind: 'statement' }>['frame'],
  money: (amount: Money) => string,
): Record<string, unknown> {
  return {
    statement:
      issued === null
        ? null
        : {
            closedOn: issued.business_day,
            disposition: issued.disposition,
            gross: money(issued.gross),
            taxDue: money(issued.tax_due),
            returned: money(issued.returned),
            payout: money(issued.payout),
          },
    payout: payout === null ? null : { id: payout.id, ...standingDocument(payout.standing) },
    memo: { held: money(held), clearing: money(clearing), returned: money(returned) },
  };
}
