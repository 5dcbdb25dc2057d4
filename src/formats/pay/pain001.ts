/**
 * ISO 20022 `pain.001.001.09`: one group and one payment information with all of a file's credit transfers. What a bank
 * takes of names and accounts is in account.ts.
 */
import type { Payment, PaymentFile } from '../../core/bank/payment.ts';
import { isoOf } from '../../core/calendar.ts';
import { formatMoney } from '../../core/money.ts';
import { accountFault, asWritten, bicFault, isSepa, nameAsWritten, nameFault } from './account.ts';
import type { PayFormat } from './pay-format.ts';

const NAMESPACE = 'urn:iso:std:iso:20022:tech:xsd:pain.001.001.09';

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** An element with text, or with elements, at a depth. */
function element(depth: number, name: string, content: string | readonly string[], attribute = ''): string {
  const indent = '  '.repeat(depth);
  if (typeof content === 'string') return `${indent}<${name}${attribute}>${escaped(content)}</${name}>\n`;
  return `${indent}<${name}>\n${content.join('')}${indent}</${name}>\n`;
}

function accountOf(depth: number, name: string, account: string): string {
  const written = asWritten(account);
  const id =
    'iban' in written
      ? element(depth + 2, 'IBAN', written.iban)
      : element(depth + 2, 'Othr', [element(depth + 3, 'Id', written.other)]);
  return element(depth, name, [element(depth + 1, 'Id', [id])]);
}

function agentOf(depth: number, bic: string | null): string {
  const id =
    bic === null
      ? element(depth + 2, 'Othr', [element(depth + 3, 'Id', 'NOTPROVIDED')])
      : element(depth + 2, 'BICFI', bic);
  return element(depth, 'DbtrAgt', [element(depth + 1, 'FinInstnId', [id])]);
}

function transferOf(one: Payment, { currency, digits }: PaymentFile): string {
  return element(3, 'CdtTrfTxInf', [
    element(4, 'PmtId', [element(5, 'InstrId', one.reference), element(5, 'EndToEndId', one.reference)]),
    element(4, 'Amt', [element(5, 'InstdAmt', formatMoney(one.amount, digits), ` Ccy="${currency}"`)]),
    element(4, 'Cdtr', [element(5, 'Nm', nameAsWritten(one.name, currency))]),
    accountOf(4, 'CdtrAcct', one.account),
    element(4, 'RmtInf', [element(5, 'Ustrd', one.instructionId)]),
  ]);
}

function write(file: PaymentFile): Uint8Array {
  const { fileId, payer, payments, currency } = file;
  const count = element(3, 'NbOfTxs', String(payments.length));
  const total = element(3, 'CtrlSum', formatMoney(file.amount, file.digits));
  const isEuro = isSepa(currency);
  const payerName = nameAsWritten(payer.name, currency);
  const header = element(2, 'GrpHdr', [
    element(3, 'MsgId', fileId),
    element(3, 'CreDtTm', isoOf(file.createdAt)),
    count,
    total,
    element(3, 'InitgPty', [element(4, 'Nm', payerName)]),
  ]);
  const information = element(2, 'PmtInf', [
    element(3, 'PmtInfId', fileId),
    element(3, 'PmtMtd', 'TRF'),
    element(3, 'BtchBookg', 'false'),
    count,
    total,
    ...(isEuro ? [element(3, 'PmtTpInf', [element(4, 'SvcLvl', [element(5, 'Cd', 'SEPA')])])] : []),
    element(3, 'ReqdExctnDt', [element(4, 'Dt', file.day)]),
    element(3, 'Dbtr', [element(4, 'Nm', payerName)]),
    accountOf(3, 'DbtrAcct', payer.account),
    agentOf(3, payer.bic),
    ...(isEuro ? [element(3, 'ChrgBr', 'SLEV')] : []),
    ...payments.map((one) => transferOf(one, file)),
  ]);
  const body = element(1, 'CstmrCdtTrfInitn', [header, information]);
  const text = `<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="${NAMESPACE}">\n${body}</Document>\n`;
  return new TextEncoder().encode(text);
}

export const pain001: PayFormat = {
  name: 'pain001',
  extension: 'xml',
  mostRows: 10_000,
  longestReference: 35,
  needsPayer: true,
  problem: ({ name, account }, currency) => nameFault(name, currency) ?? accountFault(account, currency),
  payerProblem: ({ name, account, bic }, currency) =>
    nameFault(name, currency) ?? accountFault(account, currency) ?? (bic === null ? undefined : bicFault(bic)),
  write,
};
