/** What the commands on a party's month share: their options, and which months a book can tell of. */
import { type Day, type Month, monthOf } from '../core/calendar.ts';
import { MONTH_FORMATS, type MonthFormat } from '../formats/month.ts';
import { nextDayOf } from '../run/day.ts';
import { Refused } from '../run/run.ts';
import type { Book } from '../store/book.ts';
import { firstDayOfBook } from '../store/bounds.ts';
import type { Session } from '../store/session.ts';
import type { Common } from './context.ts';
import { UsageError } from './errors.ts';

export interface MonthOptions {
  readonly format?: string;
  readonly asOf?: Day;
}

/** The day of `--as-of`, where it was given. */
export function asOfOption({ asOf }: MonthOptions): { asOf?: Day } {
  return asOf === undefined ? {} : { asOf };
}

/** Refuses a day that is not closed, as what is told as of it would change, and one before the month it is asked for. */
export function refuseOpenDay(book: Book, asOf: Day | undefined, month?: Month): void {
  if (asOf === undefined) return;
  if (book.lastRunDay === null || asOf > book.lastRunDay) {
    const last = book.lastRunDay === null ? 'no day has been run yet' : `the last day run is ${book.lastRunDay}`;
    throw new Refused(`${asOf} is not closed, and what is told as of it would change: ${last}`);
  }
  if (month !== undefined && month > monthOf(asOf)) throw new UsageError(`${month} had not begun on ${asOf}`);
}

/** The format asked for: `--format`, or json for `--json`. UsageError where they disagree or the format is none. */
export function monthFormat(common: Common, options: MonthOptions): MonthFormat {
  const asked = options.format ?? (common.json === true ? 'json' : 'text');
  const format = MONTH_FORMATS.find((known) => known === asked);
  if (format === undefined) throw new UsageError(`${asked} is no format: they are ${MONTH_FORMATS.join(', ')}`);
  if (common.json === true && format !== 'json') {
    throw new UsageError(`--json and --format ${format} ask for different things: leave one out`);
  }
  return format;
}

/** Refuses a month that the book has nothing to say of. */
export async function refuseMonthOutside(session: Session, book: Book, month: Month): Promise<void> {
  const first = await firstDayOfBook(session);
  const next = await nextDayOf(session, book);
  if (first === null || next === null) {
    throw new UsageError('this book has no month yet: no order line has been delivered');
  }
  if (month < monthOf(first)) throw new UsageError(`${month} is before this book, whose first day is ${first}`);
  if (month > monthOf(next)) {
    throw new UsageError(`${month} has not begun in this book: the next day to run is ${next}`);
  }
}
