/**
 * The outbox: letters to publishers and persons, each under a Message-ID of its own, queued in the transaction of what they tell of.
 * It knows what is to be sent and what came of it; sending is done in src/mail.
 */

import { sql } from 'kysely';
import { type Instant, isoOf } from '../../core/calendar.ts';
import { rowsAs } from '../connection/rewrite.ts';
import type { Session } from '../connection/session.ts';

/** A letter to a publisher. Its Message-ID stays the same however often it is sent. */
export interface Letter {
  /** 1 to 200 visible ASCII characters without `<` and `>`: `case.x-1.1003`. */
  readonly messageId: string;
  readonly publisherId: string;
  readonly subject: string;
  readonly body: string;
  readonly queuedAt: Instant;
}

/** Letters in one statement: their texts are long. */
const AT_ONCE = 500;

/**
 * Queues letters in the caller's transaction, each exactly once: one whose Message-ID is known changes nothing.
 * @throws when a Message-ID is none, which is a defect of the caller
 */
export async function queueMail(transaction: Session, mails: readonly Letter[]): Promise<void> {
  for (const { messageId } of mails) {
    if (!/^(?=[!-~]{1,200}$)[^<>]+$/.test(messageId)) throw new Error(`${JSON.stringify(messageId)} is no Message-ID`);
  }
  for (let from = 0; from < mails.length; from += AT_ONCE) await queue(transaction, mails.slice(from, from + AT_ONCE));
}

async function queue(transaction: Session, mails: readonly Letter[]): Promise<void> {
  const rows = mails.map(({ messageId, publisherId, subject, body, queuedAt }) => {
    return { message_id: messageId, publisher_id: publisherId, subject, body, queued_at: isoOf(queuedAt) };
  });
  await sql`
    insert into mail (message_id, publisher_id, subject, body, queued_at)
    select message_id, publisher_id, subject, body, queued_at from ${rowsAs('mail', rows)}
    on conflict (message_id) do nothing`.execute(transaction.db);
}

/** A letter to an address, which is not looked up; what it says holds until it ends. */
export interface DirectLetter extends Omit<Letter, 'publisherId'> {
  readonly address: string;
  readonly endsAt: Instant | null;
}

/** Queues a letter to a person in the caller's transaction. */
export async function queueDirect({ db }: Session, of: DirectLetter): Promise<void> {
  const { messageId, address, subject, body, queuedAt, endsAt } = of;
  const times = { queued_at: isoOf(queuedAt), ends_at: endsAt === null ? null : isoOf(endsAt) };
  await db
    .insertInto('mail')
    .values({ message_id: messageId, address, subject, body, ...times })
    .execute();
}

/** A letter as it was queued; undefined where there is none under this Message-ID. */
export async function letterOf(session: Session, messageId: string): Promise<Letter | undefined> {
  const row = await session.db
    .selectFrom('mail')
    .select(['message_id as messageId', 'publisher_id as publisherId', 'subject', 'body', 'queued_at as queuedAt'])
    .where('message_id', '=', messageId)
    .executeTakeFirst();
  return row === undefined || row.publisherId === null ? undefined : { ...row, publisherId: row.publisherId };
}

/** A letter that may be sent now. */
export interface DueLetter {
  readonly messageId: string;
  readonly recipient: string;
  readonly subject: string;
  readonly body: string;
  readonly queuedAt: Instant;
  /** Failed attempts so far. */
  readonly attempts: number;
  /** Of a notice the end that it names; null of any other letter. */
  readonly endsAt: Instant | null;
}

const CONTACT = sql`lateral (select email from contact c where c.publisher_id = m.publisher_id
  order by batch desc, n desc limit 1)`;

/** Where a letter goes. */
const RECIPIENT = sql`coalesce(m.address, c.email)`;

/**
 * Takes the oldest letter that may be sent, those that soon end first, and locks it to the end of the transaction, so that no other sender takes it;
 * when this one is killed, the lock goes and the letter is as it was. Undefined when there is none.
 */
export function takeLetter(session: Session, now: Instant): Promise<DueLetter | undefined> {
  return session.first(sql<DueLetter>`
    select m.message_id as "messageId", ${RECIPIENT} as recipient, m.subject, m.body, m.queued_at as "queuedAt", m.attempts,
      n.effective_at as "endsAt"
    from mail m left join ${CONTACT} c on true left join notice n on n.notice_id = m.message_id
    where m.state = 'queued' and (m.next_attempt is null or m.next_attempt <= ${isoOf(now)})
      and ${RECIPIENT} is not null and (m.ends_at is null or m.ends_at > ${isoOf(now)})
    order by m.ends_at nulls last, m.queued_at, m.message_id
    for update of m skip locked limit 1`);
}

