/**
 * The kinds of column a feed has: what a cell may hold, what it becomes, and the words for a cell that is wrong.
 * A column judges one cell alone; what a row means beside others is decided in intake.
 */
import { type Calendar, isDay } from '../calendar.ts';
import { isAddress, isOtherId, isPartyId } from '../ids.ts';
import { type Money, parseFraction, parseMoney, parseRate, parseSum } from '../money.ts';
import { NAME_EXPECTED, personName } from '../person.ts';
import { momentSpelt } from './cell.ts';

/** What a book's feeds are read with: its zone and its currency's digits. */
export interface Terms {
  readonly calendar: Calendar;
  readonly digits: number;
}

/** A parsed cell: text, an instant or a count, an amount in minor units, a set of ids, or nothing. */
export type Value = string | number | bigint | readonly string[] | null;

export interface Column<T extends Value = Value> {
  /** Undefined when the text is not such a value. */
  readonly parse: (text: string, terms: Terms) => T | undefined;
  /** What the cell should hold, to complete "must be ...". */
  readonly expected: string;
  /** What an absent or empty cell means; undefined when there has to be a value. */
  readonly empty: T | undefined;
  /** How the column is kept: instants as timestamptz, amounts as bigint, and so on. */
  readonly kind: 'text' | 'instant' | 'money' | 'count' | 'set' | 'rate' | 'score';
  /** Whether it is written for people: such a text keeps an apostrophe that it begins with. */
  readonly isFree?: boolean;
  /** Of a rate: the most that it may be. */
  readonly most?: number;
}

type Kind = Column['kind'];

const LONGEST_TEXT = 8192;

function column<T extends Value>(kind: Kind, expected: string, parse: Column<T>['parse']): Column<T> {
  return { kind, expected, parse, empty: undefined };
}

/** The same column, but it may be empty. */
export function orEmpty<T extends Value>(of: Column<T>): Column<T | null> {
  return { ...of, parse: of.parse, empty: null };
}

export const partyId = column('text', 'an id of 1 to 24 letters, digits or hyphens', (text) =>
  isPartyId(text) ? text : undefined,
);

export const otherId = column('text', 'an id of 1 to 64 letters, digits, dots, underscores or hyphens', (text) =>
  isOtherId(text) ? text : undefined,
);

/** Free text, which may be empty. */
export const words: Column<string> = {
  isFree: true,
  ...column<string>('text', `text of at most ${LONGEST_TEXT} characters without NUL`, (text) =>
    text.length <= LONGEST_TEXT && !text.includes('\0') ? text : undefined,
  ),
  empty: '',
};

/** A text for machines, such as a PID or an account: it may be anything and may be empty. */
export const code: Column<string> = { ...words, isFree: false };

/** A publisher's own mark of a click, as networks let them send one. */
export const mark = column('text', 'a text of 1 to 64 characters', (text) =>
  /^[^\p{C}]{1,64}$/u.test(text) ? text : undefined,
);

/** Free text that has to be there. */
export const someWords: Column<string> = {
  isFree: true,
  ...column<string>('text', `a text of 1 to ${LONGEST_TEXT} characters without NUL`, (text) =>
    text.trim() !== '' && text.length <= LONGEST_TEXT && !text.includes('\0') ? text : undefined,
  ),
};

export const instant = column<number>(
  'instant',
  'a moment such as 2013-12-11 17:31:00, with or without an offset, of the years 1990 to 2099',
  (text, terms) => terms.calendar.parse(text) ?? terms.calendar.parse(momentSpelt(text)),
);

export const rate: Column<string> = {
  most: 0.9,
  ...column<string>('rate', 'a rate above 0 and at most 0.9 with at most 6 places, such as 0.055 or 5.5%', parseRate),
};

export const fraction: Column<string> = {
  most: 1,
  ...column<string>('rate', 'a fraction from 0 to 1 with at most 6 places, such as 0.10 or 10%', parseFraction),
};

