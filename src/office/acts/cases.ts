/**
 * What people do about cases of the risk desk: propose, approve, appeal, decide an appeal, dispute a line. What may be
 * decided is in core/cases; here it is looked up, and the letters that tell of it are written.
 */
import { createHash } from 'node:crypto';
import { Type } from 'typebox';
import { isoOf } from '../../core/calendar.ts';
import { appealEndFault, appealFault, endAppeal, lodge } from '../../core/cases/appeal.ts';
import { approve, propose, type Ruling } from '../../core/cases/decide.ts';
import type { Appeal, Decision } from '../../core/cases/decision.ts';
import { isOtherId } from '../../core/ids.ts';
import { Refusal } from '../../core/refusal.ts';
import { decisionDocument } from '../../formats/cases.ts';
import { appealLetter, decisionLetter } from '../../formats/letters/letters.ts';
import { CaseId, OtherId, PartyId, Told } from '../../formats/shapes.ts';
import type { Session } from '../../store/connection/session.ts';
import { decisionsOf, publishersNamed } from '../../store/desk/cases.ts';
import { disputeOf, sellerOfLine } from '../../store/lists/party-lines.ts';
import type { Book } from '../../store/night/book.ts';
import type { Letter } from '../../store/outbox/mail.ts';
import { caseFile } from '../cases.ts';
import { act, type Deed, type Doing, othersFault, rowsOf } from './act.ts';
import { choice, count, id, optional, reason } from './field.ts';

const theCase = id(CaseId, { label: ['案件', 'Case'], help: 'as cps cases names it' });
const theDecision = id(CaseId, { label: ['裁决', 'Decision'], help: 'as cps case names it' });
const AT = ['--at', 'when it was decided, if not now'] as const;

interface RulingTold {
  readonly holds: boolean;
  readonly decision: Record<string, unknown>;
}

/** What came of a case, in two lines at most. */
function rulingText({ holds, decision }: RulingTold, { currency }: Book): string {
  const { decisionId, caseId, decision: of, lines, amount } = decision;
  const what = `${of} of ${lines} ${lines === 1 ? 'line' : 'lines'}, ${amount} ${currency} at stake`;
  if (!holds)
    return `Proposed ${decisionId}: ${what}.\nIt needs a second person: cps decide ${caseId} --approve --as PERSON\n`;
  const acts = of === 'reject' ? 'the line stays as it is' : 'the next night acts on it';
  return `Decided ${decisionId}: ${what}; ${acts}.\n`;
}

const DECIDED = [
  '裁决已登记并生效，下一夜执行。',
  'The decision is recorded and holds; the next night carries it out.',
] as const;
const FEEDS = ['case-decisions', 'risk-decisions', 'publisher-status'];

export const decideCase = act({
  name: 'decide-case',
  right: 'decide-cases',
  summary: 'propose what becomes of a case; above the limit of the policy it waits for a second person',
  fields: {
    case: theCase,
    decision: choice(['release', 'forfeit', 'reject'], 'decision', {
      label: ['裁决', 'Decision'],
      help: 'of a dispute forfeit or reject',
      wrong: ['请选择裁决。', 'Choose a decision.'],
    }),
    against: optional(
      choice(['none', 'freeze', 'terminate'], 'against', {
        label: ['对推广者', 'Against the publisher'],
        help: 'what is done to the publishers of the case',
      }),
    ),
    points: optional(
      count(0, 1000, {
        label: ['违规分', 'Points'],
        help: 'violation points for each of them; the policy says how many otherwise',
        wrong: ['违规分为 0 至 1000 的整数。', 'Points are a whole number from 0 to 1000.'],
        hint: ['留空则按规则。', 'Empty for what the policy says.'],
        most: 4,
      }),
    ),
    reason: reason({ help: 'why; the publishers are told' }),
  },
  feeds: FEEDS,
  commands: [
    {
      words: 'decide',
      does: 'propose a decision of a case, or approve one; the next night acts on it',
      arguments: ['case'],
      flags: {
        freeze: { help: 'freeze the publishers of the case', sets: { against: 'freeze' } },
        terminate: { help: 'terminate them', sets: { against: 'terminate' } },
      },
      otherwise: 'say --decision and --reason to propose, or --approve to approve what was proposed',
      by: 'who decides',
      at: AT,
      examples:
        'cps decide overwritten-click.9003.201311 --decision forfeit --terminate --as Chen --reason "the app clicks by itself"',
    },
  ],
  route: '/v1/cases/:case/decisions',
  answer: Told,
  send: ['提出', 'Propose'],
  done: {
    decided: DECIDED,
    proposed: ['已登记，等待第二人批准。', 'It is recorded, and waits for a second person.'],
  },
  decide: async (doing, { case: of, decision, reason: why, against, points }) => {
    const { session, book, by, at } = doing;
    const shown = await caseFile(session, book, of);
    const { calendar, digits, lastRunDay } = book;
    const order = { decision, by, at, reason: why, against: against ?? 'none', points };
    const ruling = propose(shown, order, { policy: shown.policy, calendar, digits, lastRunDay });
    return ruled(doing, of, ruling, { decision, against: order.against, points });
  },
  text: rulingText,
});

