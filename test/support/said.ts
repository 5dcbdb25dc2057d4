/** What a book says: its exports as texts, and the end of every partition's chain. */
import { exportText } from '../../src/office/exports.ts';
import type { Session } from '../../src/store/connection/session.ts';
import { EXPORTS } from '../../src/store/lists/exports.ts';
import { readBook } from '../../src/store/night/book.ts';

/** Every table export as CSV, by name; `asOf` leaves out the counts of deliveries, which are of no day. */
export async function textsOf(session: Session, asOf: string | null = null): Promise<Record<string, string>> {
  const terms = await readBook(session);
  if (terms === undefined) throw new Error('there is no book');
  const texts: Record<string, string> = {};
  for (const name of Object.keys(EXPORTS)) {
    if (name === 'ingest' && asOf !== null) continue;
    texts[name] = '';
    for await (const piece of exportText(session, name, 'csv', { ...terms, asOf }) ?? []) texts[name] += piece;
  }
  return texts;
}

/** Each partition's last position and hash: equal logs, and only they, have equal heads. */
export async function headsOf(session: Session): Promise<string[]> {
  const { rows } = await session.client.query<{ head: string }>(
    "select partition || ' ' || position || ' ' || encode(hash, 'hex') as head from partition_head order by partition",
  );
  return rows.map((row) => row.head);
}
