/**
 * What two persons decide about balances: adjustments, proposed by one and approved by another, and the sign-off of a
 * cut-over's totals by somebody who prepared none of them. They move no money: the next night does.
 */
import { Type } from 'typebox';
import { type AdjustedParty, approvalFault } from '../../core/adjustment.ts';
import { isoOf } from '../../core/calendar.ts';
import { formatMoney, type Money } from '../../core/money.ts';
import { Refusal } from '../../core/refusal.ts';
import { Money as Amount, OtherId, PartyId } from '../../formats/shapes.ts';
import type { Session } from '../../store/connection/session.ts';
import { appealsUnder } from '../../store/desk/cases.ts';
import { adjustmentsUnder, countOfParty, forfeitedBy, standsAt } from '../../store/intake/adjustments.ts';
import { openingLinesOf, openingsOf } from '../../store/intake/openings.ts';
import { isPublisher, isSeller } from '../../store/month/lines.ts';
import { act, type Doing, rowsOf } from './act.ts';
import { amount, aSwitch, digest, id, optional, reason, sum } from './field.ts';

const AT = ['--at', 'when, if not now'] as const;

/** How much an adjustment is of: one of these is said. */
interface HowMuch {
  readonly amount: Money | null;
  readonly writeOff: boolean | null;
  readonly appeal: string | null;
}

export const proposeAdjustment = act({
  name: 'propose-adjustment',
  right: 'adjust',
  summary: "propose an adjustment of a publisher's payable or a seller's due; a second person has to approve it",
  notes: 'Of one party, and `amount`, `writeOff` or `appeal`: what it comes to is in the answer.',
  fields: {
    publisher: optional(id(PartyId, { label: ['推广者', 'Publisher'], help: 'whose payable it is' })),
    seller: optional(id(PartyId, { label: ['商家', 'Seller'], help: 'whose due it is' })),
    amount: optional(amount({ label: ['金额', 'Amount'], help: "in the party's favour; below 0 it takes" })),
    writeOff: aSwitch({ label: ['销账', 'Write off'], help: 'as much as brings the balance of the last night to 0' }),
    appeal: optional(
      id(OtherId, {
        label: ['申诉', 'Appeal'],
        help: "what a granted appeal's decision had taken from the publisher",
      }),
    ),
    reason: reason(),
    document: digest({ label: ['依据', 'Document'], help: 'what it rests on; its SHA-256 is recorded' }),
  },
  feeds: ['adjustments'],
  commands: [
    {
      words: 'adjust propose',
      does: "propose an adjustment of a publisher's payable or a seller's due",
      by: 'who proposes it',
      at: AT,
      examples:
        'cps adjust propose --publisher 1003 --write-off --reason "gone without a trace" --document note.pdf --as Chen\n' +
        '  cps adjust propose --seller s1 --amount -12.50 --reason "undercharged in May" --document mail.txt --as Chen',
    },
  ],
  route: '/v1/adjustments',
  answer: Type.Object({ adjustment: OtherId, amount: Amount, document: Type.String() }),
  send: ['提出', 'Propose'],
  done: { proposed: ['已登记，等待第二人批准。', 'It is recorded, and waits for a second person.'] },
  decide: async ({ session, book, by, at }, { publisher, seller, reason: why, document, ...howMuch }) => {
    const party = await partyOf(session, publisher, seller);
    if (party instanceof Refusal) return party;
    const moved = await amountOf(session, party, howMuch, book.digits);
    if (moved instanceof Refusal) return moved;
    const of = party.publisherId ?? party.sellerId;
    const adjustment = `A-${of}-${(await countOfParty(session, party)) + 1}`;
    const shown = formatMoney(moved, book.digits);
    const row = {
      adjustment_id: adjustment,
      publisher_id: party.publisherId ?? '',
      seller_id: party.sellerId ?? '',
      amount: shown,
      reason: why,
      document,
      proposed_by: by,
      proposed_at: isoOf(at),
    };
    const detail = { party: of, amount: shown, document };
    return {
      parts: rowsOf('adjustments', row),
      subject: adjustment,
      detail,
      answer: { adjustment, amount: shown, document },
    };
  },
  text: ({ adjustment, amount: shown }, { currency }) =>
    `Proposed ${adjustment}: ${shown} ${currency}.\nIt needs a second person: cps adjust approve ${adjustment} --as PERSON\n`,
});

