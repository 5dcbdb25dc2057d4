/** The bodies of the bank events: payment files written and cancelled, notes about breaks. They post nothing. */
import type { Money } from '../money.ts';

export interface BankBodies {
  PaymentFileWritten: {
    readonly file: string;
    readonly format: string;
    readonly sha256: string;
    readonly rows: number;
    readonly amount: Money;
    readonly by: string;
  };
  PaymentFileCancelled: { readonly file: string; readonly by: string; readonly reason: string };
  BreakNoted: {
    readonly break: string;
    readonly step: 'assign' | 'comment' | 'resolve';
    readonly by: string;
    readonly owner: string | null;
    /** What a resolution accepts that the bank has more than the ledger; null of other steps. */
    readonly effect: Money | null;
    readonly reason: string;
  };
}
