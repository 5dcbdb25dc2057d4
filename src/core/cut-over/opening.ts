/**
 * A cut-over: a network adopts these books in the middle of its life, and what the old ones say is owed is posted
 * against `equity:opening`, once its totals are signed off by somebody who did not prepare them.
 */

import type { Day, Instant } from '../calendar.ts';
import type { EventOf, OpeningAccount } from '../events/event.ts';
import { openingSubject } from '../ids.ts';
import { formatMoney, type Money, sum } from '../money.ts';
import { samePerson } from '../person.ts';
import type { OpeningLine } from './brought-in.ts';

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
  /** Order lines, and what was paid for them. */
  readonly lines: number;
  readonly linesPaid: Money;
  readonly payable: Money;
  readonly returned: Money;
  readonly due: Money;
}

/** Sums what a cut-over hands on, in minor units: balances by account, and its lines. */
export function totalsOf(openings: readonly Opening[], lines: readonly Pick<OpeningLine, 'paid'>[]): CutOverTotals {
  const totals = { payable: 0n, returned: 0n, due: 0n };
  for (const { account, amount } of openings) totals[account] += amount;
  const linesPaid = sum(lines.map(({ paid }) => paid));
  return { openings: openings.length, ...totals, lines: lines.length, linesPaid };
}

/** What old books handed on. */
export interface HandedOn {
  readonly openings: readonly Opening[];
  readonly lines: readonly Pick<OpeningLine, 'orderLineId' | 'paid' | 'paidAt' | 'confirmedAt' | 'preparedBy'>[];
}

/**
 * Why a cut-over may not be signed off like this (wrong totals, or the person who prepared it), in one sentence;
 * undefined where it may.
 */
export function signOffFault(
  { openings, lines }: HandedOn,
  signed: CutOverTotals,
  { by, at }: { readonly by: string; readonly at: Instant },
  digits: number,
): string | undefined {
  const author = [...openings, ...lines].find(({ preparedBy }) => samePerson(preparedBy, by));
  if (author !== undefined) return `${by} prepared this cut-over: somebody else has to sign it off`;
  const late = lines.find(({ paidAt, confirmedAt }) => Math.max(paidAt, confirmedAt ?? paidAt) > at);
  if (late !== undefined)
    return `dated before order line ${late.orderLineId} was paid and received: it cannot be known yet`;
  const totals = totalsOf(openings, lines);
  if (totals.openings + totals.lines === 0)
    return 'no opening and no line of this cut-over is known: deliver them first';
  for (const what of ['openings', 'lines'] as const)
    if (totals[what] !== signed[what])
      return `${signed[what]} ${what} are signed off, and ${totals[what]} are known: compare them with the old books`;
  for (const account of ['payable', 'returned', 'due'] as const) {
    const [given, found] = [formatMoney(signed[account], digits), formatMoney(totals[account], digits)];
    if (given !== found) return `${account} is signed off as ${given}, and its openings come to ${found}`;
  }
  if (totals.linesPaid !== signed.linesPaid)
    return `lines_paid is signed off as ${formatMoney(signed.linesPaid, digits)}, and the lines come to ${formatMoney(totals.linesPaid, digits)}`;
  return undefined;
}

/** The event of an opening, in the night of a day. */
export function openingEvent(of: ApprovedOpening, businessDay: Day): EventOf<'OpeningPosted'> {
  const { openingId, cutOverId, account, amount, preparedBy, approvedBy } = of;
  return {
    type: 'OpeningPosted',
    businessDay,
    occurredAt: of.approvedAt,
    subject: openingSubject(openingId),
    sellerId: of.sellerId,
    publisherId: of.publisherId,
    body: { cut_over: cutOverId, account, amount, prepared_by: preparedBy, approved_by: approvedBy },
  };
}
