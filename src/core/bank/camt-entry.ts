/** Reads one entry of a `camt.053` or `camt.054`: what it moved, when, and the payments in it. Balances are not looked at. */
import { type Day, type Instant, isDay } from '../calendar.ts';
import { type Money, parseSum } from '../money.ts';
import { type BankLine, type BankTerms, given, type LinePart } from './file.ts';
import { all, textAt, type XmlElement } from './xml.ts';

export interface Entry {
  readonly line: BankLine;
  readonly isReversal: boolean;
  /** Its place in the statement, from 1. */
  readonly place: number;
}

/** Whether an entry is booked; what is pending or for information is in no balance. */
export function isBooked(entry: XmlElement): boolean {
  return ['BOOK', ''].includes(textAt(entry, 'Sts/Cd', 'Sts/Prtry', 'Sts').toUpperCase());
}

/** Reads an entry; or one sentence that says what does not hold. Its amount may be 0. */
export function entryOf(entry: XmlElement, terms: BankTerms): Omit<Entry, 'place'> | string {
  const amount = amountOf(entry, terms);
  if (typeof amount === 'string') return amount;
  const booked = dateIn(entry, ['BookgDt/Dt', 'BookgDt/DtTm', 'BookgDt', 'ValDt/Dt', 'ValDt/DtTm', 'ValDt'], terms);
  if (booked === undefined)
    return `BookgDt ${JSON.stringify(textAt(entry, 'BookgDt/Dt', 'BookgDt/DtTm', 'BookgDt'))} is no day, and ValDt is none either`;
  const details = all(entry, 'NtryDtls/TxDtls');
  const told = detailOf(details.length === 1 ? details[0] : undefined, entry, amount);
  const parts = partsOf(details, entry, amount, terms);
  const line = { lineRef: given(textAt(entry, 'AcctSvcrRef')), bookedAt: booked.at, amount, ...told, parts };
  return { line, isReversal: /^(true|1)$/i.test(textAt(entry, 'RvslInd')) };
}

/** What an entry moved on the account: its amount or, where that is in another currency, what its details say of the account's. */
function amountOf(entry: XmlElement, terms: BankTerms): Money | string {
  const currency = all(entry, 'Amt')[0]?.attributes['Ccy'];
  if (currency === undefined || currency === terms.currency) return signedAmount(entry, terms);
  const side = sideOf(entry);
  const details = all(entry, 'NtryDtls/TxDtls').map((one) => detailAmount(one, terms));
  const own = ownAmount(entry, ['AmtDtls/TxAmt/Amt', 'AmtDtls/CntrValAmt/Amt'], terms);
  const known = details.every((one) => one !== undefined)
    ? details.reduce<Money>((all, one) => all + (one ?? 0n), 0n)
    : 0n;
  const amount = own ?? (details.length > 0 ? known : 0n);
  if (side === undefined || amount === 0n)
    return `Amt is in ${currency}, and the account in ${terms.currency}: no detail states what it moved on the account`;
  return side * amount;
}

/** The signed amount of an entry or a balance; one sentence where there is none. */
export function signedAmount(of: XmlElement, { digits }: BankTerms): Money | string {
  const text = all(of, 'Amt')[0]?.text ?? '';
  const amount = parseSum(trimmed(text, digits), digits);
  if (amount === undefined || amount < 0n) return `Amt ${JSON.stringify(text)} is no amount`;
  const side = sideOf(of);
  if (side !== undefined) return side * amount;
  return amount === 0n ? 0n : `CdtDbtInd ${JSON.stringify(textAt(of, 'CdtDbtInd'))} is neither CRDT nor DBIT`;
}

function sideOf(of: XmlElement): bigint | undefined {
  const side = textAt(of, 'CdtDbtInd');
  return side === 'CRDT' ? 1n : side === 'DBIT' ? -1n : undefined;
}

/** Without zeros beyond the currency's digits, which ISO 20022 allows up to five of. */
function trimmed(text: string, digits: number): string {
  const [whole = '', fraction = ''] = text.replace(/^\+/, '').split('.');
  const kept = fraction.replace(/0+$/, '').padEnd(Math.min(digits, fraction.length), '0');
  return kept === '' ? whole : `${whole || '0'}.${kept}`;
}

