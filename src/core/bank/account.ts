/**
 * What all statements of an account say together, whichever were delivered and in whatever order: its lines, each once,
 * and its balance day by day. How many lines a day has is told by the balances, day.ts says how.
 */
import { createHash } from 'node:crypto';
import type { Calendar, Day } from '../calendar.ts';
import { selfDelimited } from '../events/event.ts';
import { groupBy } from '../groups.ts';
import { byCodePoint } from '../ids.ts';
import { type Money, sum } from '../money.ts';
import { type DayPart, joined } from './day.ts';
import type { BankLine, BankStatement } from './file.ts';

/** A line of an account, and the business day it was booked on. */
export interface Line extends BankLine {
  /** A digest of account, day, the bank's reference, amount, our reference and the place among equals. */
  readonly lineId: string;
  readonly account: string;
  readonly day: Day;
}

/** A day of which a statement states a balance. */
export interface DayBalance {
  readonly day: Day;
  readonly opening: Money;
  readonly closing: Money;
  /** What the closing has more than the opening and the lines of the day: 0 where none is missing. */
  readonly missing: Money;
}

export interface Account {
  readonly account: string;
  /** The earliest first. */
  readonly lines: readonly Line[];
  readonly days: readonly DayBalance[];
}

/** Every account that statements are of, by its name. */
export function accountsOf(statements: readonly BankStatement[], calendar: Calendar): Account[] {
  const names = [...new Set(statements.map(({ account }) => account))].sort(byCodePoint);
  return names.map((account) =>
    accountOf(
      account,
      statements.filter((one) => one.account === account),
      calendar,
    ),
  );
}

function accountOf(account: string, statements: readonly BankStatement[], calendar: Calendar): Account {
  const byDay = groupBy(
    statements.flatMap((one) => partsOf(one, calendar)),
    ({ day }) => day,
  );
  const lines: Line[] = [];
  const days: DayBalance[] = [];
  let balance: Money | null = null;
  for (const day of [...byDay.keys()].sort(byCodePoint)) {
    const found = joined(byDay.get(day) ?? [], balance);
    lines.push(...named(account, day, found.lines));
    const moved = sum(found.lines.map((line) => line.amount));
    if (found.opening === null || found.closing === null) {
      balance = balance === null ? null : balance + moved;
      continue;
    }
    balance = found.closing;
    const missing = found.closing - found.opening - moved;
    days.push({ day, opening: found.opening, closing: found.closing, missing });
  }
  return { account, lines, days };
}

/** A statement day by day: its lines of each, and the balances around them. A first and a last day without lines count. */
function partsOf({ since, through, opening, closing, lines }: BankStatement, calendar: Calendar): DayPart[] {
  const byDay = groupBy(lines, (line) => calendar.dayOf(line.bookedAt));
  const ends = opening === null ? [] : [calendar.dayOf(since), calendar.dayOf(through - 1)];
  const days = [...new Set([...byDay.keys(), ...ends])].sort(byCodePoint);
  let balance = opening;
  return days.map((day, i) => {
    const own = byDay.get(day) ?? [];
    const before = balance;
    if (balance !== null) balance += sum(own.map((line) => line.amount));
    const isLast = i === days.length - 1;
    const after = isLast && opening !== null ? closing : balance;
    return { day, opening: before, closing: after, lines: own, isFirst: i === 0, isLast };
  });
}

/** Lines of a day with their ids: equals are counted in the order of what else is told of them. */
function named(account: string, day: Day, lines: readonly BankLine[]): Line[] {
  const seen = new Map<string, number>();
  return lines.map((line) => {
    const said = selfDelimited([account, day, line.lineRef, String(line.amount), line.reference]);
    const place = (seen.get(said) ?? 0) + 1;
    seen.set(said, place);
    const digest = createHash('sha256')
      .update(selfDelimited([said, String(place)]))
      .digest('hex')
      .slice(0, 16);
    return { ...line, account, day, lineId: `BL-${digest}` };
  });
}
