/** Which months a book can tell a party of, from what every party may read. */
import { type Month, monthOf, nextMonth } from '../../core/calendar.ts';
import type { Session } from '../connection/session.ts';
import type { Book } from '../night/book.ts';
import { firstRunDay } from './closed.ts';

/** The months in which nights were run, oldest first; none before the first night. */
export async function monthsRun(session: Session, book: Book): Promise<Month[]> {
  const first = await firstRunDay(session);
  if (first === null || book.lastRunDay === null) return [];
  const months: Month[] = [];
  for (let month = monthOf(first); month <= monthOf(book.lastRunDay); month = nextMonth(month)) months.push(month);
  return months;
}
