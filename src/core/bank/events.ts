/** Makes the events of payment files, breaks and bank postings. All but postings are a record, and post nothing. */
import { createHash } from 'node:crypto';
import type { Day, Instant } from '../calendar.ts';
import { type Bodies, type Event, selfDelimited } from '../events/event.ts';
import type { BreakNoteRow, PaymentFileRow } from '../feeds/bank.ts';
import { type ApprovedPosting, postingEvent } from './posting.ts';

/** A delivered fact, and the day whose night records it. */
export type BankFact =
  | { readonly kind: 'payment-file'; readonly dueDay: Day; readonly row: PaymentFileRow }
  | { readonly kind: 'break-note'; readonly dueDay: Day; readonly row: BreakNoteRow }
  | { readonly kind: 'bank-posting'; readonly dueDay: Day; readonly posting: ApprovedPosting };

/** The event of a fact; of two notes about one break the subjects differ. */
export function bankEvent(fact: BankFact): Event {
  if (fact.kind === 'bank-posting') return postingEvent(fact.posting, fact.dueDay);
  const stamp = { businessDay: fact.dueDay, occurredAt: fact.row.at, sellerId: null, publisherId: null };
  if (fact.kind === 'break-note') {
    const { break_id, step, at, by, owner, effect, reason } = fact.row;
    const body = { break: break_id, step, by, owner, effect, reason };
    return { type: 'BreakNoted', ...stamp, subject: noteSubject(body, at), body };
  }
  const { file_id: file, step, by, reason } = fact.row;
  if (step === 'cancel')
    return { type: 'PaymentFileCancelled', ...stamp, subject: `file-end:${file}`, body: { file, by, reason } };
  const { format, sha256, rows, amount } = fact.row;
  const body = { file, format: format ?? '', sha256: sha256 ?? '', rows: rows ?? 0, amount: amount ?? 0n, by };
  return { type: 'PaymentFileWritten', ...stamp, subject: `file:${file}`, body };
}

/**
 * The subject of a note: its break, and a digest of what was written, by whom and when, so that two notes about one
 * break differ.
 */
export function noteSubject(body: Bodies['BreakNoted'], at: Instant): string {
  const { step, by, owner, effect, reason } = body;
  const said = selfDelimited([step, String(at), by, owner, effect === null ? null : String(effect), reason]);
  return `break:${body.break}.${createHash('sha256').update(said).digest('hex').slice(0, 12)}`;
}
