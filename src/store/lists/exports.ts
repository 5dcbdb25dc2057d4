/** The exports of SPEC 15 as streams of cells: what they hold and in which order. How they are written is in src/formats. */

import { type RawBuilder, sql } from 'kysely';
import type { Calendar, Day } from '../../core/calendar.ts';
import { STATEMENT_FIGURES } from '../../core/events/event.ts';
import { FEED_NAMES } from '../../core/feeds/index.ts';
import { entryId } from '../../core/ids.ts';
import { formatMoney, type Money } from '../../core/money.ts';
import { entryOrder } from '../chart.ts';
import type { Session } from '../connection/session.ts';
import type { Row } from '../schema/tables.ts';

/** What an export is written for. */
export interface ExportTerms {
  readonly calendar: Calendar;
  readonly currency: string;
  readonly digits: number;
  /** Only what was booked through this day; everything when null. */
  readonly asOf: Day | null;
}

export type Cell = string | null;

export interface Export {
  readonly columns: readonly string[];
  readonly rows: (session: Session, terms: ExportTerms) => AsyncGenerator<Cell[][]>;
}

async function* mapped<T>(session: Session, query: RawBuilder<T>, cells: (row: T) => Cell[]): AsyncGenerator<Cell[][]> {
  for await (const rows of session.stream(query)) yield rows.map(cells);
}

const through = (terms: ExportTerms) => (terms.asOf === null ? sql`true` : sql`business_day <= ${terms.asOf}`);

type Plain = string | bigint | boolean | null;
const cellOf = (value: Plain, digits: number): Cell =>
  typeof value === 'bigint' ? formatMoney(value, digits) : value === null ? null : String(value);

/** Some columns of a table as they stand there, amounts as decimals. */
function columnsOf<T extends 'attribution' | 'statement'>(
  table: T,
  columns: readonly (keyof Row<T> & string)[],
  key: number,
): Export {
  const order = sql.join(columns.slice(0, key).map((name) => sql.ref(name)));
  return {
    columns,
    rows: (session, terms) =>
      mapped(
        session,
        sql<Record<string, Plain>>`select ${sql.join(columns.map((name) => sql.ref(name)))} from ${sql.table(table)}
          where ${through(terms)} order by ${order}`,
        (row) => columns.map((name) => cellOf(row[name] ?? null, terms.digits)),
      ),
  };
}

const attributions = columnsOf(
  'attribution',
  ['order_line_id', 'outcome', 'reason', 'pid', 'click_id', 'trace', 'plan_id', 'rate', 'estimate', 'signals', 'held'],
  1,
);

/** A transfer beside the event it is of. */
export type TransferRecord = Omit<Row<'transfer'>, 'partition' | 'position' | 'leg'> &
  Pick<Row<'log'>, 'occurred_at' | 'subject' | 'ordinal'>;

/** Every transfer in the order of entries, then of legs. */
export function transferRecords(session: Session, terms: ExportTerms): AsyncGenerator<TransferRecord[]> {
  const query = sql<TransferRecord>`
    select t.business_day, l.occurred_at, t.type::text as type, l.subject, l.ordinal, t.debit, t.credit, t.amount
    from transfer t join log l on l.partition = t.partition and l.position = t.position
    where ${terms.asOf === null ? sql`true` : sql`t.business_day <= ${terms.asOf}`}
    order by ${entryOrder('l')}, t.leg`;
  return session.stream(query);
}

const transfers: Export = {
  columns: ['entry', 'business_day', 'occurred_at', 'event', 'subject', 'debit', 'credit', 'amount'],
  rows: async function* (session, terms) {
    for await (const records of transferRecords(session, terms)) {
      yield records.map((row) => [
        entryId({ businessDay: row.business_day, type: row.type, subject: row.subject, ordinal: row.ordinal }),
        row.business_day,
        terms.calendar.format(row.occurred_at),
        row.type,
        row.subject,
        row.debit,
        row.credit,
        formatMoney(row.amount, terms.digits),
      ]);
    }
  },
};

const balances: Export = {
  columns: ['account', 'balance'],
  rows: (session, terms) =>
    mapped(
      session,
      sql<{ account: string; closing: Money }>`select account, closing from (
          select distinct on (account) account, closing from account_day where ${through(terms)}
          order by account, business_day desc) last
        where closing <> 0 order by account`,
      (row) => [row.account, formatMoney(row.closing, terms.digits)],
    ),
};

const statements = columnsOf('statement', ['publisher_id', 'month', ...STATEMENT_FIGURES, 'disposition'], 2);

const COUNTS = ['accepted', 'duplicate', 'conflict', 'rejected', 'parked'] as const;

const ingest: Export = {
  columns: ['feed', ...COUNTS],
  rows: (session) =>
    mapped(
      session,
      sql<
        { feed: string } & Record<(typeof COUNTS)[number], bigint>
      >`select feed, ${sql.join(COUNTS.map((name) => sql`sum(${sql.ref(name)})::bigint as ${sql.ref(name)}`))}
        from tally where feed = any(${[...FEED_NAMES]})
        group by feed
        having sum(accepted + duplicate + conflict + rejected + parked) > 0
        order by feed collate "C"`,
      (row) => [row.feed, ...COUNTS.map((name) => String(row[name]))],
    ),
};

/** The exports that are tables. */
export const EXPORTS: Readonly<Record<string, Export>> = { attributions, transfers, balances, statements, ingest };

/** The accounts that transfers through the terms' day touch, in order. */
export async function accountsMoved(session: Session, terms: ExportTerms): Promise<string[]> {
  const rows = await session.all(sql<{ account: string }>`
    select distinct account from account_day where ${through(terms)} order by account`);
  return rows.map((row) => row.account);
}
