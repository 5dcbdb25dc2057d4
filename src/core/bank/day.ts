/**
 * Which lines an account had on one day, from what each file says of that day. No reference tells it, as banks leave
 * them out, use them again, and give a fee that of its payment: a line stands between two balances, and files that show
 * the same amount between the same balances show one line. Where files list a day in different orders, the balances at
 * their ends tell that they are one. Without balances a line is known by its amount and references alone.
 */
import type { Day } from '../calendar.ts';
import { selfDelimited } from '../events/event.ts';
import { groupBy } from '../groups.ts';
import { byCodePoint } from '../ids.ts';
import { type Money, sum } from '../money.ts';
import type { BankLine } from './file.ts';

/** What one file says of a day. */
export interface DayPart {
  readonly day: Day;
  /** The balance before its first line and after its last; both null where the file states none. */
  readonly opening: Money | null;
  readonly closing: Money | null;
  readonly lines: readonly BankLine[];
  /** Whether it is the first or the last day of its file: only there may a file hold less than the whole day. */
  readonly isFirst: boolean;
  readonly isLast: boolean;
}

/** So many ways of leading from one balance to another are tried: a day in so many pieces is told by the balances between. */
const MOST_STEPS = 500;

/** A part with its balances, the balance before each line, and how often it has each amount. */
interface Run extends DayPart {
  readonly opening: Money;
  readonly closing: Money;
  readonly before: readonly Money[];
  readonly amounts: Counts<Money>;
}

type Counts<K> = Map<K, number>;

/** The day as all parts tell it; opening and closing are null where none states a balance. */
export interface Joined {
  readonly lines: readonly BankLine[];
  readonly opening: Money | null;
  readonly closing: Money | null;
}

/**
 * Joins what files say of one day.
 * @param earlier the balance that the day before closed with, where that is known
 * @returns the lines, each once; the same for the same parts in any order
 */
export function joined(parts: readonly DayPart[], earlier: Money | null): Joined {
  const runs = parts.flatMap((part) => runOf(part) ?? []);
  const loose = parts.filter((part) => part.opening === null);
  if (runs.length === 0) return { lines: chosen(folded(loose), loose), opening: null, closing: null };
  const own = distinct(runs);
  const ways = [most(own.map(positions)), ...added(own), maxima(own.map(({ amounts }) => amounts))];
  const ends = [...own, ...runs.filter(({ lines }) => lines.length === 0)];
  const follows = runs.some((one) => one.opening === earlier) ? earlier : null;
  const likely = { openings: follows === null ? openingsOf(ends) : [follows], closings: closingsOf(ends) };
  const stated = { openings: runs.map((one) => one.opening), closings: runs.map((one) => one.closing) };
  const fits = [likely, stated]
    .flatMap(({ openings, closings }) =>
      ways.flatMap((counts) =>
        openings.flatMap((opening) => closings.map((closing) => ({ counts, opening, closing }))),
      ),
    )
    .find((one) => one.opening + total(one.counts) === one.closing);
  const { counts, opening, closing } = fits ?? {
    counts: ways[0] ?? new Map<Money, number>(),
    opening: likely.openings[0] ?? 0n,
    closing: likely.closings[0] ?? 0n,
  };
  const others = maxima(loose.map(({ lines }) => countsOf(lines.map(({ amount }) => amount))));
  return { lines: chosen(maxima([counts, others]), parts), opening, closing };
}

function runOf(part: DayPart): Run | undefined {
  const { opening, closing, lines } = part;
  if (opening === null || closing === null) return undefined;
  let balance = opening;
  const before = lines.map(({ amount }) => {
    balance += amount;
    return balance - amount;
  });
  return { ...part, opening, closing, before, amounts: countsOf(lines.map(({ amount }) => amount)) };
}

/** The balances that the day is likely to have begun with: what a file came to it with, or what no other part leads to. */
function openingsOf(runs: readonly Run[]): Money[] {
  const whole = runs.filter((one) => !one.isFirst).map((one) => one.opening);
  const reached = runs.flatMap(({ before, closing, lines }) => (lines.length > 0 ? [...before.slice(1), closing] : []));
  return endsOf(
    whole,
    runs.map((one) => one.opening),
    reached,
  );
}

/** The balances that the day is likely to have ended with: what the next day began with, or what no part goes on from. */
function closingsOf(runs: readonly Run[]): Money[] {
  const whole = runs.filter((one) => !one.isLast).map((one) => one.closing);
  const left = runs.flatMap(({ before }) => before);
  return endsOf(
    whole,
    runs.map((one) => one.closing),
    left,
  );
}

function endsOf(whole: readonly Money[], all: readonly Money[], inside: readonly Money[]): Money[] {
  const ends = all.filter((one) => !inside.includes(one));
  const found = whole.length > 0 ? whole : ends.length > 0 ? ends : all;
  return [...new Set(found)].sort((a, b) => (a < b ? -1 : 1));
}

