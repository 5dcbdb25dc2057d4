/**
 * A publisher's month (SPEC 10): what it opened and closed with, what may be paid of it, the tax, and what becomes of
 * it. The figures come in summed; this file decides, it does not look anything up.
 */

import { addDays, type Month } from '../calendar.ts';
import type { EventOf, EventType, StatementFigures } from '../events/event.ts';
import { recordOf } from '../events/index.ts';
import { STATEMENT_SUMS, type StatementSum } from '../events/record.ts';
import { payoutId } from '../ids.ts';
import { least, type Money, notBelowZero, sum } from '../money.ts';
import type { Policy } from '../policy/policy.ts';
import { taxOn } from './tax.ts';

/** A month's postings to `payable` by sum of the statement, as the publisher sees them: what it earns is positive. */
export type Movements = Readonly<Record<StatementSum, Money>>;

/**
 * Sums postings to `payable` by statement column.
 * @param credits per event, credits less debits of the account in minor units
 * @throws when an event posted that no column is for
 */
export function movementsOf(credits: Iterable<readonly [EventType, Money]>): Movements {
  const movements = Object.fromEntries(STATEMENT_SUMS.map((name) => [name, 0n])) as Record<StatementSum, Money>;
  for (const [type, amount] of credits) {
    const { statement } = recordOf(type);
    if (statement === undefined) throw new Error(`${type} posted to a payable, and no sum of a statement is for it`);
    movements[statement] += amount;
  }
  return movements;
}

export interface MonthOfPublisher {
  readonly month: Month;
  readonly opening: Money;
  readonly movements: Movements;
  /** The payable at the moment of closing, later postings and earlier payouts included. */
  readonly payableNow: Money;
  /** The balance of the publisher's `returned` account at that moment. */
  readonly returned: Money;
  readonly kind: 'individual' | 'company';
  /** By its last status row before the end of the day that closes the month. */
  readonly active: boolean;
}

/** A month as it stands, before anything is decided about paying it. */
function standingMonth(
  of: Pick<MonthOfPublisher, 'opening' | 'movements'>,
): { opening: Money; closing: Money } & Movements {
  return { opening: of.opening, ...of.movements, closing: of.opening + sum(Object.values(of.movements)) };
}

/**
 * Decides a month's statement (SPEC 10): what is paid of it, the tax, and what becomes of the rest.
 * @param digits of the currency
 * @returns figures in minor units
 */
export function issue(of: MonthOfPublisher, policy: Policy, digits: number): StatementFigures {
  const standing = standingMonth(of);
  const gross = notBelowZero(least(standing.closing, of.payableNow));
  const tax = taxOn(gross, of.kind, policy.taxProfile, digits);
  const payout = gross - tax + of.returned;
  const disposition = !of.active ? 'frozen' : payout <= 0n || payout < policy.minimumPayout ? 'carried' : 'paid';
  const paid = disposition === 'paid';
  return {
    month: of.month,
    ...standing,
    gross,
    tax_due: paid ? tax : 0n,
    returned: of.returned,
    payout: paid ? payout : 0n,
    disposition,
  };
}

/** The entries that stand right behind a paid statement: its tax, if any, then its payout (SPEC 10). */
export function owedAfter(
  { businessDay, occurredAt, publisherId, subject, body: statement }: EventOf<'StatementIssued'>,
  profile: Policy['taxProfile'],
): (EventOf<'TaxWithheld'> | EventOf<'PayoutInstructed'>)[] {
  const { month, gross, tax_due: tax, returned, payout, disposition } = statement;
  if (disposition !== 'paid') return [];
  const stamp = { businessDay, occurredAt, sellerId: null, publisherId };
  const body = {
    month,
    from_payable: gross - tax,
    from_returned: returned,
    amount: payout,
    value_date: addDays(businessDay, 1),
  };
  const paidOut = payoutId(publisherId ?? '', month);
  const paid = { type: 'PayoutInstructed' as const, ...stamp, subject: paidOut, body };
  if (tax <= 0n) return [paid];
  return [{ type: 'TaxWithheld', ...stamp, subject, body: { amount: tax, gross, profile } }, paid];
}
