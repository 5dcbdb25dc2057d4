/**
 * The feeds of banks: what they say of an account (lines and balances), which payment files were written for them,
 * what people say of breaks, and how they book what no instruction explains. What such rows mean is in core/bank and core/reconcile.
 */
import { BOOKED_AGAINST } from '../events/bank.ts';
import {
  balance,
  code,
  count,
  countFromZero,
  instant,
  label,
  oneOf,
  orEmpty,
  otherId,
  person,
  sha256,
  signedSum,
  sumAboveZero,
  words,
} from './columns.ts';
import { feed, type RowOf } from './feed.ts';

/**
 * One line of a bank's statement by its place from 1, or (`part` from 1) one of the payments in it. The amount is positive
 * where money came in; `line_ref` is the bank's own reference, which it may use again.
 */
export const bankLines = feed('bank-lines', {
  columns: {
    statement: otherId,
    line: count,
    part: countFromZero,
    booked_at: instant,
    amount: signedSum,
    line_ref: code,
    reference: code,
    counterparty: code,
    counterparty_name: words,
    memo: words,
  },
  key: ['statement', 'line', 'part'],
});

/**
 * What a bank says of an account from `since` up to, and not including, `through`, with the balances around its lines where
 * it states them. `statement` is a digest of all it says: the bank's numbers are no key.
 */
export const bankStatements = feed('bank-statements', {
  columns: {
    statement: otherId,
    account: label,
    since: instant,
    through: instant,
    opening: orEmpty(balance),
    closing: orEmpty(balance),
  },
  key: ['statement'],
  bounds: (row) => {
    if (row.through <= row.since) return 'through is not after since: a statement covers some time';
    return (row.opening === null) === (row.closing === null)
      ? undefined
      : 'opening and closing are stated both or not at all';
  },
});

/** What a person says of a break: whose it is, a comment, or that it is resolved. */
export const breakNotes = feed('break-notes', {
  columns: {
    break_id: otherId,
    step: oneOf('assign', 'comment', 'resolve'),
    at: instant,
    by: person,
    owner: orEmpty(person),
    effect: orEmpty(balance),
    reason: words,
  },
  key: 'row',
  bounds: (row) => {
    if ((row.owner === null) === (row.step === 'assign'))
      return `owner is ${row.owner === null ? 'empty' : 'not empty'}: an assignment names the owner, and nothing else does`;
    return (row.effect === null) === (row.step === 'resolve')
      ? `effect is ${row.effect === null ? 'empty' : 'not empty'}: a resolution says what it accepts, and nothing else does`
      : undefined;
  },
});

/** What the proposal of a posting says, and its approval leaves empty. */
const PROPOSED = ['line_id', 'amount', 'against'] as const;

/** A bank line booked beside our instructions: proposed by one person, approved by another. */
export const bankPostings = feed('bank-postings', {
  columns: {
    posting_id: otherId,
    step: oneOf('propose', 'approve'),
    line_id: orEmpty(otherId),
    against: orEmpty(oneOf(...BOOKED_AGAINST)),
    amount: orEmpty(signedSum),
    instruction_id: orEmpty(otherId),
    reason: words,
    by: person,
    at: instant,
  },
  key: ['posting_id', 'step'],
  bounds: (row) => {
    const wrong = PROPOSED.find((name) => (row[name] === null) === (row.step === 'propose'));
    if (wrong !== undefined)
      return `${wrong} is ${row.step === 'propose' ? 'empty: a proposal says it' : 'not empty: it was said by the proposal'}`;
    return (row.reason.trim() === '') === (row.step === 'propose')
      ? `reason is ${row.step === 'propose' ? 'empty: a proposal says why' : 'not empty: the proposal said why'}`
      : undefined;
  },
});

/** What the writing of a file says of it, and its cancelling leaves empty. */
const WRITTEN = ['format', 'sha256', 'rows', 'amount'] as const;

/** A payment file made for a bank, or declared not sent. */
export const paymentFiles = feed('payment-files', {
  columns: {
    file_id: otherId,
    step: oneOf('write', 'cancel'),
    format: orEmpty(otherId),
    sha256: orEmpty(sha256),
    rows: orEmpty(count),
    amount: orEmpty(sumAboveZero),
    at: instant,
    by: person,
    reason: words,
  },
  key: ['file_id', 'step'],
  bounds: (row) => {
    const wrong = WRITTEN.find((name) => (row[name] === null) === (row.step === 'write'));
    if (wrong === undefined) return undefined;
    return `${wrong} is ${row.step === 'write' ? 'empty: a written file says it' : 'not empty: it was said when the file was written'}`;
  },
});

/** An instruction in a payment file, the reference it has there and, of a payout, to whom it was to go. */
export const paymentFileRows = feed('payment-file-rows', {
  columns: {
    file_id: otherId,
    instruction_id: otherId,
    reference: label,
    payee_account: words,
    payee_name: words,
    amount: sumAboveZero,
  },
  key: ['file_id', 'instruction_id'],
});

export type BankPostingRow = RowOf<typeof bankPostings.columns>;
export type BreakNoteRow = RowOf<typeof breakNotes.columns>;
export type PaymentFileRow = RowOf<typeof paymentFiles.columns>;
export type PaymentFileRowRow = RowOf<typeof paymentFileRows.columns>;