/** The first of some amounts that is in the account's currency. */
function ownAmount(of: XmlElement, paths: readonly string[], { currency, digits }: BankTerms): Money | undefined {
  for (const path of paths) {
    const found = all(of, path)[0];
    const stated = found?.attributes['Ccy'];
    if (found === undefined || (stated !== undefined && stated !== currency)) continue;
    const amount = parseSum(trimmed(found.text, digits), digits);
    if (amount !== undefined && amount >= 0n) return amount;
  }
  return undefined;
}

const AMOUNTS = ['Amt', 'AmtDtls/TxAmt/Amt', 'AmtDtls/CntrValAmt/Amt', 'AmtDtls/InstdAmt/Amt'];

const detailAmount = (detail: XmlElement, terms: BankTerms): Money | undefined => ownAmount(detail, AMOUNTS, terms);

/**
 * The payments of an entry, where each has an amount; their direction is the entry's where they say none. Of a single one
 * the amount that was instructed counts, where a charge makes the entry's another.
 */
function partsOf(details: readonly XmlElement[], entry: XmlElement, whole: Money, terms: BankTerms): LinePart[] {
  const parts = details.flatMap((one) => {
    const amount =
      (details.length === 1 ? ownAmount(one, [...AMOUNTS].reverse(), terms) : undefined) ?? detailAmount(one, terms);
    if (amount === undefined || amount === 0n) return [];
    const signed = (sideOf(one) ?? (whole < 0n ? -1n : 1n)) * amount;
    return [{ amount: signed, ...detailOf(one, entry, signed) }];
  });
  if (parts.length !== details.length || (parts.length === 1 && parts[0]?.amount === whole)) return [];
  return parts;
}

/** Who and what a payment or an entry names; of an entry for a whole payment file the file's id is its reference. */
function detailOf(detail: XmlElement | undefined, entry: XmlElement, amount: Money) {
  const other = amount > 0n ? 'Dbtr' : 'Cdtr';
  const words = [
    ...all(detail, 'RmtInf/Ustrd').map(({ text }) => text),
    textAt(detail, 'RmtInf/Strd/CdtrRefInf/Ref'),
    textAt(detail, 'RtrInf/Rsn/Cd'),
    textAt(detail, 'AddtlTxInf'),
    textAt(entry, 'AddtlNtryInf'),
  ];
  const ids = ['Refs/EndToEndId', 'Refs/InstrId', 'Refs/PmtInfId'].map((path) => given(textAt(detail, path)));
  const batch = ['PmtInfId', 'MsgId'].map((id) => given(textAt(entry, `NtryDtls/Btch/${id}`)));
  const party = `RltdPties/${other}`;
  return {
    reference: [...ids, ...(detail === undefined ? batch : [])].find((id) => id !== '') ?? '',
    counterparty: textAt(detail, `${party}Acct/Id/IBAN`, `${party}Acct/Id/Othr/Id`, `${party}Acct/Id/PrtryAcct/Id`),
    counterpartyName: textAt(detail, `${party}/Nm`, `${party}/Pty/Nm`),
    memo: words.filter((text) => text !== '').join(' '),
  };
}

/**
 * The first of some dates: a day in whatever zone it says, or a moment to the microsecond.
 * @returns the day, and its start or the moment
 */
export function dateIn(
  of: XmlElement,
  paths: readonly string[],
  { calendar }: BankTerms,
): { day: Day; at: Instant } | undefined {
  for (const path of paths) {
    const text = textAt(of, path);
    const day = /^(\d{4}-\d\d-\d\d)(?:Z|[+-]\d\d:\d\d)?$/.exec(text)?.[1];
    if (day !== undefined && isDay(day)) return { day, at: calendar.startOf(day) };
    const moment = calendar.parse(text.replace(/(T\d\d:\d\d)(?=$|Z|[+-])/, '$1:00').replace(/(\.\d{3})\d+/, '$1'));
    if (moment !== undefined) return { day: calendar.dayOf(moment), at: moment };
  }
  return undefined;
}
