/**
 * A cut-over: a network adopts these books in the middle of its life, and what the old ones say is owed is posted
 * against `equity:opening`, once its totals are signed off by somebody who did not prepare them.
 */
import type { Day, Instant } from './calendar.ts';
import type { EventOf, OpeningAccount } from './event.ts';
import { samePerson } from './ids.ts';
import { formatMoney, type Money } from './money.ts';

export interface Opening {
  readonly openingId: string;
  readonly cutOverId: string;
  readonly publisherId: string | null;
  readonly sellerId: string | null;
  readonly account: OpeningAccount;
  /** Owed to the publisher, or by the seller. */
  readonly amount: Money;
  readonly preparedBy: string;
}

export interface ApprovedOpening extends Opening {
  readonly approvedBy: string;
  readonly approvedAt: Instant;
}

/** What a cut-over comes to. */
export interface CutOverTotals {
  readonly openings: number;
  readonly payable: Money;
  readonly returned: Money;
  readonly due: Money;
}

export function totalsOf(openings: readonly Opening[]): CutOverTotals {
  const totals = { payable: 0n, returned: 0n, due: 0n };
  for (const { account, amount } of openings) totals[account] += amount;
  return { openings: openings.length, ...totals };
}

/** Why a cut-over may not be signed off so; undefined where it may. */
export function signOffFault(
  openings: readonly Opening[],
  signed: CutOverTotals,
  by: string,
  digits: number,
): string | undefined {
  const author = openings.find(({ preparedBy }) => samePerson(preparedBy, by));
  if (author !== undefined) return `${by} prepared this cut-over: somebody else has to sign it off`;
  const totals = totalsOf(openings);
  if (totals.openings !== signed.openings)
    return `${signed.openings} openings are signed off, and ${totals.openings} are known: compare them with the old books`;
  for (const account of ['payable', 'returned', 'due'] as const) {
    const [given, found] = [formatMoney(signed[account], digits), formatMoney(totals[account], digits)];
    if (given !== found) return `${account} is signed off as ${given}, and its openings come to ${found}`;
  }
  return undefined;
}

/** The event of an opening, in the night of a day. */
export function openingEvent(of: ApprovedOpening, businessDay: Day): EventOf<'OpeningPosted'> {
  const { openingId, cutOverId, account, amount, preparedBy, approvedBy } = of;
  return {
    type: 'OpeningPosted',
    businessDay,
    occurredAt: of.approvedAt,
    subject: `opening:${openingId}`,
    sellerId: of.sellerId,
    publisherId: of.publisherId,
    body: { cut_over: cutOverId, account, amount, prepared_by: preparedBy, approved_by: approvedBy },
  };
}
