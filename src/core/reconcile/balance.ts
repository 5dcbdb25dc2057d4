/**
 * What the bank says its balance was at the end of a day, which of its statements are missing, and what no break
 * explains. It names no break itself.
 */
import type { BankStatement } from '../bank/file.ts';
import type { Day, Instant } from '../calendar.ts';
import { byCodePoint } from '../ids.ts';
import { type Money, sum } from '../money.ts';
import type { Break, Line } from './matter.ts';
import type { Gap } from './sight.ts';

/** One account of the bank at the end of the day. */
export interface AccountBalance {
  readonly account: string;
  /** What was on it before the first statement: no business of the ledger's. Null where nothing states it. */
  readonly opening: Money | null;
  /** What the statements say; where the day lies within one, its opening and the lines up to the day. */
  readonly stated: Money | null;
  /** Statements that are not there, by the numbers of those around them. */
  readonly gaps: readonly Gap[];
}

/** Each account's balance at the end of a day, by account, from its statements as delivered, the earliest first. `end` is the day's first instant no longer in it. */
export function balancesOf(
  statements: readonly BankStatement[],
  lines: readonly Line[],
  end: Instant,
): AccountBalance[] {
  const accounts = new Set([...statements.map((one) => one.account), ...lines.map((one) => one.account)]);
  return [...accounts].sort(byCodePoint).map((account) => {
    const own = statements.filter((one) => one.account === account && one.since < end);
    // Of two for one span the later delivery counts: sorting keeps the order of delivery.
    const ordered = [...own].sort((a, b) => a.through - b.through);
    const first = ordered.reduce<BankStatement | undefined>(
      (least, one) => (least === undefined || one.since < least.since ? one : least),
      undefined,
    );
    if (first === undefined) return { account, opening: null, stated: null, gaps: [] };
    const over = ordered.filter((one) => one.through <= end).at(-1);
    const [base, from] = over === undefined ? [first.opening, first.since] : [over.closing, over.through];
    const since = lines.filter((one) => one.account === account && one.bookedAt >= from && one.bookedAt < end);
    return {
      account,
      opening: first.opening,
      stated: base + sum(since.map((one) => one.amount)),
      gaps: gapsOf(ordered),
    };
  });
}

function gapsOf(ordered: readonly BankStatement[]): Gap[] {
  const numbered = ordered.flatMap(({ sequence }) => (sequence === null ? [] : [sequence]));
  const there = new Set(numbered);
  const sorted = [...there].sort((a, b) => a - b);
  return sorted.flatMap((number, i) => {
    const before = sorted[i - 1];
    if (before === undefined || number === before + 1) return [];
    return [{ after: before, before: number, missing: number - before - 1 }];
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
  end: Instant,
): Remainder {
  const unstated = new Set(balances.filter((one) => one.stated === null).map((one) => one.account));
  const loose = sum(lines.filter((one) => unstated.has(one.account) && one.bookedAt < end).map((one) => one.amount));
  const bank = sum(balances.map((one) => one.stated ?? 0n)) + loose;
  const opening = sum(balances.map((one) => one.opening ?? 0n));
  const named = sum(breaks.map((one) => one.effect));
  return { bank, opening, ledger, named, unexplained: bank - opening - ledger - named };
}

/** How many days old something of a day is at the end of another. */
export function ageOf(since: Day, through: Day): number {
  return (Date.parse(through) - Date.parse(since)) / 86_400_000;
}
