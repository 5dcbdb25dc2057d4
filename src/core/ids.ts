/**
 * The shapes of ids and PIDs, the partition an id's events lie in (SPEC 1, 2), and the ids that the book makes itself
 * (SPEC 15). Their twins in SQL are in store/chart.ts.
 */
import { type Day, type Month, monthOf } from './calendar.ts';

/** By code of ASCII, what an id may consist of: an id is looked through faster than an expression is run. */
const PARTY_SIGNS = signs(/[A-Za-z0-9-]/);
const OTHER_SIGNS = signs(/[A-Za-z0-9._-]/);
const PID = /^mm_([A-Za-z0-9-]{1,24})_([A-Za-z0-9-]{1,24})_([A-Za-z0-9-]{1,24})$/;

/** Ids of publishers, sites, adzones, sellers, shops and plans. */
export function isPartyId(text: string): boolean {
  return consistsOf(text, PARTY_SIGNS, 24);
}

/** Ids of everything else: clicks, orders, order lines, buyers, items, categories, refunds, decisions, results. */
export function isOtherId(text: string): boolean {
  return consistsOf(text, OTHER_SIGNS, 64);
}

function signs(of: RegExp): readonly boolean[] {
  return Array.from({ length: 128 }, (_, code) => of.test(String.fromCharCode(code)));
}

function consistsOf(text: string, of: readonly boolean[], most: number): boolean {
  if (text.length === 0 || text.length > most) return false;
  for (let at = 0; at < text.length; at += 1) if (of[text.charCodeAt(at)] !== true) return false;
  return true;
}

const LABEL = '[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?';
const ADDRESS = new RegExp(`^[A-Za-z0-9.!#$%&'*+/=?^_\`{|}~-]{1,64}@(?=.{1,253}$)${LABEL}(?:[.]${LABEL})*$`);

/** An e-mail address of one person: local part and domain, nothing around them. */
export function isAddress(text: string): boolean {
  return ADDRESS.test(text);
}

export interface Pid {
  readonly publisherId: string;
  readonly siteId: string;
  readonly adzoneId: string;
}

/** Takes `mm_<publisher>_<site>_<adzone>` apart; undefined when the text has not that form. */
export function parsePid(pid: string): Pid | undefined {
  const match = PID.exec(pid);
  if (match === null) return undefined;
  return { publisherId: match[1] ?? '', siteId: match[2] ?? '', adzoneId: match[3] ?? '' };
}

/**
 * The partition that the events of an order line or a party lie in (SPEC 2): FNV-1a over the id's characters, which are
 * ASCII.
 * @param partitions how many the book has
 * @returns 0 to `partitions - 1`
 */
export function partitionOf(id: string, partitions: number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  return ((hash ^ (hash >>> 15)) >>> 0) % partitions;
}

/** Compares ASCII ids by code point, as PostgreSQL sorts them in the collation "C"; for `sort`. */
export function byCodePoint(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** An entry's id: day, event, subject and ordinal, never time or partition (SPEC 15). */
export function entryId(of: { businessDay: Day; type: string; subject: string; ordinal: number }): string {
  return `${of.businessDay}.${of.type}.${of.subject}.${of.ordinal}`;
}

const compact = (date: Day | Month): string => date.replaceAll('-', '');

/** The deduction of a seller on a day: `D-s1-20131220`. A seller's are in the order of their days. */
export function deductionId(sellerId: string, day: Day): string {
  return `D-${sellerId}-${compact(day)}`;
}

/** What is above every id of a seller's deductions and below those of sellers further on: `:` follows `9`. */
export function afterDeductions(sellerId: string): string {
  return `D-${sellerId}-:`;
}

/** The payout of a publisher's statement: `P-p1-201312`. */
export function payoutId(publisherId: string, month: Month): string {
  return `P-${publisherId}-${compact(month)}`;
}

/** The subject of a publisher's statement, its tax, and its adjustments of the month: `p1-2013-12`. */
export function statementSubject(publisherId: string, month: Month): string {
  return `${publisherId}-${month}`;
}

/** The subject of an adjustment: its publisher's month, or `due:s1-2013-12` of a seller, which may have a publisher's id. */
export function adjustmentSubject(of: { publisherId: string | null; sellerId: string | null }, day: Day): string {
  const { publisherId, sellerId } = of;
  return publisherId === null ? `due:${sellerId}-${monthOf(day)}` : statementSubject(publisherId, monthOf(day));
}

const OPENING = 'opening:';

/** The subject of a balance brought in from old books: `opening:<opening_id>`. */
export function openingSubject(openingId: string): string {
  return OPENING + openingId;
}

/** The id of the opening that a subject is of; undefined of any other subject. */
export function openingIdOf(subject: string): string | undefined {
  return subject.startsWith(OPENING) ? subject.slice(OPENING.length) : undefined;
}
