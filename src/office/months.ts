/** Which months a book can tell of, and to whom: what is refused before a document of a party is begun. */
import { type Day, type Month, monthOf } from '../core/calendar.ts';
import type { Document } from '../core/month/document.ts';
import { Refusal } from '../core/refusal.ts';
import { nextDayOf } from '../night/night.ts';
import { Refused } from '../night/run.ts';
import type { Session } from '../store/connection/session.ts';
import { isPublisher, isSeller } from '../store/month/lines.ts';
import type { Book } from '../store/night/book.ts';
import { firstDayOfBook } from '../store/night/bounds.ts';

export interface Party {
  readonly kind: Document['kind'];
  readonly party: string;
}

/** Refuses a day that is not closed, as what is told as of it would change, and one before the month it is asked for. */
export function refuseOpenDay(book: Book, asOf: Day | null, month?: Month): void {
  if (asOf === null) return;
  if (book.lastRunDay === null || asOf > book.lastRunDay) {
    const last = book.lastRunDay === null ? 'no day has been run yet' : `the last day run is ${book.lastRunDay}`;
    throw new Refused(`${asOf} is not closed, and what is told as of it would change: ${last}`);
  }
  if (month !== undefined && month > monthOf(asOf)) throw new Refusal(`${month} had not begun on ${asOf}`);
}

/** Refuses a party that is not known, a month that the book has nothing to say of, and a day that is not closed. */
export async function refuseUnknown(
  session: Session,
  book: Book,
  { kind, party }: Party,
  { month, asOf }: { readonly month: Month; readonly asOf: Day | null },
): Promise<void> {
  if (kind === 'statement' && !(await isPublisher(session, party))) {
    throw new Refusal(`publisher ${party} is not known: see the publishers feed`, 'not-there');
  }
  if (kind === 'deductions' && !(await isSeller(session, party))) {
    throw new Refusal(`seller ${party} is not known: no shop of theirs has been delivered`, 'not-there');
  }
  await refuseMonthOutside(session, book, month);
  refuseOpenDay(book, asOf, month);
}

/** Refuses a month that the book has nothing to say of. */
export async function refuseMonthOutside(session: Session, book: Book, month: Month): Promise<void> {
  const first = await firstDayOfBook(session);
  const next = await nextDayOf(session, book);
  if (first === null || next === null) {
    throw new Refusal('this book has no month yet: no order line has been delivered');
  }
  if (month < monthOf(first)) throw new Refusal(`${month} is before this book, whose first day is ${first}`);
  if (month > monthOf(next)) {
    throw new Refusal(`${month} has not begun in this book: the next day to run is ${next}`);
  }
}
