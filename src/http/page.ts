/** Pages of lists: how many items, and from where on. A cursor is opaque to others and holds the key of the last item. */
import { Problem } from './problem.ts';

const USUAL = 100;
const MOST = 500;

/** Where a page begins: after the item of this key; null for the first page. */
export interface PageAsked {
  readonly limit: number;
  readonly after: readonly string[] | null;
}

/**
 * What page is asked for.
 * @param key how many texts the key of an item has; or that it is one number
 * @throws Problem for a cursor or a limit that is none
 */
export function pageAsked(
  { cursor, limit }: { readonly cursor?: string; readonly limit?: string },
  key: number | 'number',
): PageAsked {
  const wanted = limit === undefined ? USUAL : Number(limit);
  if (wanted > MOST) throw new Problem('bad-request', `limit is ${limit}: a page holds ${MOST} items at most`);
  return { limit: wanted, after: cursor === undefined ? null : keyOf(cursor, key) };
}

function keyOf(cursor: string, of: number | 'number'): readonly string[] {
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    const isKey =
      Array.isArray(key) &&
      key.length === (of === 'number' ? 1 : of) &&
      key.every((part) => typeof part === 'string' && (of !== 'number' || /^[0-9]{1,18}$/.test(part)));
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
