/**
 * Reads ISO 20022 `camt.053` of any version, and `camt.054`, a notice that states no balance. Opening, entries and closing
 * have to agree; where one of the two balances is left out, it is what the other and the entries come to. Accounts in
 * another currency than the book's are left aside. Whether anything is missing between two statements is told elsewhere.
 */
import { addDays, type Day, isDay } from '../calendar.ts';
import { formatMoney, type Money, sum } from '../money.ts';
import { dateIn, type Entry, entryOf, isBooked, signedAmount } from './camt-entry.ts';
import type { BankFile, BankLine, BankStatement, BankTerms } from './file.ts';
import { all, textAt, type XmlElement } from './xml.ts';

const NAMESPACE = /^urn:(?:iso:std:iso:20022:tech:xsd|swift:xsd):[$]?camt\.(053|054)\.001\./;

/** Where each message holds its statements. */
const PATHS: Readonly<Record<string, string>> = {
  '053': 'BkToCstmrStmt/Stmt',
  '054': 'BkToCstmrDbtCdtNtfctn/Ntfctn',
};

/**
 * Reads a document, also within an envelope.
 * @returns statements, and what was left aside; or one sentence that says what does not hold, and of which statement or entry
 */
export function readCamt(document: XmlElement, terms: BankTerms): BankFile | string {
  const message = messageIn(document, 3);
  const path = PATHS[NAMESPACE.exec(message?.namespace ?? '')?.[1] ?? ''];
  if (message === undefined || path === undefined)
    return `the root is ${document.name} of ${document.namespace || 'no namespace'}, and not a Document of camt.053 or camt.054: deliver the end-of-day statement`;
  const found = all(message, path);
  if (found.length === 0) return `it holds no statement (${path})`;
  const statements: BankStatement[] = [];
  const notices: string[] = [];
  for (const one of found) {
    const place = `statement ${textAt(one, 'Id') || '(without Id)'}`;
    const account = textAt(one, 'Acct/Id/IBAN', 'Acct/Id/Othr/Id', 'Acct/Id/PrtryAcct/Id', 'Acct/Id/BBAN').replaceAll(
      /\s/g,
      '',
    );
    if (account === '') return `${place}: Acct/Id is missing`;
    const currency = currencyOf(one, terms);
    if (currency !== terms.currency) {
      notices.push(`account ${account} is in ${currency}, and the book in ${terms.currency}: ${place} was left aside`);
      continue;
    }
    const read = statementOf(one, account, terms);
    if (typeof read === 'string') return `${place}: ${read}`;
    statements.push(...read.statements);
    notices.push(...read.notices.map((notice) => `${place}: ${notice}`));
  }
  return statements.length === 0 && notices.length > 0
    ? `nothing in it is of an account in ${terms.currency}: ${notices[0]}`
    : { statements, notices };
}

