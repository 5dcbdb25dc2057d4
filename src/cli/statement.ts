/** `cps statement`: a publisher's month, closed or as it stands. */
import type { Command } from 'commander';
import type { Month } from '../core/calendar.ts';
import type { Book } from '../store/book.ts';
import type { Session } from '../store/session.ts';
import { monthArgument } from './checks.ts';
import type { Act } from './command.ts';
import { documentText, type MonthOptions, showDocument, withDocumentOptions } from './months.ts';

export function registerStatement(program: Command, act: Act): void {
  withDocumentOptions(
    program
      .command('statement')
      .description("a publisher's month: every line of its payable, what was paid, what is held")
      .argument('<publisher>', 'the id of the publisher')
      .argument('<month>', 'a month such as 2013-12; an open one is shown as it stands', monthArgument),
  )
    .option('--out <file>', 'a file, which appears when it is complete, with a manifest beside it')
    .addHelpText(
      'after',
      '\nExamples:\n  cps statement 1010 2013-12\n  cps statement 1010 2013-12 --format csv > 1010-2013-12.csv\n  cps statement 1010 2013-12 --lang zh --out 1010-2013-12.pdf',
    )
    .action(
      act((world, common, publisher: string, month: Month, options: MonthOptions) =>
        showDocument(world, common, { kind: 'statement', party: publisher }, month, options),
      ),
    );
}

/** A publisher's month as text, whole. UsageError where the book has none. */
export function statementOf(session: Session, book: Book, publisher: string, month: Month): Promise<string> {
  return documentText(session, book, { kind: 'statement', party: publisher }, month);
}
