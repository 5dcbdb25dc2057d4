/** What stands above the table on a document's first page, in lines, and how much room it takes. It sets nothing. */
import type { Document } from '../../core/month/document.ts';
import type { MonthTotals } from '../../core/month/month.ts';
import { grouped, paged } from '../files/figures.ts';
import { INNER, measure, PAPER, wrapped } from '../files/pdf.ts';
import { say } from '../words/index.ts';
import { LEFT, MOST_LINES, RIGHT, step, TEXT, TITLE } from './page-sizes.ts';
import { deductionsTold, type Fact, factsOf, memoOf, payingOf, sumsOf, type Terms } from './told.ts';

export interface Summary {
  readonly facts: readonly Fact[];
  readonly sums: readonly (readonly [label: string, amount: string])[];
  readonly ends: readonly Fact[];
  readonly memo: { readonly heading: string; readonly amounts: readonly (readonly [string, string])[] } | null;
  /** Where the table may begin. */
  readonly height: number;
}

const SIDES_TOP_SPACE = 16;
export const SUMS_WIDTH = 230;
export const MEMO_WIDTH = 160;
export const ENDS_LEFT = LEFT + SUMS_WIDTH + 50;

export function summaryOf(document: Document, totals: MonthTotals, terms: Terms): Summary {
  const { language } = terms;
  const money = paged(terms);
  const told = document.kind === 'deductions' ? deductionsTold(totals, terms, money) : [];
  const memo = memoOf(document, terms);
  const ends: Fact[] = [
    [say('line-count', language), grouped(String(totals.count))],
    ...payingOf(document, terms, money),
    ...(told.length === 0 ? [] : [[say('deductions', language), told.join(', ')] as const]),
  ];
  const summary = {
    facts: factsOf(document, terms),
    sums: sumsOf(document, totals, terms).map(({ label, amount }) => [label, money(amount)] as const),
    ends,
    memo:
      memo === null
        ? null
        : {
            heading: `${say('memo', language)}, ${memo.when}`,
            amounts: memo.amounts.map(({ label, amount }) => [label, money(amount)] as const),
          },
  };
  const line = step(TEXT);
  const sums = summary.sums.length * line + 6;
  const memoLines = summary.memo === null ? 0 : 1.4 + summary.memo.amounts.length;
  const endsHeight = (factLines(ends, RIGHT - ENDS_LEFT).length + memoLines) * line;
  const top = sidesTop(summary.facts);
  return { ...summary, height: top + Math.max(sums, endsHeight) + 18 };
}

export function sidesTop(facts: readonly Fact[]): number {
  return PAPER.margin + step(TITLE) + 6 + factLines(facts, INNER).length * step(TEXT) + SIDES_TOP_SPACE;
}

/** Facts in lines: the label once, the value wrapped beside it. */
export function factLines(facts: readonly Fact[], width: number): { label: string; text: string; indent: number }[] {
  const indent = Math.max(0, ...facts.map(([label]) => measure(label, TEXT))) + 16;
  return facts.flatMap(([label, value]) =>
    wrapped(value, TEXT, width - indent, MOST_LINES).map((text, at) => ({
      label: at === 0 ? label : '',
      text,
      indent,
    })),
  );
}
