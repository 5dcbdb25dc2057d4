/**
 * Digests of what was delivered, by table and by the night that saw it. A row counts with every column but its batch and
 * its number in it, which depend on how a delivery was cut; the order in which rows were accepted counts. What a digest
 * was is sealed in the log; that it still is so, src/verify finds.
 */
import { type RawBuilder, sql } from 'kysely';
import type { SealedRows } from '../../core/events/run.ts';
import type { Session } from '../connection/session.ts';
import { SEALED_TABLES } from '../schema/evidence.ts';

/** Rows of a table that one night saw. `night` is its place among the thresholds asked for, from 1. */
export interface NightRows extends SealedRows {
  readonly night: number;
}

/**
 * Digests everything delivered, by table and night.
 * @param key mixed into each row's digest
 * @param batches the last batch that each night saw, ascending, after the one from which on rows count
 */
export async function digestsOf(session: Session, key: Buffer, batches: readonly bigint[]): Promise<NightRows[]> {
  const edges = sql`${batches.map(String)}::bigint[]`;
  // The night of a batch: as many thresholds as are below it.
  const night = sql`width_bucket(batch - 1, ${edges})`;
  const seen = sql`batch > ${batches[0]} and batch <= ${batches.at(-1)}`;
  const parts = SEALED_TABLES.map((table) => rowsOf(table, night, seen));
  const rows = await session.all(sql<Omit<NightRows, 'rows'> & { readonly rows: bigint }>`
    select "table", night, count(*) as rows,
      encode(sha256(string_agg(sha256(${key} || convert_to(text, 'UTF8')), ''::bytea order by batch, n, text collate "C")),
        'hex') as digest
    from (${sql.join(parts, sql` union all `)}) delivered
    group by 1, 2 order by 2, 1`);
  return rows.map((row) => ({ ...row, rows: Number(row.rows) }));
}

/** A column that comes later is null in earlier rows, and so changes no digest of them. */
function rowsOf(table: string, night: RawBuilder<unknown>, seen: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`select ${table}::text as "table", ${night} as night, batch, n,
      jsonb_strip_nulls(to_jsonb(t) - array['batch', 'n'])::text as text
    from ${sql.table(table)} t where ${seen}`;
}