function amount(bound: string, holds: (value: Money) => boolean, read = parseMoney): Column<Money> {
  return column(
    'money',
    `an amount ${bound} such as 12.34, with no more places than the currency has`,
    (text, terms) => {
      const value = read(text, terms.digits);
      return value !== undefined && holds(value) ? value : undefined;
    },
  );
}

export const amountFromZero = amount('of 0 or more', (value) => value >= 0n);
export const amountAboveZero = amount('above 0', (value) => value > 0n);

/** An amount either way: positive where money comes in. */
export const signedAmount = amount('other than 0', (value) => value !== 0n);
/** What amounts come to, whose bound is not that of one amount. */
export const sumAboveZero = amount('above 0', (value) => value > 0n, parseSum);
export const sumFromZero = amount('of 0 or more', (value) => value >= 0n, parseSum);
export const signedSum = amount('other than 0', (value) => value !== 0n, parseSum);
export const balance = amount('of any sign', () => true, parseSum);

/** A bank's own reference or account, or a file's name: one line of text. */
export const label = column('text', 'text of 1 to 140 characters without blanks around it', (text) =>
  /^[^\p{C}]{1,140}$/u.test(text) && text.trim() === text ? text : undefined,
);

export const sha256 = column('text', 'a SHA-256 of 64 hex digits', (text) =>
  /^[0-9a-f]{64}$/.test(text) ? text : undefined,
);

export const count = column('count', 'a whole number of 1 or more', (text) => {
  const value = wholeOf(text) ?? 0;
  return value >= 1 ? value : undefined;
});

/** A whole number, also as spreadsheets write one: `1.0`. */
function wholeOf(text: string): number | undefined {
  return /^\d{1,9}(\.0+)?$/.test(text) ? Number(text) : undefined;
}

export const countFromZero = column('count', 'a whole number of 0 or more', wholeOf);

export const day = column('text', 'a day such as 2013-12-11', (text) => (isDay(text) ? text : undefined));

/** Who did something, in the one spelling in which names are kept. */
export const person: Column<string> = {
  isFree: true,
  ...column<string>('text', NAME_EXPECTED, (text) => personName(text)),
};

export const address = column('text', 'an e-mail address such as lin@example.com', (text) =>
  isAddress(text) ? text : undefined,
);

/** A score from 0 to 100 with at most two places, in shortest form so that 60 and 60.0 are one value. */
export const score = column('score', 'a number from 0 to 100 with at most two places', (text) => {
  if (!/^\d{1,3}(\.\d{1,2})?$/.test(text)) return undefined;
  const [whole = '', fraction = ''] = text.split('.');
  const places = fraction.replace(/0+$/, '');
  const within = Number(whole) < 100 || (Number(whole) === 100 && places === '');
  return within ? `${Number(whole)}${places === '' ? '' : `.${places}`}` : undefined;
});

/** A column that holds one of some words. */
export function oneOf<const T extends string>(...allowed: readonly T[]): Column<T> {
  return column('text', `one of ${allowed.join(', ')}`, (text) => allowed.find((value) => value === text));
}

/** A set of texts separated by semicolons, kept sorted and without repetition; empty is the empty set. */
export function setOf(expected: string, holds: (text: string) => boolean): Column<readonly string[]> {
  const set = column<readonly string[]>('set', expected, (text) => {
    const parts = text.split(';').filter((part) => part !== '');
    const short = parts.every((part) => part.length <= LONGEST_TEXT && !part.includes('\0') && holds(part));
    return short ? [...new Set(parts)].sort() : undefined;
  });
  return { ...set, empty: [] };
}

export const idSet = setOf('ids separated by semicolons', isOtherId);

/** What was bought, by whom and for how much: of every order line, whichever feed brings it. */
export const bought = {
  order_id: otherId,
  buyer_id: otherId,
  shop_id: partyId,
  item_id: otherId,
  category_id: otherId,
  quantity: count,
  paid_amount: amountFromZero,
  paid_at: instant,
};
