/** Which days no bank file covers, so that nothing can be said of them. It compares no amounts of lines. */
import type { BankStatement } from '../bank/file.ts';
import { addDays, type Calendar, type Day } from '../calendar.ts';
import { byCodePoint } from '../ids.ts';

/** Days of an account, or of the whole book where `account` is null, that no statement of a bank covers. */
export interface Uncovered {
  readonly account: string | null;
  readonly from: Day;
  readonly through: Day;
}

type Covering = Pick<BankStatement, 'account' | 'since' | 'through' | 'opening' | 'closing'>;

/**
 * The days through `through` that statements do not cover. An account is looked at from its first statement on; between two
 * statements nothing moved where the later opens with what the earlier closed with.
 * @param from the first day on which the ledger asked something of a bank
 */
export function uncovered(statements: readonly Covering[], from: Day, through: Day, calendar: Calendar): Uncovered[] {
  const known = statements.filter(({ since }) => calendar.dayOf(since) <= through);
  const accounts = [...new Set(known.map(({ account }) => account))].sort(byCodePoint);
  const first = known.reduce<Day | null>((least, { since }) => {
    const day = calendar.dayOf(since);
    return least === null || day < least ? day : least;
  }, null);
  const before: Uncovered[] =
    first !== null && first <= from
      ? []
      : [{ account: null, from, through: first === null ? through : addDays(first, -1) }];
  return [
    ...before.filter((one) => one.from <= one.through),
    ...accounts.flatMap((account) =>
      gapsOf(
        account,
        known.filter((one) => one.account === account),
        through,
        calendar,
      ),
    ),
  ];
}

function gapsOf(account: string, own: readonly Covering[], through: Day, calendar: Calendar): Uncovered[] {
  const gaps: Uncovered[] = [];
  let last: Covering | undefined;
  for (const one of [...own].sort((a, b) => a.since - b.since)) {
    const [next, day] = [last === undefined ? null : calendar.dayOf(last.through), calendar.dayOf(one.since)];
    if (next !== null && next < day && (one.opening === null || last?.closing !== one.opening))
      gaps.push({ account, from: next, through: addDays(day, -1) });
    if (last === undefined || one.through > last.through) last = one;
  }
  const next = last === undefined ? null : calendar.dayOf(last.through);
  if (next !== null && next <= through) gaps.push({ account, from: next, through });
  return gaps;
}
