/**
 * Notices (SPEC 3): what is taken but looks wrong, of a row or of a file as a whole. They are counted and told, and change nothing
 * that is decided. What they are called is in formats/words.
 */
import type { Calendar, Instant } from '../calendar.ts';
import { meant, momentSpelt } from './cell.ts';
import type { Feed, Row } from './feed.ts';
import type { Odd } from './odd.ts';

/** What of a row looks wrong beside its own words. */
export function remarksOn(
  feed: Feed,
  row: Row,
  cells: readonly (string | null)[],
  { calendar, tomorrow }: { readonly calendar: Calendar; readonly tomorrow: Instant | undefined },
): readonly Odd[] {
  let found = feed.odd(row, tomorrow);
  for (const { name, at, isRate } of looked(feed)) {
    const cell = cells[at];
    if (cell === null || cell === undefined) continue;
    const odd = isRate ? oddRate(name, cell) : oddMoment(name, cell, Number(row[name]), calendar);
    if (odd !== undefined) found = [...found, odd];
  }
  return found;
}

/** A column whose cells are looked at, and its place among those of a row. */
interface Looked {
  readonly name: string;
  readonly at: number;
  readonly isRate: boolean;
}

const known = new WeakMap<Feed, readonly Looked[]>();

function looked(feed: Feed): readonly Looked[] {
  let found = known.get(feed);
  if (found === undefined) {
    found = Object.entries(feed.columns).flatMap(([name, { kind }], at) =>
      kind === 'instant' || kind === 'rate' ? [{ name, at, isRate: kind === 'rate' }] : [],
    );
    known.set(feed, found);
  }
  return found;
}

/** A bare rate so high that a percentage may be meant: 0.5 is 50 %. */
function oddRate(name: string, cell: string): Odd | undefined {
  const text = meant(cell, true);
  return /^0?\.[5-9]\d*$/.test(text) ? { kind: 'high-rate', about: name, detail: { value: text } } : undefined;
}

const LOCAL_LENGTH = 19;

/** A local time that the clocks show twice, or not at all. */
function oddMoment(name: string, cell: string, at: Instant, calendar: Calendar): Odd | undefined {
  if (calendar.isSteady(at)) return undefined;
  const text = cell.length === LOCAL_LENGTH ? cell : momentSpelt(meant(cell, true));
  if (/(Z|[+-]\d\d:?\d\d)$/.test(text.slice(LOCAL_LENGTH))) return undefined;
  const change = calendar.clockChange(text.slice(0, LOCAL_LENGTH));
  if (change === undefined) return undefined;
  return { kind: `time-${change}`, about: name, detail: { value: text, taken: calendar.format(at) } };
}
