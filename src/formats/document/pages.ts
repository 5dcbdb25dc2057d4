/**
 * A document on pages: the summary first, then every line in a table whose head is repeated, numbered pages. It is read
 * three times: for the totals and the widths of columns, for the count of pages, and to be set; a long one is never in
 * memory as a whole.
 */
import { type Document, pass } from '../../core/month/document.ts';
import type { MonthTotals } from '../../core/month/month.ts';
import { grouped, paged } from '../files/figures.ts';
import { INNER, PAPER, Paper } from '../files/pdf.ts';
import { say } from '../words/index.ts';
import { BOTTOM, CELL, HEAD, LEFT, RIGHT, ROW_SPACE, STRONG, step, TEXT, TITLE } from './page-sizes.ts';
import { ENDS_LEFT, factLines, MEMO_WIDTH, SUMS_WIDTH, type Summary, sidesTop, summaryOf } from './page-summary.ts';
import {
  type Cells,
  CONTINUED,
  cellsOf,
  countPages,
  headHeight,
  heightOf,
  isFigure,
  type Placed,
  placed,
  survey,
  TOTAL_HEIGHT,
} from './page-table.ts';
import { type Fact, nothingOf, type Terms, titleOf } from './told.ts';

/** Writes a document on pages. */
export async function* writePages(document: Document, terms: Terms): AsyncGenerator<Uint8Array> {
  const { totals, widths } = await survey(document, terms);
  const columns = placed(document, widths, terms);
  const summary = summaryOf(document, totals, terms);
  const pages = await countPages(document, columns, summary.height, terms);
  const paper = new Paper({
    title: `${titleOf(document, terms)} ${document.frame.month}`,
    at: instantOf(document, terms),
    chinese: terms.language !== 'en',
  });
  const page = new Page(paper, document, terms, columns, pages);
  page.first(summary);
  if (totals.count === 0) page.nothing(nothingOf(document, terms));
  else {
    page.head();
    for await (const rows of pass(document).rows) {
      for (const row of rows) page.row(cellsOf(row, columns, terms));
      yield* paper.taken();
    }
    page.total(totals);
  }
  yield* paper.rest();
}

/** The file's own time: the end of the last day that it tells of. */
function instantOf({ frame }: Document, { calendar }: Terms): number {
  return frame.through === null ? calendar.startOf(`${frame.month}-01`) : calendar.endOf(frame.through);
}

/** Sets a document on paper, page after page. */
class Page {
  readonly #paper: Paper;
  readonly #document: Document;
  readonly #terms: Terms;
  readonly #columns: readonly Placed[];
  readonly #pages: number;
  #y = 0;

  constructor(paper: Paper, document: Document, terms: Terms, columns: readonly Placed[], pages: number) {
    this.#paper = paper;
    this.#document = document;
    this.#terms = terms;
    this.#columns = columns;
    this.#pages = pages;
  }

  /** The first page down to where the table begins. */
  first({ facts, sums, ends, memo, height }: Summary): void {
    const paper = this.#paper;
    this.#foot(paper.turn());
    paper.set(titleOf(this.#document, this.#terms), LEFT, PAPER.margin, TITLE);
    this.#facts(facts, LEFT, PAPER.margin + step(TITLE) + 6, INNER);
    const top = sidesTop(facts);
    let y = top;
    for (const [at, [label, amount]] of sums.entries()) {
      const last = at === sums.length - 1;
      if (last) {
        paper.rule(LEFT, y + 2, SUMS_WIDTH, true);
        y += 5;
      }
      paper.set(label, LEFT, y, last ? STRONG : TEXT);
      paper.set(amount, LEFT + SUMS_WIDTH, y, last ? STRONG : TEXT, { right: true });
      y += step(TEXT);
    }
    y = this.#facts(ends, ENDS_LEFT, top, RIGHT - ENDS_LEFT);
    if (memo !== null) {
      y += 0.4 * step(TEXT);
      paper.set(memo.heading, ENDS_LEFT, y, STRONG);
      for (const [label, amount] of memo.amounts) {
        y += step(TEXT);
        paper.set(label, ENDS_LEFT, y, TEXT, { grey: true });
        paper.set(amount, ENDS_LEFT + MEMO_WIDTH, y, TEXT, { right: true });
      }
    }
    this.#y = height;
  }

  nothing(sentence: string): void {
    this.#paper.rule(LEFT, this.#y, INNER);
    this.#paper.set(sentence, LEFT, this.#y + 8, TEXT, { grey: true });
  }

  /** The names of the columns. */
  head(): void {
    const most = Math.max(...this.#columns.map(({ title }) => title.length));
    for (const { column, title, x, width } of this.#columns) {
      for (const [at, line] of title.entries()) {
        const y = this.#y + (most - title.length + at) * step(HEAD);
        this.#paper.set(line, isFigure(column) ? x + width : x, y, HEAD, { right: isFigure(column) });
      }
    }
    this.#y += headHeight(this.#columns);
    this.#paper.rule(LEFT, this.#y - 2, INNER, true);
  }

  row(cells: Cells): void {
    const height = heightOf(cells);
    this.#room(height);
    for (const [at, { column, x, width }] of this.#columns.entries()) {
      for (const [line, text] of (cells[at] ?? []).entries()) {
        const y = this.#y + line * step(CELL);
        this.#paper.set(text, isFigure(column) ? x + width : x, y, CELL, { right: isFigure(column) });
      }
    }
    this.#y += height;
    this.#paper.rule(LEFT, this.#y - ROW_SPACE / 2 - 0.5, INNER);
  }

  total({ sums }: MonthTotals): void {
    this.#room(TOTAL_HEIGHT);
    this.#paper.rule(LEFT, this.#y - ROW_SPACE / 2 - 0.5, INNER, true);
    this.#paper.set(say('total', this.#terms.language), LEFT, this.#y, HEAD);
    for (const { column, x, width } of this.#columns) {
      if (column.sum === undefined) continue;
      this.#paper.set(paged(this.#terms)(sums[column.sum]), x + width, this.#y, HEAD, { right: true });
    }
  }

  /** Turns the page where a row of this height finds no room. */
  #room(height: number): void {
    if (this.#y + height <= BOTTOM) return;
    this.#foot(this.#paper.turn());
    const { frame } = this.#document;
    const title = `${titleOf(this.#document, this.#terms)}, ${frame.month}`;
    this.#paper.set(title, LEFT, PAPER.margin, TEXT, { grey: true });
    this.#y = CONTINUED;
    this.head();
  }

  #foot(page: number): void {
    const y = PAPER.height - 34;
    const { event } = this.#document;
    const { language } = this.#terms;
    const seal = event === null ? '' : `${event.partition}:${event.position} ${event.hash}`;
    this.#paper.set(seal, LEFT, y, { size: 6.5, weight: 'regular' }, { grey: true });
    const words = say('page', language, { page: grouped(String(page)), pages: grouped(String(this.#pages)) });
    this.#paper.set(words, RIGHT, y, CELL, { right: true, grey: true });
  }

  /** Sets facts one below the other; returns where the next may stand. */
  #facts(facts: readonly Fact[], x: number, top: number, width: number): number {
    let y = top;
    for (const { label, text, indent } of factLines(facts, width)) {
      this.#paper.set(label, x, y, TEXT, { grey: true });
      this.#paper.set(text, x + indent, y, TEXT);
      y += step(TEXT);
    }
    return y;
  }
}
