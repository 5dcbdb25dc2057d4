/** `cps adjust`: proposes an adjustment of a balance, approves what somebody else has proposed, lists them. */

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import type { AdjustedParty } from '../../core/adjustment.ts';
import { codeOrText } from '../../core/error-code.ts';
import { quote } from '../../core/feeds/feed.ts';
import { formatMoney, parseMoney } from '../../core/money.ts';
import { adjustmentDocument, adjustmentsText, type ListedAdjustment } from '../../formats/finance.ts';
import { type AdjustmentAmount, approveAdjustment, proposeAdjustment } from '../../office/adjusting.ts';
import type { Session } from '../../store/connection/session.ts';
import { adjustmentsAll } from '../../store/intake/adjustments.ts';
import { isPublisher, isSeller } from '../../store/month/lines.ts';
import type { Book } from '../../store/night/book.ts';
import { momentOf, personOption } from '../checks.ts';
import type { Act } from '../command.ts';
import { answer, type Common, DONE, type Outcome, type World, withBook } from '../context.ts';
import { UsageError } from '../errors.ts';

interface ProposeOptions {
  readonly publisher?: string;
  readonly seller?: string;
  readonly amount?: string;
  readonly writeOff?: true;
  readonly appeal?: string;
  readonly reason: string;
  readonly document: string;
  readonly by: string;
  readonly at?: string;
}

interface ApproveOptions {
  readonly by: string;
  readonly at?: string;
}

export function registerAdjust(program: Command, act: Act): void {
  const adjust = program
    .command('adjust')
    .description('what two persons decide about a balance; the next night posts it');
  adjust
    .command('propose')
    .description("propose an adjustment of a publisher's payable or a seller's due")
    .addOption(new Option('--publisher <id>', 'whose payable it is').conflicts('seller'))
    .option('--seller <id>', 'whose due it is')
    .addOption(
      new Option('--amount <amount>', "in the party's favour; below 0 it takes").conflicts(['writeOff', 'appeal']),
    )
    .addOption(new Option('--write-off', 'as much as brings the balance of the last night to 0').conflicts('appeal'))
    .option('--appeal <id>', "what a granted appeal's decision had taken from the publisher")
    .requiredOption('--reason <text>', 'why')
    .requiredOption('--document <file>', 'what it rests on; its SHA-256 is recorded')
    .requiredOption('--by <name>', 'who proposes it', personOption)
    .option('--at <moment>', 'when, if not now')
    .addHelpText(
      'after',
      '\nExamples:\n  cps adjust propose --publisher 1003 --write-off --reason "gone without a trace" --document note.pdf --by Chen\n' +
        '  cps adjust propose --seller s1 --amount -12.50 --reason "undercharged in May" --document mail.txt --by Chen',
    )
    .action(act(propose));
  adjust
    .command('approve')
    .description('approve an adjustment that somebody else has proposed')
    .argument('<adjustment>', 'as cps adjust list names it')
    .requiredOption('--by <name>', 'who approves it', personOption)
    .option('--at <moment>', 'when, if not now')
    .addHelpText('after', '\nExamples:\n  cps adjust approve A-1003-1 --by Wu')
    .action(act(approve));
  adjust
    .command('list')
    .description('every adjustment: waiting, approved or posted')
    .option('--waiting', 'only those that wait for a second person')
    .addHelpText('after', '\nExamples:\n  cps adjust list --waiting\n  cps adjust list --json')
    .action(act(list));
}

async function propose(world: World, common: Common, options: ProposeOptions): Promise<Outcome> {
  return withBook(world, common, async ({ session, book }) => {
    const order = {
      party: await partyOf(session, options),
      amount: amountOf(options, book.digits),
      reason: options.reason,
      document: await digestOf(options.document),
      by: options.by,
      at: momentOf('--at', options.at, book.calendar, world.now()),
    };
    if (order.reason.trim() === '') throw new UsageError('--reason is empty: say why');
    const { adjustmentId, amount } = await proposeAdjustment(session, order);
    const shown = formatMoney(amount, book.digits);
    answer(world, common, { adjustment: adjustmentId, amount: shown, document: order.document }, () => {
      return `Proposed ${adjustmentId}: ${shown} ${book.currency}.\nIt needs a second person: cps adjust approve ${adjustmentId} --by NAME\n`;
    });
    return DONE;
  });
}

async function partyOf(session: Session, { publisher, seller }: ProposeOptions): Promise<AdjustedParty> {
  if (publisher !== undefined) {
    if (!(await isPublisher(session, publisher))) throw new UsageError(`publisher ${publisher} is not known`);
    return { publisherId: publisher, sellerId: null };
  }
  if (seller === undefined) throw new UsageError('say whose balance it is: --publisher ID or --seller ID');
  if (!(await isSeller(session, seller))) throw new UsageError(`seller ${seller} is not known`);
  return { publisherId: null, sellerId: seller };
}

function amountOf({ amount, writeOff, appeal }: ProposeOptions, digits: number): AdjustmentAmount {
  if (writeOff === true) return { kind: 'write-off' };
  if (appeal !== undefined) return { kind: 'appeal', appealId: appeal };
  const parsed = amount === undefined ? undefined : parseMoney(amount, digits);
  if (parsed !== undefined) return { kind: 'said', amount: parsed };
  throw new UsageError(
    amount === undefined
      ? 'say how much: --amount, --write-off or --appeal'
      : `--amount is ${quote(amount)}: it must be an amount such as 12.34 or -0.05`,
  );
}

/** The SHA-256 of a file, in hex. */
async function digestOf(path: string): Promise<string> {
  try {
    return createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
  } catch (error) {
    const code = codeOrText(error);
    throw new UsageError(`${path} cannot be read (${code}): --document names the file that the adjustment rests on`);
  }
}

async function approve(world: World, common: Common, id: string, options: ApproveOptions): Promise<Outcome> {
  return withBook(world, common, async ({ session, book }) => {
    const at = momentOf('--at', options.at, book.calendar, world.now());
    const { amount } = await approveAdjustment(session, id, options.by, at);
    const shown = formatMoney(amount, book.digits);
    answer(world, common, { adjustment: id, amount: shown }, () => {
      return `Approved ${id}: ${shown} ${book.currency}; the next night posts it.\n`;
    });
    return DONE;
  });
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
