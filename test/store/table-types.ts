// Writes the tables as Kysely knows them from the catalogs: each column with the type that the session's parsers give.
// It leaves out the partitions made while running (`click_*`).

import type { Session } from '../../src/store/connection/session.ts';

interface Column {
  readonly table: string;
  readonly column: string;
  readonly type: string;
  readonly isNullable: boolean;
  /** It may be left out of an insert. */
  readonly isGiven: boolean;
  /** The texts that a check lets it have; null where any. */
  readonly values: string | null;
}

/** What connection/copy-format.ts makes of a type, and what may be written where that is something else. */
const TYPES: Readonly<Record<string, string>> = {
  boolean: 'boolean',
  smallint: 'number',
  integer: 'number',
  bigint: 'bigint',
  text: 'string',
  'text[]': 'string[]',
  numeric: 'string',
  json: 'string',
  bytea: 'Buffer',
  date: 'Day',
  event_type: 'EventType',
};

export const KNOWN_TYPES = [...Object.keys(TYPES), 'timestamp with time zone'];

const COLUMNS = `
  select c.relname as table, a.attname as column, format_type(a.atttypid, null) as type, not a.attnotnull as "isNullable",
    a.atthasdef or a.attidentity <> '' as "isGiven",
    (select substring(pg_get_constraintdef(k.oid) from '^CHECK \\(\\(' || a.attname || ' = ANY \\(ARRAY\\[(.*)\\]\\)\\)\\)$')
     from pg_constraint k where k.conrelid = c.oid and k.contype = 'c' and k.conkey = array[a.attnum]
       and pg_get_constraintdef(k.oid) like '%= ANY (ARRAY[%') as values
  from pg_class c join pg_attribute a on a.attrelid = c.oid
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
    and a.attnum > 0 and not a.attisdropped
  order by c.relname collate "C", a.attnum`;

const HEAD = `/** The tables as Kysely knows them: made from the migrations by test/store/golden.test.ts, never by hand. */
import type { ColumnType, Generated, Selectable } from 'kysely';
import type { Day, Instant } from '../../core/calendar.ts';
import type { EventType } from '../../core/events/event.ts';

/** Read as milliseconds since the epoch, written as ISO text. */
type At = ColumnType<Instant, string, string>;
type MaybeAt = ColumnType<Instant | null, string | null, string | null>;

/** A row of a table as it is read. */
export type Row<T extends keyof Tables> = Readonly<Selectable<Tables[T]>>;
/** Some of its columns where the row may not be there. */
export type MaybeRow<T extends keyof Tables, K extends keyof Row<T>> = { readonly [N in K]: Row<T>[N] | null };

/** A row that was delivered: its batch, its number in that, and what came in columns that its feed has not. */
interface Delivered {
  batch: bigint;
  n: number;
  aside: string | null;
}

/** One that the night of a day records. */
interface Recorded extends Delivered {
  due_day: Day;
}

/** A row made of an event: where that lies in the log. */
interface Made {
  partition: number;
  position: bigint;
}
`;

/** What many tables have, the more of it first. */
const SHARED: readonly (readonly [name: string, columns: readonly string[]])[] = [
  ['Recorded', ['batch: bigint', 'n: number', 'aside: string | null', 'due_day: Day']],
  ['Delivered', ['batch: bigint', 'n: number', 'aside: string | null']],
  ['Made', ['partition: number', 'position: bigint']],
];

function typeOf({ table, column, type, isNullable, isGiven, values }: Column): string {
  if (type === 'timestamp with time zone') return isNullable ? 'MaybeAt' : 'At';
  const plain = values?.replaceAll('::text', '').replaceAll(', ', ' | ') ?? TYPES[type];
  if (plain === undefined) throw new Error(`${table}.${column} is ${type}: say here what its parser gives`);
  const read = isNullable ? `${plain} | null` : plain;
  return isGiven ? `Generated<${read}>` : read;
}

/** The file src/store/schema/tables.ts as the schema has it. */
export async function describeTables(session: Session): Promise<string> {
  const { rows } = await session.client.query<Column>(COLUMNS);
  const tables = [...new Set(rows.map(({ table }) => table))].map((table) => {
    const own = rows.filter((row) => row.table === table).map((row) => `${row.column}: ${typeOf(row)}`);
    const [name, columns] = SHARED.find(([, some]) => some.every((one) => own.includes(one))) ?? ['', []];
    const lines = own.filter((one) => !columns.includes(one)).map((one) => `    ${one};\n`);
    return `  ${table}: ${name === '' ? '' : `${name} & `}{\n${lines.join('')}  };\n`;
  });
  return `${HEAD}\nexport interface Tables {\n${tables.join('')}}\n`;
}
