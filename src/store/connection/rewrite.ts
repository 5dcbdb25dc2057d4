/** Lists of rows given to a statement whole, each by the names of its columns. */
import { type RawBuilder, sql } from 'kysely';
import type { CopyRow } from './copy-format.ts';
import type { Session } from './session.ts';

/** Rows as a table has them, to be selected from; a column that they do not name is null. */
export function rowsAs(table: string, rows: readonly CopyRow[]): RawBuilder<unknown> {
  const text = JSON.stringify(rows, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
  return sql`json_populate_recordset(null::${sql.table(table)}, ${text}::json)`;
}

/** Rewrites the rows of a table that have the keys of some: of their columns those that the first row names. */
export async function rewrite(session: Session, table: string, key: readonly string[], rows: readonly CopyRow[]) {
  const changed = Object.keys(rows[0] ?? {}).filter((name) => !key.includes(name));
  if (changed.length === 0) return;
  const pair = (name: string, left: string) => sql`${sql.ref(left)} = ${sql.ref(`moved.${name}`)}`;
  await sql`update ${sql.table(table)} kept set ${sql.join(changed.map((name) => pair(name, name)))}
    from ${rowsAs(table, rows)} moved
    where ${sql.join(
      key.map((name) => pair(name, `kept.${name}`)),
      sql` and `,
    )}`.execute(session.db);
}
