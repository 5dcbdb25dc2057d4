/** What a format of payment files is. */
import type { Payer, PaymentFile } from '../../core/bank/payment.ts';

/** Whose account it is. */
export type Party = Pick<Payer, 'name' | 'account'>;

export interface PayFormat {
  readonly name: string;
  readonly extension: 'csv' | 'xml';
  /** More payments than that go into further files. */
  readonly mostRows: number;
  readonly longestReference: number;
  /** Whether the file names who pays. */
  readonly needsPayer: boolean;
  /** Why a payee cannot be paid by such a file in a book of a currency, or nothing. */
  readonly problem: (payee: Party, currency: string) => string | undefined;
  /** Why a bank would not take a file of such a payer, or nothing; of formats that name one. */
  readonly payerProblem?: (payer: Payer, currency: string) => string | undefined;
  readonly write: (file: PaymentFile) => Uint8Array;
}