/** All parts added up, where each can go on from another: one way of counting, or none. */
function added(runs: readonly Run[]): Counts<Money>[] {
  const over = new Map<Money, number>();
  for (const { opening, closing } of runs) {
    over.set(opening, (over.get(opening) ?? 0) + 1);
    over.set(closing, (over.get(closing) ?? 0) - 1);
  }
  const isOneWay = [...over.values()].reduce((all, count) => all + Math.abs(count), 0) <= 2;
  return isOneWay ? [countsOf(runs.flatMap(({ lines }) => lines.map(({ amount }) => amount)))] : [];
}

/**
 * The parts that show different lines: of those that show the same amounts between the same balances one, none that
 * finer parts make up, and none that lies within a larger one, at an end of it in whatever order that lists it.
 */
function distinct(runs: readonly Run[]): Run[] {
  const known = new Map<string, Run>();
  for (const one of [...runs].sort((a, b) => byCodePoint(orderOf(a), orderOf(b))))
    if (one.lines.length > 0) known.set(`${one.opening}:${textOf(one.amounts)}`, one);
  const bySize = [...known.values()].sort((a, b) => b.lines.length - a.lines.length);
  const finer = bySize.filter((one) => !isMadeUp(one, bySize));
  return finer.filter(
    (one) =>
      !finer.some(
        (other) =>
          other.lines.length > one.lines.length &&
          (isWithin(one, other) ||
            ((other.opening === one.opening || other.closing === one.closing) &&
              less(other.amounts, one.amounts) !== undefined)),
      ),
  );
}

/** Whether a part shows each of its amounts at balances at which another shows it too. */
function isWithin(one: Run, other: Run): boolean {
  const there = positions(other);
  return [...positions(one)].every(([key, { count }]) => count <= (there.get(key)?.count ?? 0));
}

/** Whether smaller parts lead from the one balance to the other by the same amounts, in another order. */
function isMadeUp(whole: Run, others: readonly Run[]): boolean {
  const pieces = others.filter((one) => one.lines.length < whole.lines.length);
  let steps = 0;
  const leads = (at: Money, rest: Counts<Money>, used: readonly Run[]): boolean => {
    steps += 1;
    if (steps > MOST_STEPS) return false;
    if (rest.size === 0) return at === whole.closing && used.some((one) => !isWithin(one, whole));
    return pieces.some((one) => {
      const left = one.opening === at && !used.includes(one) ? less(rest, one.amounts) : undefined;
      return left !== undefined && leads(one.closing, left, [...used, one]);
    });
  };
  return leads(whole.opening, whole.amounts, []);
}

/** Counts less others, or nothing where there are fewer. */
function less(from: Counts<Money>, others: Counts<Money>): Counts<Money> | undefined {
  const left = new Map(from);
  for (const [amount, count] of others) {
    const kept = (left.get(amount) ?? 0) - count;
    if (kept < 0) return undefined;
    if (kept === 0) left.delete(amount);
    else left.set(amount, kept);
  }
  return left;
}

/** How often a part has an amount at a balance. */
function positions(run: Run): Map<string, { amount: Money; count: number }> {
  const found = new Map<string, { amount: Money; count: number }>();
  for (const [i, { amount }] of run.lines.entries()) {
    const key = `${run.before[i]}:${amount}`;
    found.set(key, { amount, count: (found.get(key)?.count ?? 0) + 1 });
  }
  return found;
}

/** The most that any part has of each amount at each balance, summed up by amount. */
function most(places: readonly ReturnType<typeof positions>[]): Counts<Money> {
  const greatest = new Map<string, { amount: Money; count: number }>();
  for (const place of places)
    for (const [key, one] of place) if ((greatest.get(key)?.count ?? 0) < one.count) greatest.set(key, one);
  const summed = new Map<Money, number>();
  for (const { amount, count } of greatest.values()) summed.set(amount, (summed.get(amount) ?? 0) + count);
  return summed;
}

function countsOf<K>(of: readonly K[]): Counts<K> {
  const counts = new Map<K, number>();
  for (const one of of) counts.set(one, (counts.get(one) ?? 0) + 1);
  return counts;
}

function maxima<K>(of: readonly Counts<K>[]): Counts<K> {
  const greatest = new Map<K, number>();
  for (const counts of of)
    for (const [key, count] of counts) greatest.set(key, Math.max(count, greatest.get(key) ?? 0));
  return greatest;
}

const total = (counts: Counts<Money>): Money => sum([...counts].map(([amount, count]) => amount * BigInt(count)));
const textOf = (counts: Counts<Money>): string =>
  [...counts]
    .map(([amount, count]) => `${amount}x${count}`)
    .sort(byCodePoint)
    .join(' ');
const orderOf = (one: Run): string => selfDelimited(one.lines.map((line) => String(line.amount)));

/** Lines that the bank and we would call the same: by its reference, amount and our reference. */
const classOf = ({ lineRef, amount, reference }: BankLine): string =>
  selfDelimited([lineRef, String(amount), reference]);

const fullTextOf = (line: BankLine): string =>
  selfDelimited([
    String(line.bookedAt),
    ...[line, ...line.parts].flatMap((one) => [
      String(one.amount),
      one.reference,
      one.counterparty,
      one.counterpartyName,
      one.memo,
    ]),
  ]);

