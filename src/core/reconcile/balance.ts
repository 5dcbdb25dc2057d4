/**
 * What the bank says its balance was at the end of a day, what moved on it in no file, and what no break explains. It
 * names no break itself.
 */
import type { Account, DayBalance } from '../bank/account.ts';
import type { Day } from '../calendar.ts';
import { type Money, sum } from '../money.ts';
import type { Break, Line } from './matter.ts';
import type { Gap } from './sight.ts';

/** One account of the bank at the end of the day. */
export interface AccountBalance {
  readonly account: string;
  /** What was on it before the first line: no business of the ledger's. Null where nothing states it. */
  readonly opening: Money | null;
  /** What the statements say, and lines of later days. */
  readonly stated: Money | null;
  /** Where opening and lines do not come to the closing of a day, or a closing is not the next opening. */
  readonly gaps: readonly Gap[];
}

/** Each account's balance at the end of a day. */
export function balancesOf(accounts: readonly Account[], through: Day): AccountBalance[] {
  return accounts.map(({ account, days, lines }) => {
    const known = days.filter(({ day }) => day <= through);
    const [first, last] = [known[0], known.at(-1)];
    if (first === undefined || last === undefined) return { account, opening: null, stated: null, gaps: [] };
    const moved = (from: Day, to: Day): Money =>
      sum(lines.filter(({ day }) => day > from && day < to).map(({ amount }) => amount));
    const opening = first.opening - moved('', first.day);
    const stated =
      last.closing + sum(lines.filter(({ day }) => day > last.day && day <= through).map((one) => one.amount));
    return { account, opening, stated, gaps: gapsOf(known, moved) };
  });
}

function gapsOf(days: readonly DayBalance[], moved: (from: Day, to: Day) => Money): Gap[] {
  return days.flatMap(({ day, opening, missing }, i) => {
    const before = days[i - 1];
    const between = before === undefined ? 0n : opening - before.closing - moved(before.day, day);
    return [
      ...(between === 0n || before === undefined ? [] : [{ after: before.day, before: day, missing: between }]),
      ...(missing === 0n ? [] : [{ after: day, before: day, missing }]),
    ];
  });
}

export interface Remainder {
  readonly bank: Money;
  readonly opening: Money;
  readonly ledger: Money;
  readonly named: Money;
  /** What nothing explains: bank - opening - ledger - the breaks. */
  readonly unexplained: Money;
}

/** What is left when every break has been taken off. An account that states no balance counts for what its lines sum to. */
export function remainderOf(
  balances: readonly AccountBalance[],
  lines: readonly Line[],
  ledger: Money,
  breaks: readonly Break[],
  through: Day,
): Remainder {
  const unstated = new Set(balances.filter((one) => one.stated === null).map((one) => one.account));
  const loose = sum(lines.filter((one) => unstated.has(one.account) && one.day <= through).map((one) => one.amount));
  const bank = sum(balances.map((one) => one.stated ?? 0n)) + loose;
  const opening = sum(balances.map((one) => one.opening ?? 0n));
  const named = sum(breaks.map((one) => one.effect));
  return { bank, opening, ledger, named, unexplained: bank - opening - ledger - named };
}

/** How many days old something of a day is at the end of another. */
export function ageOf(since: Day, through: Day): number {
  return (Date.parse(through) - Date.parse(since)) / 86_400_000;
}
