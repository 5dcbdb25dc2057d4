/** The outbox: mails queued with what they tell of, to be sent by whoever sends mail. It sends nothing. */
import { sql } from 'kysely';
import { type Instant, isoOf } from '../core/calendar.ts';
import type { Session } from './session.ts';

export interface QueuedMail {
  /** Stable: the same mail queued again is the same one. */
  readonly messageId: string;
  readonly publisherId: string;
  readonly subject: string;
  readonly body: string;
  readonly queuedAt: Instant;
}

/** Mails in one statement: their texts are long. */
const AT_ONCE = 500;

/** Queues mails in the current transaction, each once however often it is queued. */
export async function queueMail(session: Session, mails: readonly QueuedMail[]): Promise<void> {
  for (let from = 0; from < mails.length; from += AT_ONCE) await queue(session, mails.slice(from, from + AT_ONCE));
}

async function queue(session: Session, mails: readonly QueuedMail[]): Promise<void> {
  await sql`
    insert into mail (message_id, publisher_id, subject, body, queued_at)
    select * from unnest(${mails.map((mail) => mail.messageId)}::text[], ${mails.map((mail) => mail.publisherId)}::text[],
      ${mails.map((mail) => mail.subject)}::text[], ${mails.map((mail) => mail.body)}::text[],
      ${mails.map((mail) => isoOf(mail.queuedAt))}::timestamptz[])
    on conflict (message_id) do nothing`.execute(session.db);
}

/** A queued mail; undefined where there is none of that id. */
export async function mailOf(session: Session, messageId: string): Promise<QueuedMail | undefined> {
  const { rows } = await sql<QueuedMail>`
    select message_id as "messageId", publisher_id as "publisherId", subject, body, queued_at as "queuedAt" from mail
    where message_id = ${messageId}`.execute(session.db);
  return rows[0];
}
