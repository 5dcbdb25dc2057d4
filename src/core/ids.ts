/** The shapes of ids and PIDs, and the partition an id's events lie in (SPEC 1, 2). */

const PARTY_ID = /^[A-Za-z0-9-]{1,24}$/;
const OTHER_ID = /^[A-Za-z0-9._-]{1,64}$/;
const PID = /^mm_([A-Za-z0-9-]{1,24})_([A-Za-z0-9-]{1,24})_([A-Za-z0-9-]{1,24})$/;

/** Ids of publishers, sites, adzones, sellers, shops and plans. */
export function isPartyId(text: string): boolean {
  return PARTY_ID.test(text);
}

/** Ids of everything else: clicks, orders, order lines, buyers, items, categories, refunds, decisions, results. */
export function isOtherId(text: string): boolean {
  return OTHER_ID.test(text);
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

/** Whether two names are one person's, however the letters were typed. */
export function samePerson(a: string, b: string): boolean {
  const plain = (name: string): string => name.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ').trim();
  return plain(a) === plain(b);
}