export const approveCase = act({
  name: 'approve-case',
  right: 'decide-cases',
  summary: 'approve what somebody else has proposed for a case',
  fields: { case: theCase },
  feeds: FEEDS,
  secondPerson: 'who proposed the decision',
  asksAgain: true,
  commands: [
    {
      words: 'decide',
      does: 'propose a decision of a case, or approve one; the next night acts on it',
      arguments: ['case'],
      flags: { approve: { help: 'approve what somebody else has proposed', sets: {} } },
      when: 'approve',
      by: 'who decides',
      at: AT,
      examples: 'cps decide overwritten-click.9003.201311 --approve --as Wu',
    },
  ],
  route: '/v1/cases/:case/approvals',
  answer: Told,
  send: ['批准', 'Approve'],
  done: { decided: DECIDED },
  decide: async (doing, { case: of }) => {
    const { session, book, by, at } = doing;
    return ruled(doing, of, approve(await caseFile(session, book, of), by, at), {});
  },
  text: rulingText,
});

/** What a ruling records, and the letters of a forfeit that holds. */
async function ruled(
  { session, book }: Doing,
  subject: string,
  ruling: Ruling | Refusal,
  detail: Deed<RulingTold>['detail'] & object,
): Promise<Deed<RulingTold> | Refusal> {
  if (ruling instanceof Refusal) return ruling;
  const { decision, holds, parts } = ruling;
  return {
    parts,
    letters: holds && decision.decision === 'forfeit' ? await lettersOf(session, book, decision) : [],
    subject,
    detail: { decisionId: decision.decisionId, ...detail },
    answer: { holds, decision: decisionDocument(decision, book) },
    came: holds ? 'decided' : 'proposed',
  };
}

async function lettersOf(session: Session, book: Book, decision: Decision): Promise<Letter[]> {
  const names = await publishersNamed(session, decision.publishers);
  const queuedAt = (decision.approved ?? decision.proposed).at;
  return decision.publishers.map((publisherId): Letter => {
    const letter = decisionLetter(decision, names.get(publisherId)?.name ?? publisherId, book);
    return { messageId: `${decision.decisionId}.${publisherId}`, publisherId, ...letter, queuedAt };
  });
}

const appellant = id(PartyId, { label: ['推广者', 'Publisher'], help: 'whose appeal it is' });
const AppealTold = Type.Object({ decision: CaseId, publisher: PartyId, outcome: Type.String() });
const APPEAL = {
  words: 'appeal',
  does: "lodge a publisher's appeal against a decision, or decide it",
  arguments: ['decision'],
  at: ['--at', 'when, if not now'],
} as const;

export const lodgeAppeal = act({
  name: 'lodge-appeal',
  right: 'appeal',
  summary: "lodge a publisher's appeal against a decision",
  fields: { decision: theDecision, publisher: appellant, reason: reason() },
  feeds: ['appeals'],
  commands: [
    {
      ...APPEAL,
      by: 'who lodges it (the publisher)',
      byField: 'publisher',
      examples: 'cps appeal overwritten-click.9003.201311-1 --publisher 1003 --reason "the clicks are real"',
    },
  ],
  route: '/v1/decisions/:decision/appeals',
  answer: AppealTold,
  send: ['提出申诉', 'Send the appeal'],
  done: { lodged: ['申诉已登记，等待裁决。', 'The appeal is recorded, and waits for its decision.'] },
  decide: async (doing, { decision: of, publisher, reason: why }) => {
    const { session, book, at, own } = doing;
    const others = othersFault(doing, { role: 'publisher', party: publisher });
    if (others !== undefined) return others;
    const decision = await decisionUnder(session, of);
    if (decision instanceof Refusal) return decision;
    const fault = appealFault(decision, publisher, at, book.calendar);
    if (fault !== undefined) return new Refusal(fault);
    return {
      parts: lodge(decision, publisher, own === undefined ? doing.by : publisher, at, why),
      subject: of,
      detail: { publisher },
      answer: { decision: of, publisher, outcome: 'lodged' },
    };
  },
  text: ({ decision, publisher }) => `Appeal of ${publisher} against ${decision}: lodged.\n`,
});

