/** `cps adjust`: lists adjustments beside the acts that propose and approve them. */
import type { Command } from 'commander';
import { adjustmentDocument, adjustmentsText, type ListedAdjustment } from '../../formats/finance.ts';
import type { Session } from '../../store/connection/session.ts';
import { adjustmentsAll } from '../../store/intake/adjustments.ts';
import type { Book } from '../../store/night/book.ts';
import { addActs } from '../acts.ts';
import type { Act } from '../command.ts';
import { answer, type Common, DONE, type Outcome, type World, withBook } from '../context.ts';

export function registerAdjust(program: Command, act: Act): void {
  addActs(program, act, 'adjust', 'what two persons decide about a balance; the next night posts it')
    .command('list')
    .description('every adjustment: waiting, approved or posted')
    .option('--waiting', 'only those that wait for a second person')
    .addHelpText('after', '\nExamples:\n  cps adjust list --waiting\n  cps adjust list --json')
    .action(act(list));
}

async function list(world: World, common: Common, options: { readonly waiting?: true }): Promise<Outcome> {
  return withBook(world, common, async ({ session, book }) => {
    const listed = await adjustmentsListed(session, book, options.waiting === true);
    const documents = listed.map((one) => adjustmentDocument(one, book.digits));
    answer(world, common, { adjustments: documents }, () => adjustmentsText(listed, book));
    return DONE;
  });
}

/** Every adjustment, or those that wait. */
export async function adjustmentsListed(session: Session, book: Book, isWaiting: boolean): Promise<ListedAdjustment[]> {
  return (await adjustmentsAll(session, isWaiting)).map(({ approval, proposedBy, proposedAt, ...one }) => {
    const posted = approval !== null && book.lastRunDay !== null && approval.dueDay <= book.lastRunDay;
    return {
      adjustmentId: one.adjustmentId,
      party: one.party.publisherId === null ? `seller ${one.party.sellerId}` : `publisher ${one.party.publisherId}`,
      amount: one.amount,
      reason: one.reason,
      document: one.document,
      proposed: { by: proposedBy, at: proposedAt },
      approved: approval === null ? null : { by: approval.by, at: approval.at },
      state: approval === null ? 'waits' : posted ? 'posted' : 'approved',
    };
  });
}
