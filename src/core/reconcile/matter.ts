/** What reconciliation compares: what the ledger says moved at the bank, and what the bank says. It compares nothing itself. */
import type { BankLine } from '../bank/file.ts';
import type { Day } from '../calendar.ts';
import type { Money } from '../money.ts';
import type { Sight } from './sight.ts';

/** An instruction to the bank, under every reference the bank may know it by. */
export interface Instruction {
  readonly instructionId: string;
  readonly kind: 'deduction' | 'payout';
  readonly amount: Money;
  readonly day: Day;
  /** Its id, and what payment files called it. */
  readonly references: readonly string[];
  /** Where a payout was to go: account and name; both empty where that is not known, as of a deduction. */
  readonly payeeAccount: string;
  readonly payeeName: string;
}

/** An entry of the ledger on its bank account; positive where money came in. */
export interface Movement {
  /** The entry's id. */
  readonly entry: string;
  readonly instructionId: string;
  readonly day: Day;
  readonly amount: Money;
}

/** A line of the bank's, and the business day it was booked on. */
export interface Line extends BankLine {
  readonly day: Day;
}

/** Every name a difference can have. */
export type BreakKind =
  | 'missing-in-bank'
  | 'missing-in-ledger'
  | 'amount-differs'
  | 'duplicate'
  | 'late'
  | 'wrong-payee';

/** A difference between the two, with a name. */
export interface Break {
  readonly id: string;
  readonly kind: BreakKind;
  readonly instructionId: string | null;
  readonly lineRef: string | null;
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
