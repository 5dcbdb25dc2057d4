/** Seeded chance: the same seed draws the same book on every machine. */

export class Draw {
  #state: number;

  constructor(seed: number) {
    this.#state = (seed * 2654435761 + 12345) >>> 0;
    for (let n = 0; n < 4; n += 1) this.unit();
  }

  /** From 0 to 1, 1 excluded. */
  unit(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }

  /** A whole number, both ends included. */
  whole(from: number, to: number): number {
    return from + Math.floor(this.unit() * (to - from + 1));
  }

  chance(of: number): boolean {
    return this.unit() < of;
  }

  pick<T>(from: readonly T[]): T {
    const picked = from[Math.floor(this.unit() * from.length)];
    if (picked === undefined) throw new Error('nothing to pick from');
    return picked;
  }

  shuffle<T>(list: readonly T[]): T[] {
    const mixed = [...list];
    for (let n = mixed.length - 1; n > 0; n -= 1) {
      const other = this.whole(0, n);
      const [a, b] = [mixed[n], mixed[other]];
      if (a !== undefined && b !== undefined) [mixed[n], mixed[other]] = [b, a];
    }
    return mixed;
  }

  /** Each with that chance. */
  some<T>(from: readonly T[], chance: number): T[] {
    return from.filter(() => this.chance(chance));
  }
}
