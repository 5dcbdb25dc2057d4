/**
 * A story is what a command, a page and a document tell of one thing, told once: facts, tables, lists and steps, in one
 * language. Amounts, rates, instants and names stay what they are until a renderer writes them. It knows no medium.
 */
import type { Instant } from '../../core/calendar.ts';
import type { Money, Rate } from '../../core/money.ts';

/** What a state is like, beside its word. */
export type Tone = 'good' | 'wait' | 'bad' | 'none';

/** What a name leads to, where there is a way there. */
export type Thing = 'case' | 'break' | 'month' | 'finance' | 'rejects' | 'parked';

/** A value that each renderer writes its own way. */
export type Span =
  /** An amount with its sign, also where it is above zero. */
  | { readonly kind: 'change'; readonly of: Money }
  | { readonly kind: 'rate'; readonly of: Rate }
  /** A product with its rounding (SPEC 1). */
  | { readonly kind: 'product'; readonly base: Money; readonly rates: readonly Rate[] }
  | { readonly kind: 'instant'; readonly at: Instant }
  /** An id of the book. */
  | { readonly kind: 'id'; readonly of: string }
  | { readonly kind: 'state'; readonly word: string; readonly tone: Tone }
  /** Something that can be gone to: by its id, and by what it is called where there is room for that. */
  | { readonly kind: 'link'; readonly to: Thing; readonly id: string; readonly called: string };

/** Words with values among them; a bigint is an amount. */
export type Inline = string | number | Money | Span | readonly Inline[];

export const change = (of: Money): Span => ({ kind: 'change', of });
export const rate = (of: Rate): Span => ({ kind: 'rate', of });
export const product = (base: Money, ...rates: readonly Rate[]): Span => ({ kind: 'product', base, rates });
export const id = (of: string): Span => ({ kind: 'id', of });
export const state = (word: string, tone: Tone): Span => ({ kind: 'state', word, tone });
export const link = (to: Thing, of: string, called = of): Span => ({ kind: 'link', to, id: of, called });

/** An instant, given as such or as the ISO text of an event's body. */
export function instant(at: Instant | string): Span {
  return { kind: 'instant', at: typeof at === 'string' ? Date.parse(at) : at };
}

/** Pieces with something between each two of them. */
export function joined(pieces: readonly Inline[], between = ', '): Inline {
  return pieces.flatMap((piece, at) => (at === 0 ? [piece] : [between, piece]));
}

/** A label with what stands beside it. */
export interface Fact {
  readonly label: string;
  readonly value: Inline;
  /** What is said of the value. */
  readonly beside?: Inline;
  /** One of the few that a page is opened for. */
  readonly key?: true;
  /** Whether it is as it should be, where that can be said. */
  readonly tone?: Tone;
}

export interface Column {
  readonly label: string;
  readonly kind: 'amount' | 'rate' | 'count' | 'day' | 'id' | 'word' | 'text';
  /** The most columns of a terminal that a cell takes. */
  readonly most?: number;
  /** Where a cell stands when a row folds on a narrow screen: its first line, the end of that, or a line of its own. */
  readonly fold?: 'head' | 'end' | 'whole';
  /** A page, which has less room and leads on to the thing itself, leaves it out. */
  readonly more?: true;
}

/** Something looked at, with its answer and the fact that the answer relied on. */
export interface Test {
  readonly passed: boolean;
  readonly what: Inline;
  readonly fact: Inline;
}

/** Something that happened, or was tried, one after the other. */
export interface Step {
  readonly title: Inline;
  readonly day?: string;
  readonly tone: Tone;
  readonly under?: Inline;
  readonly tests?: readonly Test[];
  readonly facts?: readonly Fact[];
  readonly end?: Inline;
}

export type Block =
  | { readonly kind: 'facts'; readonly facts: readonly Fact[] }
  | {
      readonly kind: 'table';
      readonly columns: readonly Column[];
      readonly rows: readonly (readonly Inline[])[];
      readonly total?: readonly Inline[];
      /** Bars for it, where it can be drawn. */
      readonly chart?: readonly Bars[];
    }
  | { readonly kind: 'list'; readonly items: readonly Inline[]; readonly numbered?: true }
  | { readonly kind: 'steps'; readonly steps: readonly Step[] }
  /** A sentence; `tone` where it is a verdict. */
  | { readonly kind: 'note'; readonly says: Inline; readonly tone?: Tone };

/** Bars of a chart under one label, the book's and the other's. */
export interface Bars {
  readonly label: string;
  readonly book?: Money;
  readonly other: Money;
}

export interface Section {
  /** Empty where it needs none. */
  readonly title: Inline;
  /** Where steps on a terminal stand under their own days, the title is for pages. */
  readonly heads?: 'pages';
  readonly blocks: readonly Block[];
}

export interface Story {
  readonly title: Inline;
  readonly blocks: readonly Block[];
  readonly sections: readonly Section[];
}

/** A label with its value, and what is said of that. */
export const fact = (label: string, value: Inline, beside?: Inline): Fact =>
  beside === undefined ? { label, value } : { label, value, beside };
/** One of the few facts that a page is opened for. */
export const keyFact = (label: string, value: Inline, beside?: Inline): Fact => ({
  ...fact(label, value, beside),
  key: true,
});
export const facts = (of: readonly Fact[]): Block => ({ kind: 'facts', facts: of });
export const note = (says: Inline, tone?: Tone): Block => ({
  kind: 'note',
  says,
  ...(tone === undefined ? {} : { tone }),
});
export const list = (items: readonly Inline[]): Block => ({ kind: 'list', items });
export const steps = (of: readonly Step[]): Block => ({ kind: 'steps', steps: of });

/** A table of rows, each cell made by its column. */
export function tableOf<Row>(
  rows: readonly Row[],
  columns: readonly (Column & { readonly cell: (row: Row) => Inline; readonly total?: Inline })[],
): Block & { readonly kind: 'table' } {
  const totals = columns.map(({ total }) => total ?? '');
  return {
    kind: 'table',
    columns,
    rows: rows.map((row) => columns.map(({ cell }) => cell(row))),
    ...(totals.every((total) => total === '') ? {} : { total: totals }),
  };
}

/** A table without the columns in which no row has anything. */
export function used(of: Block & { readonly kind: 'table' }): Block {
  const kept = of.columns.map((_, at) => of.rows.some((row) => (row[at] ?? '') !== ''));
  const pick = <T>(cells: readonly T[]): T[] => cells.filter((_, at) => kept[at]);
  return {
    ...of,
    columns: pick(of.columns),
    rows: of.rows.map(pick),
    ...(of.total === undefined ? {} : { total: pick(of.total) }),
  };
}
