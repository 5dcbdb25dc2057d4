/** How a file writes its numbers, found by looking through all of it where that can matter, before a row of it is read. */
import type { Feed } from '../../core/feeds/feed.ts';
import { type Habits, HabitVote, hasRates } from '../../core/feeds/habits.ts';
import type { Reading, Survey } from './source.ts';

const NO_HABITS: Habits = { decimalComma: false, percent: [] };

/**
 * What the numbers of a file are like.
 * @param whole reads the file from its first row
 * @param digits of the book's currency
 */
export async function habitsOf(feed: Feed, found: Survey, whole: Reading, digits: number): Promise<Habits> {
  if (!found.mayHaveCommas && whole.delimiter === undefined && !hasRates(feed)) return NO_HABITS;
  const vote = new HabitVote(feed, digits);
  for await (const chunk of whole.chunks()) for (const { cells } of chunk) if (cells !== null) vote.take(cells);
  return vote.habits();
}
