/** `cps export`: writes a table of SPEC 15, or the journal, to standard output or a file. */
import type { Command } from 'commander';
import { Refusal } from '../../core/refusal.ts';
import { writeWhole } from '../../filing/whole-file.ts';
import { CELL_FORMATS, type CellFormat } from '../../formats/files/cells.ts';
import { EXPORT_NAMES, exportText, journalText } from '../../office/exports.ts';
import { refuseOpenDay } from '../../office/months.ts';
import type { Session } from '../../store/connection/session.ts';
import type { ExportTerms } from '../../store/lists/exports.ts';
import { dayOption } from '../checks.ts';
import type { Act } from '../command.ts';
import { type Common, DONE, type Outcome, type World, withBook } from '../context.ts';
import { toStdout, writing } from '../output.ts';

interface ExportOptions {
  readonly format?: string;
  readonly asOf?: string;
  readonly out?: string;
}

export function registerExport(program: Command, act: Act): void {
  program
    .command('export')
    .description('write a table of the book, or its journal')
    .argument('<name>', EXPORT_NAMES.join(', '))
    .option('--format <format>', `${CELL_FORMATS.join(', ')}; of the journal hledger`)
    .option(
      '--as-of <day>',
      'only what was booked through this day, which has to be closed: the same bytes for ever',
      dayOption,
    )
    .option('--out <file>', 'a file, which appears when it is complete')
    .addHelpText(
      'after',
      '\nExamples:\n  cps export statements\n  cps export balances --as-of 2013-12-31 --format json\n  cps export journal --out book.journal && hledger -f book.journal check',
    )
    .action(act(exportCommand));
}

async function exportCommand(world: World, common: Common, name: string, options: ExportOptions): Promise<Outcome> {
  if (!EXPORT_NAMES.includes(name)) throw new Refusal(`${name} is no export: they are ${EXPORT_NAMES.join(', ')}`);
  if (name === 'ingest' && options.asOf !== undefined) {
    throw new Refusal('ingest counts what was delivered so far: leave --as-of out');
  }
  const format = options.format ?? (name === 'journal' ? 'hledger' : common.json === true ? 'json' : 'csv');
  const isJournal = name === 'journal';
  if (isJournal ? format !== 'hledger' : !CELL_FORMATS.some((known) => known === format)) {
    throw new Refusal(`${name} is not written as ${format}: ${isJournal ? 'hledger' : CELL_FORMATS.join(', ')} it is`);
  }
  return withBook(world, common, async ({ session, book }) => {
    refuseOpenDay(book, options.asOf ?? null);
    const terms: ExportTerms = { ...book, asOf: options.asOf ?? null };
    const text = textOf(session, name, format, terms);
    const { out } = options;
    if (out === undefined) for await (const piece of text) await toStdout(world)(piece);
    else await writing(out, () => writeWhole(out, text));
    return DONE;
  });
}

function textOf(session: Session, name: string, format: string, terms: ExportTerms): AsyncGenerator<string> {
  return (
    (name === 'journal' ? undefined : exportText(session, name, format as CellFormat, terms)) ??
    journalText(session, terms)
  );
}
