/**
 * `cps statement`: a publisher's month, closed or as it stands; with `--proof` a closed one that proves itself. `cps
 * deductions`: a seller's month of charges and deductions alike.
 */
import type { Command } from 'commander';
import type { Month } from '../../core/calendar.ts';
import { Refusal } from '../../core/refusal.ts';
import { writeWhole } from '../../filing/whole-file.ts';
import { type Party, refuseUnknown } from '../../office/months.ts';
import { statementProof } from '../../office/statement-proof.ts';
import type { Session } from '../../store/connection/session.ts';
import { inSnapshot } from '../../store/connection/snapshot.ts';
import type { Book } from '../../store/night/book.ts';
import { monthArgument } from '../checks.ts';
import type { Act } from '../command.ts';
import { answer, type Common, DONE, type Outcome, type World, withBook } from '../context.ts';
import { toStdout, writing } from '../output.ts';
import {
  documentText,
  type MonthOptions,
  showDocument,
  wantedHere,
  withDocumentOptions,
  withOneDocumentOptions,
} from './months.ts';

interface StatementOptions extends MonthOptions {
  readonly proof?: true;
}

export function registerStatement(program: Command, act: Act): void {
  withOneDocumentOptions(
    withDocumentOptions(
      program
        .command('statement')
        .description("a publisher's month: every line of its payable, what was paid, what is held")
        .argument('<publisher>', 'the id of the publisher')
        .argument('<month>', 'a month such as 2013-12; an open one is shown as it stands', monthArgument),
    ),
  )
    .option(
      '--proof',
      'of a closed month, as json: the lines as sealed in the log and the way to the root of its night',
    )
    .addHelpText(
      'after',
      '\nExamples:\n  cps statement 1010 2013-12\n  cps statement 1010 2013-12 --format csv > 1010-2013-12.csv\n  cps statement 1010 2013-12 --lang zh --out 1010-2013-12.pdf\n  cps statement 1010 2013-12 --format json --proof > 1010-2013-12.json',
    )
    .action(
      act((world, common, publisher: string, month: Month, options: StatementOptions) => {
        const of = { kind: 'statement', party: publisher } as const;
        const show = options.proof === true ? showProof : showDocument;
        return show(world, common, of, month, options);
      }),
    );
}

/** A publisher's month as text, whole. Refusal where the book has none. */
export function statementOf(session: Session, book: Book, publisher: string, month: Month): Promise<string> {
  return documentText(session, book, { kind: 'statement', party: publisher }, month);
}

/** A closed month with its proof, on standard output or in a file of `--out`, which needs no manifest beside it (SPEC 13). */
async function showProof(
  world: World,
  common: Common,
  of: Party,
  month: Month,
  options: StatementOptions,
): Promise<Outcome> {
  if (options.asOf !== undefined) throw new Refusal('a proof is of the month as it closed: leave --as-of out');
  const wanted = wantedHere(common, options, month);
  if (wanted.format !== 'json') throw new Refusal('a proof is written as json: add --format json');
  const { out } = options;
  return withBook(world, common, ({ session, book }) =>
    inSnapshot(session, async () => {
      await refuseUnknown(session, book, of, wanted);
      const pieces = statementProof(session, book, { publisher: of.party, month });
      if (out === undefined) for await (const piece of pieces) await toStdout(world)(piece);
      else {
        const written = await writing(out, () => writeWhole(out, pieces));
        answer(world, common, { file: out, ...written }, () => `Wrote ${out}.\n`);
      }
      return DONE;
    }),
  );
}

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
