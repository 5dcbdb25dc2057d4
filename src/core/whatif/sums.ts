/**
 * Sums by key in flat memory: a row of 64-bit figures for each key, that grows with the keys and not with the lines, and
 * that travels between threads as it is. Amounts are minor units; a sum that would not fit is an error, never cut.
 */

/** Sums as they travel: keys, and their figures one after the other. */
export interface Packed {
  readonly keys: readonly string[];
  readonly cells: BigInt64Array;
}

export class Sums {
  readonly #width: number;
  readonly #places = new Map<string, number>();
  #cells: BigInt64Array;

  /** @param width figures a key has */
  constructor(width: number) {
    this.#width = width;
    this.#cells = new BigInt64Array(width * 16);
  }

  /** Adds figures to a key's, from one of them on. */
  add(key: string, figures: readonly bigint[], from = 0): void {
    const start = this.#place(key) + from;
    figures.forEach((figure, i) => {
      if (figure !== 0n) this.#raise(start + i, figure);
    });
  }

  /** Adds what another collected. */
  merge({ keys, cells }: Packed): void {
    keys.forEach((key, at) => {
      const start = this.#place(key);
      for (let i = 0; i < this.#width; i++) {
        const figure = cells[at * this.#width + i] ?? 0n;
        if (figure !== 0n) this.#raise(start + i, figure);
      }
    });
  }

  pack(): Packed {
    return { keys: [...this.#places.keys()], cells: this.#cells.slice(0, this.#places.size * this.#width) };
  }

  /** A key's figures; zeros of a key that nothing was added to. */
  of(key: string): bigint[] {
    const start = this.#places.get(key);
    if (start === undefined) return Array.from({ length: this.#width }, () => 0n);
    return [...this.#cells.subarray(start, start + this.#width)];
  }

  get size(): number {
    return this.#places.size;
  }

  keys(): IterableIterator<string> {
    return this.#places.keys();
  }

  #place(key: string): number {
    let place = this.#places.get(key);
    if (place === undefined) {
      place = this.#places.size * this.#width;
      this.#places.set(key, place);
      if (place + this.#width > this.#cells.length) this.#grow();
    }
    return place;
  }

  #grow(): void {
    const larger = new BigInt64Array(this.#cells.length * 2);
    larger.set(this.#cells);
    this.#cells = larger;
  }

  #raise(at: number, figure: bigint): void {
    const sum = (this.#cells[at] ?? 0n) + figure;
    if (BigInt.asIntN(64, sum) !== sum) throw new Error('a sum has more than 18 digits: take a shorter span');
    this.#cells[at] = sum;
  }
}

/** The largest few of many, largest first. */
export class Largest<T> {
  readonly #most: number;
  readonly #before: (a: T, b: T) => number;
  #kept: T[] = [];

  /** @param before below 0 where `a` comes before `b`; a total order, so that what is kept does not depend on the way */
  constructor(most: number, before: (a: T, b: T) => number) {
    this.#most = most;
    this.#before = before;
  }

  add(one: T): void {
    this.#kept.push(one);
    if (this.#kept.length >= this.#most * 2 + 64) this.#cut();
  }

  list(): readonly T[] {
    this.#cut();
    return this.#kept;
  }

  #cut(): void {
    this.#kept = this.#kept.sort(this.#before).slice(0, this.#most);
  }
}
