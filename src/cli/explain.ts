/** `cps explain`: why an order line earned what it earned, from the log. */
import type { Command } from 'commander';
import { explainDocument, explainText } from '../formats/explain.ts';
import type { Book } from '../store/book.ts';
import { historyOf } from '../store/history.ts';
import type { Session } from '../store/session.ts';
import { inSnapshot } from '../store/snapshot.ts';
import type { Act } from './command.ts';
import { answer, type Common, DONE, type Outcome, type World, withBook } from './context.ts';
import { UsageError } from './errors.ts';

export function registerExplain(program: Command, act: Act): void {
  program
    .command('explain')
    .description('tell why an order line earned what it earned, to the fen')
    .argument('<order-line>', 'the id of the order line')
    .addHelpText('after', '\nExamples:\n  cps explain L000561\n  cps explain L000561 --json')
    .action(act(explain));
}

/**
 * The explanation of a line as text and as a document (SPEC 13).
 * @throws UsageError when no line of this id was delivered and nothing waits for it
 */
export async function explanationOf(
  session: Session,
  book: Book,
  orderLineId: string,
): Promise<{ text: string; document: Record<string, unknown> }> {
  const history = await inSnapshot(session, () => historyOf(session, book, orderLineId));
  if (history === undefined) {
    throw new UsageError(`order line ${orderLineId} is not known: no delivery had it, and nothing waits for it`);
  }
  return { text: explainText(history, book), document: explainDocument(history, book) };
}

async function explain(world: World, common: Common, orderLineId: string): Promise<Outcome> {
  return withBook(world, common, async ({ session, book }) => {
    const { text, document } = await explanationOf(session, book, orderLineId);
    answer(world, common, document, () => text);
    return DONE;
  });
}
