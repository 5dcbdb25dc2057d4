/** `cps cut-over ID`: what the openings of a cut-over come to, and the sign-off of those totals by a second person. */
import type { Command } from 'commander';
import { isoOf } from '../../core/calendar.ts';
import type { FeedRows } from '../../core/cases/decide.ts';
import { type CutOverTotals, totalsOf } from '../../core/cut-over/opening.ts';
import { quote } from '../../core/feeds/feed.ts';
import { formatMoney, parseSum } from '../../core/money.ts';
import { aligned } from '../../formats/files/lines.ts';
import { record } from '../../ingest/deliver/record.ts';
import type { Session } from '../../store/connection/session.ts';
import { openingLinesOf, openingsOf, signOffOf } from '../../store/intake/openings.ts';
import type { Book } from '../../store/night/book.ts';
import { momentOf, personOption } from '../checks.ts';
import type { Act } from '../command.ts';
import { answer, type Common, DONE, type Outcome, type World, withBook } from '../context.ts';
import { UsageError } from '../errors.ts';

interface CutOverOptions {
  readonly signOff?: string;
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
    .option('--at <moment>', 'when, if not now')
    .addHelpText(
      'after',
      '\nExamples:\n  cps ingest old-books/openings.csv && cps cut-over 2013\n  cps cut-over 2013 --sign-off Wu --payable 104.50 --returned 88.00 --due 32.75',
    )
    .action(act(cutOver));
}

async function cutOver(world: World, common: Common, id: string, options: CutOverOptions): Promise<Outcome> {
  return withBook(world, common, async ({ session, book }) => {
    const { signOff: by } = options;
    if (by !== undefined)
      await sign(session, id, by, momentOf('--at', options.at, book.calendar, world.now()), options);
    const { openings, lines } = await handedOn(session, id);
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

/** What old books handed on so far. UsageError where that is nothing. */
async function handedOn(session: Session, id: string) {
  const openings = await openingsOf(session, [id]);
  const lines = await openingLinesOf(session, [id]);
  if (openings.length + lines.length > 0) return { openings, lines };
  throw new UsageError(`nothing of cut-over ${id} is known: deliver the feeds openings and opening-lines`);
}

const totalRows = (of: CutOverTotals, { digits }: Book): [string, string][] => [
  ['openings', String(of.openings)],
  ['payable', formatMoney(of.payable, digits)],
  ['returned', formatMoney(of.returned, digits)],
  ['due', formatMoney(of.due, digits)],
  ['lines', String(of.lines)],
  ['linesPaid', formatMoney(of.linesPaid, digits)],
];

function sign(session: Session, id: string, by: string, at: number, options: CutOverOptions) {
  return record(session, 'cps cut-over', async (book): Promise<{ parts: FeedRows[] }> => {
    const { openings, lines } = await handedOn(session, id);
    const said = (name: 'payable' | 'returned' | 'due' | 'linesPaid', none = ''): string => {
      const text = options[name] ?? none;
      const amount = parseSum(text, book.digits);
      if (amount !== undefined) return formatMoney(amount, book.digits);
      const option = name === 'linesPaid' ? 'lines-paid' : name;
      throw new UsageError(`--${option} is ${quote(text)}: a sign-off says the total of the old books, such as 12.34`);
    };
    const row = {
      cut_over_id: id,
      openings: String(openings.length),
      payable: said('payable'),
      returned: said('returned'),
      due: said('due'),
      lines: String(lines.length),
      lines_paid: said('linesPaid', lines.length === 0 ? '0' : ''),
      approved_by: by,
      approved_at: isoOf(at),
    };
    return { parts: [{ feed: 'cut-over-approvals', rows: [row] }] };
  });
}
