/**
 * What a file as a whole shows of how its numbers are written (SPEC 1): with a comma for the point, or in percent without
 * signs. It is decided for all of a file or a column of it, never for a cell, and nothing is guessed where a file contradicts itself.
 */
import { hundredfold } from '../money.ts';
import { meant } from './cell.ts';
import { type Columns, Fault, quote } from './feed.ts';

export interface Habits {
  readonly decimalComma: boolean;
  /** Columns of rates that are written in percent without signs. */
  readonly percent: readonly string[];
}

type Cells = readonly (string | null)[];

const WITH_COMMA = /^-?(?:\d{1,3}(?:\.\d{3})+|\d+),\d+( ?[%％])?$/;
const WITH_POINT = /\.\d/;
const BARE = /^\d+(?:\.\d+)?$/;
const NUMBERS = ['money', 'rate', 'score'];

/** A column of numbers, and its place among the cells of a row. */
interface Numbers {
  readonly name: string;
  readonly at: number;
  readonly isRate: boolean;
  /** From what on a bare value shows that its column is in percent. */
  readonly isPercent: (bare: string) => boolean;
}

/** Takes every row of a file, then says what its numbers are like. */
export class HabitVote {
  readonly #columns: readonly Numbers[];
  readonly #digits: number;
  #commas = 0;
  #points = 0;
  /** By column: how many bare values, and how many that can be percentages alone. */
  readonly #bare = new Map<string, { all: number; percent: number }>();

  /** @param digits of the currency: where it has no three, a comma before three digits sets thousands apart */
  constructor(feed: { readonly columns: Columns }, digits: number) {
    this.#columns = numbersOf(feed);
    this.#digits = digits;
  }

  take(cells: Cells): void {
    for (const { name, at, isRate, isPercent } of this.#columns) {
      const text = meant(cells[at] ?? '', true);
      if (WITH_COMMA.test(text) && !(!isRate && this.#digits !== 3 && /,\d{3}$/.test(text))) this.#commas += 1;
      else if (WITH_POINT.test(text) || text.includes(',')) this.#points += 1;
      const number = pointed(text);
      if (!isRate || !BARE.test(number)) continue;
      const seen = this.#bare.get(name) ?? { all: 0, percent: 0 };
      seen.all += 1;
      if (isPercent(number)) seen.percent += 1;
      this.#bare.set(name, seen);
    }
  }

  habits(): Habits {
    const percent = [...this.#bare].filter(([, seen]) => seen.percent * 10 >= seen.all && seen.percent > 0);
    return { decimalComma: this.#commas > 0 && this.#points === 0, percent: percent.map(([name]) => name) };
  }
}

/** Whether rows of a feed have to be looked at before the first of them is read. */
export function hasRates(feed: { readonly columns: Columns }): boolean {
  return numbersOf(feed).some(({ isRate }) => isRate);
}

function numbersOf(feed: { readonly columns: Columns }): Numbers[] {
  return Object.entries(feed.columns).flatMap(([name, { kind, most }], at) => {
    if (!NUMBERS.includes(kind)) return [];
    // Of a fraction up to 1 the whole is no percentage yet.
    const isPercent = (bare: string): boolean => (most === 1 ? Number(bare) > 1 : Number(bare) >= 1);
    return [{ name, at, isRate: kind === 'rate', isPercent }];
  });
}

const pointed = (text: string): string => (WITH_COMMA.test(text) ? text.replaceAll('.', '').replace(',', '.') : text);

/** Reads cells by the habits of their file: the cells in the one spelling, or which of them cannot be told. */
export function habituated(feed: { readonly columns: Columns }, habits: Habits, cells: Cells): Cells | Fault {
  if (!habits.decimalComma && habits.percent.length === 0) return cells;
  const read = [...cells];
  for (const { name, at } of numbersOf(feed)) {
    const cell = read[at];
    if (cell === null || cell === undefined) continue;
    const text = meant(cell, true);
    const number = habits.decimalComma ? pointed(text) : text;
    if (habits.percent.includes(name) && BARE.test(number)) return bothReadings(name, text, number);
    read[at] = number === text ? cell : number;
  }
  return read;
}

function bothReadings(name: string, text: string, number: string): Fault {
  const hundred = hundredfold(number, 0);
  const reason = `${name} is ${quote(text)} in a column of percentages without signs: it is ${number} % or ${hundred} %. Write ${number}% or ${hundred}%`;
  return new Fault(reason, name);
}
