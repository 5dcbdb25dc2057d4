/** What reconciliation compares: what the ledger says moved at the bank, and what the bank says. It compares nothing itself. */
import type { Line } from '../bank/account.ts';
import type { Day } from '../calendar.ts';
import type { Money } from '../money.ts';
import type { Payee } from './payee.ts';
import type { Sight } from './sight.ts';

export type { Line } from '../bank/account.ts';

/** An instruction to the bank, under every reference the bank may know it by. */
export interface Instruction {
  readonly instructionId: string;
  readonly kind: 'deduction' | 'payout';
  readonly amount: Money;
  readonly day: Day;
  /** Its id, and what payment files called it. */
  readonly references: readonly string[];
  /** The payment files it is in. */
  readonly files: readonly string[];
  /** Where a payout was to go, as its payment files say; none where that is not known, as of a deduction. */
  readonly payees: readonly Payee[];
}

/** An entry of the ledger on its bank account; positive where money came in. */
export interface Movement {
  /** The entry's id. */
  readonly entry: string;
  readonly instructionId: string;
  readonly day: Day;
  readonly amount: Money;
}

/** Every name a difference can have. */
export type BreakKind =
  | 'missing-in-bank'
  | 'missing-in-ledger'
  | 'amount-differs'
  /** The bank took something for a payment, beside it or within. */
  | 'charge'
  /** The bank moved less than was instructed. */
  | 'short-payment'
  | 'duplicate'
  | 'late'
  | 'wrong-payee';

/** A difference between the two, with a name. */
export interface Break {
  readonly id: string;
  readonly kind: BreakKind;
  readonly instructionId: string | null;
  /** The bank's own reference of the line, and the line's id; null where there is no line. */
  readonly lineRef: string | null;
  readonly lineId: string | null;
  readonly account: string | null;
  /** The business day since which it has been open. */
  readonly since: Day;
  /** How much more the bank has than the ledger because of it. */
  readonly effect: Money;
  readonly saw: Sight;
}

export interface Matched {
  readonly movement: Movement;
  readonly line: Line;
  readonly by: 'reference' | 'payee';
}
