/**
 * Judges clicks: a click is evidence and is taken whatever it names; only its key is looked at (SPEC 3). New clicks are
 * the rule, so a chunk is copied first and looked at row by row only where a key is already there.
 */

import { type Feed, type Row, sameContent } from '../../core/feeds/feed.ts';
import type { ClickRow, clicks } from '../../core/feeds/index.ts';
import { inSavepoint } from '../../store/connection/savepoint.ts';
import type { Session } from '../../store/connection/session.ts';
import { type AcceptedRow, clickSpan, clicksUnder, keepRows, makeClickSpans } from '../../store/intake/intake.ts';
import { asideText, type Candidate, type Ledger } from './chunk-tally.ts';

const keyOfClick = (row: Pick<ClickRow, 'click_id' | 'clicked_at'>): string => `${row.click_id} ${row.clicked_at}`;

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

/** Judges a chunk of clicks and keeps what it accepts. */
export async function judgeClicks(
  session: Session,
  feed: typeof clicks,
  batch: bigint,
  candidates: readonly Candidate<ClickRow>[],
  ledger: Ledger,
): Promise<void> {
  const first = new Map<string, Candidate<ClickRow>>();
  const again: Candidate<ClickRow>[] = [];
  for (const candidate of candidates) {
    const key = keyOfClick(candidate.row);
    if (first.has(key)) again.push(candidate);
    else first.set(key, candidate);
  }
  const asFeed = feed as unknown as Feed;
  const rows = (of: Iterable<Candidate<ClickRow>>): AcceptedRow[] =>
    [...of].map(({ row, given }) => ({ row, n: 0, aside: asideText(given) }));
  const all = rows(first.values());
  const copied = await inSavepoint(session, () => keepRows(session, asFeed, batch, all));
  const known = new Map<string, Row>();
  if (!copied) {
    const stored = await clicksUnder(
      session,
      [...first.values()].map(({ row }) => row),
    );
    for (const row of stored) known.set(keyOfClick(row as ClickRow), row);
    const fresh = [...first].filter(([key]) => !known.has(key)).map(([, candidate]) => candidate);
    await keepRows(session, asFeed, batch, rows(fresh));
  }
  for (const [key, candidate] of first) judge(asFeed, candidate, known.get(key), ledger);
  for (const candidate of again) {
    const key = keyOfClick(candidate.row);
    judge(asFeed, candidate, known.get(key) ?? first.get(key)?.row, ledger);
  }
}

function judge(feed: Feed, { row, given }: Candidate<ClickRow>, known: Row | undefined, ledger: Ledger): void {
  if (known === undefined) ledger.accept();
  else if (sameContent(feed, known, row)) ledger.duplicate();
  else
    ledger.refuse(
      'conflict',
      given,
      `click ${row.click_id} at this moment is known with other content: it stays as it was first delivered`,
    );
}
