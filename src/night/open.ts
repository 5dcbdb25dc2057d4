/** How a day is opened and completed: it is opened, so that what is delivered from now on is due later, and completed. */
import { addDays } from '../core/calendar.ts';
import type { EventType, PartitionTally } from '../core/events/event.ts';
import { formatMoney, isSum } from '../core/money.ts';
import { rootOfNight } from '../core/proof/night-tree.ts';
import { Refusal } from '../core/refusal.ts';
import { takeNight } from '../store/log/night-trees.ts';
import { openedBook } from '../store/log/opened.ts';
import { completeDay, markOpened } from '../store/night/progress.ts';
import { type Due, isNothing } from './due.ts';
import { type Night, runStamp, write } from './terms.ts';

/** Opens the day, with the policies adopted since the last night; a night with nothing to do says so by its end alone. */
export async function openDay(night: Night, due: Due): Promise<void> {
  const { policyVersion } = night;
  const stamp = runStamp(night);
  const opened = { type: 'DayOpened' as const, ...stamp, body: { policy: policyVersion } };
  await write(night, [
    ...due.policies.map(({ version, name, rules, document }) => {
      const body = { version, name, rules, policy: document };
      return { home: null, event: { type: 'PolicyAdopted' as const, ...stamp, subject: `policy-${version}`, body } };
    }),
    ...(isNothing(due) ? [] : [{ home: null, event: opened }]),
  ]);
  await markOpened(night.session, night);
}

/** No night is completed that could not be read back. @throws Refusal for sums beyond what a book holds */
function refuseBeyond({ day, book }: Night, tallies: readonly PartitionTally[]): void {
  const beyond = tallies.find(({ amount }) => !isSum(amount));
  if (beyond === undefined) return;
  const moved = `${formatMoney(beyond.amount, book.digits)} ${book.currency}`;
  throw new Refusal(
    `the night of ${day} moves ${moved} in partition ${beyond.partition}, more than the 18 digits of minor units that a book holds: its orders belong into a book with more partitions, or in a larger unit`,
  );
}

/** Completes the day with the root over all of its events (SPEC 13). */
export async function completeNight(night: Night): Promise<void> {
  const { session, book, day } = night;
  const ends = await takeNight(session);
  const opened = await openedBook(session);
  if (opened === undefined) throw new Error('a night completes in a book that none has opened');
  const heads = ends.map(({ partition, position, hash }) => [partition, Number(position), hash] as const);
  const tallies = ends.map(({ partition, tree }) => tree.tally(partition)).filter(({ events }) => events > 0);
  refuseBeyond(night, tallies);
  for (const { types } of ends)
    for (const [type, more] of types as ReadonlyMap<EventType, number>)
      night.tally.set(type, (night.tally.get(type) ?? 0) + more);
  const root = rootOfNight(opened.hash, heads, tallies, book.digits);
  const body = { policy: night.policyVersion, heads, tallies, root };
  const event = { type: 'RunCompleted' as const, ...runStamp(night, 'end'), body };
  await write(night, [{ home: null, event }]);
  await completeDay(session, day, addDays(day, 1));
}
