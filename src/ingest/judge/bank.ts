/**
 * Judges payment files, their rows and what people say of breaks. A payout or deduction is in one live file at most, and
 * in none once the bank has answered; a break is resolved once. Whether a break is there is not asked: breaks are read
 * off the bank and the ledger.
 */
import type { Instant } from '../../core/calendar.ts';
import type { BreakNoteRow, PaymentFileRow, PaymentFileRowRow } from '../../core/feeds/bank.ts';
import type { Feed, Row } from '../../core/feeds/feed.ts';
import { formatMoney } from '../../core/money.ts';
import { filesUnder, paymentsUnder, resolvedBreaks } from '../../store/bank/payments.ts';
import type { Session } from '../../store/connection/session.ts';
import { type Candidate, dueDay, type Judge, type Ledger } from './chunk-tally.ts';
import { judgeRegistry } from './registry.ts';
import type { TradeTerms } from './trade-fact.ts';

/** Judges a chunk of one of these feeds and keeps what it accepts. */
export async function judgeBank(
  session: Session,
  feed: Feed,
  candidates: readonly Candidate[],
  ledger: Ledger,
  terms: TradeTerms,
): Promise<void> {
  const rows = candidates.map(({ row }) => row);
  const impossible = await judgeOf(session, feed, rows, terms);
  const due = (row: Row) => dueDay(terms.calendar, row['at'] as Instant, terms.nextDay);
  const further = feed.name === 'payment-file-rows' ? { impossible } : { impossible, due };
  await judgeRegistry(session, feed, terms.batch, candidates, ledger, further);
}

function judgeOf(session: Session, feed: Feed, rows: readonly Row[], terms: TradeTerms): Promise<Judge> {
  if (feed.name === 'break-notes') return noteJudge(session, rows as unknown as BreakNoteRow[]);
  if (feed.name === 'payment-files') return fileJudge(session, rows as unknown as PaymentFileRow[], terms);
  return rowJudge(session, rows as unknown as PaymentFileRowRow[], terms);
}

async function noteJudge(session: Session, rows: readonly BreakNoteRow[]): Promise<Judge> {
  const resolved = await resolvedBreaks(session, [...new Set(rows.map((row) => row.break_id))]);
  return (given) => {
    const row = given as unknown as BreakNoteRow;
    if (resolved.has(row.break_id)) return `break ${row.break_id} is resolved`;
    if (row.step === 'resolve') resolved.add(row.break_id);
    return undefined;
  };
}

async function fileJudge(session: Session, rows: readonly PaymentFileRow[], terms: TradeTerms): Promise<Judge> {
  const files = await filesUnder(session, [...new Set(rows.map((row) => row.file_id))]);
  return (given) => {
    const { file_id: id, step, at } = given as unknown as PaymentFileRow;
    const file = files.get(id);
    if (step === 'write') {
      files.set(id, { writtenAt: at, cancelled: false, answered: null });
      return undefined;
    }
    if (file === undefined) return `payment file ${id} was not written`;
    if (file.answered !== null)
      return `payment file ${id} was sent: the bank has answered for ${file.answered}, so that it cannot be cancelled`;
    if (at < file.writtenAt)
      return `dated before payment file ${id} was written at ${terms.calendar.format(file.writtenAt)}`;
    files.set(id, { ...file, cancelled: true });
    return undefined;
  };
}

async function rowJudge(session: Session, rows: readonly PaymentFileRowRow[], terms: TradeTerms): Promise<Judge> {
  const payments = await paymentsUnder(session, [...new Set(rows.map((row) => row.instruction_id))]);
  const files = await filesUnder(session, [...new Set(rows.map((row) => row.file_id))]);
  return (given) => {
    const { file_id: fileId, instruction_id: id, amount } = given as unknown as PaymentFileRowRow;
    const payment = payments.get(id);
    const file = files.get(fileId);
    if (file === undefined || file.cancelled)
      return `payment file ${fileId} is ${file === undefined ? 'not known: deliver it first' : 'cancelled'}`;
    if (payment === undefined) return `no deduction or payout ${id} was instructed`;
    if (payment.amount !== amount)
      return `${id} was instructed with ${formatMoney(payment.amount, terms.digits)}, not ${formatMoney(amount, terms.digits)}`;
    if (payment.answered) return `${id} has an answer of the bank already: it is not paid again`;
    if (payment.liveFile !== null)
      return `${id} is in payment file ${payment.liveFile}, which is live: cancel that one if it was not sent`;
    payments.set(id, { ...payment, liveFile: fileId });
    return undefined;
  };
}
