/** The step that seals what came in since the last night, before anything is decided by it. It reads digests, no rows. */
import type { Session } from '../store/connection/session.ts';
import { digestsOf } from '../store/intake/sealed.ts';
import { append, type Pen } from '../store/log/append.ts';
import { digestKey } from '../store/log/opened.ts';
import type { Book } from '../store/night/book.ts';
import { type DayOpening, lastThrough } from '../store/night/progress.ts';

/** Appends the digests of the deliveries that a night is the first to see, where there are any. */
export async function sealDeliveries(session: Session, pen: Pen, book: Book, opening: DayOpening): Promise<void> {
  const { day, through } = opening;
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
  await append(session, pen, { entries: [{ event, home: null }] });
}
