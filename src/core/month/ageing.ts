/**
 * What stands open and how long already: payables below 0, holds nobody has decided, balances of terminated publishers,
 * deductions that failed. It sorts amounts by age; only a person resolves them.
 */
import { type Day, daysBetween } from '../calendar.ts';
import { byCodePoint } from '../ids.ts';
import { type Money, sum } from '../money.ts';

type OpenKind = 'negative-payable' | 'undecided-hold' | 'terminated' | 'failed-deduction';

/** The order in which they are shown. */
const OPEN_KINDS: readonly OpenKind[] = ['negative-payable', 'undecided-hold', 'terminated', 'failed-deduction'];

/** Something open since a business day. `amount` is above 0: owed to the network, or kept by it. */
export interface OpenItem {
  readonly kind: OpenKind;
  /** The publisher, or the seller of a deduction. */
  readonly party: string;
  readonly since: Day;
  readonly amount: Money;
}

/** A party's open items of a kind by age in days: below 30, 30 to 59, 60 to 89, 90 and more. */
export interface Aged {
  readonly kind: OpenKind;
  readonly party: string;
  /** The day of the oldest. */
  readonly since: Day;
  readonly days: number;
  readonly ages: readonly [Money, Money, Money, Money];
  readonly total: Money;
}

/** Items by kind, then party, as old as they are at the end of a day. */
export function aged(items: readonly OpenItem[], asOf: Day): Aged[] {
  const groups = new Map<string, OpenItem[]>();
  for (const item of items) {
    const key = `${OPEN_KINDS.indexOf(item.kind)} ${item.party}`;
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return [...groups].sort(([a], [b]) => byCodePoint(a, b)).flatMap(([, group]) => ofParty(group, asOf));
}

function ofParty(group: readonly OpenItem[], asOf: Day): Aged[] {
  const [first] = group;
  if (first === undefined) return [];
  const between = (from: number, to: number): Money =>
    sum(
      group
        .filter(({ since }) => daysBetween(since, asOf) >= from && daysBetween(since, asOf) < to)
        .map((one) => one.amount),
    );
  const since = group.reduce((oldest, one) => (one.since < oldest ? one.since : oldest), first.since);
  return [
    {
      kind: first.kind,
      party: first.party,
      since,
      days: daysBetween(since, asOf),
      ages: [between(0, 30), between(30, 60), between(60, 90), between(90, Number.POSITIVE_INFINITY)],
      total: sum(group.map(({ amount }) => amount)),
    },
  ];
}
