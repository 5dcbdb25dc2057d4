/** Why an order line earned what it earned, read from the log in one look (SPEC 13). */
import type { OwnParty } from '../core/access.ts';
import { historyFor } from '../core/line/audience.ts';
import { explainDocument, explainStory } from '../formats/explain/explain.ts';
import type { Story } from '../formats/story/story.ts';
import { storyText } from '../formats/story/text.ts';
import { SPEECH, type Speech } from '../formats/words/index.ts';
import type { Session } from '../store/connection/session.ts';
import { inSnapshot } from '../store/connection/snapshot.ts';
import { historyOf } from '../store/lists/history.ts';
import type { Book } from '../store/night/book.ts';
import { NotThere } from './usage-error.ts';

/**
 * The explanation of a line (SPEC 13): as a story in any language, as English text, and as a document.
 * @param audience the seller or publisher that it is told to; everything is told to staff
 * @throws NotThere when no line of this id was delivered and nothing waits for it
 */
export async function explanationOf(
  session: Session,
  book: Book,
  orderLineId: string,
  audience?: OwnParty,
): Promise<{ story: (speech: Speech) => Story; text: string; document: Record<string, unknown> }> {
  const found = await inSnapshot(session, () => historyOf(session, book, orderLineId));
  const history = found === undefined || audience === undefined ? found : historyFor(found, audience);
  if (history === undefined) {
    throw new NotThere(`order line ${orderLineId} is not known: no delivery had it, and nothing waits for it`);
  }
  const story = (speech: Speech): Story => explainStory(history, speech, book);
  return { story, text: storyText(story(SPEECH.en), book), document: explainDocument(history, book) };
}
