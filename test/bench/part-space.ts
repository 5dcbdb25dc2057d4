// Space: bytes a line of each large table, and of each of its indexes; a table's partitions are taken together.
import { FINISHED, type Stage } from './stage.ts';

const TABLES = [
  'log',
  'transfer',
  'attribution',
  'settlement',
  'account_day',
  'waiting_day',
  'click',
  'order_line',
  'trade_fact',
];

export async function spacePart(stage: Stage): Promise<void> {
  const { figures, ground, options } = stage;
  await stage.finished();
  const { rows } = await ground.within(FINISHED, (session) =>
    session.client.query<{ name: string; index: string | null; bytes: bigint }>(
      `with leaf as (
         select t.name, r.relid from unnest($1::text[]) t (name), pg_partition_tree(t.name::regclass) r where r.isleaf
         union select name, name::regclass from unnest($1::text[]) name
         where not exists (select from pg_partitioned_table where partrelid = name::regclass))
       select name, null as index, sum(pg_table_size(relid))::bigint as bytes from leaf group by name
       union all
       select l.name, coalesce(parent.relname, own.relname), sum(pg_relation_size(i.indexrelid))::bigint
       from leaf l join pg_index i on i.indrelid = l.relid join pg_class own on own.oid = i.indexrelid
         left join pg_inherits h on h.inhrelid = i.indexrelid left join pg_class parent on parent.oid = h.inhparent
       group by 1, 2`,
      [TABLES],
    ),
  );
  let whole = 0;
  for (const table of TABLES) {
    const of = rows.filter(({ name }) => name === table).sort((a, b) => (a.index ?? '').localeCompare(b.index ?? ''));
    for (const { index, bytes } of of) {
      whole += Number(bytes);
      figures.add(
        'space',
        index === null ? table : `${table}: index ${index}`,
        Number(bytes) / options.lines,
        'bytes/line',
      );
    }
  }
  figures.add('space', 'all of these', whole / options.lines, 'bytes/line');
}
