/**
 * Judges a chunk of rows in the order of SPEC 3: a known key (the same again, an amendment, a conflict), parents that are
 * not known, a row that waits, a row that is impossible. What each of these is, the feeds' judgements declare.
 */

import { type Feed, keyOf, type Row, sameContent } from '../../core/feeds/feed.ts';
import { remarksOn } from '../../core/feeds/remarks.ts';
import { addTo } from '../../core/groups.ts';
import type { Session } from '../../store/connection/session.ts';
import { eachCount, mendRefusals } from '../../store/intake/deliveries.ts';
import { type AcceptedRow, keepRows, versionsOf } from '../../store/intake/intake.ts';
import { BANK } from './bank.ts';
import { asideText, type Candidate, type ChunkTally, dueDay, type JudgeTerms } from './chunk-tally.ts';
import { CLICKS } from './clicks.ts';
import { CUT_OVER } from './cut-over.ts';
import { DESK } from './desk.ts';
import { FINANCE } from './finance.ts';
import { amends, type Chunk, idsIn, type Judgement, orphanCheck, type Placed, type Rules } from './judgement.ts';
import { PROMOTION } from './promotion.ts';
import { REGISTRY } from './registry.ts';
import { RESULTS } from './results.ts';
import { TRADE } from './trade.ts';
import type { Woken } from './waking.ts';

/** By the feed's name. An empty one asks for no parent and takes whatever its columns and key let in. */
export const JUDGEMENTS: Readonly<Record<string, Judgement>> = {
  ...REGISTRY,
  ...PROMOTION,
  ...CLICKS,
  ...TRADE,
  ...RESULTS,
  ...DESK,
  ...FINANCE,
  ...CUT_OVER,
  ...BANK,
};

/** Judges a chunk of a feed in the current transaction and keeps what it accepts or parks; returns the rows it woke. */
export async function judge(
  session: Session,
  feed: Feed,
  candidates: readonly Candidate[],
  tally: ChunkTally,
  terms: JudgeTerms,
): Promise<Woken[]> {
  const judgement = JUDGEMENTS[feed.name];
  if (judgement === undefined) throw new Error(`nothing is declared of how ${feed.name} are judged`);
  const chunk = { session, feed, candidates, rows: candidates.map(({ row }) => row), terms, tally };
  const rules = (await judgement.begin?.(chunk)) ?? {};
  const { accepted, parked } = await judged(chunk, judgement, rules);
  if (rules.keep === undefined) await keepRows(session, feed, terms.batch, kept(accepted, judgement, terms));
  else await rules.keep(accepted, parked);
  const { calendar, now } = terms;
  const told = { calendar, tomorrow: now === undefined ? undefined : calendar.endOf(calendar.dayOf(now)) };
  for (const { row, given } of accepted)
    for (const odd of remarksOn(feed, row, given.cells ?? [], told)) tally.remark(odd, given.line);
  for (const { odd, line } of (await judgement.odd?.(chunk, accepted)) ?? []) tally.remark(odd, line);
  const rows = accepted.map(({ row }) => row);
  await rules.follow?.(rows);
  const woken = (await rules.wake?.(rows)) ?? [];
  await mendRefusals(session, feed.name, terms.delivery, () => rows.map((row) => keyOf(feed, row)));
  for (const one of woken) await mendRefusals(session, one.feed, one.delivery, () => one.keys);
  return woken;
}

/** What each row of a chunk comes to, counted, and the reasons kept of those that are refused. */
async function judged(
  chunk: Chunk,
  { parents, conflict = amends, amount }: Judgement,
  rules: Rules,
): Promise<{ accepted: Placed[]; parked: Placed[] }> {
  const { feed, candidates, tally } = chunk;
  const versions = await versionsOfKeys(chunk, rules);
  const orphan = parents === undefined ? undefined : await orphanCheck(chunk, parents);
  const accepted: Placed[] = [];
  const parked: Placed[] = [];
  for (const candidate of candidates) {
    const { row, given } = candidate;
    const known = versions.look(row);
    const clash =
      known.latest === undefined || known.isSame ? undefined : conflict(feed, known.latest, row, chunk.terms);
    if (known.isSame) tally.duplicate();
    else if (clash !== undefined) tally.refuse('conflict', given, clash, keyOf(feed, row));
    else {
      const fault = orphan?.(row);
      const waits = fault === undefined && rules.waits?.(row) === true;
      const impossible = fault ?? (waits ? undefined : rules.impossible?.(row));
      if (impossible !== undefined) tally.refuse('rejected', given, impossible, keyOf(feed, row));
      else if (waits) {
        parked.push({ ...candidate, n: tally.next() });
        tally.park();
        rules.park?.(row);
      } else {
        accepted.push({ row, given, n: tally.next() });
        tally.accept(amount === undefined ? null : (row[amount] as bigint | null));
        versions.add(row);
        rules.accept?.(row);
        if (tally.refusals.length > 0) tally.mend(keyOf(feed, row));
      }
    }
  }
  return { accepted, parked };
}

interface Versions {
  /** The newest version under a row's key, and whether one of them says the same. */
  look(row: Row): { readonly latest: Row | undefined; readonly isSame: boolean };
  add(row: Row): void;
}

/** The versions under the keys of a chunk, of which accepted rows become the newest. */
async function versionsOfKeys({ session, feed, rows }: Chunk, rules: Rules): Promise<Versions> {
  if (rules.known !== undefined) {
    const known = rules.known.bind(rules);
    return {
      look: (row) => {
        const latest = known(row);
        return { latest, isSame: latest !== undefined && sameContent(feed, latest, row) };
      },
      add: () => undefined,
    };
  }
  const versions = new Map<string, Row[]>();
  const add = (row: Row): void => addTo(versions, keyOf(feed, row), row);
  const stored = rules.stored ?? (await versionsOf(session, feed, idsIn(rows, Object.keys(feed.columns)[0] ?? '')));
  for (const row of stored) add(row);
  return {
    look: (row) => {
      const known = versions.get(keyOf(feed, row)) ?? [];
      return { latest: known.at(-1), isSame: known.some((version) => sameContent(feed, version, row)) };
    },
    add,
  };
}

function kept(accepted: readonly Placed[], { due }: Judgement, terms: JudgeTerms): AcceptedRow[] {
  return accepted.map(({ row, given, n }) => ({
    row,
    n,
    aside: asideText(given),
    ...(due === undefined ? {} : { dueDay: dueDay(terms.calendar, Number(row[due]), terms.nextDay) }),
  }));
}

/** What a batch is counted as: the rows of its delivery, and those of earlier ones that it woke. */
export function talliesOf(batch: bigint, delivery: bigint, tally: ChunkTally, woken: readonly Woken[]) {
  const row = (delivery_id: bigint, isWoken: boolean, { feed, counts: { amount, ...counts } }: ChunkTally) => ({
    ...{ batch, delivery_id, feed, woken: isWoken, amount },
    ...eachCount((name) => BigInt(counts[name])),
  });
  return [row(delivery, false, tally), ...woken.map((one) => row(one.delivery, true, one.tally))];
}
