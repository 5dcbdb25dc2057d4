/**
 * What two persons book of bank lines that no instruction explains (SPEC 17): one proposes what a line was, another approves
 * it; the next night posts it. What was booked is taken back the same way, where it turned out to be something else.
 */
import { Type } from 'typebox';
import { approvalFault, bookedOf, isApproved, isWithin, type Posting } from '../../core/bank/posting.ts';
import { isoOf } from '../../core/calendar.ts';
import { BOOKED_AGAINST, type BookedAgainst } from '../../core/events/bank.ts';
import { formatMoney, type Money } from '../../core/money.ts';
import { isBookable, type NotedBreak } from '../../core/reconcile/report.ts';
import { Refusal } from '../../core/refusal.ts';
import { Money as Amount, CaseId, OtherId, oneOf } from '../../formats/shapes.ts';
import { paymentsUnder } from '../../store/bank/payments.ts';
import { bankPostings } from '../../store/bank/postings.ts';
import { bankReconciled } from '../bank.ts';
import { act, type Doing, rowsOf } from './act.ts';
import { amount, choice, id, optional, reason } from './field.ts';

const AT = ['--at', 'when, if not now'] as const;

const TAKEN_BACK = 'a posting that is taken back, as cps posting list names it';
const ANSWER = Type.Object({ posting: OtherId, line: OtherId, against: oneOf(BOOKED_AGAINST), amount: Amount });

/** What is to be booked of which line. */
type Item = Pick<Posting, 'lineId' | 'against' | 'amount' | 'instructionId'>;

export const proposePosting = act({
  name: 'propose-posting',
  right: 'adjust',
  summary:
    'propose what a bank line was that no instruction explains, or take such a posting back; a second person approves',
  notes: 'Of a `break` with `against`, all of it without `amount`; or of a `posting`, which is taken back whole.',
  fields: {
    break: optional(id(CaseId, { label: ['差异', 'Break'], help: 'as cps reconcile names it' })),
    posting: optional(id(OtherId, { label: ['入账', 'Posting'], help: TAKEN_BACK })),
    against: optional(
      choice(BOOKED_AGAINST, 'account', {
        label: ['入账科目', 'What it was'],
        help: 'the account it is booked against',
      }),
    ),
    amount: optional(
      amount({
        label: ['金额', 'Amount'],
        help: 'a part of it, below 0 where money went out; all of it, if not said',
        hint: ['留空则全部入账。', 'All of it where this is empty.'],
      }),
    ),
    instruction: optional(
      id(OtherId, {
        label: ['所属指令', 'Instruction'],
        help: 'the deduction or payout that the line turned out to be',
      }),
    ),
    reason: reason(),
  },
  feeds: ['bank-postings'],
  commands: [
    {
      words: 'posting propose',
      does: 'say what a bank line was that no instruction explains: charges, interest, or money of nobody yet',
      arguments: ['break'],
      fixed: { posting: null, instruction: null },
      by: 'who proposes it',
      at: AT,
      examples:
        'cps posting propose missing-in-ledger-1f2e3d4c5b6a --against bank-charges --reason "fee of May" --as Wu',
    },
    {
      words: 'posting take-back',
      does: 'take a posting back: the line turned out to be something else',
      arguments: ['posting'],
      fixed: { break: null, against: null, amount: null },
      by: 'who proposes it',
      at: AT,
      examples: 'cps posting take-back BP-1 --instruction D-s1-20131106 --reason "the seller wrote" --as Wu',
    },
  ],
  route: '/v1/bank-postings',
  answer: ANSWER,
  send: ['提出入账', 'Propose the posting'],
  done: { proposed: ['已登记，等待第二人批准。', 'It is recorded, and waits for a second person.'] },
  decide: async (doing, { break: ofBreak, posting, against, amount: part, instruction, reason: why }) => {
    const { session, book, by, at } = doing;
    const known = await bankPostings(session);
    const isOfBreak = ofBreak !== null && posting === null && against !== null && instruction === null;
    if (!isOfBreak && (posting === null || ofBreak !== null || against !== null || part !== null))
      return new Refusal('say a break and --against, or a posting that is taken back');
    const item = isOfBreak
      ? await itemOfBreak(doing, ofBreak, against, part)
      : await itemTakenBack(doing, known, posting ?? '', instruction);
    if (item instanceof Refusal) return item;
    const shown = formatMoney(item.amount, book.digits);
    const next = `BP-${known.length + 1}`;
    const row = {
      posting_id: next,
      step: 'propose',
      line_id: item.lineId,
      against: item.against,
      amount: shown,
      instruction_id: item.instructionId ?? '',
      reason: why.trim(),
      by,
      at: isoOf(at),
    };
    const answer = { posting: next, line: item.lineId, against: item.against, amount: shown };
    return { parts: rowsOf('bank-postings', row), subject: next, detail: answer, answer };
  },
  text: ({ posting, against, amount: shown }, { currency }) =>
    `Proposed ${posting}: ${shown} ${currency} against ${against}.\nIt needs a second person: cps posting approve ${posting} --as PERSON\n`,
});

