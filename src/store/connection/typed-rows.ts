/**
 * Rows of a table in COPY's binary format, given by the names of their columns: each column has a kind, and a cell is written
 * as its kind is. The server refuses a table whose columns have other types, so a kind that is wrong cannot go unseen.
 */
import { BinaryRows } from './binary-rows.ts';
import type { CopyRow } from './copy-format.ts';

/** How the cells of a column are given, and what they are to the server. */
type Kind = 'int2' | 'int8' | 'text' | 'instant' | 'day' | 'decimal' | 'boolean' | 'hex';

/** The columns of a table and their kinds. */
export type Kinds = Readonly<Record<string, Kind>>;

type Cell = CopyRow[string];

const WRITERS: { readonly [K in Kind]: (rows: TypedRows, cell: NonNullable<Cell>) => void } = {
  int2: (rows, cell) => rows.int2(Number(cell)),
  int8: (rows, cell) => rows.int8(typeof cell === 'string' ? BigInt(cell) : (cell as bigint | number)),
  text: (rows, cell) => rows.text(cell as string),
  instant: (rows, cell) => rows.instant(cell as number),
  day: (rows, cell) => rows.day(cell as string),
  decimal: (rows, cell) => rows.decimal(cell as string),
  boolean: (rows, cell) => rows.boolean(cell === true),
  hex: (rows, cell) => rows.hex(cell as string),
};

export class TypedRows extends BinaryRows {
  readonly #names: readonly string[];
  readonly #writers: readonly ((rows: TypedRows, cell: NonNullable<Cell>) => void)[];

  constructor(kinds: Kinds) {
    super(Object.keys(kinds));
    this.#names = this.columns;
    this.#writers = Object.values(kinds).map((kind) => WRITERS[kind]);
  }

  /** Adds a row. A column that it does not name is null. */
  add(row: CopyRow): void {
    this.row();
    for (let at = 0; at < this.#names.length; at++) {
      const cell = row[this.#names[at] ?? ''];
      if (cell === null || cell === undefined) this.none();
      else this.#writers[at]?.(this, cell);
    }
  }
}
