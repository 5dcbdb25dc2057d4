/** Step 4: on the pay day and after, closes every month before this one that is open: statements, tax, payouts (SPEC 10). */

import { isActive } from '../core/attribution/registry.ts';
import type { Month } from '../core/calendar.ts';
import type { EventType, LinesDigest, StatementFigures } from '../core/events/event.ts';
import { statementSubject } from '../core/ids.ts';
import { issue, movementsOf, owedAfter } from '../core/month/statement.ts';
import type { Entry } from '../store/log/append.ts';
import { type PublisherMonth, publisherMonths } from '../store/log/balances.ts';
import { recordClose } from '../store/month/closed.ts';
import type { Due } from './due.ts';
import { type Night, runStamp, write } from './terms.ts';

/** Closes the months that are due, in the current transaction. */
export async function closeMonths(night: Night, { months }: Due): Promise<void> {
  for (const month of months) {
    for await (const publishers of publisherMonths(night.session, month, night.day)) {
      await closeFor(night, month, publishers);
    }
    await recordClose(night.session, month, night.day);
  }
}

async function closeFor(night: Night, month: Month, publishers: readonly PublisherMonth[]): Promise<void> {
  await night.loader.load(night.registry, { publishers: publishers.map((one) => one.publisher_id) });
  const entries: Entry[] = [];
  for (const one of publishers) {
    const statement = statementOf(night, month, one);
    const lines = { count: Number(one.lines), digest: one.digest.toString('hex') };
    entries.push(...entriesOf(night, one.publisher_id, statement, lines));
  }
  await write(night, entries);
}

function statementOf(night: Night, month: Month, one: PublisherMonth): StatementFigures {
  const publisher = night.registry.publishers.get(one.publisher_id);
  if (publisher === undefined)
    throw new Error(`publisher ${one.publisher_id} has a payable but is not in the registry`);
  const amounts = one.types.map((type, i): [EventType, bigint] => [type, BigInt(one.amounts[i] ?? '0')]);
  const of = {
    month,
    opening: one.opening,
    movements: movementsOf(amounts),
    payableNow: one.payable_now,
    returned: one.returned_now,
    kind: publisher.kind,
    active: isActive(publisher, night.endOfDay - 1),
  };
  return issue(of, night.policy, night.book.digits);
}

function entriesOf(night: Night, publisherId: string, statement: StatementFigures, lines: LinesDigest): Entry[] {
  const subject = statementSubject(publisherId, statement.month);
  const stamp = { ...runStamp(night, 'end'), subject, publisherId };
  const issued = { type: 'StatementIssued' as const, ...stamp, body: { ...statement, lines } };
  return [issued, ...owedAfter(issued, night.policy.taxProfile)].map((event) => ({ home: publisherId, event }));
}
