/**
 * What the record of who did what keeps of the rows about people: a digest of each, under its name, in the entry of the deed
 * that wrote it. A row that was put in, altered or taken away by anybody else is found by them.
 */
import { sha256 } from '../../core/digest.ts';
import type { Session } from '../connection/session.ts';
import type { Row } from '../schema/tables.ts';

/** Digests of rows by the rows' names, such as `person 3f2a9c0b1d4e 1`. */
export type Kept = Readonly<Record<string, string>>;

/** The tables that are kept so, with the columns that name a row. */
const NAMED_BY = {
  person: ['person_id', 'version'],
  passkey: ['passkey_id'],
  passkey_end: ['passkey_id'],
  factor_reset: ['person_id', 'number', 'step'],
  sign_in_rule: ['version'],
} as const;
type KeptTable = keyof typeof NAMED_BY;

/** What an entry keeps of a row as it lies there. */
export function keptOf<T extends KeptTable>(table: T, row: Row<T>): Kept {
  const cells = new Map<string, unknown>(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)));
  const text = [...cells].map(([column, cell]) => [column, cell instanceof Buffer ? cell.toString('hex') : cell]);
  const name = [table, ...NAMED_BY[table].map((column) => String(cells.get(column)))].join(' ');
  return { [name]: sha256(JSON.stringify(text)) };
}

/** Every row about people, as entries have to keep it. */
export async function allKept({ db }: Session): Promise<ReadonlyMap<string, string>> {
  const found: [string, string][] = [];
  const add = <T extends KeptTable>(table: T, rows: readonly Row<T>[]): void => {
    for (const row of rows) found.push(...Object.entries(keptOf(table, row)));
  };
  add('person', await db.selectFrom('person').selectAll().execute());
  add('passkey', await db.selectFrom('passkey').selectAll().execute());
  add('passkey_end', await db.selectFrom('passkey_end').selectAll().execute());
  add('factor_reset', await db.selectFrom('factor_reset').selectAll().execute());
  add('sign_in_rule', await db.selectFrom('sign_in_rule').selectAll().execute());
  return new Map(found);
}