function messageIn(element: XmlElement, depth: number): XmlElement | undefined {
  if (element.name === 'Document') return element;
  if (depth === 0) return undefined;
  for (const child of element.children) {
    const found = messageIn(child, depth - 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The currency of an account: as it says, or as its balances and entries have it. */
function currencyOf(of: XmlElement, { currency }: BankTerms): string {
  const own = textAt(of, 'Acct/Ccy');
  if (own !== '') return own;
  const amounts = [...all(of, 'Bal/Amt'), ...all(of, 'Ntry/Amt')].flatMap(({ attributes }) => attributes['Ccy'] ?? []);
  return amounts.includes(currency) ? currency : (amounts[0] ?? currency);
}

interface Stated {
  readonly amount: Money;
  readonly day: Day;
}

function statementOf(
  of: XmlElement,
  account: string,
  terms: BankTerms,
): { statements: BankStatement[]; notices: string[] } | string {
  const balances = balancesOf(of, terms);
  if (typeof balances === 'string') return balances;
  const entries: Entry[] = [];
  const notices: string[] = [];
  for (const [i, element] of all(of, 'Ntry').entries()) {
    if (!isBooked(element)) continue;
    const read = entryOf(element, terms);
    if (typeof read === 'string') return `entry ${i + 1}: ${read}`;
    if (read.line.amount === 0n) notices.push(`entry ${i + 1} moves 0 and was left aside`);
    else entries.push({ ...read, place: i + 1 });
  }
  const read = agreed(entries, balances, terms);
  if (typeof read === 'string') return read;
  notices.push(...read.notices);
  const span = spanOf(of, read.lines, balances, terms);
  if (span === undefined) {
    notices.push('it has no entry, no balance and no days, and was left aside');
    return { statements: [], notices };
  }
  const { lines, opening, closing } = read;
  return { statements: [{ account, ...span, opening, closing, lines }], notices };
}

type Balances = Readonly<Record<'opening' | 'closing', Stated | undefined>>;

/** The balances around a statement or, of a page of one, around the page (`ITBD`). */
function balancesOf(of: XmlElement, terms: BankTerms): Balances | string {
  const found: (Stated & { code: string })[] = [];
  for (const one of all(of, 'Bal')) {
    const code = textAt(one, 'Tp/CdOrPrtry/Cd', 'Tp/Cd', 'Tp/CdOrPrtry/Prtry').toUpperCase();
    const currency = all(one, 'Amt')[0]?.attributes['Ccy'];
    if (!['OPBD', 'PRCD', 'CLBD', 'ITBD'].includes(code) || (currency !== undefined && currency !== terms.currency))
      continue;
    const amount = signedAmount(one, terms);
    if (typeof amount === 'string') return `balance ${code}: ${amount}`;
    const day = dateIn(one, ['Dt/Dt', 'Dt/DtTm', 'Dt'], terms)?.day;
    if (day === undefined) return `balance ${code} has no date`;
    found.push({ code, amount, day });
  }
  const by = (code: string): Stated[] =>
    found.filter((one) => one.code === code).sort((a, b) => (a.day < b.day ? -1 : 1));
  const pages = found.filter((one) => one.code === 'ITBD');
  const first = by('OPBD')[0] ?? by('PRCD')[0];
  const last = by('CLBD').at(-1);
  // A page between others has two of them, and the first or last page one beside a balance of the whole.
  const opening = first ?? (last !== undefined || pages.length > 1 ? pages[0] : undefined);
  const closing = last ?? (first !== undefined || pages.length > 1 ? pages.at(-1) : undefined);
  return { opening, closing };
}

/** The lines of entries where opening and closing agree with them, reversals read as money back where only so they do. */
function agreed(
  entries: readonly Entry[],
  { opening, closing }: Balances,
  { digits }: BankTerms,
): (Pick<BankStatement, 'lines' | 'opening' | 'closing'> & { notices: string[] }) | string {
  const lines = entries.map(({ line }) => line);
  const moved = sum(lines.map(({ amount }) => amount));
  if (opening === undefined && closing === undefined)
    return { lines, opening: null, closing: null, notices: ['it states no balance'] };
  const start = opening?.amount ?? (closing?.amount ?? 0n) - moved;
  const end = closing?.amount ?? start + moved;
  const left = opening === undefined ? ['opening'] : closing === undefined ? ['closing'] : [];
  const derived = left.map((which) => `it states no ${which} balance: taken as what the other and the entries come to`);
  if (start + moved === end) return { lines, opening: start, closing: end, notices: derived };
  const reversed = entries.filter(({ isReversal }) => isReversal);
  const back = sum(reversed.map(({ line }) => line.amount));
  const marks = reversed.map(({ place }) => `entry ${place} is marked as a reversal`);
  if (reversed.length > 0 && start + moved - 2n * back === end)
    return {
      lines: entries.map(({ line, isReversal }) => (isReversal ? turned(line) : line)),
      opening: start,
      closing: end,
      notices: marks.map((mark) => `${mark}: read as money back, as the balances have it`),
    };
  const money = (amount: Money): string => formatMoney(amount, digits);
  const hint = marks.length === 0 ? '' : `; ${marks.join(', ')}`;
  return `opening ${money(start)} and entries of ${money(moved)} do not come to the closing ${money(end)}: an entry is missing, altered or twice${hint}`;
}

/** A line the other way round. */
function turned(line: BankLine): BankLine {
  return { ...line, amount: -line.amount, parts: line.parts.map((part) => ({ ...part, amount: -part.amount })) };
}

/** The days a statement is of: as it says, and never fewer than those of its entries and its closing. */
function spanOf(
  of: XmlElement,
  lines: readonly BankLine[],
  { opening, closing }: Balances,
  { calendar }: BankTerms,
): Pick<BankStatement, 'since' | 'through'> | undefined {
  const days = lines.map(({ bookedAt }) => calendar.dayOf(bookedAt));
  const given = (path: string): Day[] => {
    const text = textAt(of, path);
    return isDay(text.slice(0, 10)) ? [text.slice(0, 10)] : [];
  };
  const [from, to] = [given('FrToDt/FrDtTm'), given('FrToDt/ToDtTm')];
  const last = closing === undefined ? [] : [closing.day];
  const known = [
    ...from,
    ...to,
    ...days,
    ...last,
    ...(opening === undefined || closing !== undefined ? [] : [opening.day]),
  ].sort();
  const [first, end] = [[...from, ...days].sort()[0] ?? known[0], [...days, ...last].sort().at(-1) ?? known.at(-1)];
  if (first === undefined || end === undefined) return undefined;
  return { since: calendar.startOf(first), through: calendar.startOf(addDays(end < first ? first : end, 1)) };
}
