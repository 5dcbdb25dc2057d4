/** Reads that belong together see one moment of the book, whatever a night writes beside them. */
import type { Session } from './session.ts';

/** Runs `work` in a read-only transaction that sees the book as it was at its first query. */
export function inSnapshot<T>(session: Session, work: () => Promise<T>): Promise<T> {
  return session.transaction(async () => {
    await session.client.query('set transaction isolation level repeatable read, read only');
    return work();
  });
}
