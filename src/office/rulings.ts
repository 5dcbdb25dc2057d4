/**
 * What a person decides at the desk, recorded: each in one transaction that looks at the case, asks the core, delivers
 * the rows it answers and queues the letters that tell of them. Commands and scenarios come here.
 */
import { appealEndFault, appealFault, endAppeal, lodge } from '../core/cases/appeal.ts';
import { approve, type FeedRows, type ProposalOrder, propose, type Ruling } from '../core/cases/decide.ts';
import type { Appeal, Decision } from '../core/cases/decision.ts';
import { Refusal } from '../core/refusal.ts';
import { appealLetter, decisionLetter } from '../formats/letters/letters.ts';
import { record } from '../ingest/deliver/record.ts';
import type { Session } from '../store/connection/session.ts';
import { decisionsOf, publishersNamed } from '../store/desk/cases.ts';
import type { Book } from '../store/night/book.ts';
import { type Letter, queueMail } from '../store/outbox/mail.ts';
import { caseFile } from './cases.ts';

/** Proposes a decision of a case. */
export function decideCase(session: Session, id: string, order: ProposalOrder): Promise<Ruling> {
  return record(session, 'cps decide', async (book) => {
    const shown = await caseFile(session, book, id);
    const { calendar, digits, lastRunDay } = book;
    return settled(session, book, propose(shown, order, { policy: shown.policy, calendar, digits, lastRunDay }));
  });
}

/** Approves what somebody else has proposed for a case. */
export function approveCase(session: Session, id: string, by: string, at: number): Promise<Ruling> {
  return record(session, 'cps decide', async (book) => {
    return settled(session, book, approve(await caseFile(session, book, id), by, at));
  });
}

async function settled(session: Session, book: Book, ruling: Ruling | string): Promise<Ruling> {
  if (typeof ruling === 'string') throw new Refusal(ruling);
  const { decision } = ruling;
  if (!ruling.holds || decision.decision !== 'forfeit') return ruling;
  const names = await publishersNamed(session, decision.publishers);
  const queuedAt = (decision.approved ?? decision.proposed).at;
  const letters = decision.publishers.map((publisherId): Letter => {
    const letter = decisionLetter(decision, names.get(publisherId)?.name ?? publisherId, book);
    return { messageId: `${decision.decisionId}.${publisherId}`, publisherId, ...letter, queuedAt };
  });
  await queueMail(session, letters);
  return ruling;
}

export interface AppealOrder {
  readonly decisionId: string;
  readonly publisherId: string;
  readonly by: string;
  readonly at: number;
  readonly reason: string;
}

interface AppealRuling {
  readonly decision: Decision;
  readonly parts: readonly FeedRows[];
}

/** Lodges a publisher's appeal against a decision. */
export function lodgeAppeal(session: Session, order: AppealOrder): Promise<AppealRuling> {
  const { publisherId, by, at, reason } = order;
  return record(session, 'cps appeal', async (book) => {
    const decision = await decisionUnder(session, order.decisionId);
    const fault = appealFault(decision, publisherId, at, book.calendar);
    if (fault !== undefined) throw new Refusal(fault);
    return { decision, parts: lodge(decision, publisherId, by, at, reason) };
  });
}

/** Ends a publisher's appeal, by somebody who decided nothing of the case. */
export function decideAppeal(
  session: Session,
  order: AppealOrder,
  outcome: 'granted' | 'rejected',
): Promise<AppealRuling> {
  const { publisherId, by, at, reason } = order;
  return record(session, 'cps appeal', async (book) => {
    const decision = await decisionUnder(session, order.decisionId);
    const appeal = decision.appeals.find((one) => one.publisherId === publisherId);
    const fault = appealEndFault(appeal, decision, by, at);
    if (fault !== undefined || appeal === undefined) throw new Refusal(fault ?? '');
    const others = await decisionsOf(session, { publishers: [publisherId] });
    const end = { outcome, by, at, reason };
    await queueMail(session, [await letterOf(session, book, appeal, end)]);
    return { decision, parts: endAppeal(appeal, decision, others, end) };
  });
}

async function letterOf(session: Session, book: Book, appeal: Appeal, end: Appeal['end'] & object): Promise<Letter> {
  const { publisherId } = appeal;
  const name = (await publishersNamed(session, [publisherId])).get(publisherId)?.name ?? publisherId;
  const messageId = `appeal-end.${appeal.appealId}`;
  return { messageId, publisherId, ...appealLetter(appeal, end, name, book), queuedAt: end.at };
}

async function decisionUnder(session: Session, id: string): Promise<Decision> {
  const [decision] = await decisionsOf(session, { ids: [id] });
  if (decision === undefined)
    throw new Refusal(`there is no decision ${id}: cps case shows a case's decisions`, 'not-there');
  return decision;
}
