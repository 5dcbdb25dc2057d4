/**
 * What people decide about balances, recorded: each in one transaction that looks at the book and delivers the rows of
 * the decision. It moves no money: the next night does.
 */
import { type AdjustedParty, approvalFault } from '../core/adjustment.ts';
import { type Instant, isoOf } from '../core/calendar.ts';
import type { FeedRows } from '../core/cases/decide.ts';
import { formatMoney, type Money } from '../core/money.ts';
import { Refusal } from '../core/refusal.ts';
import { record } from '../ingest/deliver/record.ts';
import type { Session } from '../store/connection/session.ts';
import { appealsUnder } from '../store/desk/cases.ts';
import { adjustmentsUnder, countOfParty, forfeitedBy, standsAt } from '../store/intake/adjustments.ts';

/** How much: said, or what brings the balance to 0, or what a granted appeal is about. */
export type AdjustmentAmount =
  | { readonly kind: 'said'; readonly amount: Money }
  | { readonly kind: 'write-off' }
  | { readonly kind: 'appeal'; readonly appealId: string };

export interface AdjustmentOrder {
  readonly party: AdjustedParty;
  readonly amount: AdjustmentAmount;
  readonly reason: string;
  /** SHA-256 in hex. */
  readonly document: string;
  readonly by: string;
  readonly at: Instant;
}

interface Recorded {
  readonly adjustmentId: string;
  readonly amount: Money;
  readonly parts: readonly FeedRows[];
}

/** Proposes an adjustment; it is numbered `A-<party>-<n>`. Refusal where there is nothing to adjust. */
export function proposeAdjustment(session: Session, order: AdjustmentOrder): Promise<Recorded> {
  return record(session, 'cps adjust', async (book) => {
    const { party, reason, document, by, at } = order;
    const amount = await amountOf(session, order, book.digits);
    const adjustmentId = `A-${party.publisherId ?? party.sellerId}-${(await countOfParty(session, party)) + 1}`;
    const row = {
      adjustment_id: adjustmentId,
      publisher_id: party.publisherId ?? '',
      seller_id: party.sellerId ?? '',
      amount: formatMoney(amount, book.digits),
      reason,
      document,
      proposed_by: by,
      proposed_at: isoOf(at),
    };
    return { adjustmentId, amount, parts: [{ feed: 'adjustments', rows: [row] }] };
  });
}

async function amountOf(session: Session, { party, amount }: AdjustmentOrder, digits: number): Promise<Money> {
  const id = party.publisherId ?? party.sellerId;
  if (amount.kind === 'said') {
    if (amount.amount === 0n) throw new Refusal('--amount is 0: an adjustment moves something');
    return amount.amount;
  }
  if (amount.kind === 'write-off') {
    const stands = await standsAt(session, party);
    if (stands === 0n) throw new Refusal(`the balance of ${id} is 0 already: there is nothing to write off`);
    return -stands;
  }
  const appeal = (await appealsUnder(session, [amount.appealId]))[0];
  if (appeal === undefined || appeal.publisherId !== party.publisherId)
    throw new Refusal(`there is no appeal ${amount.appealId} of publisher ${id}: cps case shows a case's appeals`);
  if (appeal.end?.outcome !== 'granted')
    throw new Refusal(`appeal ${amount.appealId} was not granted: only a granted one is made good`);
  const forfeited = await forfeitedBy(session, appeal.publisherId, appeal.decisionId, digits);
  if (forfeited === 0n)
    throw new Refusal(`decision ${appeal.decisionId} took nothing of publisher ${id}: say --amount`);
  return forfeited;
}

/** Approves an adjustment, by somebody who did not propose it. */
export function approveAdjustment(session: Session, adjustmentId: string, by: string, at: Instant): Promise<Recorded> {
  return record(session, 'cps adjust', async () => {
    const known = (await adjustmentsUnder(session, [adjustmentId])).get(adjustmentId);
    if (known === undefined) throw new Refusal(`there is no adjustment ${adjustmentId}: see cps adjust list`);
    if (known.approval !== null)
      throw new Refusal(`adjustment ${adjustmentId} was approved already by ${known.approval.by}`);
    const fault = approvalFault(known, by, at);
    if (fault !== undefined) throw new Refusal(fault);
    const row = { adjustment_id: adjustmentId, approved_by: by, approved_at: isoOf(at) };
    return { adjustmentId, amount: known.amount, parts: [{ feed: 'adjustment-approvals', rows: [row] }] };
  });
}
