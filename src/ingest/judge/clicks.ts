/**
 * Judges clicks: a click is evidence and is taken whatever it names; only its key is looked at (SPEC 3). New clicks are
 * the rule, so a chunk is copied first, and what is stored is read only where a key was already there.
 */

import type { Row } from '../../core/feeds/feed.ts';
import type { ClickRow } from '../../core/feeds/index.ts';
import { inSavepoint } from '../../store/connection/savepoint.ts';
import type { Session } from '../../store/connection/session.ts';
import { clickSpan, clicksUnder, decidedBuyers, keepClicks, makeClickSpans } from '../../store/intake/clicks.ts';
import { policies } from '../../store/night/book.ts';
import { asideText, type Candidate } from './chunk-tally.ts';
import { type Chunk, judgement, type Placed, type Rules, stays } from './judgement.ts';

const keyOfClick = ({ buyer_id: buyer, clicked_at: at, click_id: id }: ClickRow): string => `${buyer} ${at} ${id}`;

/** Makes the partitions that a chunk's clicks need, before its transaction. `known` remembers those that are there. */
export async function prepareClickSpans(
  session: Session,
  candidates: readonly Candidate<ClickRow>[],
  known: Set<number>,
): Promise<void> {
  const missing = new Set<number>();
  for (const { row } of candidates) {
    const span = clickSpan(row.clicked_at);
    if (!known.has(span)) missing.add(span);
  }
  if (missing.size === 0) return;
  await makeClickSpans(
    session,
    [...missing].sort((a, b) => a - b),
  );
  for (const span of missing) known.add(span);
}

/** Copies the chunk's clicks as if none were known; where one is, what is stored is read, and each is judged by its key. */
async function copied(chunk: Chunk<ClickRow>): Promise<Rules<ClickRow>> {
  const { session, candidates, terms } = chunk;
  const keep = (of: readonly Candidate<ClickRow>[]): Promise<void> =>
    keepClicks(session, terms.batch, of, ({ given }) => asideText(given));
  if (await inSavepoint(session, () => keep(candidates)))
    return { known: () => undefined, keep: () => Promise.resolve() };
  const known = new Map<string, Row>();
  for (const row of await clicksUnder(session, chunk.rows)) known.set(keyOfClick(row as ClickRow), row);
  return {
    known: (row) => known.get(keyOfClick(row)),
    accept: (row) => {
      known.set(keyOfClick(row), row);
    },
    keep,
  };
}

/** Clicks of buyers whose orders in the window were all decided before: they change nothing any more. */
async function late({ session, terms }: Chunk<ClickRow>, accepted: readonly Placed<ClickRow>[]) {
  const { nextDay, calendar } = terms;
  if (nextDay === null) return [];
  const from = calendar.startOf(nextDay);
  const past = accepted.filter(({ row }) => row.clicked_at < from);
  if (past.length === 0) return [];
  const { policy } = (await policies(session, terms.digits)).at(-1) ?? {};
  const days = Math.max(policy?.sameStoreWindowDays ?? 0, policy?.crossStoreWindowDays ?? 0);
  const found = await decidedBuyers(
    session,
    past.map(({ row }) => ({ buyer: row.buyer_id, at: row.clicked_at })),
    { nextDay, firstDay: calendar.dayOf(Math.min(...past.map(({ row }) => row.clicked_at))), days },
  );
  return past
    .filter((_, at) => found.has(at))
    .map(({ row, given }) => {
      const detail = { click: row.click_id };
      return { odd: { kind: 'late-click', about: '', detail } as const, line: given.line };
    });
}

const JUDGED = judgement<ClickRow>({ conflict: stays, begin: copied, odd: late });

export const CLICKS = { clicks: JUDGED };
