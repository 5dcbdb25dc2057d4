/**
 * How deductions and payouts move from instructed to what the bank did with them (SPEC 10): which result may follow
 * which. It posts nothing.
 */
import type { Instant } from '../calendar.ts';

export type ResultStatus = 'confirmed' | 'failed' | 'returned';

/** The last thing known of an instruction: that it was made, or its last result. */
export interface InstructionState {
  readonly status: 'instructed' | ResultStatus;
  readonly at: Instant;
}

/** Whether a result may follow: instructed -> confirmed | failed/returned, and confirmed -> failed/returned. */
export function follows(state: InstructionState['status'], result: ResultStatus): boolean {
  return state === 'instructed' || (state === 'confirmed' && result !== 'confirmed');
}
