/**
 * The first step of the first night: it seals the terms of the book. Every later night compares the book row with them,
 * and does nothing where they differ.
 */
import { sha256Of } from '../core/digest.ts';
import { type BookOpened, firstOtherTerm, LOG_FORMAT } from '../core/proof/opened.ts';
import type { Session } from '../store/connection/session.ts';
import { digestKey, openedBook } from '../store/log/opened.ts';
import type { Book } from '../store/night/book.ts';
import { type Night, runStamp, write } from './terms.ts';

/** The terms of the book as its rows have them. */
export async function termsOf(session: Session, book: Book): Promise<BookOpened> {
  const { currency, digits, partitions } = book;
  const digest_key = sha256Of(await digestKey(session));
  return { format: LOG_FORMAT, currency, digits, zone: book.calendar.zone, partitions, digest_key };
}

/** Seals the terms where no night has. @throws where the book's rows are not what was sealed */
export async function openBook(night: Night): Promise<void> {
  const { session, book } = night;
  const terms = await termsOf(session, book);
  const opened = await openedBook(session);
  if (opened !== undefined) {
    const other = firstOtherTerm(terms, opened.body);
    if (other === undefined) return;
    const { term, stored, sealed } = other;
    throw new Error(`the book row has the ${term} ${stored}, and its log was opened with ${sealed}: see cps verify`);
  }
  const event = { type: 'BookOpened' as const, ...runStamp(night), subject: 'book', body: terms };
  await write(night, [{ event, home: null }]);
}
