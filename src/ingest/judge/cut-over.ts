/**
 * Judges what old books hand on and its sign-off: parties and PIDs that are known, totals that agree, a second person. With
 * the sign-off the lines become order lines, and the facts that were parked for them are judged.
 */

import { signOffFault } from '../../core/cut-over/opening.ts';
import type { CutOverApprovalRow, OpeningLineRow, OpeningRow } from '../../core/feeds/cut-over.ts';
import type { Feed, Row } from '../../core/feeds/feed.ts';
import { parsePid } from '../../core/ids.ts';
import type { Session } from '../../store/connection/session.ts';
import { knownIds } from '../../store/intake/intake.ts';
import { openingLinesOf, openingsOf, signedOff } from '../../store/intake/openings.ts';
import { type Candidate, dueDay, type Judge, type Ledger } from './chunk-tally.ts';
import { partyJudge } from './finance.ts';
import { judgeRegistry } from './registry.ts';
import { knownLines, takeLinesIn } from './trade.ts';
import type { TradeTerms } from './trade-fact.ts';
import type { Woken } from './waking.ts';

const cutOversIn = (rows: readonly Row[]): string[] => [...new Set(rows.map((row) => String(row['cut_over_id'])))];

/** Judges a chunk of balances or order lines and keeps what it accepts: until the sign-off it does nothing. */
export async function judgeOpenings(
  session: Session,
  feed: Feed,
  candidates: readonly Candidate[],
  ledger: Ledger,
  terms: TradeTerms,
): Promise<void> {
  const rows = candidates.map(({ row }) => row);
  const signed = await signedOff(session, cutOversIn(rows));
  const further =
    feed.name === 'openings'
      ? await partyJudge(session, rows as unknown as OpeningRow[])
      : await lineJudge(session, rows as unknown as OpeningLineRow[], terms);
  const what = feed.name === 'openings' ? 'openings' : 'lines';
  const impossible = (row: Row) =>
    signed.has(String(row['cut_over_id']))
      ? `cut-over ${row['cut_over_id']} is signed off: its ${what} are complete`
      : further(row);
  await judgeRegistry(session, feed, terms.batch, candidates, ledger, { impossible });
}

/** Whether a line's PID is one of the registry, and the line none that is here already. */
async function lineJudge(session: Session, rows: readonly OpeningLineRow[], terms: TradeTerms): Promise<Judge> {
  const pids = rows.flatMap(({ pid }) => parsePid(pid) ?? []);
  const known = async (table: string, ids: readonly string[]) =>
    knownIds(session, table, `${table}_id`, [...new Set(ids)]);
  const parts = {
    publisher: await known(
      'publisher',
      pids.map((pid) => pid.publisherId),
    ),
    site: await known(
      'site',
      pids.map((pid) => pid.siteId),
    ),
    adzone: await known(
      'adzone',
      pids.map((pid) => pid.adzoneId),
    ),
  };
  const lines = await knownLines(
    session,
    rows.map((row) => row.order_line_id),
    terms,
  );
  return (given) => {
    const row = given as unknown as OpeningLineRow;
    const pid = parsePid(row.pid);
    if (pid === undefined) return `pid ${row.pid} is none: it is mm_<publisher>_<site>_<adzone>`;
    if (!parts.publisher.has(pid.publisherId)) return `publisher ${pid.publisherId} is not known: deliver it first`;
    if (!parts.site.has(pid.siteId)) return `site ${pid.siteId} is not known: deliver it first`;
    if (!parts.adzone.has(pid.adzoneId)) return `adzone ${pid.adzoneId} is not known: deliver it first`;
    return lines.has(row.order_line_id)
      ? `order line ${row.order_line_id} was delivered as an order: it is settled from its clicks`
      : undefined;
  };
}

/** Judges a chunk of sign-offs; takes in the lines of those it accepts, and returns the rows that this woke. */
export async function judgeSignOff(
  session: Session,
  feed: Feed,
  candidates: readonly Candidate[],
  ledger: Ledger,
  terms: TradeTerms,
): Promise<Woken[]> {
  const ids = cutOversIn(candidates.map(({ row }) => row));
  const known = await openingsOf(session, ids);
  const lines = await openingLinesOf(session, ids);
  const delivered = await knownLines(
    session,
    lines.map(({ orderLineId }) => orderLineId),
    terms,
  );
  const impossible = (given: Row) => {
    const row = given as unknown as CutOverApprovalRow;
    const openings = known.filter((one) => one.cutOverId === row.cut_over_id);
    const own = lines.filter((one) => one.cutOverId === row.cut_over_id);
    const twice = own.find(({ orderLineId }) => delivered.has(orderLineId));
    if (twice !== undefined)
      return `order line ${twice.orderLineId} has come as an order since: it cannot come in twice`;
    const signed = { ...row, lines: row.lines ?? 0, linesPaid: row.lines_paid ?? 0n };
    return signOffFault({ openings, lines: own }, signed, { by: row.approved_by, at: row.approved_at }, terms.digits);
  };
  const due = (row: Row) => dueDay(terms.calendar, (row as unknown as CutOverApprovalRow).approved_at, terms.nextDay);
  const accepted = await judgeRegistry(session, feed, terms.batch, candidates, ledger, { impossible, due });
  const woken: Woken[] = [];
  for (const row of accepted) {
    const own = lines.filter((one) => one.cutOverId === row['cut_over_id']);
    if (own.length > 0) woken.push(...(await takeLinesIn(session, own, due(row), ledger, terms)));
  }
  return woken;
}
