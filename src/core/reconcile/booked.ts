/**
 * Takes off the bank's lines what postings have booked of them (SPEC 17), so that only the rest is compared with
 * instructions. A posting whose line the bank does not have, or has later, is a break.
 */
import type { Posting } from '../bank/posting.ts';
import type { Day } from '../calendar.ts';
import { byCodePoint } from '../ids.ts';
import type { Money } from '../money.ts';
import { named } from './match.ts';
import type { Break, Line } from './matter.ts';

/** An entry of the ledger that booked a line, positive where money came in. */
export interface BookedEntry {
  readonly entry: string;
  readonly lineId: string;
  readonly day: Day;
  readonly amount: Money;
}

/** An entry with the line that it booked. */
export interface Booked {
  readonly entry: BookedEntry;
  readonly line: Line;
}

export interface LessBooked {
  /** What is left of the lines. One that turned out to be an instruction has that for its reference. */
  readonly lines: readonly Line[];
  readonly booked: readonly Booked[];
  readonly breaks: readonly Break[];
}

/** The bank's lines less what was booked of them through the end of a day. */
export function lessBooked(
  lines: readonly Line[],
  entries: readonly BookedEntry[],
  postings: readonly Posting[],
  through: Day,
): LessBooked {
  const byId = new Map(lines.map((line) => [line.lineId, line]));
  const sums = new Map<string, Money>();
  const booked: Booked[] = [];
  const breaks: Break[] = [];
  for (const entry of [...entries].sort((a, b) => byCodePoint(a.entry, b.entry))) {
    if (entry.day > through) continue;
    const line = byId.get(entry.lineId);
    const of = { movement: entry, instructionId: null };
    if (line === undefined)
      breaks.push(named('missing-in-bank', of, entry.day, -entry.amount, { of: 'no-line', ledger: entry.amount }));
    else if (line.day > through)
      breaks.push(named('late', { ...of, line }, entry.day, -entry.amount, { of: 'bank-later', day: line.day }));
    else booked.push({ entry, line });
    sums.set(entry.lineId, (sums.get(entry.lineId) ?? 0n) + entry.amount);
  }
  const turned = new Map(
    postings.flatMap(({ lineId, instructionId: of, approved }) =>
      of === null || approved === null || approved.dueDay > through ? [] : [[lineId, of]],
    ),
  );
  const left = lines.flatMap((line) => {
    const [sum, reference] = [sums.get(line.lineId), turned.get(line.lineId)];
    if (sum === undefined) return [line];
    const rest = { ...line, amount: line.amount - sum, ...(reference === undefined ? {} : { reference }) };
    return rest.amount === 0n ? [] : [rest];
  });
  return { lines: left, booked, breaks };
}
