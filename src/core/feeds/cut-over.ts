/**
 * The feeds of a cut-over: the balances and the open order lines that old books hand on, and the sign-off of their
 * totals. What they do is decided in core/cut-over.
 */
import {
  balance,
  bought,
  countFromZero,
  fraction,
  instant,
  label,
  oneOf,
  orEmpty,
  otherId,
  partyId,
  person,
  rate,
  signedSum,
  sumFromZero,
} from './columns.ts';
import { feed, type RowOf } from './feed.ts';

export const openings = feed('openings', {
  columns: {
    opening_id: otherId,
    cut_over_id: otherId,
    publisher_id: orEmpty(partyId),
    seller_id: orEmpty(partyId),
    account: oneOf('payable', 'returned', 'due'),
    amount: signedSum,
    prepared_by: person,
  },
  key: ['opening_id'],
  bounds: (row) => {
    const isSeller = row.account === 'due';
    if ((row.seller_id !== null) !== isSeller || (row.publisher_id === null) !== isSeller)
      return `${row.account} is a ${isSeller ? "seller's: fill seller_id" : "publisher's: fill publisher_id"}, and nothing else`;
    return row.account === 'returned' && row.amount < 0n
      ? 'amount is below 0: what came back to a publisher is owed to it'
      : undefined;
  },
});

/** `paid_amount` is what is left of the payment; `confirmed_at` and `fee_rate` are of a line that was settled. */
export const openingLines = feed('opening-lines', {
  columns: {
    order_line_id: otherId,
    cut_over_id: otherId,
    ...bought,
    pid: label,
    trace: oneOf('same-store', 'cross-store', 'coupon'),
    rate,
    confirmed_at: orEmpty(instant),
    fee_rate: orEmpty(fraction),
    prepared_by: person,
  },
  key: ['order_line_id'],
  bounds: (row) => {
    if ((row.confirmed_at === null) !== (row.fee_rate === null))
      return 'confirmed_at and fee_rate are of a line that was settled: fill both or neither';
    return row.confirmed_at !== null && row.confirmed_at < row.paid_at ? 'confirmed_at is before paid_at' : undefined;
  },
});

export const cutOverApprovals = feed('cut-over-approvals', {
  columns: {
    cut_over_id: otherId,
    openings: countFromZero,
    payable: balance,
    returned: balance,
    due: balance,
    lines: orEmpty(countFromZero),
    lines_paid: orEmpty(sumFromZero),
    approved_by: person,
    approved_at: instant,
  },
  key: ['cut_over_id'],
});

/** Takes back the openings and lines of a cut-over that was not signed off: as a whole, and their ids are free again. */
export const cutOverWithdrawals = feed('cut-over-withdrawals', {
  columns: { cut_over_id: otherId, withdrawn_by: person, withdrawn_at: instant },
  key: ['cut_over_id', 'withdrawn_at'],
});

export type OpeningRow = RowOf<typeof openings.columns>;
export type OpeningLineRow = RowOf<typeof openingLines.columns>;
export type CutOverWithdrawalRow = RowOf<typeof cutOverWithdrawals.columns>;
export type CutOverApprovalRow = RowOf<typeof cutOverApprovals.columns>;
