/**
 * The feeds of a cut-over: the balances that old books hand on, and the sign-off of their totals. What they post is in
 * core/opening.ts.
 */
import { balance, count, instant, oneOf, orEmpty, otherId, partyId, person, signedAmount } from './columns.ts';
import { feed, type RowOf } from './feed.ts';

export const openings = feed('openings', {
  columns: {
    opening_id: otherId,
    cut_over_id: otherId,
    publisher_id: orEmpty(partyId),
    seller_id: orEmpty(partyId),
    account: oneOf('payable', 'returned', 'due'),
    amount: signedAmount,
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

export const cutOverApprovals = feed('cut-over-approvals', {
  columns: {
    cut_over_id: otherId,
    openings: count,
    payable: balance,
    returned: balance,
    due: balance,
    approved_by: person,
    approved_at: instant,
  },
  key: ['cut_over_id'],
});

export type OpeningRow = RowOf<typeof openings.columns>;
export type CutOverApprovalRow = RowOf<typeof cutOverApprovals.columns>;
