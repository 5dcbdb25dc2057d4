/** Pages of lists: how many items, and from where on. A cursor is opaque to others and holds the key of the last item. */
import { isText } from './odd.ts';
import { Problem } from './problem.ts';

const USUAL = 100;
const MOST = 500;

/** Where a page begins: after the item of this key; null for the first page. */
export interface PageAsked {
  readonly limit: number;
  readonly after: readonly string[] | null;
}

/** What a part of a key has to be. */
export type KeyPart = (text: string) => boolean;
export const aNumber: KeyPart = (text) => /^[0-9]{1,18}$/.test(text);

/**
 * What page is asked for.
 * @param parts what the texts are that the key of an item has
 * @throws Problem for a cursor or a limit that is none
 */
export function pageAsked(
  { cursor, limit }: { readonly cursor?: string; readonly limit?: string },
  parts: readonly KeyPart[],
): PageAsked {
  const wanted = limit === undefined ? USUAL : Number(limit);
  if (wanted > MOST) throw new Problem('bad-request', `limit is ${limit}: a page holds ${MOST} items at most`);
  return { limit: wanted, after: cursor === undefined ? null : keyOf(cursor, parts) };
}

function keyOf(cursor: string, parts: readonly KeyPart[]): readonly string[] {
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    const isKey =
      Array.isArray(key) &&
      key.length === parts.length &&
      parts.every((isPart, at) => typeof key[at] === 'string' && isText(key[at]) && isPart(key[at]));
    if (isKey) return key as string[];
  } catch {
    // Said below.
  }
  throw new Problem('bad-request', 'this cursor is none of this list: take `next` of the page before as it is');
}

/** A page of rows that were read one more than asked for, to see whether there is a next one. */
export function page<R, T>(
  rows: readonly R[],
  { limit }: PageAsked,
  key: (row: R) => readonly string[],
  item: (row: R) => T,
): { readonly items: T[]; readonly next: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const next =
    rows.length > limit && last !== undefined ? Buffer.from(JSON.stringify(key(last))).toString('base64url') : null;
  return { items: shown.map(item), next };
}
