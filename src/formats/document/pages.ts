/**
 * A document on pages: the summary first, then every line in a table whose head is repeated, numbered pages. It is read
 * three times: for the totals and the widths of columns, for the count of pages, and to be set; a long one is never in
 * memory as a whole.
 */
import { type Document, type DocumentRow, pass } from '../../core/document.ts';
import { say } from '../../core/glossary.ts';
import type { MonthTotals } from '../../core/month.ts';
import { grouped, paged, percent } from '../figures.ts';
import { INNER, measure, PAPER, Paper, type Type, wrapped } from '../pdf.ts';
import { type DocumentColumn, PAGE_COLUMNS } from './columns.ts';
import {
  deductionsTold,
  type Fact,
  factsOf,
  memoOf,
  nothingOf,
  payingOf,
  sumsOf,
  type Terms,
  titleOf,
} from './told.ts';

/** One scale of sizes: title, text, the table. */
const TITLE: Type = { size: 17, weight: 'strong' };
const TEXT: Type = { size: 9, weight: 'regular' };
const STRONG: Type = { size: 9, weight: 'strong' };
const CELL: Type = { size: 7.5, weight: 'regular' };
const HEAD: Type = { size: 7.5, weight: 'strong' };
/** Of a line of text, by its size. */
const LEADING = 1.45;
const LEFT = PAPER.margin;
const RIGHT = PAPER.margin + INNER;
const BOTTOM = PAPER.height - 48;
const GAP = 10;
const ROW_SPACE = 3.5;
const MOST_LINES = 12;
/** Of the width that figures and days leave, what notes have at least where they need it. */
const NOTE_SHARE = 0.35;
/** Points that a column of ids asks for at most. */
const MOST = 150;

const step = (type: Type): number => type.size * LEADING;

interface Placed {
  readonly column: DocumentColumn;
  readonly title: readonly string[];
  readonly x: number;
  readonly width: number;
}

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

/** The first reading: totals, and the widest cell of each column. */
async function survey(document: Document, terms: Terms): Promise<{ totals: MonthTotals; widths: number[] }> {
  const columns = PAGE_COLUMNS[document.kind];
  const { totals, rows } = pass(document);
  const widths = columns.map(() => 0);
  for await (const list of rows) {
    for (const row of list) {
      for (const [at, column] of columns.entries()) {
        widths[at] = Math.max(widths[at] ?? 0, measure(shown(column, row, terms), CELL));
      }
    }
  }
  for (const [at, { sum }] of columns.entries()) {
    if (sum !== undefined) widths[at] = Math.max(widths[at] ?? 0, measure(paged(terms)(totals.sums[sum]), HEAD));
  }
  return { totals, widths };
}

const isFigure = ({ kind }: DocumentColumn): boolean => kind === 'amount' || kind === 'rate';

function shown(column: DocumentColumn, row: DocumentRow, terms: Terms): string {
  const cell = column.cell(row, terms);
  if (column.kind === 'amount') return cell === '' ? '' : grouped(cell);
  return column.kind === 'rate' ? percent(cell).replace('\u00a0', ' ') : cell;
}

