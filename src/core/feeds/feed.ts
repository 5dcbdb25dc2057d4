/**
 * What a feed is: its name, its columns, its key, and how a row of text becomes a row of values. It knows nothing of
 * files or of the database.
 */
import { isRounded, meant, remedyOf } from './cell.ts';
import type { Column, Terms, Value } from './columns.ts';
import type { Odd } from './odd.ts';

export type Columns = Readonly<Record<string, Column>>;
export type RowOf<C extends Columns> = { readonly [K in keyof C]: C[K] extends Column<infer T> ? T : never };
export type Row = Readonly<Record<string, Value>>;

export interface Feed<C extends Columns = Columns> {
  readonly name: string;
  readonly columns: C;
  /** The columns as a list, which is walked for each row. */
  readonly inOrder: readonly { readonly name: keyof C & string; readonly column: Column }[];
  /** The columns that make a row's key (SPEC 3, Keys). */
  readonly key: readonly (keyof C & string)[];
  /** Columns a later row of the same key may change; the new version holds from the next day to be run (SPEC 3). */
  readonly amendable: readonly (keyof C & string)[];
  /** Bounds that need more than one cell: a sentence when they are broken. */
  readonly bounds: (row: RowOf<C>) => string | undefined;
  /** What looks wrong in a row that is taken; `tomorrow` is the first instant after today, where somebody knows today. */
  readonly odd: (row: RowOf<C>, tomorrow: number | undefined) => readonly Odd[];
}

interface FeedShape<C extends Columns> {
  columns: C;
  key: readonly (keyof C & string)[] | 'row';
  amendable?: readonly (keyof C & string)[];
  bounds?: (row: RowOf<C>) => string | undefined;
  odd?: (row: RowOf<C>, tomorrow: number | undefined) => readonly Odd[];
}

/** Why a row is none: one sentence, and the column whose cell it is about, where it is about one. */
export class Fault {
  readonly reason: string;
  readonly column: string | null;

  constructor(reason: string, column: string | null = null) {
    this.reason = reason;
    this.column = column;
  }
}

/** Makes a feed of its columns, its key and the bounds of a row. */
export function feed<C extends Columns>(name: string, shape: FeedShape<C>): Feed<C> {
  return {
    name,
    columns: shape.columns,
    inOrder: Object.entries(shape.columns).map(([name, column]) => ({ name, column })),
    key: shape.key === 'row' ? Object.keys(shape.columns) : shape.key,
    amendable: shape.amendable ?? [],
    bounds: shape.bounds ?? (() => undefined),
    odd: shape.odd ?? (() => []),
  };
}

/** The columns a file of this feed has to have: those whose cells must not be empty. */
export function requiredColumns(of: Feed): string[] {
  return Object.keys(of.columns).filter((name) => of.columns[name]?.empty === undefined);
}

/**
 * Reads one row: each cell, then the bounds of a single row (SPEC 3, the first judgement).
 * @param cells texts in the order of the feed's columns; null where a cell is absent or empty
 * @returns the row, or which cell is wrong and what it should hold
 */
export function parseRow<C extends Columns>(
  of: Feed<C>,
  cells: readonly (string | null)[],
  terms: Terms,
): RowOf<C> | Fault {
  const row: Record<string, Value> = {};
  let at = 0;
  for (const { name, column } of of.inOrder) {
    const cell = cells[at++] ?? null;
    const text = cell === null ? '' : meant(cell, column.isFree !== true);
    const value = text === '' ? column.empty : column.parse(text, terms);
    if (value === undefined || (column.isFree !== true && isRounded(text))) return cellFault(name, column, text);
    row[name] = value;
  }
  const parsed = row as RowOf<C>;
  const broken = of.bounds(parsed);
  return broken === undefined ? parsed : new Fault(broken);
}

/** What is wrong with a cell, and what it should hold. */
function cellFault(name: string, column: Column, text: string): Fault {
  if (text === '') return new Fault(`${name} is empty: it must be ${column.expected}`, name);
  const remedy = remedyOf(text, column.kind);
  return new Fault(`${name} is ${quote(text)}: ${remedy ?? `it must be ${column.expected}`}`, name);
}

/** The key of a row of which not every cell need be right; null where the key itself does not read. */
export function keyOfCells(of: Feed, cells: readonly (string | null)[], terms: Terms): string | null {
  const names = Object.keys(of.columns);
  const row: Record<string, Value> = {};
  for (const name of of.key) {
    const column = of.columns[name];
    const text = column === undefined ? '' : meant(cells[names.indexOf(name)] ?? '', column.isFree !== true);
    const value = text === '' ? column?.empty : column?.parse(text, terms);
    if (value === undefined) return null;
    row[name] = value;
  }
  return keyOf(of, row);
}

/** A cell as a sentence shows it: in quotation marks, cut short, control characters made visible. */
export function quote(text: string): string {
  const short = text.length > 60 ? `${text.slice(0, 57)}...` : text;
  return JSON.stringify(short);
}

/** A value's canonical text: equal values have equal texts, by value and not by spelling. */
export function canonical(value: Value): string {
  if (value === null) return '';
  return Array.isArray(value) ? value.join(';') : String(value);
}

/** A row's key as one text; the separator cannot occur in ids, and free text is last where it is part of a key. */
export function keyOf(of: Feed, row: Row): string {
  return of.key.map((name) => canonical(row[name] ?? null)).join('\u001f');
}

/** True when two rows of one feed hold the same values in every known column. */
export function sameContent(of: Feed, a: Row, b: Row): boolean {
  return Object.keys(of.columns).every((name) => canonical(a[name] ?? null) === canonical(b[name] ?? null));
}
