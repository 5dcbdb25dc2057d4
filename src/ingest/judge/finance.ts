/**
 * Judges adjustments and their approvals (SPEC 11): a party that is known, and a second person. Whether the money is
 * there is not asked: an adjustment is what people decide.
 */
import { approvalFault } from '../../core/adjustment.ts';
import type { AdjustmentApprovalRow, AdjustmentRow } from '../../core/feeds/finance.ts';
import { adjustmentsUnder } from '../../store/intake/adjustments.ts';
import { idsIn, judgement, parent } from './judgement.ts';

/** The publisher or the seller that a row names. */
export const PARTY = [parent('publisher'), parent('seller', 'shop', 'deliver a shop of it first')];

const ADJUSTMENTS = judgement<AdjustmentRow>({ parents: PARTY });

const APPROVALS = judgement<AdjustmentApprovalRow>({
  parents: [parent('adjustment')],
  due: 'approved_at',
  begin: async ({ session, rows }) => {
    const known = await adjustmentsUnder(session, idsIn(rows, 'adjustment_id'));
    return {
      impossible: ({ adjustment_id: id, approved_by: by, approved_at: at }) => {
        const proposed = known.get(id);
        return proposed === undefined ? undefined : approvalFault(proposed, by, at);
      },
    };
  },
});

export const FINANCE = { adjustments: ADJUSTMENTS, 'adjustment-approvals': APPROVALS };
