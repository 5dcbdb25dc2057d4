/**
 * Reads ISO 20022 `camt.053` of any version: booked entries and the opening and closing balance, which have to agree.
 * Entries that are pending or for information are left out, as they are in no balance. Whether a statement is missing
 * between two is for reconciliation to say.
 */
import { addDays, isDay } from '../calendar.ts';
import { formatMoney, type Money, parseSum, sum } from '../money.ts';
import { type BankFile, type BankLine, type BankStatement, type BankTerms, repeatedRef } from './file.ts';
import { all, textAt, type XmlElement } from './xml.ts';

const NAMESPACE = 'urn:iso:std:iso:20022:tech:xsd:camt.053.001.';

/**
 * Reads a document.
 * @returns lines and statements; or one sentence that says what does not hold, and of which statement or entry
 */
export function readCamt053(document: XmlElement, terms: BankTerms): BankFile | string {
  if (document.name !== 'Document' || !document.namespace.startsWith(NAMESPACE))
    return `the root is ${document.name} of ${document.namespace || 'no namespace'}, and not a Document of ${NAMESPACE}nn`;
  const statements: BankStatement[] = [];
  const lines: BankLine[] = [];
  for (const found of all(document, 'BkToCstmrStmt/Stmt')) {
    const read = statementOf(found, terms);
    if (typeof read === 'string') return `statement ${textAt(found, 'Id') || '(without Id)'}: ${read}`;
    statements.push(read.statement);
    lines.push(...read.lines);
  }
  if (statements.length === 0) return 'it holds no statement (BkToCstmrStmt/Stmt)';
  const repeated = repeatedRef(lines);
  return repeated === undefined ? { lines, statements } : `entry ${repeated.lineRef} stands in the file twice`;
}

function statementOf(of: XmlElement, terms: BankTerms): { statement: BankStatement; lines: BankLine[] } | string {
  const account = textAt(of, 'Acct/Id/IBAN', 'Acct/Id/Othr/Id');
  const statementRef = textAt(of, 'Id');
  if (account === '' || statementRef === '') return 'Id or Acct/Id is missing';
  const opening = balanceOf(of, ['OPBD', 'PRCD'], terms);
  const closing = balanceOf(of, ['CLBD'], terms);
  if (typeof opening === 'string') return opening;
  if (typeof closing === 'string') return closing;
  const lines: BankLine[] = [];
  let n = 0;
  for (const entry of all(of, 'Ntry')) {
    n += 1;
    if (textAt(entry, 'Sts/Cd', 'Sts') !== 'BOOK') continue;
    const read = entryOf(entry, account, `${statementRef}.${n}`, terms);
    if (typeof read === 'string') return `entry ${n}: ${read}`;
    lines.push(...read);
  }
  const moved = sum(lines.map(({ amount }) => amount));
  const money = (amount: Money): string => formatMoney(amount, terms.digits);
  if (opening.amount + moved !== closing.amount)
    return `opening ${money(opening.amount)} and entries of ${money(moved)} do not come to the closing ${money(closing.amount)}: an entry is missing, altered or twice`;
  const sequence = /^\d{1,9}$/.exec(textAt(of, 'ElctrncSeqNb', 'LglSeqNb'))?.[0];
  const { calendar } = terms;
  const from = calendar.parse(textAt(of, 'FrToDt/FrDtTm'));
  const earliest = lines.reduce((at, line) => Math.min(at, line.bookedAt), calendar.startOf(closing.day));
  const since = Math.min(from ?? earliest, earliest);
  const through = calendar.startOf(addDays(closing.day, 1));
  const late = lines.find((line) => line.bookedAt >= through);
  if (late !== undefined) return `entry ${late.lineRef} is booked after the closing balance of ${closing.day}`;
  const own = {
    statementRef,
    account,
    sequence: sequence === undefined || Number(sequence) === 0 ? null : Number(sequence),
  };
  return { statement: { ...own, since, through, opening: opening.amount, closing: closing.amount }, lines };
}

function balanceOf(
  of: XmlElement,
  codes: readonly string[],
  terms: BankTerms,
): { amount: Money; day: string } | string {
  const found = all(of, 'Bal').find((one) => codes.includes(textAt(one, 'Tp/CdOrPrtry/Cd')));
  if (found === undefined) return `it has no balance ${codes.join(' or ')}`;
  const amount = amountOf(found, terms);
  if (typeof amount === 'string') return `balance ${codes[0]}: ${amount}`;
  const day = textAt(found, 'Dt/Dt', 'Dt/DtTm').slice(0, 10);
  return isDay(day) ? { amount, day } : `balance ${codes[0]} has no date`;
}

