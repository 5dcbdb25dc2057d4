/**
 * Anchors: the roots of nights, and hashes of the audit, kept outside the database as lines `day root` and `audit-number
 * hash`. Whoever rebuilds a book with full rights cannot rebuild them too.
 */
import { type Day, isDay } from '../calendar.ts';

export interface Anchor {
  /** A day, or the entry of the audit. */
  readonly day: Day | EntryName;
  /** SHA-256 in hex. */
  readonly root: string;
}

type EntryName = `audit-${string}`;

/** What an anchor of an entry of the audit is called. */
export function entryName(number: bigint): EntryName {
  return `audit-${number}`;
}

/** Whether an anchor is of an entry of the audit, and of no night. */
export function isOfAudit({ day }: Anchor): boolean {
  return ENTRY.test(day);
}

const ENTRY = /^audit-[1-9]\d{0,17}$/;

/** Whether a text is a root: 64 hexadecimal digits. */
export function isRoot(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}

/** Reads a file of anchors; a sentence with its line where it is none. Empty lines and lines that begin with `#` are passed over. */
export function parseAnchors(text: string): Anchor[] | string {
  const roots = new Map<Day, string>();
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const [day = '', said = '', more] = line.trim().split(/\s+/);
    const root = said.toLowerCase();
    if (!(isDay(day) || ENTRY.test(day)) || !isRoot(root) || more !== undefined) {
      return `line ${at + 1} is no anchor: it has to be a day or an entry of the audit, and 64 hexadecimal digits`;
    }
    if ((roots.get(day) ?? root) !== root) return `line ${at + 1} gives ${day} a second root`;
    roots.set(day, root);
  }
  return [...roots].map(([day, root]) => ({ day, root }));
}

/** The file of some anchors, by day. */
export function anchorsText(anchors: readonly Anchor[]): string {
  const lines = anchors.map(({ day, root }) => `${day} ${root}\n`);
  return lines.sort().join('');
}
