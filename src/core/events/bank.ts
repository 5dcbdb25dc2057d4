/** What is recorded of banks: payment files written and cancelled, what people say of breaks, and bank lines booked by two persons. */
import { recorded } from './record.ts';
import { type Infer, money, nullable, oneOf, sha256, text, whole } from './shape.ts';

export const paymentFileWritten = recorded('PaymentFileWritten', {
  file: text,
  format: text,
  sha256,
  rows: whole,
  amount: money,
  by: text,
});

export const paymentFileCancelled = recorded('PaymentFileCancelled', { file: text, by: text, reason: text });

export const breakNoted = recorded('BreakNoted', {
  break: text,
  step: oneOf(['assign', 'comment', 'resolve']),
  by: text,
  owner: nullable(text),
  /** What a resolution accepts that the bank has more than the ledger; null of other steps. */
  effect: nullable(money),
  reason: text,
});

/** The accounts of the chart that a bank line can be booked against, beside those of deductions and payouts. */
export const BOOKED_AGAINST = ['bank-charges', 'interest', 'unallocated'] as const;
const bookedAgainst = oneOf(BOOKED_AGAINST);
export type BookedAgainst = Infer<typeof bookedAgainst>;

/** What a bank line moved beside our instructions. */
export const bankItemPosted = recorded('BankItemPosted', {
  posting: text,
  /** The bank line's id. */
  line: text,
  against: bookedAgainst,
  /** Positive where money came in; of a posting that is taken back the other way round. */
  amount: money,
  /** Of one that is taken back: the deduction or payout that the line turned out to be. */
  instruction: nullable(text),
  reason: text,
  proposed_by: text,
  approved_by: text,
});
