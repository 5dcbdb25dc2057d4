/** Why an order line earned what it earned, read from the log in one look (SPEC 13). */
import { explainDocument, explainText } from '../formats/explain.ts';
import type { Book } from '../store/book.ts';
import { historyOf } from '../store/history.ts';
import type { Session } from '../store/session.ts';
import { inSnapshot } from '../store/snapshot.ts';
import { NotThere } from './usage-error.ts';

/**
 * The explanation of a line as text and as a document (SPEC 13).
 * @throws NotThere when no line of this id was delivered and nothing waits for it
 */
export async function explanationOf(
  session: Session,
  book: Book,
  orderLineId: string,
): Promise<{ text: string; document: Record<string, unknown> }> {
  const history = await inSnapshot(session, () => historyOf(session, book, orderLineId));
  if (history === undefined) {
    throw new NotThere(`order line ${orderLineId} is not known: no delivery had it, and nothing waits for it`);
  }
  return { text: explainText(history, book), document: explainDocument(history, book) };
}