/** What is left of a break's line, or a part of it. */
async function itemOfBreak(
  doing: Doing,
  ofBreak: string,
  against: BookedAgainst,
  part: Money | null,
): Promise<Item | Refusal> {
  const { breaks, through } = await bankReconciled(doing.session, doing.book, doing.book.lastRunDay ?? '');
  const found = breaks.find(({ id: one }) => one === ofBreak);
  if (found === undefined)
    return new Refusal(`there is no break ${ofBreak} at the end of ${through}: see cps reconcile`, 'not-there');
  const left = leftOf(found);
  if (left instanceof Refusal) return left;
  const of = part ?? left.amount;
  if (of === 0n || !isWithin(of, left.amount))
    return new Refusal(
      `amount ${formatMoney(of, doing.book.digits)} is not of what is left of ${ofBreak}: ${formatMoney(left.amount, doing.book.digits)}`,
    );
  return { lineId: left.lineId, against, amount: of, instructionId: null };
}

/** What of a break's line nobody has booked yet. */
function leftOf(of: NotedBreak): { lineId: string; amount: Money } | Refusal {
  if (of.resolved !== null) return new Refusal(`break ${of.id} was resolved by ${of.resolved.by}`);
  if (of.lineId === null || !isBookable(of))
    return new Refusal(
      of.kind === 'missing-in-ledger'
        ? `the bank line of ${of.id} is ${of.instructionId}: deliver the bank's answer (cps pay results) in place of a posting`
        : `${of.id} is no money of a bank line that nothing explains: it cannot be booked`,
    );
  const amount = of.effect - bookedOf(of.postings);
  return amount === 0n
    ? new Refusal(`all of ${of.id} is booked by a posting that was approved: the next night posts it`)
    : { lineId: of.lineId, amount };
}

async function itemTakenBack(
  { session, book }: Doing,
  known: readonly Posting[],
  posting: string,
  instruction: string | null,
): Promise<Item | Refusal> {
  const of = known.find((one) => one.postingId === posting);
  if (of === undefined) return new Refusal(`there is no posting ${posting}: see cps posting list`, 'not-there');
  const fault = takeBackFault(of, known, book.lastRunDay);
  if (fault !== undefined) return new Refusal(fault);
  if (instruction !== null && !(await paymentsUnder(session, [instruction])).has(instruction))
    return new Refusal(`no deduction or payout ${instruction} was instructed: check its id`);
  return { lineId: of.lineId, against: of.against, amount: -of.amount, instructionId: instruction };
}

/** Why a posting cannot be taken back; undefined where it can: it is booked, and still stands. */
function takeBackFault(of: Posting, known: readonly Posting[], lastRunDay: string | null): string | undefined {
  const { postingId, lineId, against, amount: moved } = of;
  if (!isApproved(of) || lastRunDay === null || of.approved.dueDay > lastRunDay)
    return `posting ${postingId} is not booked yet: there is nothing to take back`;
  const stands = bookedOf(
    known.filter((one) => one.lineId === lineId),
    against,
  );
  return isWithin(moved, stands) ? undefined : `posting ${postingId} is taken back already`;
}

export const approvePosting = act({
  name: 'approve-posting',
  right: 'adjust',
  summary: 'approve a posting of a bank line that somebody else has proposed; the next night books it',
  fields: { posting: id(OtherId, { label: ['入账', 'Posting'], help: 'as cps posting list names it' }) },
  feeds: ['bank-postings'],
  secondPerson: 'who proposed the posting',
  asksAgain: true,
  commands: [
    {
      words: 'posting approve',
      does: 'approve a posting that somebody else has proposed',
      arguments: ['posting'],
      by: 'who approves it',
      at: AT,
      examples: 'cps posting approve BP-1 --as Chen',
    },
  ],
  route: '/v1/bank-postings/:posting/approval',
  answer: ANSWER,
  send: ['批准入账', 'Approve the posting'],
  done: { approved: ['已批准，下一夜记账。', 'It is approved; the next night posts it.'] },
  decide: async ({ session, book, by, at }, { posting }) => {
    const known = await bankPostings(session);
    const of = known.find((one) => one.postingId === posting);
    if (of === undefined) return new Refusal(`there is no posting ${posting}: see cps posting list`, 'not-there');
    if (of.approved !== null) return new Refusal(`posting ${posting} was approved already by ${of.approved.by}`);
    const fault = approvalFault(of, by, at) ?? (await standsFault(of, known, { session, book }));
    if (fault !== undefined) return new Refusal(fault);
    const row = { posting_id: posting, step: 'approve', reason: '', by, at: isoOf(at) };
    const shown = formatMoney(of.amount, book.digits);
    const answer = { posting, line: of.lineId, against: of.against, amount: shown };
    const detail = { ...answer, proposedBy: of.proposed.by };
    return { parts: rowsOf('bank-postings', row), subject: posting, detail, answer };
  },
  text: ({ posting, against, amount: shown }, { currency }) =>
    `Approved ${posting}: ${shown} ${currency} against ${against}; the next night posts it.\n`,
});

/** Why what was proposed is no longer so: the line was booked or explained since. */
async function standsFault(
  of: Posting,
  known: readonly Posting[],
  { session, book }: Pick<Doing, 'session' | 'book'>,
): Promise<string | undefined> {
  const booked = bookedOf(
    known.filter((one) => one.lineId === of.lineId),
    of.against,
  );
  if (booked !== 0n && isWithin(-of.amount, booked)) return undefined;
  const { breaks } = await bankReconciled(session, book, book.lastRunDay ?? '');
  const found = breaks.find(({ lineId }) => lineId === of.lineId);
  const left = found === undefined ? undefined : leftOf(found);
  if (left instanceof Refusal) return left.message;
  return left !== undefined && isWithin(of.amount, left.amount)
    ? undefined
    : `what posting ${of.postingId} would book of its bank line is explained since: see cps reconcile`;
}
