/**
 * A party's month seen by day, by the other side, by trace and by the publisher's own marks: what commission came and what went back. It is put together
 * from sums over the document's own lines, so that every group adds up to the document's totals; it reads nothing.
 */
import type { Day } from '../calendar.ts';
import { typesWhere } from '../events/index.ts';
import type { Money } from '../money.ts';
import { type Document, refuseBreak } from './document.ts';
import { type MonthLine, MonthTotals } from './month.ts';

/** What of a month's entries is commission that came, and what went back (below 0); the others are neither. */
export const CAME = typesWhere(({ statement: sum }) => sum === 'earnings' || sum === 'releases');
export const WENT_BACK = typesWhere(({ statement: sum }) => sum === 'reversals' || sum === 'forfeitures');

/** Lines of one type that share a day, a publisher, a trace or a mark of the publisher's own (`name`, null for none), added up; or that share a state. */
export type LineSums = Pick<MonthLine, 'type' | 'amount' | 'commission' | 'fee' | 'earning'> & {
  /** What they share. Each line is in one sum of each of the five. */
  readonly by: 'state' | 'day' | 'publisher' | 'trace' | 'mark';
  readonly name: string | null;
  readonly count: number;
};

export interface Group {
  /** Lines of commission, those that came and those that went back. */
  readonly count: number;
  readonly came: Money;
  /** Below 0, or 0. */
  readonly back: Money;
}

export interface MonthGroups {
  /** The document's totals, in the columns that the sums have. */
  readonly totals: MonthTotals;
  readonly all: Group;
  readonly byDay: ReadonlyMap<Day, Group>;
  /** By publisher of a seller's month; a publisher's own has one. */
  readonly byPublisher: ReadonlyMap<string, Group>;
  readonly byTrace: ReadonlyMap<string, Group>;
  /** By `sub_id`; empty for lines without one. */
  readonly byMark: ReadonlyMap<string, Group>;
}

const NONE: Group = { count: 0, came: 0n, back: 0n };

/**
 * Groups a month's commission.
 * @throws when a closed month's lines do not come to what was stated
 */
export function groupsOf(document: Document, sums: readonly LineSums[]): MonthGroups {
  const totals = new MonthTotals(document.frame.opening);
  const none = () => new Map<string, Group>();
  const by = { day: none(), publisher: none(), trace: none(), mark: none() };
  let all = NONE;
  for (const one of sums) {
    const isCommission = CAME.includes(one.type) || WENT_BACK.includes(one.type);
    if (one.by === 'state') {
      totals.add({ ...one, state: one.name }, one.count);
      if (isCommission) all = more(all, one);
    } else if (isCommission) {
      const name = one.name ?? '';
      by[one.by].set(name, more(by[one.by].get(name) ?? NONE, one));
    }
  }
  refuseBreak(document, totals.balance);
  return { totals, all, byDay: by.day, byPublisher: by.publisher, byTrace: by.trace, byMark: by.mark };
}

/** Groups taken together. */
export function together(groups: readonly Group[]): Group {
  return groups.reduce(
    (all, { count, came, back }) => ({ count: all.count + count, came: all.came + came, back: all.back + back }),
    NONE,
  );
}

function more({ count, came, back }: Group, { type, amount, count: lines }: LineSums): Group {
  return CAME.includes(type)
    ? { count: count + lines, came: came + amount, back }
    : { count: count + lines, came, back: back + amount };
}