/** The signed amount of an entry or balance in the book's currency. */
function amountOf(of: XmlElement, { currency, digits }: BankTerms): Money | string {
  const stated = all(of, 'Amt')[0];
  const amount = parseSum(trimmed(stated?.text ?? '', digits), digits);
  if (stated === undefined || amount === undefined || amount < 0n)
    return `Amt ${JSON.stringify(stated?.text ?? '')} is no amount`;
  if (stated.attributes['Ccy'] !== currency)
    return `Amt is in ${stated.attributes['Ccy'] ?? 'no currency'}, and the book in ${currency}`;
  const side = textAt(of, 'CdtDbtInd');
  if (side !== 'CRDT' && side !== 'DBIT') return `CdtDbtInd ${JSON.stringify(side)} is neither CRDT nor DBIT`;
  return side === 'CRDT' ? amount : -amount;
}

/** Without zeros beyond the currency's digits, which ISO 20022 allows up to five of. */
function trimmed(text: string, digits: number): string {
  const [whole = '', fraction = ''] = text.split('.');
  const kept = fraction.replace(/0+$/, '').padEnd(Math.min(digits, fraction.length), '0');
  return kept === '' ? whole : `${whole}.${kept}`;
}

function entryOf(entry: XmlElement, account: string, fallback: string, terms: BankTerms): BankLine[] | string {
  const amount = amountOf(entry, terms);
  if (typeof amount === 'string') return amount;
  if (amount === 0n) return 'its amount is 0';
  const { calendar } = terms;
  const date = textAt(entry, 'BookgDt/Dt', 'BookgDt/DtTm');
  const bookedAt = isDay(date) ? calendar.startOf(date) : calendar.parse(date);
  if (bookedAt === undefined) return `BookgDt ${JSON.stringify(date)} is no day`;
  const lineRef = textAt(entry, 'AcctSvcrRef', 'NtryRef') || fallback;
  const common = { account, bookedAt };
  const details = all(entry, 'NtryDtls/TxDtls');
  const parts = details.map((one) => partOf(one, amount, terms));
  const split =
    parts.length > 1 && parts.every((part) => part !== undefined) && sum(parts.map((part) => part ?? 0n)) === amount;
  if (!split)
    return [{ lineRef, ...common, amount, ...detailOf(details.length > 1 ? undefined : details[0], entry, amount) }];
  return details.map((one, i) => {
    const own = parts[i] ?? 0n;
    return { lineRef: `${lineRef}.${i + 1}`, ...common, amount: own, ...detailOf(one, entry, own) };
  });
}

/** What a transaction of a batched entry moves; its direction is the entry's where it says none. */
function partOf(detail: XmlElement, whole: Money, { digits }: BankTerms): Money | undefined {
  const amount = parseSum(trimmed(textAt(detail, 'Amt', 'AmtDtls/TxAmt/Amt'), digits), digits);
  const side = textAt(detail, 'CdtDbtInd') || (whole > 0n ? 'CRDT' : 'DBIT');
  return amount === undefined || amount === 0n ? undefined : side === 'CRDT' ? amount : -amount;
}

function detailOf(detail: XmlElement | undefined, entry: XmlElement, amount: Money) {
  const other = amount > 0n ? 'Dbtr' : 'Cdtr';
  const given = (text: string): string => (text === 'NOTPROVIDED' ? '' : text);
  const words = [
    ...all(detail, 'RmtInf/Ustrd').map(({ text }) => text),
    textAt(detail, 'RtrInf/Rsn/Cd'),
    textAt(entry, 'AddtlNtryInf'),
  ];
  return {
    reference: given(textAt(detail, 'Refs/EndToEndId')) || given(textAt(detail, 'Refs/InstrId')),
    counterparty: textAt(detail, `RltdPties/${other}Acct/Id/IBAN`, `RltdPties/${other}Acct/Id/Othr/Id`),
    counterpartyName: textAt(detail, `RltdPties/${other}/Nm`, `RltdPties/${other}/Pty/Nm`),
    memo: words.filter((text) => text !== '').join(' '),
  };
}