async function partyOf(
  session: Session,
  publisher: string | null,
  seller: string | null,
): Promise<AdjustedParty | Refusal> {
  if (publisher !== null && seller === null) {
    if (!(await isPublisher(session, publisher))) return new Refusal(`publisher ${publisher} is not known`);
    return { publisherId: publisher, sellerId: null };
  }
  if (seller === null || publisher !== null)
    return new Refusal('say whose balance it is: --publisher ID or --seller ID, one of them');
  if (!(await isSeller(session, seller))) return new Refusal(`seller ${seller} is not known`);
  return { publisherId: null, sellerId: seller };
}

async function amountOf(
  session: Session,
  party: AdjustedParty,
  { amount: said, writeOff, appeal: appealId }: HowMuch,
  digits: number,
): Promise<Money | Refusal> {
  const of = party.publisherId ?? party.sellerId;
  if ([said !== null, writeOff === true, appealId !== null].filter(Boolean).length !== 1)
    return new Refusal('say how much: --amount, --write-off or --appeal, one of them');
  if (said !== null) return said === 0n ? new Refusal('amount is 0: an adjustment moves something') : said;
  if (appealId === null) {
    const stands = await standsAt(session, party);
    return stands === 0n ? new Refusal(`the balance of ${of} is 0 already: there is nothing to write off`) : -stands;
  }
  const appeal = (await appealsUnder(session, [appealId]))[0];
  if (appeal === undefined || appeal.publisherId !== party.publisherId)
    return new Refusal(`there is no appeal ${appealId} of publisher ${of}: cps case shows a case's appeals`);
  if (appeal.end?.outcome !== 'granted')
    return new Refusal(`appeal ${appealId} was not granted: only a granted one is made good`);
  const forfeited = await forfeitedBy(session, appeal.publisherId, appeal.decisionId, digits);
  if (forfeited === 0n)
    return new Refusal(`decision ${appeal.decisionId} took nothing of publisher ${of}: say --amount`);
  return forfeited;
}

export const approveAdjustment = act({
  name: 'approve-adjustment',
  right: 'adjust',
  summary: 'approve an adjustment that somebody else has proposed; the next night posts it',
  fields: { adjustment: id(OtherId, { label: ['调整', 'Adjustment'], help: 'as cps adjust list names it' }) },
  feeds: ['adjustment-approvals'],
  secondPerson: 'who proposed the adjustment',
  asksAgain: true,
  commands: [
    {
      words: 'adjust approve',
      does: 'approve an adjustment that somebody else has proposed',
      arguments: ['adjustment'],
      by: 'who approves it',
      at: AT,
      examples: 'cps adjust approve A-1003-1 --as Wu',
    },
  ],
  route: '/v1/adjustments/:adjustment/approval',
  answer: Type.Object({ adjustment: OtherId, amount: Amount }),
  send: ['批准', 'Approve'],
  done: { approved: ['已批准，下一夜记账。', 'It is approved; the next night posts it.'] },
  decide: async ({ session, book, by, at }, { adjustment }) => {
    const known = (await adjustmentsUnder(session, [adjustment])).get(adjustment);
    if (known === undefined)
      return new Refusal(`there is no adjustment ${adjustment}: see cps adjust list`, 'not-there');
    if (known.approval !== null)
      return new Refusal(`adjustment ${adjustment} was approved already by ${known.approval.by}`);
    const fault = approvalFault(known, by, at);
    if (fault !== undefined) return new Refusal(fault);
    const row = { adjustment_id: adjustment, approved_by: by, approved_at: isoOf(at) };
    const shown = formatMoney(known.amount, book.digits);
    const detail = { amount: shown, proposedBy: known.proposedBy };
    return {
      parts: rowsOf('adjustment-approvals', row),
      subject: adjustment,
      detail,
      answer: { adjustment, amount: shown },
    };
  },
  text: ({ adjustment, amount: shown }, { currency }) =>
    `Approved ${adjustment}: ${shown} ${currency}; the next night posts it.\n`,
});

const TOTAL = 'the total of the old books, such as 12.34';
const totalOf = (zh: string, en: string, help: string) => sum({ label: [zh, en], help, expected: TOTAL });

