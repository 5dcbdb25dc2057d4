/**
 * A party's month seen by day, by the other side and by trace: what commission came and what went back. It is made from
 * the document's own lines, so that every group adds up to the document's totals; it adds nothing that is not in them.
 */
import type { Day } from './calendar.ts';
import { type Document, pass } from './document.ts';
import type { EventType } from './event.ts';
import type { Money } from './money.ts';
import type { MonthLine, MonthTotals } from './month.ts';

/** What of a month's entries is commission that came, and what went back (below 0); the others are neither. */
export const CAME: readonly EventType[] = [
  'CommissionSettled',
  'CommissionRestored',
  'CommissionReleased',
  'EarningCleared',
];
export const WENT_BACK: readonly EventType[] = ['CommissionReversed', 'CommissionForfeited'];

export interface Group {
  /** Lines of commission, those that came and those that went back. */
  readonly count: number;
  readonly came: Money;
  /** Below 0, or 0. */
  readonly back: Money;
}

export interface MonthGroups {
  readonly totals: MonthTotals;
  readonly all: Group;
  readonly byDay: ReadonlyMap<Day, Group>;
  /** By publisher of a seller's month; a publisher's own has one. */
  readonly byPublisher: ReadonlyMap<string, Group>;
  readonly byTrace: ReadonlyMap<string, Group>;
}

const NONE: Group = { count: 0, came: 0n, back: 0n };

/** Reads a document once, in the snapshot it was asked for in, and groups its commission. */
export async function groupsOf(document: Document): Promise<MonthGroups> {
  const byDay = new Map<Day, Group>();
  const byPublisher = new Map<string, Group>();
  const byTrace = new Map<string, Group>();
  const { totals, rows } = pass(document);
  let all = NONE;
  for await (const list of rows) {
    for (const { line } of list) {
      if (!CAME.includes(line.type) && !WENT_BACK.includes(line.type)) continue;
      all = more(all, line);
      add(byDay, line.business_day, line);
      add(byPublisher, line.publisher_id ?? '', line);
      add(byTrace, line.trace ?? '', line);
    }
  }
  return { totals, all, byDay, byPublisher, byTrace };
}

/** Groups taken together. */
export function together(groups: readonly Group[]): Group {
  return groups.reduce(
    (all, { count, came, back }) => ({ count: all.count + count, came: all.came + came, back: all.back + back }),
    NONE,
  );
}

function add(groups: Map<string, Group>, name: string, line: MonthLine): void {
  groups.set(name, more(groups.get(name) ?? NONE, line));
}

function more({ count, came, back }: Group, { type, amount }: MonthLine): Group {
  return CAME.includes(type)
    ? { count: count + 1, came: came + amount, back }
    : { count: count + 1, came, back: back + amount };
}
