/**
 * The feeds of finance: adjustments and their approvals, and corrections of what order lines were worth. What they do
 * is decided in core/adjustment.ts and core/settlement.
 */
import { instant, orEmpty, otherId, partyId, person, sha256, signedAmount, someWords } from './columns.ts';
import { feed, type RowOf } from './feed.ts';

export const adjustments = feed('adjustments', {
  columns: {
    adjustment_id: otherId,
    publisher_id: orEmpty(partyId),
    seller_id: orEmpty(partyId),
    amount: signedAmount,
    reason: someWords,
    document: sha256,
    proposed_by: person,
    proposed_at: instant,
  },
  key: ['adjustment_id'],
  bounds: (row) =>
    (row.publisher_id === null) === (row.seller_id === null)
      ? 'an adjustment is of one publisher or of one seller: fill publisher_id or seller_id, and not both'
      : undefined,
});

export const adjustmentApprovals = feed('adjustment-approvals', {
  columns: { adjustment_id: otherId, approved_by: person, approved_at: instant },
  key: ['adjustment_id'],
});

/** `amount` is what the correction adds to the line: below 0 it takes off, as a refund does. */
export const corrections = feed('corrections', {
  columns: {
    correction_id: otherId,
    order_line_id: otherId,
    amount: signedAmount,
    corrected_at: instant,
    reason: someWords,
  },
  key: ['order_line_id', 'correction_id'],
});

export type AdjustmentRow = RowOf<typeof adjustments.columns>;
export type AdjustmentApprovalRow = RowOf<typeof adjustmentApprovals.columns>;
