/** What people decided, disputed and appealed, as the night of its day records it (SPEC 9), and the bank lines that two persons booked (SPEC 17). */
import { lastPostings } from '../store/bank/postings.ts';
import type { Due } from './due.ts';
import { type Night, write } from './terms.ts';

/** Records the events of the desk's facts, in the current transaction. */
export async function recordDesk(night: Night, { desk }: Due): Promise<void> {
  const posted = desk.filter(({ type }) => type === 'BankItemPosted');
  const last = await lastPostings(
    night.session,
    posted.map(({ subject }) => subject),
  );
  await write(
    night,
    desk.map((event) => ({ event, home: null, previous: last.get(event.subject) ?? null })),
  );
}
