/**
 * Reads SWIFT MT940: statements with their opening, lines and closing, which have to agree to the last digit. Of field 86
 * the structures that banks of SEPA countries use are taken apart, and any other is kept as text.
 */
import { addDays, type Day, daysBetween, isDay } from '../calendar.ts';
import { formatMoney, type Money, parseSum, sum } from '../money.ts';
import { type BankFile, type BankLine, type BankStatement, type BankTerms, given, type Told } from './file.ts';

interface Field {
  readonly tag: string;
  readonly text: string;
  /** The line of the file it begins on. */
  readonly at: number;
}

/** Whether a text looks like this format. */
export function isMt940(text: string): boolean {
  return /^:25[A-Z]?:/m.test(text) && /^:60[FM]:/m.test(text);
}

/** Reads a file; or one sentence that says what does not hold, and where. */
export function readMt940(text: string, terms: BankTerms): BankFile | string {
  const statements: BankStatement[] = [];
  const notices: string[] = [];
  for (const fields of groupsOf(fieldsOf(text))) {
    const place = `line ${fields[0]?.at ?? 1}`;
    const read = statementOf(fields, terms);
    if (typeof read === 'string') return `${place}: ${read}`;
    if ('account' in read) statements.push(read);
    else notices.push(`${place}: ${read.aside}`);
  }
  if (statements.length > 0) return { statements, notices };
  return notices[0] === undefined
    ? 'it holds no statement (:25: to :62F:)'
    : `nothing in it is of the book's currency: ${notices[0]}`;
}

