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

/** A digest of all that a batch put into tables that nights seal; null where it put nothing there. */
export async function digestOfBatch(session: Session, key: Buffer, batch: bigint): Promise<string | null> {
  const row = await session.first(sql<{ readonly digest: string }>`
    select digest from (${batchDigests(key, sql`batch = ${batch}`)}) found`);
  return row?.digest ?? null;
}

/** A batch of which the rows are not those that were delivered, and how many there are of the kind. */
export interface AlteredBatch {
  readonly batch: bigint;
  readonly stored: string | null;
  readonly derived: string | null;
  readonly total: bigint;
}

/** The first batch whose rows are not what was digested when it was delivered. */
export function alteredBatch(session: Session, key: Buffer): Promise<AlteredBatch | undefined> {
  return session.first(sql<AlteredBatch>`
    with found as (${batchDigests(key, sql`true`)}),
    said as (select batch, min(digest) as digest, min(digest) is distinct from max(digest) as torn
      from tally where not woken group by batch)
    select coalesce(said.batch, found.batch) as batch, found.digest as stored, said.digest as derived,
      count(*) over () as total
    from said full join found on found.batch = said.batch
    where torn or found.digest is distinct from said.digest order by 1 limit 1`);
}

function batchDigests(key: Buffer, which: RawBuilder<unknown>): RawBuilder<unknown> {
  const parts = SEALED_TABLES.map((table) => rowsOf(table, sql`0`, which));
  return sql`
    select batch, encode(sha256(string_agg(sha256(${key} || convert_to("table" || text, 'UTF8')), ''::bytea
      order by "table" collate "C", n, text collate "C")), 'hex') as digest
    from (${sql.join(parts, sql` union all `)}) delivered group by batch`;
}