/** Gives the columns the page: figures, days and words what they need; ids and notes what is left. */
function placed(document: Document, widths: readonly number[], terms: Terms): Placed[] {
  const columns = PAGE_COLUMNS[document.kind];
  const titles = columns.map(({ term }) => titleLines(say(term, 'zh'), say(term, 'en'), terms));
  const wanted = columns.map((column, at) => {
    const title = Math.max(...(titles[at] ?? []).map((line) => measure(line, HEAD)));
    const cell = widths[at] ?? 0;
    return Math.max(title, column.kind === 'id' ? Math.min(cell, MOST) : cell);
  });
  const last = columns.length - 1;
  const room = INNER - GAP * last;
  const isFixed = (at: number): boolean => at !== last && columns[at]?.kind !== 'id';
  const sumOf = (which: (at: number) => boolean): number =>
    wanted.reduce((sum, width, at) => (which(at) ? sum + width : sum), 0);
  const left = room - sumOf(isFixed);
  const note = Math.min(wanted[last] ?? 0, left * NOTE_SHARE);
  const asked = sumOf((at) => !isFixed(at) && at !== last);
  const shrink = Math.min(1, (left - note) / asked);
  const given = wanted.map((width, at) => (isFixed(at) ? width : width * shrink));
  given[last] = 0;
  // Whatever the others leave is the last column's, which holds notes.
  given[last] = room - given.reduce((sum, width) => sum + width, 0);
  let x = LEFT;
  return columns.map((column, at) => {
    const width = given[at] ?? 0;
    const place: Placed = { column, title: titles[at] ?? [], x, width };
    x += width + GAP;
    return place;
  });
}

/** In both languages a column is headed by two lines. */
function titleLines(zh: string, en: string, { language }: Terms): string[] {
  if (language === 'both') return zh === en ? [zh] : [zh, en];
  return [language === 'zh' ? zh : en];
}

type Cells = readonly (readonly string[])[];

function cellsOf(row: DocumentRow, columns: readonly Placed[], terms: Terms): Cells {
  return columns.map(({ column, width }) => {
    const text = shown(column, row, terms);
    return isFigure(column) ? [text] : wrapped(text, CELL, width, MOST_LINES);
  });
}

const heightOf = (cells: Cells): number => Math.max(...cells.map((lines) => lines.length)) * step(CELL) + ROW_SPACE;

function headHeight(columns: readonly Placed[]): number {
  return Math.max(...columns.map(({ title }) => title.length)) * step(HEAD) + ROW_SPACE + 1;
}

/** Where the table begins on the pages after the first. */
const CONTINUED = PAPER.margin + step(TEXT) + 12;

/** The second reading: how many pages the rows take, as Page sets them. */
async function countPages(
  document: Document,
  columns: readonly Placed[],
  firstTop: number,
  terms: Terms,
): Promise<number> {
  const head = headHeight(columns);
  let pages = 1;
  let y = firstTop + head;
  const room = (height: number): void => {
    if (y + height > BOTTOM) {
      pages++;
      y = CONTINUED + head;
    }
    y += height;
  };
  for await (const rows of pass(document).rows) {
    for (const row of rows) room(heightOf(cellsOf(row, columns, terms)));
  }
  if (document.frame.through !== null) room(TOTAL_HEIGHT);
  return pages;
}

const TOTAL_HEIGHT = step(HEAD) + ROW_SPACE;

interface Summary {
  readonly facts: readonly Fact[];
  readonly sums: readonly (readonly [label: string, amount: string])[];
  readonly ends: readonly Fact[];
  readonly memo: { readonly heading: string; readonly amounts: readonly (readonly [string, string])[] } | null;
  /** Where the table may begin. */
  readonly height: number;
}

const SIDES_TOP_SPACE = 16;
const SUMS_WIDTH = 230;
const MEMO_WIDTH = 160;
const ENDS_LEFT = LEFT + SUMS_WIDTH + 50;

function summaryOf(document: Document, totals: MonthTotals, terms: Terms): Summary {
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

function sidesTop(facts: readonly Fact[]): number {
  return PAPER.margin + step(TITLE) + 6 + factLines(facts, INNER).length * step(TEXT) + SIDES_TOP_SPACE;
}

/** Facts in lines: the label once, the value wrapped beside it. */
function factLines(facts: readonly Fact[], width: number): { label: string; text: string; indent: number }[] {
  const indent = Math.max(0, ...facts.map(([label]) => measure(label, TEXT))) + 16;
  return facts.flatMap(([label, value]) =>
    wrapped(value, TEXT, width - indent, MOST_LINES).map((text, at) => ({
      label: at === 0 ? label : '',
      text,
      indent,
    })),
  );
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
