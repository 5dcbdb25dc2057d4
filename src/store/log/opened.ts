/** Reads the event that opened the book, and the key that the digests of deliveries are made with. */
import { readBody } from '../../core/events/event-body.ts';
import { type BookOpened, OPENED_AT } from '../../core/proof/opened.ts';
import type { Session } from '../connection/session.ts';

export interface Opened {
  readonly body: BookOpened;
  /** In hex. */
  readonly hash: string;
}

/** The log begins with another event than the one that opens a book, or of another format. */
export class NotOpened extends Error {
  constructor() {
    super('the first event of this log does not open a book of the format that this program reads');
  }
}

/** The event that opened the book; undefined before the first night. @throws NotOpened */
export async function openedBook(session: Session): Promise<Opened | undefined> {
  const { partition, position } = OPENED_AT;
  const row = await session.db
    .selectFrom('log')
    .select(['type', 'body', 'hash'])
    .where('partition', '=', partition)
    .where('position', '=', BigInt(position))
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const body = row.type === 'BookOpened' ? readBody(row.type, row.body, 0) : { unreadable: 'type' };
  if ('unreadable' in body) throw new NotOpened();
  return { body: body as BookOpened, hash: row.hash.toString('hex') };
}

/** The book's key, in hex. */
export async function digestKey(session: Session): Promise<Buffer> {
  const { key } = await session.db.selectFrom('digest_key').select('key').executeTakeFirstOrThrow();
  return key;
}
