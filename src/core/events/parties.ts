/** What moves the balances of sellers and publishers: deductions, taxes, payouts, statements and what people adjust. */
import { openingIdOf } from '../ids.ts';
import { BOTH, event, type Facts } from './record.ts';
import { day, flag, type Infer, money, month, type Of, object, oneOf, sha256, text, whole } from './shape.ts';

const result = { amount: money, reason: text };
const undone = { ...result, after_confirmation: flag };

export const deductionInstructed = event(
  'DeductionInstructed',
  { amount: money },
  {
    home: 'seller',
    deductions: 'deducted',
    news: {
      kind: 'deduction.instructed',
      subject: 'deduction_id',
      to: ['seller'],
      facts: ({ amount }) => ({ amount }),
    },
  },
);

export const deductionConfirmed = event('DeductionConfirmed', result, {
  home: 'seller',
  news: { kind: 'deduction.confirmed', subject: 'deduction_id', to: ['seller'], facts: ({ amount }) => ({ amount }) },
});

/** What is told of a deduction or payout that failed or came back. */
const cameBack = ({ amount, after_confirmation, reason }: Of<typeof undone>): Facts => ({
  amount,
  after_confirmation,
  bank_reason: reason,
});

export const deductionFailed = event('DeductionFailed', undone, {
  home: 'seller',
  deductions: 'deduction-failed',
  news: {
    kind: 'deduction.failed',
    subject: 'deduction_id',
    to: ['seller'],
    facts: cameBack,
  },
});

export const taxWithheld = event(
  'TaxWithheld',
  { amount: money, gross: money, profile: text },
  { home: 'publisher', statement: 'tax', news: null },
);

export const payoutInstructed = event(
  'PayoutInstructed',
  { month, from_payable: money, from_returned: money, amount: money, value_date: day },
  {
    home: 'publisher',
    statement: 'payouts',
    news: {
      kind: 'payout.instructed',
      subject: 'payout_id',
      to: ['publisher'],
      facts: (body) => ({
        month: body.month,
        amount: body.amount,
        from_payable: body.from_payable,
        from_returned: body.from_returned,
        value_date: body.value_date,
      }),
    },
  },
);

export const payoutConfirmed = event('PayoutConfirmed', result, {
  home: 'publisher',
  news: { kind: 'payout.confirmed', subject: 'payout_id', to: ['publisher'], facts: ({ amount }) => ({ amount }) },
});

export const payoutReturned = event('PayoutReturned', undone, {
  home: 'publisher',
  news: {
    kind: 'payout.returned',
    subject: 'payout_id',
    to: ['publisher'],
    facts: cameBack,
  },
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
export const adjustmentPosted = event('AdjustmentPosted', adjustment, {
  home: 'publisher',
  statement: 'adjustments',
  news: {
    kind: 'adjustment.posted',
    subject: null,
    to: ['publisher'],
    facts: (body) => ({ adjustment_id: body.adjustment, amount: body.amount }),
  },
});

/** Of a seller's due. */
export const dueAdjusted = event('DueAdjusted', adjustment, {
  home: 'seller',
  deductions: 'adjusted',
  news: {
    kind: 'adjustment.posted',
    subject: null,
    to: ['seller'],
    facts: (body) => ({ adjustment_id: body.adjustment, amount: body.amount }),
  },
});

/** The accounts that old books hand on: a publisher's first two, a seller's last. */
const openingAccount = oneOf(['payable', 'returned', 'due']);
export type OpeningAccount = Infer<typeof openingAccount>;

/** What old books handed on, of a publisher's payable or returned, or of a seller's due. */
export const openingPosted = event(
  'OpeningPosted',
  {
    cut_over: text,
    account: openingAccount,
    /** Owed to the publisher, or by the seller. */
    amount: money,
    prepared_by: text,
    approved_by: text,
  },
  {
    home: 'publisher',
    statement: 'adjustments',
    deductions: 'brought-in',
    news: {
      kind: 'opening.posted',
      subject: null,
      to: BOTH,
      facts: (body, subject) => ({
        opening_id: openingIdOf(subject) ?? subject,
        account: body.account,
        amount: body.amount,
      }),
    },
  },
);

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

export const statementIssued = event(
  'StatementIssued',
  { ...statement, lines },
  {
    home: 'publisher',
    news: {
      kind: 'statement.issued',
      subject: null,
      to: ['publisher'],
      facts: (body) => ({
        month: body.month,
        ...Object.fromEntries(STATEMENT_FIGURES.map((name) => [name, body[name]])),
        disposition: body.disposition,
      }),
    },
  },
);
