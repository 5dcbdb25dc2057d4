/**
 * The documents of parties: a month's frame, its lines to be read as often as a format asks, the event that stated it,
 * and who has a document for a month. What a document looks like is in src/formats.
 */
import { sql } from 'kysely';
import type { PartyAccount } from '../../core/accounts.ts';
import { type Day, firstDayOf, lastDayOf, type Month } from '../../core/calendar.ts';
import {
  type Document,
  type EventPlace,
  type PublisherDocument,
  remembering,
  type SellerDocument,
} from '../../core/month/document.ts';
import { accountOf } from '../chart.ts';
import type { Session } from '../connection/session.ts';
import type { Book } from '../night/book.ts';
import { publisherFrame, publisherLines, sellerFrame, sellerLines } from './lines.ts';

/** A publisher's month as of a day, as `publisherFrame` takes it. Call it, and read its lines, in one snapshot. */
export async function publisherDocument(
  session: Session,
  book: Book,
  publisher: string,
  month: Month,
  asOf: Day | null,
): Promise<PublisherDocument> {
  const frame = await publisherFrame(session, book, publisher, month, asOf);
  const event = frame.issued === null ? null : await statementEvent(session, publisher, month);
  return { kind: 'statement', frame, event, read: remembering(() => publisherLines(session, book, frame)) };
}

/** A seller's month as of a day. Call it, and read its lines, in one snapshot. */
export async function sellerDocument(
  session: Session,
  book: Book,
  seller: string,
  month: Month,
  asOf: Day | null,
): Promise<SellerDocument> {
  const frame = await sellerFrame(session, book, seller, month, asOf);
  return { kind: 'deductions', frame, event: null, read: remembering(() => sellerLines(session, book, frame)) };
}

async function statementEvent(session: Session, publisher: string, month: Month): Promise<EventPlace | null> {
  const row = await session.first(sql<EventPlace>`
    select s.partition, s.position, encode(l.hash, 'hex') as hash
    from statement s join log l on l.partition = s.partition and l.position = s.position
    where s.publisher_id = ${publisher} and s.month = ${month}`);
  return row ?? null;
}

/** Someone who has a document for a month, with what tells whether a file of it is still that document. */
export interface DocumentParty {
  readonly kind: Document['kind'];
  readonly party: string;
  /** The night that closed the month, as of which it is told; null while it is open. */
  readonly closedOn: Day | null;
  /** The hash of its statement's event in hex; null without one. */
  readonly hash: string | null;
}

/**
 * The publishers that have something to state for a month, in order: those with a statement, and those whose payable
 * or `returned` moved in it or was not zero when it began.
 */
export function publishersWithMonth(session: Session, month: Month): Promise<DocumentParty[]> {
  return session.all(sql<DocumentParty>`
    select 'statement' as kind, p.publisher_id as party, c.business_day as "closedOn", encode(l.hash, 'hex') as hash
    from (select distinct publisher_id from publisher) p
    left join month_close c on c.month = ${month}
    left join statement s on s.publisher_id = p.publisher_id and s.month = ${month}
    left join log l on l.partition = s.partition and l.position = s.position
    where s.publisher_id is not null
      or ${movedOrOpen('payable', 'p.publisher_id', month)} or ${movedOrOpen('returned', 'p.publisher_id', month)}
    order by p.publisher_id collate "C"`);
}

/** The sellers with an entry in a month, or whose due was not zero when it began, in order. */
export function sellersWithMonth(session: Session, month: Month): Promise<DocumentParty[]> {
  return session.all(sql<DocumentParty>`
    select 'deductions' as kind, s.seller_id as party, c.business_day as "closedOn", null as hash
    from (select distinct seller_id from shop) s
    left join month_close c on c.month = ${month}
    where ${movedOrOpen('due', 's.seller_id', month)}
    order by s.seller_id collate "C"`);
}

function movedOrOpen(kind: PartyAccount, party: string, month: Month) {
  const account = accountOf(kind, sql.ref(party));
  return sql`(
    exists (select 1 from account_day d where d.account = ${account}
      and d.business_day between ${firstDayOf(month)} and ${lastDayOf(month)})
    or coalesce((select d.closing from account_day d where d.account = ${account}
      and d.business_day < ${firstDayOf(month)} order by d.business_day desc limit 1), 0) <> 0)`;
}
