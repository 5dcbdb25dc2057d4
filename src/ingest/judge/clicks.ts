/**
 * Judges clicks: a click is evidence and is taken whatever it names; only its key is looked at (SPEC 3). New clicks are
 * the rule, so a chunk is copied first, and what is stored is read only where a key was already there.
 */

import type { Row } from '../../core/feeds/feed.ts';
import type { ClickRow } from '../../core/feeds/index.ts';
import { inSavepoint } from '../../store/connection/savepoint.ts';
import type { Session } from '../../store/connection/session.ts';
import {
  type AcceptedRow,
  clickSpan,
  clicksUnder,
  decidedBuyers,
  keepRows,
  makeClickSpans,
} from '../../store/intake/intake.ts';
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

/** Copies the chunk's clicks, or reads what is stored under their keys where one of them is there. */
async function copied({ session, feed, candidates, terms }: Chunk<ClickRow>): Promise<Rules<ClickRow>> {
  const first = new Map<string, Candidate<ClickRow>>();
  for (const candidate of candidates) {
    const key = keyOfClick(candidate.row);
    if (!first.has(key)) first.set(key, candidate);
  }
  const keep = (of: Iterable<Candidate<ClickRow>>): Promise<void> => {
    const rows = [...of].map(({ row, given }): AcceptedRow => ({ row, n: 0, aside: asideText(given) }));
    return keepRows(session, feed, terms.batch, rows);
  };
  const isCopied = await inSavepoint(session, () => keep(first.values()));
  const stored = new Map<string, Row>();
  if (!isCopied) {
    const found = await clicksUnder(
      session,
      [...first.values()].map(({ row }) => row),
    );
    for (const row of found) stored.set(keyOfClick(row as ClickRow), row);
  }
  return {
    known: (row) => {
      const key = keyOfClick(row);
      const earlier = first.get(key)?.row;
      return stored.get(key) ?? (earlier === row ? undefined : earlier);
    },
    keep: (accepted) => (isCopied ? Promise.resolve() : keep(accepted)),
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
