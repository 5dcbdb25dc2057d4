/** Which judgement a feed's rows go through. It judges nothing itself. */
import type { Feed } from '../../core/feeds/feed.ts';
import type { ClickRow, clicks, OrderRow } from '../../core/feeds/index.ts';
import type { Session } from '../../store/connection/session.ts';
import type { Tally } from '../../store/intake/deliveries.ts';
import { judgeBank } from './bank.ts';
import type { Candidate, Ledger } from './chunk-tally.ts';
import { judgeClicks } from './clicks.ts';
import { judgeOpenings, judgeSignOff } from './cut-over.ts';
import { judgeDesk } from './desk.ts';
import { judgeFinance } from './finance.ts';
import { judgePromotion } from './promotion.ts';
import { judgeRegistry } from './registry.ts';
import { judgeResults } from './results.ts';
import { judgeFacts, judgeOrders } from './trade.ts';
import type { TradeTerms } from './trade-fact.ts';
import type { Woken } from './waking.ts';

/** Judges a chunk of a feed in the current transaction and keeps what it accepts or parks; returns the rows it woke. */
export async function judge(
  session: Session,
  feed: Feed,
  candidates: readonly Candidate[],
  ledger: Ledger,
  terms: TradeTerms,
): Promise<Woken[]> {
  switch (feed.name) {
    case 'clicks':
      await judgeClicks(
        session,
        feed as unknown as typeof clicks,
        terms.batch,
        candidates as unknown as Candidate<ClickRow>[],
        ledger,
      );
      return [];
    case 'orders':
      return judgeOrders(session, candidates as unknown as Candidate<OrderRow>[], ledger, terms);
    case 'receipts':
    case 'closures':
    case 'refunds':
    case 'corrections':
    case 'risk-decisions':
      await judgeFacts(session, feed, candidates, ledger, terms);
      return [];
    case 'deduction-results':
      await judgeResults(session, 'deduction', candidates, ledger, terms);
      return [];
    case 'payout-results':
      await judgeResults(session, 'payout', candidates, ledger, terms);
      return [];
    case 'withdrawals':
    case 'applications':
    case 'application-decisions':
    case 'notices':
    case 'notice-cancellations':
      await judgePromotion(session, feed, candidates, ledger, terms);
      return [];
    case 'break-notes':
    case 'payment-files':
    case 'payment-file-rows':
      await judgeBank(session, feed, candidates, ledger, terms);
      return [];
    case 'disputes':
    case 'case-decisions':
    case 'appeals':
      await judgeDesk(session, feed, candidates, ledger, terms);
      return [];
    case 'adjustments':
    case 'adjustment-approvals':
      await judgeFinance(session, feed, candidates, ledger, terms);
      return [];
    case 'openings':
    case 'opening-lines':
      await judgeOpenings(session, feed, candidates, ledger, terms);
      return [];
    case 'cut-over-approvals':
      return judgeSignOff(session, feed, candidates, ledger, terms);
    default:
      await judgeRegistry(session, feed, terms.batch, candidates, ledger);
      return [];
  }
}

/** A tally as it is stored. */
export function counts(tally: Tally) {
  return {
    accepted: BigInt(tally.accepted),
    duplicate: BigInt(tally.duplicate),
    conflict: BigInt(tally.conflict),
    rejected: BigInt(tally.rejected),
    parked: BigInt(tally.parked),
    amount: tally.amount,
  };
}
