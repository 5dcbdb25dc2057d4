/** Alipay's batch payment files, the current template and the classic one: GBK, CRLF, at most 3000 rows a file. */
import type { PaymentFile } from '../../core/bank/payment.ts';
import { isAddress } from '../../core/ids.ts';
import { formatMoney } from '../../core/money.ts';
import { csvRow } from '../files/csv.ts';
import { notInGbk, toGbk } from './gbk.ts';
import type { Party, PayFormat } from './pay-format.ts';

const MOST_ROWS = 3000;

function bytes(rows: readonly (readonly string[])[]): Uint8Array {
  return toGbk(rows.map((cells) => csvRow(cells).replace(/\n$/, '\r\n')).join(''));
}

/** Alipay's own bound of a payee's name. */
const LONGEST_NAME = 64;
/** A mobile number of China, and the number that Alipay gives each account. */
const MOBILE = /^(?:\+?86-?)?1[3-9]\d{9}$/;
const ALIPAY_NUMBER = /^2088\d{12}$/;

/** Why a text is no account of Alipay's: these are e-mails, mobile numbers and numbers of its own. */
function accountFault(account: string): string | undefined {
  if (isAddress(account) || MOBILE.test(account) || ALIPAY_NUMBER.test(account)) return undefined;
  const what = /^[\d -]{8,}$/.test(account) ? 'looks like a bank account, and is' : 'is';
  return `${account} ${what} no Alipay account: that is an e-mail, a mobile number or a number of 16 digits from 2088`;
}

/** Why a payee cannot stand in such a file. */
function problem({ name, account }: Party): string | undefined {
  if ([...name].length > LONGEST_NAME) return `the name has more than ${LONGEST_NAME} characters: amend the payee`;
  const strange = notInGbk(name + account);
  if (strange !== undefined) return `${strange} has no code in GBK: pay it by hand, or amend the payee`;
  return accountFault(account);
}

const payerProblem = ({ account }: Party): string | undefined =>
  isAddress(account) ? undefined : `the payer's account ${account} is no e-mail, by which this file names who pays`;

export const alipay: PayFormat = {
  name: 'alipay',
  extension: 'csv',
  mostRows: MOST_ROWS,
  longestReference: 64,
  needsPayer: false,
  problem,
  write: ({ payments, digits }: PaymentFile) =>
    bytes([
      ['支付宝批量付款文件模板（前面两行请勿删除）'],
      ['序号（必填）', '收款方支付宝账号（必填）', '收款方姓名（必填）', '金额（必填，单位：元）', '备注（选填）'],
      ...payments.map((one, i) => [
        String(i + 1),
        one.account,
        one.name,
        formatMoney(one.amount, digits),
        one.reference,
      ]),
    ]),
};

export const alipayClassic: PayFormat = {
  name: 'alipay-classic',
  extension: 'csv',
  mostRows: MOST_ROWS,
  longestReference: 22,
  needsPayer: true,
  problem,
  payerProblem,
  write: ({ fileId, day, payer, payments, amount, digits }: PaymentFile) =>
    bytes([
      ['批次号', '付款日期', '付款人email', '账户名称', '总金额（元）', '总笔数'],
      [
        fileId.replaceAll(/[^0-9]/g, ''),
        day.replaceAll('-', ''),
        payer.account,
        payer.name,
        formatMoney(amount, digits),
        String(payments.length),
      ],
      ['商户流水号', '收款人email', '收款人姓名', '付款金额（元）', '付款理由'],
      ...payments.map((one) => [
        one.reference,
        one.account,
        one.name,
        formatMoney(one.amount, digits),
        one.instructionId,
      ]),
    ]),
};
