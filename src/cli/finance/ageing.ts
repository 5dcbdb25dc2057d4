/** `cps ageing`: what stands open in the books and how long already, for people to resolve. */
import type { Command } from 'commander';
import { ageingDocument, ageingText } from '../../formats/finance.ts';
import { ageingOf } from '../../office/ageing.ts';
import { inSnapshot } from '../../store/connection/snapshot.ts';
import type { Act } from '../command.ts';
import { answer, type Common, DONE, type Outcome, type World, withBook } from '../context.ts';

export function registerAgeing(program: Command, act: Act): void {
  program
    .command('ageing')
    .description('negative payables, undecided holds, balances of terminated publishers, failed deductions, by age')
    .addHelpText('after', '\nExamples:\n  cps ageing\n  cps ageing --json')
    .action(act(ageing));
}

async function ageing(world: World, common: Common): Promise<Outcome> {
  return withBook(world, common, async ({ session, book }) => {
    const { rows, asOf } = await inSnapshot(session, () => ageingOf(session, book));
    const open = rows.map((row) => ageingDocument(row, book.digits));
    answer(world, common, { asOf, open }, () => ageingText(rows, asOf, book));
    return DONE;
  });
}
