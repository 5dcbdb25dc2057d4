/** Rows that were refused, written in their feed's own columns with why, to be mended and delivered again. */
import { FEEDS } from '../core/feeds/index.ts';
import { csvRow } from '../formats/files/csv.ts';
import type { Session } from '../store/connection/session.ts';
import { refusals, type StoredRefusal } from '../store/intake/deliveries.ts';

/** The columns of a feed, in their order; none of what is no feed. */
export function columnsOfFeed(feed: string): string[] {
  return Object.keys(FEEDS.find((known) => known.name === feed)?.columns ?? {});
}

/** A refused row's cells in the order of its feed's columns; null of a row that did not parse into cells. */
export function cellsOf({ cells }: Pick<StoredRefusal, 'cells'>): (string | null)[] | null {
  return cells === null ? null : (JSON.parse(cells) as (string | null)[]);
}

/**
 * The open refused rows of a feed as CSV, a list at a time; what it returns at its end is how many had no cells to write.
 * As delivered: the file is read back by a program, so that no cell is changed for spreadsheets.
 */
export async function* rejectsCsv(session: Session, feed: string): AsyncGenerator<string, number> {
  const columns = columnsOfFeed(feed);
  yield csvRow([...columns, 'why']);
  let left = 0;
  for await (const list of refusals(session, feed, 'open')) {
    let text = '';
    for (const one of list) {
      const cells = cellsOf(one);
      if (cells === null) left++;
      else text += csvRow([...columns.map((_, at) => cells[at] ?? null), one.reason]);
    }
    yield text;
  }
  return left;
}
