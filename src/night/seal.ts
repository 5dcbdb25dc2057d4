/** The step that seals what came in since the last night, before anything is decided by it. It reads digests, no rows. */
import { digestsOf } from '../store/intake/sealed.ts';
import { digestKey } from '../store/log/opened.ts';
import { lastThrough } from '../store/night/progress.ts';
import { type Night, write } from './terms.ts';

/** Appends the digests of the deliveries that a night is the first to see, where there are any. */
export async function sealDeliveries(night: Night): Promise<void> {
  const { session, book, day, through } = night;
  const before = await lastThrough(session);
  if (before === through) return;
  const found = await digestsOf(session, await digestKey(session), [before, through]);
  if (found.length === 0) return;
  const event = {
    type: 'DeliveriesSealed' as const,
    businessDay: day,
    occurredAt: book.calendar.startOf(day),
    subject: day,
    sellerId: null,
    publisherId: null,
    body: { tables: found.map(({ table, rows, digest }) => ({ table, rows, digest })) },
  };
  await write(night, [{ event, home: null }]);
}