/** Fields with the lines that belong to them; headers and trailers of messages are left out. */
function fieldsOf(text: string): Field[] {
  const fields: { tag: string; text: string; at: number }[] = [];
  for (const [i, raw] of text.split(/\r\n|\r|\n/).entries()) {
    const line = raw.replace(/^\{1:.*\{4:/, '').trimEnd();
    const start = /^:(\d\d[A-Z]?|NS):(.*)$/.exec(line);
    const last = fields.at(-1);
    if (start !== null) fields.push({ tag: start[1] ?? '', text: start[2] ?? '', at: i + 1 });
    else if (line === '' || /^(-\}?.*|\{.*)$/.test(line)) continue;
    else if (last !== undefined) last.text += `\n${line}`;
  }
  return fields;
}

/** The fields of each statement: from its account, and what stands before that, to the next. */
function groupsOf(fields: readonly Field[]): Field[][] {
  const groups: Field[][] = [];
  for (const field of fields) {
    if (field.tag === '20' || groups.length === 0) groups.push([]);
    groups.at(-1)?.push(field);
  }
  return groups.filter((group) => group.some(({ tag }) => tag.startsWith('60') || tag === '61'));
}

function statementOf(fields: readonly Field[], terms: BankTerms): BankStatement | { aside: string } | string {
  const { calendar, digits } = terms;
  const first = (...tags: string[]): Field | undefined => fields.find(({ tag }) => tags.includes(tag));
  const account = (first('25', '25P')?.text.split('\n')[0] ?? '').replaceAll(/\s/g, '');
  if (account === '') return 'field :25: (the account) is missing';
  const [start, end] = [balanceOf(first('60F', '60M'), digits), balanceOf(first('62F', '62M'), digits)];
  if (start === undefined || end === undefined) return 'field :60F: or :62F: (a balance) is missing or unreadable';
  if (start.currency !== terms.currency)
    return {
      aside: `account ${account} is in ${start.currency}, and the book in ${terms.currency}: it was left aside`,
    };
  const lines: BankLine[] = [];
  for (const [i, field] of fields.entries()) {
    if (field.tag !== '61') continue;
    const next = fields[i + 1];
    const read = lineOf(field, next?.tag === '86' ? next.text : '', end.day, terms);
    if (typeof read === 'string') return `field :61: of line ${field.at}: ${read}`;
    if (read.amount !== 0n) lines.push(read);
  }
  const moved = sum(lines.map(({ amount }) => amount));
  const money = (amount: Money): string => formatMoney(amount, digits);
  if (start.amount + moved !== end.amount)
    return `opening ${money(start.amount)} and lines of ${money(moved)} do not come to the closing ${money(end.amount)}: a line is missing, altered or twice`;
  const days = [end.day, ...lines.map(({ bookedAt }) => calendar.dayOf(bookedAt))].sort();
  const span = {
    since: calendar.startOf(days[0] ?? end.day),
    through: calendar.startOf(addDays(days.at(-1) ?? end.day, 1)),
  };
  return { account, ...span, opening: start.amount, closing: end.amount, lines };
}

function dayOf(yymmdd: string): Day | undefined {
  const day = `20${yymmdd.slice(0, 2)}-${yymmdd.slice(2, 4)}-${yymmdd.slice(4, 6)}`;
  return isDay(day) ? day : undefined;
}

/** An amount with a decimal comma, without zeros beyond the currency's digits. */
function amountOf(text: string, digits: number): Money | undefined {
  const [whole = '', fraction = ''] = text.split(',');
  const kept = fraction.replace(/0+$/, '').padEnd(Math.min(digits, fraction.length), '0');
  return parseSum(kept === '' ? whole || '0' : `${whole || '0'}.${kept}`, digits);
}

function balanceOf(field: Field | undefined, digits: number) {
  const match = /^([CD])(\d{6})([A-Z]{3})([\d,]+)$/.exec((field?.text.split('\n')[0] ?? '').trim());
  const [day, amount] = [dayOf(match?.[2] ?? ''), amountOf(match?.[4] ?? '', digits)];
  if (match === null || day === undefined || amount === undefined) return undefined;
  return { day, currency: match[3] ?? '', amount: match[1] === 'D' ? -amount : amount };
}

const LINE = /^(\d{6})(\d{4})?(R?[CD])([A-Z])?([\d,]+)([A-Z][A-Z0-9]{3})([^\n]*?)(?:\/\/([^\n]*))?(?:\n([\s\S]*))?$/;

/** A line and its details; the day is that of booking, or of value where no other is said. */
function lineOf({ text }: Field, details: string, closing: Day, { calendar, digits }: BankTerms): BankLine | string {
  const match = LINE.exec(text);
  const [value, amount] = [dayOf(match?.[1] ?? ''), amountOf(match?.[5] ?? '', digits)];
  if (match === null || value === undefined || amount === undefined)
    return `${JSON.stringify(text.split('\n')[0])} is no line`;
  const day = bookedOn(match[2], value) ?? value;
  // A credit, and a debit that is taken back, bring money in.
  const isIn = match[3] === 'C' || match[3] === 'RD';
  const told = detailsOf(details);
  const own = given(match[7] ?? '');
  return {
    lineRef: given(match[8] ?? ''),
    bookedAt: calendar.startOf(day > closing && value <= closing ? value : day),
    amount: isIn ? amount : -amount,
    ...told,
    reference: told.reference || own,
    memo: [told.memo, match[9] ?? '']
      .filter((one) => one.trim() !== '')
      .join(' ')
      .replaceAll('\n', ' '),
    parts: [],
  };
}

/** The month and day of booking in the year that brings it closest to the day of value. */
function bookedOn(mmdd: string | undefined, value: Day): Day | undefined {
  if (mmdd === undefined) return undefined;
  const year = Number(value.slice(0, 4));
  const days = [year - 1, year, year + 1].map((one) => `${one}-${mmdd.slice(0, 2)}-${mmdd.slice(2)}`).filter(isDay);
  const apart = (day: Day): number => Math.abs(daysBetween(value, day));
  return days.sort((a, b) => apart(a) - apart(b))[0];
}

const SEPA = /(EREF|KREF|MREF|CRED|DEBT|SVWZ|ABWA|ABWE|IBAN|BIC|COAM|OAMT|PURP)[+:]/;

/** What field 86 tells: by `?20` subfields, by `/EREF/` words, or as text. */
function detailsOf(text: string): Told {
  const code = /^\d{3}([^\w\s])\d\d/.exec(text);
  const joined = text.replaceAll('\n', '');
  if (code !== null) {
    const subfields = joined
      .slice(3)
      .split(code[1] ?? '?')
      .filter((one) => /^\d\d/.test(one));
    const at = (low: number, high = low): string =>
      subfields
        .filter((one) => Number(one.slice(0, 2)) >= low && Number(one.slice(0, 2)) <= high)
        .map((one) => one.slice(2))
        .join('');
    const purpose = at(20, 29) + at(60, 63);
    const words = wordsOf(purpose, SEPA);
    return {
      reference: given(words['EREF'] ?? '') || given(words['KREF'] ?? ''),
      counterparty: (words['IBAN'] ?? at(31)).trim(),
      counterpartyName: at(32, 33).trim(),
      memo: (words['SVWZ'] ?? purpose).trim(),
    };
  }
  if (/^\/[A-Z]{2,5}\//.test(joined)) {
    const words = wordsOf(joined, /\/(EREF|CNTP|REMI|MARF|CSID|TRTP|IBAN|BIC|NAME|KREF|PREF|ORDP|BENM|ISDT|RTRN)\//);
    const [account = '', , name = ''] = (words['CNTP'] ?? '').split('/');
    return {
      reference: given(words['EREF'] ?? ''),
      counterparty: (words['IBAN'] ?? account).trim(),
      counterpartyName: (words['NAME'] ?? name).replace(/^\/?NAME\//, '').trim(),
      memo: (words['REMI'] ?? joined).replace(/^\/?USTD\/\//, '').trim(),
    };
  }
  const words = wordsOf(joined, SEPA);
  return {
    reference: given(words['EREF'] ?? ''),
    counterparty: '',
    counterpartyName: '',
    memo: text.replaceAll('\n', ' ').trim(),
  };
}

/** Words and what stands behind each, up to the next. */
function wordsOf(text: string, word: RegExp): Record<string, string> {
  const pieces = text.split(new RegExp(word.source));
  const found: Record<string, string> = {};
  for (let i = 1; i < pieces.length; i += 2) found[pieces[i] ?? ''] ??= (pieces[i + 1] ?? '').trim();
  return found;
}