export const signOffCutOver = act({
  name: 'sign-off-cut-over',
  right: 'adjust',
  summary:
    'sign off the totals that old books hand on, by somebody who prepared none of them; the next night posts them',
  fields: {
    cutOver: id(OtherId, { label: ['切换', 'Cut-over'], help: 'the cut_over_id of the feed openings' }),
    payable: totalOf('应付', 'Payable', 'owed to publishers, by the old books'),
    returned: totalOf('退回', 'Returned', 'paid to publishers and come back, by the old books'),
    due: totalOf('应收', 'Due', 'owed by sellers, by the old books'),
    linesPaid: optional(totalOf('未结订单', 'Open lines', 'paid for the open order lines, by the old books; if any')),
  },
  feeds: ['cut-over-approvals'],
  secondPerson: 'who prepared an opening',
  asksAgain: true,
  commands: { none: 'it is asked for beside what it is about: cps cut-over ID --sign-off NAME' },
  route: '/v1/cut-overs/:cutOver/sign-off',
  answer: Type.Object({ cutOver: OtherId, payable: Amount, returned: Amount, due: Amount, linesPaid: Amount }),
  send: ['签核', 'Sign off'],
  done: { signed: ['已签核，下一夜记账。', 'It is signed off; the next night posts it.'] },
  decide: async ({ session, book, by, at }, { cutOver, payable, returned, due, linesPaid }) => {
    const handed = await handedOn(session, cutOver);
    if (handed instanceof Refusal) return handed;
    const { openings, lines } = handed;
    if (linesPaid === null && lines.length > 0) return new Refusal(`--lines-paid is "": it must be ${TOTAL}`);
    const shown = (of: Money): string => formatMoney(of, book.digits);
    const totals = { payable: shown(payable), returned: shown(returned), due: shown(due) };
    const paid = shown(linesPaid ?? 0n);
    const row = {
      cut_over_id: cutOver,
      openings: String(openings.length),
      ...totals,
      lines: String(lines.length),
      lines_paid: paid,
      approved_by: by,
      approved_at: isoOf(at),
    };
    const answer = { cutOver, ...totals, linesPaid: paid };
    return {
      parts: rowsOf('cut-over-approvals', row),
      subject: cutOver,
      detail: { ...totals, linesPaid: paid },
      answer,
    };
  },
  text: ({ cutOver }) => `Cut-over ${cutOver} is signed off: the next night posts it.\n`,
});

export const withdrawCutOver = act({
  name: 'withdraw-cut-over',
  right: 'adjust',
  summary: 'withdraw what old books hand on, all of a cut-over that is not signed off; its ids are free again',
  fields: { cutOver: id(OtherId, { label: ['切换', 'Cut-over'], help: 'the cut_over_id of the feed openings' }) },
  feeds: ['cut-over-withdrawals'],
  commands: { none: 'it is asked for beside what it is about: cps cut-over ID --withdraw NAME' },
  route: '/v1/cut-overs/:cutOver/withdrawal',
  answer: Type.Object({ cutOver: OtherId, openings: Type.Integer(), lines: Type.Integer() }),
  send: ['撤回', 'Withdraw'],
  done: { withdrawn: ['已撤回，可以重新报送。', 'It is withdrawn; deliver it anew.'] },
  decide: async ({ session, by, at }, { cutOver }) => {
    const handed = await handedOn(session, cutOver);
    if (handed instanceof Refusal) return handed;
    const counts = { openings: handed.openings.length, lines: handed.lines.length };
    const row = { cut_over_id: cutOver, withdrawn_by: by, withdrawn_at: isoOf(at) };
    return {
      parts: rowsOf('cut-over-withdrawals', row),
      subject: cutOver,
      detail: counts,
      answer: { cutOver, ...counts },
    };
  },
  text: ({ cutOver, openings, lines }) =>
    `Cut-over ${cutOver} is withdrawn: ${openings} openings and ${lines} lines. Their ids are free again.\n`,
});

/** What old books handed on so far; refused where that is nothing. */
export async function handedOn(session: Doing['session'], of: string) {
  const openings = await openingsOf(session, [of]);
  const lines = await openingLinesOf(session, [of]);
  if (openings.length + lines.length > 0) return { openings, lines };
  return new Refusal(`nothing of cut-over ${of} is known: deliver the feeds openings and opening-lines`, 'not-there');
}
