/**
 * Sends the letters of the outbox: at least once, one at a time, no faster than the given rate, failed ones once more
 * later. A letter is locked while it is on its way and recorded when the server has answered, so that a sender killed
 * at any point loses none, and at most the one on its way is sent twice, under the same Message-ID.
 */
import type { Instant } from '../core/calendar.ts';
import { pauseAfter } from '../core/retry.ts';
import { LATE_NOTICE } from '../formats/letters/notice.ts';
import type { Session } from '../store/connection/session.ts';
import { dropOverdue, recordAttempt, takeLetter } from '../store/outbox/mail.ts';
import type { Answer, Sender } from './smtp.ts';

export interface SendOrder {
  readonly sender: Sender;
  /** The address the letters come from. */
  readonly from: string;
  /** Letters a minute at most. */
  readonly perMinute: number;
  readonly now: () => Instant;
  readonly wait: (milliseconds: number) => Promise<unknown>;
  readonly onLetter: (sent: number) => void;
}

export interface SendReport {
  readonly sent: number;
  readonly refused: number;
  /** Failed for now; each is tried once more at a later call. */
  readonly deferred: number;
  /** Why the pass ended before the outbox did; null when everything due was tried. */
  readonly stopped: string | null;
}

/** Letters in a row that did not reach the server, after which it is taken to be gone. */
const TOO_MANY_LOST = 3;

/**
 * Sends every letter that is due. The session must have no transaction open.
 * @returns the counts, and why sending stopped early where the server could not be reached
 */
export async function sendMail(session: Session, order: SendOrder): Promise<SendReport> {
  const count = { taken: 0, refused: 0, deferred: 0, unreached: 0 };
  let lost = 0;
  let isFirst = true;
  let stopped: string | null = null;
  await dropOverdue(session, order.now());
  while (stopped === null) {
    const pause = isFirst ? 0 : Math.ceil(60_000 / order.perMinute);
    isFirst = false;
    const answer = await session.transaction(() => sendOne(session, order, pause));
    if (answer === undefined) break;
    count[answer.kind]++;
    lost = answer.kind === 'unreached' ? lost + 1 : 0;
    if (lost === TOO_MANY_LOST) stopped = answer.text;
    order.onLetter(count.taken);
  }
  return { sent: count.taken, refused: count.refused, deferred: count.deferred + count.unreached, stopped };
}

async function sendOne(session: Session, order: SendOrder, pause: number): Promise<Answer | undefined> {
  const { sender, from, now } = order;
  const letter = await takeLetter(session, now());
  if (letter === undefined) return undefined;
  if (pause > 0) await order.wait(pause);
  const { messageId, recipient, subject, queuedAt, attempts, endsAt } = letter;
  const body = endsAt !== null && endsAt <= now() ? LATE_NOTICE + letter.body : letter.body;
  const answer = await sender.send({ messageId, from, to: recipient, subject, body, date: queuedAt });
  const of = { recipient, answer: answer.text };
  const at = now();
  if (answer.kind === 'taken') await recordAttempt(session, messageId, { state: 'sent', at, ...of });
  else if (answer.kind === 'refused') await recordAttempt(session, messageId, { state: 'refused', at, ...of });
  else await recordAttempt(session, messageId, { state: 'queued', next: at + pauseAfter(attempts + 1), ...of });
  return answer;
}
