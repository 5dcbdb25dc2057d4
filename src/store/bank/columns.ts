/** How plain CSV of each account was read the last time that its columns were said. What a column means it does not know. */
import { sql } from 'kysely';
import type { ColumnMap, KnownColumns } from '../../core/bank/table.ts';
import type { Session } from '../connection/session.ts';
import type { Row } from '../schema/tables.ts';

/** Remembers the columns of an account in place of those before. */
export async function rememberColumns(session: Session, { account, columns }: KnownColumns): Promise<void> {
  const row = { account, columns: JSON.stringify(columns) };
  await session.db
    .insertInto('bank_columns')
    .values(row)
    .onConflict((one) => one.column('account').doUpdateSet({ columns: row.columns }))
    .execute();
}

/** Those of every account, by account. */
export async function rememberedColumns(session: Session): Promise<KnownColumns[]> {
  const rows = await session.all(sql<Row<'bank_columns'>>`select account, columns from bank_columns order by account`);
  return rows.map(({ account, columns }) => ({ account, columns: JSON.parse(columns) as ColumnMap }));
}
