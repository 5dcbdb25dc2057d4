/**
 * Judges payment files, their rows, what people say of breaks and what they book of bank lines. A payout or deduction is in one live file at most, and
 * in none once the bank has answered; a break is resolved once. Whether a break is there is not asked: breaks are read
 * off the bank and the ledger.
 */
import { approvalFault } from '../../core/bank/posting.ts';
import type { BankPostingRow, BreakNoteRow, PaymentFileRow, PaymentFileRowRow } from '../../core/feeds/bank.ts';
import { formatMoney } from '../../core/money.ts';
import { filesUnder, paymentsUnder, resolvedBreaks } from '../../store/bank/payments.ts';
import { postingsUnder } from '../../store/bank/postings.ts';
import { type Chunk, idsIn, judgement, type Rules, stays } from './judgement.ts';

async function notes({ session, rows }: Chunk<BreakNoteRow>): Promise<Rules<BreakNoteRow>> {
  const resolved = await resolvedBreaks(session, idsIn(rows, 'break_id'));
  return {
    impossible: ({ break_id: id }) => (resolved.has(id) ? `break ${id} is resolved` : undefined),
    accept: ({ break_id: id, step }) => {
      if (step === 'resolve') resolved.add(id);
    },
  };
}

async function postings({ session, rows }: Chunk<BankPostingRow>): Promise<Rules<BankPostingRow>> {
  const known = await postingsUnder(session, idsIn(rows, 'posting_id'));
  return {
    impossible: ({ posting_id: id, step, by, at }) => {
      if (step === 'propose') return undefined;
      const posting = known.get(id);
      return posting === undefined ? `posting ${id} was not proposed` : approvalFault(posting, by, at);
    },
    accept: ({ posting_id: postingId, step, line_id: lineId, against, amount, instruction_id, reason, by, at }) => {
      if (step !== 'propose' || lineId === null || against === null || amount === null) return;
      const proposed = { by, at };
      known.set(postingId, {
        ...{ postingId, lineId, against, amount, instructionId: instruction_id },
        ...{ reason, proposed, approved: null },
      });
    },
  };
}

async function files({ session, rows, terms }: Chunk<PaymentFileRow>): Promise<Rules<PaymentFileRow>> {
  const known = await filesUnder(session, idsIn(rows, 'file_id'));
  return {
    impossible: ({ file_id: id, step, at }) => {
      const file = known.get(id);
      if (step === 'write') return undefined;
      if (file === undefined) return `payment file ${id} was not written`;
      if (file.answered !== null)
        return `payment file ${id} was sent: the bank has answered for ${file.answered}, so that it cannot be cancelled`;
      return at < file.writtenAt
        ? `dated before payment file ${id} was written at ${terms.calendar.format(file.writtenAt)}`
        : undefined;
    },
    accept: ({ file_id: id, step, at }) => {
      const file = known.get(id);
      if (step === 'write') known.set(id, { writtenAt: at, cancelled: false, answered: null });
      else if (file !== undefined) known.set(id, { ...file, cancelled: true });
    },
  };
}

async function fileRows({ session, rows, terms }: Chunk<PaymentFileRowRow>): Promise<Rules<PaymentFileRowRow>> {
  const payments = await paymentsUnder(session, idsIn(rows, 'instruction_id'));
  const known = await filesUnder(session, idsIn(rows, 'file_id'));
  return {
    impossible: ({ file_id: fileId, instruction_id: id, amount }) => {
      const payment = payments.get(id);
      const file = known.get(fileId);
      if (file === undefined || file.cancelled)
        return `payment file ${fileId} is ${file === undefined ? 'not known: deliver it first' : 'cancelled'}`;
      if (payment === undefined) return `no deduction or payout ${id} was instructed: check its id`;
      if (payment.amount !== amount)
        return `${id} was instructed with ${formatMoney(payment.amount, terms.digits)}, not ${formatMoney(amount, terms.digits)}`;
      if (payment.answered) return `${id} has an answer of the bank already: it is not paid again`;
      return payment.liveFile === null
        ? undefined
        : `${id} is in payment file ${payment.liveFile}, which is live: cancel that one if it was not sent`;
    },
    accept: ({ file_id: liveFile, instruction_id: id }) => {
      const payment = payments.get(id);
      if (payment !== undefined) payments.set(id, { ...payment, liveFile });
    },
  };
}

const NOTES = judgement<BreakNoteRow>({ due: 'at', begin: notes });
const POSTINGS = judgement<BankPostingRow>({ conflict: stays, due: 'at', begin: postings });
const FILES = judgement<PaymentFileRow>({ due: 'at', begin: files });
const FILE_ROWS = judgement<PaymentFileRowRow>({ begin: fileRows });

export const BANK = {
  'bank-lines': {},
  'bank-statements': {},
  'break-notes': NOTES,
  'bank-postings': POSTINGS,
  'payment-files': FILES,
  'payment-file-rows': FILE_ROWS,
};
