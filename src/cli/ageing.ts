/** `cps ageing`: what stands open in the books and how long already, for people to resolve. */
import type { Command } from 'commander';
import { type Aged, aged } from '../core/ageing.ts';
import { ageingDocument, ageingText } from '../formats/finance.ts';
import { openItems } from '../store/ageing.ts';
import type { Book } from '../store/book.ts';
import type { Session } from '../store/session.ts';
import { inSnapshot } from '../store/snapshot.ts';
import type { Act } from './command.ts';
import { answer, type Common, DONE, type Outcome, type World, withBook } from './context.ts';
import { UsageError } from './errors.ts';

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

/** What stands open after the last day run. UsageError where none was. */
export async function ageingOf(session: Session, book: Book): Promise<{ rows: Aged[]; asOf: string }> {
  const asOf = book.lastRunDay;
  if (asOf === null) throw new UsageError('no day was run yet: cps run --through DAY first');
  return { rows: aged(await openItems(session, book.calendar.endOf(asOf)), asOf), asOf };
}
