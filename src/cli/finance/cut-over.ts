/** `cps cut-over ID`: what the openings of a cut-over come to, and the sign-off of those totals by a second person. */
import { type Command, Option } from 'commander';
import { type CutOverTotals, totalsOf } from '../../core/cut-over/opening.ts';
import { formatMoney } from '../../core/money.ts';
import { orThrow } from '../../core/refusal.ts';
import { aligned } from '../../formats/files/lines.ts';
import { type Act as Acting, perform } from '../../office/acts/act.ts';
import { handedOn, signOffCutOver, withdrawCutOver } from '../../office/acts/balances.ts';
import type { Session } from '../../store/connection/session.ts';
import { signOffOf } from '../../store/intake/openings.ts';
import type { Book } from '../../store/night/book.ts';
import type { Door } from '../../store/people/audit.ts';
import { valueGiven } from '../acts.ts';
import { momentOf } from '../checks.ts';
import type { Act } from '../command.ts';
import { answer, type Common, DONE, type Outcome, type World, withBook } from '../context.ts';
import { commandDoor, personOption } from '../person.ts';

interface CutOverOptions {
  readonly signOff?: string;
  readonly withdraw?: string;
  readonly payable?: string;
  readonly returned?: string;
  readonly due?: string;
  readonly linesPaid?: string;
  readonly at?: string;
}

export function registerCutOver(program: Command, act: Act): void {
  program
    .command('cut-over')
    .description(
      'what the delivered openings of a cut-over come to; sign off their totals, and the next night posts them',
    )
    .argument('<id>', 'the cut_over_id of the feed openings')
    .option('--sign-off <name>', 'who signs off, with the totals of the old books', personOption)
    .option('--payable <amount>', 'owed to publishers, by the old books')
    .option('--returned <amount>', 'paid to publishers and come back, by the old books')
    .option('--due <amount>', 'owed by sellers, by the old books')
    .option('--lines-paid <amount>', 'paid for the open order lines, by the old books; if there are any')
    .addOption(
      new Option('--withdraw <name>', 'who withdraws all of it, while it is not signed off; its ids are free again')
        .argParser(personOption)
        .conflicts('signOff'),
    )
    .option('--at <moment>', 'when, if not now')
    .addHelpText(
      'after',
      '\nExamples:\n  cps ingest --as Chen old-books/openings.csv && cps cut-over 2013\n  cps cut-over 2013 --sign-off Wu --payable 104.50 --returned 88.00 --due 32.75\n  cps cut-over 2013 --withdraw Chen',
    )
    .action(act(cutOver));
}

async function cutOver(world: World, common: Common, id: string, options: CutOverOptions): Promise<Outcome> {
  return withBook(world, common, async ({ session, book }) => {
    const { signOff: by, withdraw } = options;
    const at = momentOf('--at', options.at, book.calendar, world.now());
    if (withdraw !== undefined) {
      const door = commandDoor(world, 'cut-over', withdraw, at);
      const { answer: document } = await perform(session, door, withdrawCutOver, { cutOver: id });
      answer(world, common, document, () => withdrawCutOver.text(document, book));
      return DONE;
    }
    if (by !== undefined) await sign(session, book, id, commandDoor(world, 'cut-over', by, at), options);
    const { openings, lines } = orThrow(await handedOn(session, id));
    const signed = await signOffOf(session, id);
    const state =
      signed === undefined
        ? 'waits for its sign-off'
        : book.lastRunDay !== null && signed.dueDay <= book.lastRunDay
          ? `posted on ${signed.dueDay}`
          : `signed off by ${signed.approvedBy}: the next night posts it`;
    const rows = totalRows(totalsOf(openings, lines), book);
    answer(world, common, { cutOver: id, state, ...Object.fromEntries(rows) }, () => {
      return `Cut-over ${id}: ${state}\n${aligned(rows)}`;
    });
    return DONE;
  });
}

const totalRows = (of: CutOverTotals, { digits }: Book): [string, string][] => [
  ['openings', String(of.openings)],
  ['payable', formatMoney(of.payable, digits)],
  ['returned', formatMoney(of.returned, digits)],
  ['due', formatMoney(of.due, digits)],
  ['lines', String(of.lines)],
  ['linesPaid', formatMoney(of.linesPaid, digits)],
];

/** Does the act, given the totals that were typed. */
async function sign(session: Session, book: Book, cutOver: string, door: Door, options: CutOverOptions) {
  const given: Record<string, unknown> = { cutOver, linesPaid: null };
  for (const [name, field] of Object.entries(signOffCutOver.fields)) {
    if (name === 'cutOver' || (name === 'linesPaid' && options.linesPaid === undefined)) continue;
    const option = name === 'linesPaid' ? 'lines-paid' : name;
    given[name] = await valueGiven(`--${option}`, field, options[name as keyof CutOverOptions] ?? '', book);
  }
  await perform(session, door, signOffCutOver as Acting, given);
}
