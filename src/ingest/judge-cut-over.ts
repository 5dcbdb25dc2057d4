/** Judges the openings of a cut-over and its sign-off: parties that are known, totals that agree, a second person. */
import type { CutOverApprovalRow, OpeningRow } from '../core/feeds/cut-over.ts';
import type { Feed, Row } from '../core/feeds/feed.ts';
import { signOffFault } from '../core/opening.ts';
import { openingsOf, signedOff } from '../store/openings.ts';
import type { Session } from '../store/session.ts';
import { partyJudge } from './judge-finance.ts';
import { judgeRegistry } from './judge-registry.ts';
import { type Candidate, dueDay, type Ledger } from './judged.ts';
import type { TradeTerms } from './trade.ts';

/** Judges a chunk of one of these feeds and keeps what it accepts. */
export async function judgeCutOver(
  session: Session,
  feed: Feed,
  candidates: readonly Candidate[],
  ledger: Ledger,
  terms: TradeTerms,
): Promise<void> {
  const ids = [...new Set(candidates.map(({ row }) => String(row['cut_over_id'])))];
  if (feed.name === 'openings') {
    const rows = candidates.map(({ row }) => row as unknown as OpeningRow);
    const party = await partyJudge(session, rows);
    const signed = await signedOff(session, ids);
    const impossible = (row: Row) =>
      signed.has(String(row['cut_over_id']))
        ? `cut-over ${row['cut_over_id']} is signed off: its openings are complete`
        : party(row);
    await judgeRegistry(session, feed, terms.batch, candidates, ledger, { impossible });
    return;
  }
  const known = await openingsOf(session, ids);
  const impossible = (given: Row) => {
    const row = given as unknown as CutOverApprovalRow;
    const openings = known.filter((one) => one.cutOverId === row.cut_over_id);
    return signOffFault(openings, row, row.approved_by, terms.digits);
  };
  const due = (row: Row) => dueDay(terms.calendar, (row as unknown as CutOverApprovalRow).approved_at, terms.nextDay);
  await judgeRegistry(session, feed, terms.batch, candidates, ledger, { impossible, due });
}
