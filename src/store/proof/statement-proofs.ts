/** What a statement's proof is made of: events as they were sealed, and the hashes of the night that closed its month. */
import { sql } from 'kysely';
import { payable } from '../../core/accounts.ts';
import { type Day, firstDayOf, isoOf, lastDayOf, type Month } from '../../core/calendar.ts';
import type { StoredEvent } from '../../core/events/read-body.ts';
import { OPENED_AT } from '../../core/proof/opened.ts';
import type { SealedEvent } from '../../core/proof/sealed.ts';
import { statementOrder } from '../chart.ts';
import type { Session } from '../connection/session.ts';
import { genesis } from '../night/book.ts';

interface SealedRow extends StoredEvent {
  readonly previous: bigint | null;
  readonly hash: Buffer;
  readonly before: Buffer | null;
}

/** An event `l` with the hash of the one before it in its partition. */
const SEALED = sql`l.partition, l.position, l.type::text as type, l.business_day, l.occurred_at, l.subject, l.ordinal,
  l.seller_id, l.publisher_id, l.previous, l.body, l.hash,
  (select b.hash from log b where b.partition = l.partition and b.position = l.position - 1) as before`;

function sealed(row: SealedRow): SealedEvent {
  const { partition, position, type, business_day, subject, ordinal, seller_id, publisher_id, previous } = row;
  return {
    partition,
    position: Number(position),
    type,
    business_day,
    occurred_at: isoOf(row.occurred_at),
    subject,
    ordinal,
    seller_id,
    publisher_id,
    previous: previous === null ? null : Number(previous),
    body: JSON.parse(row.body) as object,
    before: (row.before ?? genesis(partition)).toString('hex'),
    hash: row.hash.toString('hex'),
  };
}

/** The event of a publisher's statement; undefined where the month closed without one, or is open. */
export async function sealedStatement(
  session: Session,
  publisher: string,
  month: Month,
): Promise<SealedEvent | undefined> {
  const row = await session.first(sql<SealedRow>`
    select ${SEALED} from statement s join log l on l.partition = s.partition and l.position = s.position
    where s.publisher_id = ${publisher} and s.month = ${month}`);
  return row && sealed(row);
}

/** The event that opened the book; undefined before the first night. */
export async function sealedOpening(session: Session): Promise<SealedEvent | undefined> {
  const { partition, position } = OPENED_AT;
  const row = await session.first(sql<SealedRow>`
    select ${SEALED} from log l where l.partition = ${partition} and l.position = ${position}`);
  return row && sealed(row);
}

/** The events that moved a publisher's payable in a month, in the order of its statement. */
export async function* sealedLines(session: Session, publisher: string, month: Month): AsyncGenerator<SealedEvent[]> {
  const query = sql<SealedRow>`
    select ${SEALED} from log l
    where l.publisher_id = ${publisher} and l.ordinal > 0
      and l.business_day between ${firstDayOf(month)} and ${lastDayOf(month)}
      and exists (select from transfer t where t.partition = l.partition and t.position = l.position
        and ${payable(publisher)} in (t.debit, t.credit))
    order by ${statementOrder('l')}`;
  for await (const rows of session.stream(query)) yield rows.map(sealed);
}

/** What the night of a day completed with, as stored; undefined where it was not completed. */
export async function completionOf(session: Session, day: Day): Promise<string | undefined> {
  const row = await session.first(sql<{ body: string }>`
    select l.body from night_root n join log l on l.partition = 0 and l.position = n.position
    where n.business_day = ${day}`);
  return row?.body;
}

/** The hashes of a partition's events from one position to another, both counted, in order. */
export async function* hashesBetween(
  session: Session,
  partition: number,
  from: number,
  to: number,
): AsyncGenerator<Buffer[]> {
  const query = sql<{ hash: Buffer }>`
    select hash from log where partition = ${partition} and position between ${from} and ${to}
    order by position`;
  for await (const rows of session.stream(query, 20_000)) {
    yield rows.map((row) => row.hash);
  }
}

/** The roots of completed nights, by day. */
export async function nightRoots(session: Session): Promise<{ day: Day; root: string; position: bigint }[]> {
  const rows = await session.all(sql<{ business_day: Day; root: Buffer; position: bigint }>`
    select business_day, root, position from night_root order by business_day`);
  return rows.map((row) => ({ day: row.business_day, root: row.root.toString('hex'), position: row.position }));
}
