/** Every format of payment files. A new one is a file beside this and a row here. */
import { formatMoney } from '../../core/money.ts';
import { csvRow } from '../files/csv.ts';
import { alipay, alipayClassic } from './alipay.ts';
import { pain001 } from './pain001.ts';
import type { PayFormat } from './pay-format.ts';

const text = (rows: readonly (readonly string[])[]): Uint8Array => new TextEncoder().encode(rows.map(csvRow).join(''));

const csv: PayFormat = {
  name: 'csv',
  extension: 'csv',
  mostRows: 100_000,
  longestReference: 64,
  needsPayer: false,
  problem: () => undefined,
  write: ({ payments, currency, digits }) =>
    text([
      ['payout_id', 'publisher_id', 'payee_name', 'payee_account', 'amount', 'currency'],
      ...payments.map((one) => [
        one.reference,
        one.partyId,
        one.name,
        one.account,
        formatMoney(one.amount, digits),
        currency,
      ]),
    ]),
};

/** The list by which sellers are charged. */
const withholding: PayFormat = {
  ...csv,
  name: 'withholding',
  write: ({ payments, currency, digits, day }) =>
    text([
      ['deduction_id', 'seller_id', 'amount', 'currency', 'day'],
      ...payments.map((one) => [one.reference, one.partyId, formatMoney(one.amount, digits), currency, day]),
    ]),
};

export const PAY_FORMATS: readonly PayFormat[] = [alipay, alipayClassic, pain001, csv];

/** The format of a list of deductions. */
export const WITHHOLDING = withholding;