export const decideAppeal = act({
  name: 'decide-appeal',
  right: 'decide-cases',
  summary: 'decide an appeal, by somebody who decided nothing of its case',
  fields: {
    decision: theDecision,
    publisher: appellant,
    outcome: choice(['granted', 'rejected'], 'appeal', { label: ['结论', 'Outcome'], help: 'how it is decided' }),
    reason: reason(),
  },
  feeds: ['appeals', 'publisher-status'],
  secondPerson: 'who proposed or approved the decision',
  asksAgain: true,
  commands: (['grant', 'reject'] as const).map((one) => {
    const isGrant = one === 'grant';
    const help = isGrant
      ? 'decide it for the publisher: its points go, and its account is active again'
      : 'decide it against the publisher';
    return {
      ...APPEAL,
      when: one,
      flags: { [one]: { help, sets: { outcome: isGrant ? 'granted' : 'rejected' } } },
      by: 'who decides the appeal',
      examples: `cps appeal overwritten-click.9003.201311-1 --publisher 1003 --${one} --as Zhao --reason "looked at again"`,
    };
  }),
  route: '/v1/decisions/:decision/appeals/:publisher/outcome',
  answer: AppealTold,
  send: ['裁决申诉', 'Decide the appeal'],
  done: { appeal: ['申诉的裁决已登记。', 'The decision of the appeal is recorded.'] },
  decide: async ({ session, book, by, at }, { decision: of, publisher, outcome, reason: why }) => {
    const decision = await decisionUnder(session, of);
    if (decision instanceof Refusal) return decision;
    const appeal = decision.appeals.find((one) => one.publisherId === publisher);
    const fault = appealEndFault(appeal, decision, by, at);
    if (fault !== undefined || appeal === undefined) return new Refusal(fault ?? '');
    const others = await decisionsOf(session, { publishers: [publisher] });
    const end = { outcome, by, at, reason: why };
    return {
      parts: endAppeal(appeal, decision, others, end),
      letters: [await letterOf(session, book, appeal, end)],
      subject: of,
      detail: { publisher, outcome },
      answer: { decision: of, publisher, outcome, appeal: appeal.appealId },
    };
  },
  text: ({ decision, publisher, outcome, appeal }) => {
    const after = `\nWhat went back to the sellers stays with them. An adjustment makes it good: cps adjust propose --publisher ${publisher} --appeal ${appeal}`;
    return `Appeal of ${publisher} against ${decision}: ${outcome}.${outcome === 'granted' ? after : ''}\n`;
  },
});

async function letterOf(session: Session, book: Book, appeal: Appeal, end: Appeal['end'] & object): Promise<Letter> {
  const { publisherId } = appeal;
  const called = (await publishersNamed(session, [publisherId])).get(publisherId)?.name ?? publisherId;
  const messageId = `appeal-end.${appeal.appealId}`;
  return { messageId, publisherId, ...appealLetter(appeal, end, called, book), queuedAt: end.at };
}

async function decisionUnder(session: Session, of: string): Promise<Decision | Refusal> {
  const [decision] = await decisionsOf(session, { ids: [of] });
  return decision ?? new Refusal(`there is no decision ${of}: cps case shows a case's decisions`, 'not-there');
}

export const dispute = act({
  name: 'dispute',
  right: 'dispute',
  summary: 'dispute a commission, by the seller who owes it',
  fields: {
    dispute: id(OtherId, { label: ['异议', 'Dispute'], help: 'the id it is to have' }),
    orderLine: id(OtherId, { label: ['订单行', 'Order line'], help: 'the order line' }),
    seller: id(PartyId, { label: ['商家', 'Seller'], help: 'the seller who disputes it' }),
    reason: reason(),
  },
  feeds: ['disputes'],
  commands: [
    {
      words: 'dispute',
      does: "record a seller's dispute of a commission; it opens a case",
      arguments: ['dispute', 'orderLine', 'seller'],
      by: 'who disputes it (the seller)',
      byField: 'seller',
      at: ['--at', 'when, if not now'],
      examples: 'cps dispute Q1 L5 s1 --reason "it was never sent"',
    },
  ],
  route: '/v1/disputes',
  answer: Type.Object({ dispute: OtherId, case: CaseId }),
  send: ['提出异议', 'Send the dispute'],
  done: { dispute: ['异议已登记。', 'The dispute is recorded.'] },
  decide: async (doing, { dispute: of, orderLine, seller, reason: why }) => {
    const { session, book, at, own } = doing;
    const others = othersFault(doing, { role: 'seller', party: seller });
    if (others !== undefined) return others;
    if (own !== undefined && (await sellerOfLine(session, book, orderLine)) !== seller)
      return new Refusal(`there is no order line ${orderLine} of seller ${seller}`, 'not-there');
    if ((await disputeOf(session, seller, orderLine)) !== undefined)
      return new Refusal(`order line ${orderLine} was disputed already: its case is being decided`, 'refused', {
        zh: '您已对此行提出异议，正在等待裁决。',
      });
    const row = { dispute_id: of, order_line_id: orderLine, seller_id: seller, disputed_at: isoOf(at), reason: why };
    const answer = { dispute: of, case: `dispute.${of}` };
    return { parts: rowsOf('disputes', row), subject: of, detail: { orderLine, seller }, answer };
  },
  text: (answer) => `Dispute ${answer.dispute} is recorded: its case is ${answer.case}.\n`,
});

/** The id of a line's dispute: its own id in it where that fits. */
export function disputeId(orderLine: string): string {
  const of = `dispute-${orderLine}`;
  return isOtherId(of) ? of : `dispute-${createHash('sha256').update(orderLine).digest('hex').slice(0, 32)}`;
}
