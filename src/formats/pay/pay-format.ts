/** What a format of payment files is. */
import type { PaymentFile } from '../../core/bank/payment.ts';

export interface PayFormat {
  readonly name: string;
  readonly extension: 'csv' | 'xml';
  /** More payments than that go into further files. */
  readonly mostRows: number;
  readonly longestReference: number;
  /** Whether the file names who pays. */
  readonly needsPayer: boolean;
  /** Why a payee cannot be paid by such a file, or nothing. */
  readonly problem: (payee: { readonly name: string; readonly account: string }) => string | undefined;
  readonly write: (file: PaymentFile) => Uint8Array;
}
