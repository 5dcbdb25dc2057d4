/** `cps posting`: lists what was booked of bank lines beside the acts that propose and approve it. */
import type { Command } from 'commander';
import { postingDocument, postingsText } from '../../formats/finance.ts';
import { bankPostings } from '../../store/bank/postings.ts';
import { addActs } from '../acts.ts';
import type { Act } from '../command.ts';
import { answer, type Common, DONE, type Outcome, type World, withBook } from '../context.ts';

export function registerPosting(program: Command, act: Act): void {
  addActs(program, act, 'posting', 'what two persons book of bank lines that no instruction explains')
    .command('list')
    .description('every posting of a bank line: waiting for a second person, approved or booked')
    .option('--waiting', 'only those that wait for a second person')
    .addHelpText('after', '\nExamples:\n  cps posting list --waiting\n  cps posting list --json')
    .action(act(list));
}

async function list(world: World, common: Common, options: { readonly waiting?: true }): Promise<Outcome> {
  return withBook(world, common, async ({ session, book }) => {
    const all = await bankPostings(session);
    const listed = options.waiting === true ? all.filter(({ approved }) => approved === null) : all;
    const documents = listed.map((one) => postingDocument(one, book));
    answer(world, common, { postings: documents }, () => postingsText(listed, book));
    return DONE;
  });
}