/** What came of an attempt: the server took it, refused it for good, or it is to be tried again. */
export type Attempt =
  | { readonly state: 'sent' | 'refused'; readonly at: Instant; readonly recipient: string; readonly answer: string }
  | { readonly state: 'queued'; readonly next: Instant; readonly recipient: string; readonly answer: string };

/** Records an attempt, in the transaction that took the letter. */
export async function recordAttempt(session: Session, messageId: string, attempt: Attempt): Promise<void> {
  const { state, recipient, answer } = attempt;
  const ended = attempt.state === 'queued' ? null : isoOf(attempt.at);
  const next = attempt.state === 'queued' ? isoOf(attempt.next) : null;
  await session.db
    .updateTable('mail')
    .set((eb) => ({ state, recipient, attempts: eb('attempts', '+', 1), last_answer: answer }))
    .set({ ended_at: ended, next_attempt: next })
    .where('message_id', '=', messageId)
    .execute();
  // What opens a door is not kept once it is on its way.
  if (attempt.state !== 'queued')
    await sql`update mail set body = '' where message_id = ${messageId} and ends_at is not null`.execute(session.db);
}

/** Ends letters that were not sent in time, and forgets what stood in them. */
export async function dropOverdue({ db }: Session, now: Instant): Promise<void> {
  await sql`
    update mail set state = 'refused', last_answer = 'it ended before it was sent', ended_at = ${isoOf(now)}, body = ''
    where state = 'queued' and ends_at <= ${isoOf(now)}`.execute(db);
}

/** `waiting` is queued for a publisher of whom no address is known. */
export const MAIL_STATES = ['queued', 'waiting', 'sent', 'refused'] as const;
export type MailState = (typeof MAIL_STATES)[number];

export interface ListedLetter {
  readonly messageId: string;
  /** Null of a letter to a person. */
  readonly publisherId: string | null;
  readonly subject: string;
  readonly state: MailState;
  readonly queuedAt: Instant;
  /** The address it was sent to last, or would be sent to. */
  readonly recipient: string | null;
  readonly attempts: number;
  readonly nextAttempt: Instant | null;
  readonly lastAnswer: string | null;
  readonly endedAt: Instant | null;
}

const STATE = sql`case when m.state = 'queued' and ${RECIPIENT} is null then 'waiting' else m.state end`;

/** What became of a letter: its state, how often it was tried, when that ended, and where it went or would go. */
export type LetterFate = Pick<ListedLetter, 'messageId' | 'state' | 'attempts' | 'endedAt' | 'recipient'>;

/** What became of letters, by Message-ID. */
export async function lettersFate(session: Session, messageIds: readonly string[]): Promise<Map<string, LetterFate>> {
  const rows = await session.all(sql<LetterFate>`
    select m.message_id as "messageId", ${STATE} as state, m.attempts, m.ended_at as "endedAt",
      case when m.state = 'queued' then ${RECIPIENT} else m.recipient end as recipient
    from mail m left join ${CONTACT} c on true where m.message_id = any(${messageIds})`);
  return new Map(rows.map((row) => [row.messageId, row]));
}

/** How many letters are in each state. */
export async function mailCounts(session: Session): Promise<Record<MailState, number>> {
  const rows = await session.all(sql<{ state: MailState; count: bigint }>`
    select ${STATE} as state, count(*) as count from mail m left join ${CONTACT} c on true group by 1`);
  const found = new Map(rows.map(({ state, count }) => [state, Number(count)]));
  const of = (state: MailState): number => found.get(state) ?? 0;
  return { queued: of('queued'), waiting: of('waiting'), sent: of('sent'), refused: of('refused') };
}

/** Letters in the order in which they were queued, of one state or all, at most `limit`. */
export function listMail(session: Session, state: MailState | undefined, limit: number): Promise<ListedLetter[]> {
  return session.all(sql<ListedLetter>`
    select * from (
      select m.message_id as "messageId", m.publisher_id as "publisherId", m.subject, ${STATE} as state,
        m.queued_at as "queuedAt", case when m.state = 'queued' then ${RECIPIENT} else m.recipient end as recipient,
        m.attempts, m.next_attempt as "nextAttempt", m.last_answer as "lastAnswer", m.ended_at as "endedAt"
      from mail m left join ${CONTACT} c on true) l
    where ${state === undefined ? sql`true` : sql`state = ${state}`}
    order by "queuedAt", "messageId" limit ${limit}`);
}
