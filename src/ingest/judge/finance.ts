/**
 * Judges adjustments and their approvals (SPEC 11): a party that is known, and a second person. Whether the money is
 * there is not asked: an adjustment is what people decide.
 */
import { approvalFault } from '../../core/adjustment.ts';
import type { Feed, Row } from '../../core/feeds/feed.ts';
import type { AdjustmentApprovalRow, AdjustmentRow } from '../../core/feeds/finance.ts';
import type { Session } from '../../store/connection/session.ts';
import { adjustmentsUnder } from '../../store/intake/adjustments.ts';
import { knownIds } from '../../store/intake/intake.ts';
import { type Candidate, dueDay, type Judge, type Ledger } from './chunk-tally.ts';
import { judgeRegistry } from './registry.ts';
import type { TradeTerms } from './trade-fact.ts';

/** Judges a chunk of one of these feeds and keeps what it accepts. */
export async function judgeFinance(
  session: Session,
  feed: Feed,
  candidates: readonly Candidate[],
  ledger: Ledger,
  terms: TradeTerms,
): Promise<void> {
  const rows = candidates.map(({ row }) => row);
  if (feed.name === 'adjustments') {
    const impossible = await partyJudge(session, rows as unknown as AdjustmentRow[]);
    await judgeRegistry(session, feed, terms.batch, candidates, ledger, { impossible });
    return;
  }
  const impossible = await approvalJudge(session, rows as unknown as AdjustmentApprovalRow[]);
  const due = (row: Row) =>
    dueDay(terms.calendar, (row as unknown as AdjustmentApprovalRow).approved_at, terms.nextDay);
  await judgeRegistry(session, feed, terms.batch, candidates, ledger, { impossible, due });
}

/** Whether the publisher or seller that a row names is known. */
export async function partyJudge(
  session: Session,
  rows: readonly Pick<AdjustmentRow, 'publisher_id' | 'seller_id'>[],
): Promise<Judge> {
  const ids = (column: 'publisher_id' | 'seller_id') => [...new Set(rows.flatMap((row) => row[column] ?? []))];
  const publishers = await knownIds(session, 'publisher', 'publisher_id', ids('publisher_id'));
  const sellers = await knownIds(session, 'shop', 'seller_id', ids('seller_id'));
  return (given) => {
    const { publisher_id: publisher, seller_id: seller } = given as unknown as AdjustmentRow;
    if (publisher !== null && !publishers.has(publisher))
      return `publisher ${publisher} is not known: deliver it first`;
    if (seller !== null && !sellers.has(seller)) return `seller ${seller} is not known: deliver a shop of it first`;
    return undefined;
  };
}

async function approvalJudge(session: Session, rows: readonly AdjustmentApprovalRow[]): Promise<Judge> {
  const known = await adjustmentsUnder(
    session,
    rows.map((row) => row.adjustment_id),
  );
  return (given) => {
    const { adjustment_id: id, approved_by: by, approved_at: at } = given as unknown as AdjustmentApprovalRow;
    const proposed = known.get(id);
    return proposed === undefined ? undefined : approvalFault(proposed, by, at);
  };
}
