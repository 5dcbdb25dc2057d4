/** What moves the balances of sellers and publishers: deductions, taxes, payouts, statements and what people adjust. */
import { event } from './record.ts';
import { day, flag, type Infer, money, month, type Of, object, oneOf, sha256, text, whole } from './shape.ts';

const result = { amount: money, reason: text };

export const deductionInstructed = event('DeductionInstructed', { home: 'seller', body: { amount: money } });

export const deductionConfirmed = event('DeductionConfirmed', { home: 'seller', body: result });

export const deductionFailed = event('DeductionFailed', {
  home: 'seller',
  body: { ...result, after_confirmation: flag },
});

export const taxWithheld = event('TaxWithheld', {
  home: 'publisher',
  body: { amount: money, gross: money, profile: text },
});

export const payoutInstructed = event('PayoutInstructed', {
  home: 'publisher',
  body: { month, from_payable: money, from_returned: money, amount: money, value_date: day },
});

export const payoutConfirmed = event('PayoutConfirmed', { home: 'publisher', body: result });

export const payoutReturned = event('PayoutReturned', {
  home: 'publisher',
  body: { ...result, after_confirmation: flag },
});

/** What two persons decided about a balance. */
const adjustment = {
  adjustment: text,
  /** Positive in the party's favour. */
  amount: money,
  reason: text,
  /** SHA-256 of the document that it rests on, in hex. */
  document: sha256,
  proposed_by: text,
  approved_by: text,
};

/** Of a publisher's payable. */
export const adjustmentPosted = event('AdjustmentPosted', { home: 'publisher', body: adjustment });

/** Of a seller's due. */
export const dueAdjusted = event('DueAdjusted', { home: 'seller', body: adjustment });

/** The accounts that old books hand on: a publisher's first two, a seller's last. */
const openingAccount = oneOf(['payable', 'returned', 'due']);
export type OpeningAccount = Infer<typeof openingAccount>;

/** What old books handed on, of a publisher's payable or returned, or of a seller's due. */
export const openingPosted = event('OpeningPosted', {
  home: 'publisher',
  body: {
    cut_over: text,
    account: openingAccount,
    /** Owed to the publisher, or by the seller. */
    amount: money,
    prepared_by: text,
    approved_by: text,
  },
});

/** The amounts of a statement, in the order in which it shows them (SPEC 15). */
const figures = {
  opening: money,
  earnings: money,
  reversals: money,
  releases: money,
  forfeitures: money,
  adjustments: money,
  tax: money,
  payouts: money,
  closing: money,
  gross: money,
  tax_due: money,
  returned: money,
  payout: money,
};
export const STATEMENT_FIGURES = Object.keys(figures) as (keyof typeof figures)[];

const statement = { month, ...figures, disposition: oneOf(['paid', 'carried', 'frozen']) };
export type StatementFigures = Of<typeof statement>;

/** The events that moved a publisher's payable in a month, in the order of its statement (SPEC 10). */
const lines = object({
  count: whole,
  /** SHA-256 of their hashes one after the other, in hex. */
  digest: sha256,
});
export type LinesDigest = Infer<typeof lines>;

export const statementIssued = event('StatementIssued', { home: 'publisher', body: { ...statement, lines } });