/** How much is told of a line, references first. */
function richness({ lineRef, reference, counterparty, counterpartyName, memo, parts }: BankLine): number {
  const ids = [lineRef, reference].filter((text) => text !== '').length;
  const more = [counterparty, counterpartyName, memo].filter((text) => text !== '').length;
  return ids * 100 + (parts.length > 0 ? 10 : 0) + more;
}

/** How many lines of each amount files without balances show: equals in two files are one, and so is one that tells less. */
function folded(loose: readonly DayPart[]): Counts<Money> {
  const files = loose.map(({ lines }) => groupBy(lines, ({ amount }) => amount));
  const counts = new Map<Money, number>();
  for (const amount of new Set(files.flatMap((of) => [...of.keys()]))) {
    const groups = files.map((of) => of.get(amount) ?? []);
    const greatest = maxima(groups.map((lines) => countsOf(lines.map(classOf))));
    const lines = new Map(groups.flat().map((line) => [classOf(line), line]));
    let count = 0;
    for (const [key, line] of lines) {
      const others = groups.filter((group) => !group.some((one) => classOf(one) === key));
      const told = others.map((group) => group.filter((one) => isMoreOf(one, line)).length);
      count += Math.max(0, (greatest.get(key) ?? 0) - Math.max(0, ...told));
    }
    counts.set(amount, count);
  }
  return counts;
}

/** Whether a line is another with references that the other leaves out. */
function isMoreOf(more: BankLine, less: BankLine): boolean {
  const agrees = (one: string, other: string): boolean => other === '' || one === other;
  const isSame = more.lineRef === less.lineRef && more.reference === less.reference;
  return !isSame && agrees(more.lineRef, less.lineRef) && agrees(more.reference, less.reference);
}

/** Lines of one class: those of the file that has most of them, and one at each other balance. */
interface Class {
  readonly amount: Money;
  readonly most: readonly Placed[];
  readonly others: readonly Placed[];
}

interface Placed {
  readonly line: BankLine;
  /** The balance before it; empty where its file states none. */
  readonly at: string;
}

/** So many lines of each amount, taken from where most is told of them. */
function chosen(counts: Counts<Money>, parts: readonly DayPart[]): BankLine[] {
  const placed = parts.map((part) => {
    const before = runOf(part)?.before;
    return part.lines.map((line, i) => ({ line, at: String(before?.[i] ?? '') }));
  });
  const groups = placed.map((of) => groupBy(of, ({ line }) => classOf(line)));
  const keys = [...new Set(groups.flatMap((of) => [...of.keys()]))].sort(byCodePoint);
  const classes = keys.map((key) => classFrom(groups.flatMap((of) => (of.has(key) ? [of.get(key) ?? []] : []))));
  const byAmount = groupBy(classes, ({ amount }) => amount);
  const lines = [...counts].flatMap(([amount, count]) => ofAmount(byAmount.get(amount) ?? [], count));
  return lines
    .map((line) => ({ line, key: classOf(line), text: fullTextOf(line) }))
    .sort((a, b) => a.line.bookedAt - b.line.bookedAt || byCodePoint(a.key, b.key) || byCodePoint(a.text, b.text))
    .map(({ line }) => line);
}

function classFrom(groups: readonly Placed[][]): Class {
  const most = groups.reduce((best, group) => (isBetter(group, best) ? group : best));
  const taken = new Set(most.map(({ at }) => at));
  const others = new Map<string, Placed>();
  for (const one of groups.flat()) {
    const known = others.get(one.at);
    if (!taken.has(one.at) && (known === undefined || isBetter([one], [known]))) others.set(one.at, one);
  }
  const sorted = [...others.values()].sort((a, b) => byCodePoint(a.at, b.at));
  return { amount: most[0]?.line.amount ?? 0n, most, others: sorted };
}

/** Of each class what one file shows, the best told first; then what stands at other balances; then equals. */
function ofAmount(classes: readonly Class[], count: number): BankLine[] {
  const value = ({ most }: Class): number => (most[0] === undefined ? 0 : richness(most[0].line));
  const ordered = [...classes].sort((a, b) => value(b) - value(a));
  const lines = [...ordered.flatMap(({ most }) => most), ...ordered.flatMap(({ others }) => others)]
    .slice(0, count)
    .map(({ line }) => line);
  const [first] = lines;
  while (first !== undefined && lines.length < count) lines.push(first);
  return lines;
}

/** More lines, or as many of which more is told. */
function isBetter(group: readonly Placed[], known: readonly Placed[]): boolean {
  if (group.length !== known.length) return group.length > known.length;
  const told = (of: readonly Placed[]): number => of.reduce((all, { line }) => all + richness(line), 0);
  if (told(group) !== told(known)) return told(group) > told(known);
  const text = (of: readonly Placed[]): string =>
    of
      .map(({ line }) => fullTextOf(line))
      .sort(byCodePoint)
      .join('');
  return byCodePoint(text(group), text(known)) < 0;
}
