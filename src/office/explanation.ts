/** Why an order line earned what it earned, read from the log in one look (SPEC 13). */
import type { OwnParty } from '../core/access.ts';
import { historyFor } from '../core/line/audience.ts';
import { Refusal } from '../core/refusal.ts';
import { explainDocument, explainText } from '../formats/explain/explain.ts';
import type { Session } from '../store/connection/session.ts';
import { inSnapshot } from '../store/connection/snapshot.ts';
import { historyOf } from '../store/lists/history.ts';
import type { Book } from '../store/night/book.ts';

/**
 * The explanation of a line as text and as a document (SPEC 13).
 * @param audience the seller or publisher that it is told to; everything is told to staff
 * @throws Refusal when no line of this id was delivered and nothing waits for it
 */
export async function explanationOf(
  session: Session,
  book: Book,
  orderLineId: string,
  audience?: OwnParty,
): Promise<{ text: string; document: Record<string, unknown> }> {
  const found = await inSnapshot(session, () => historyOf(session, book, orderLineId));
  const history = found === undefined || audience === undefined ? found : historyFor(found, audience);
  if (history === undefined) {
    throw new Refusal(
      `order line ${orderLineId} is not known: no delivery had it, and nothing waits for it`,
      'not-there',
    );
  }
  return { text: explainText(history, book), document: explainDocument(history, book) };
}
