/** `cps deductions`: a seller's month of charges and deductions, closed or as it stands. */
import type { Command } from 'commander';
import type { Month } from '../../core/calendar.ts';
import type { Session } from '../../store/connection/session.ts';
import type { Book } from '../../store/night/book.ts';
import { monthArgument } from '../checks.ts';
import type { Act } from '../command.ts';
import {
  documentText,
  type MonthOptions,
  showDocument,
  withDocumentOptions,
  withOneDocumentOptions,
} from './months.ts';

export function registerDeductions(program: Command, act: Act): void {
  withOneDocumentOptions(
    withDocumentOptions(
      program
        .command('deductions')
        .description("a seller's month: every charge and why, what was given back, what was deducted")
        .argument('<seller>', 'the id of the seller')
        .argument('<month>', 'a month such as 2013-12; an open one is shown as it stands', monthArgument),
    ),
  )
    .addHelpText(
      'after',
      '\nExamples:\n  cps deductions s1 2013-12\n  cps deductions s1 2013-12 --format csv > s1-2013-12.csv\n  cps deductions s1 2013-12 --out s1-2013-12.xlsx',
    )
    .action(
      act((world, common, seller: string, month: Month, options: MonthOptions) =>
        showDocument(world, common, { kind: 'deductions', party: seller }, month, options),
      ),
    );
}

/** A seller's month as text, whole. Refusal where the book has none. */
export function deductionsOf(session: Session, book: Book, seller: string, month: Month): Promise<string> {
  return documentText(session, book, { kind: 'deductions', party: seller }, month);
}
