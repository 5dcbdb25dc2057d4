/**
 * Whether statements that ran gave what their row types claim: every column of the type, of a kind that it allows. A
 * statement is known by the pieces of its text; what PostgreSQL says of its columns is what the driver reads them by.
 */
import type { Claim } from './declared.ts';

/** A statement as it ran: its text, and the name and type of each column. */
export interface Ran {
  readonly text: string;
  readonly columns: readonly (readonly [name: string, oid: number])[];
}

/** What the session gives for PostgreSQL's types (connection/copy-format.ts); all else is a string. */
export const KINDS: ReadonlyMap<number, string> = new Map([
  [16, 'boolean'],
  [17, 'Buffer'],
  [20, 'bigint'],
  [21, 'number'],
  [23, 'number'],
  [26, 'number'],
  [700, 'number'],
  [701, 'number'],
  [1184, 'number'],
  [1000, 'boolean[]'],
  [1003, 'string[]'],
  [1005, 'number[]'],
  [1007, 'number[]'],
  [1009, 'string[]'],
  [1015, 'string[]'],
  [1016, 'bigint[]'],
  [1182, 'string[]'],
  [1185, 'number[]'],
  [1231, 'string[]'],
]);

export interface Held {
  /** A sentence for each column that is not as its type has it. */
  readonly wrong: readonly string[];
  /** Claims of statements that did not run. */
  readonly unseen: readonly Claim[];
}

/** Holds what ran to what is claimed. */
export function hold(claims: readonly Claim[], ran: Iterable<Ran>): Held {
  const wrong = new Set<string>();
  const seen = new Set<Claim>();
  const longest = [...claims].sort((a, b) => b.pieces.join('').length - a.pieces.join('').length);
  for (const { text, columns } of ran) {
    const claim = longest.find(({ pieces }) => isMadeOf(text, pieces));
    if (claim === undefined) continue;
    seen.add(claim);
    const given = new Map(columns.map(([name, oid]) => [name, KINDS.get(oid) ?? 'string']));
    for (const [name, kinds] of Object.entries(claim.columns)) {
      const kind = given.get(name);
      if (kind === undefined) wrong.add(`${claim.where} has no column ${name}, which its row type has`);
      else if (!kinds.includes(kind) && !kinds.includes('unknown'))
        wrong.add(`${claim.where} gives ${name} as ${kind}, and its row type says ${kinds.join(' | ')}`);
    }
  }
  return { wrong: [...wrong].sort(), unseen: claims.filter((claim) => !seen.has(claim)) };
}

/** Whether a text is the pieces in their order, with anything between them. */
function isMadeOf(text: string, pieces: readonly string[]): boolean {
  const [first = ''] = pieces;
  const last = pieces.at(-1) ?? '';
  if (!text.startsWith(first) || !text.endsWith(last)) return false;
  if (pieces.length === 1) return text === first;
  let at = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = text.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return at <= text.length - last.length;
}
