/** What came about in rounds, counted by name, for the report at their end. */

export class Counts {
  readonly #counts = new Map<string, number>();

  add(name: string, by = 1): void {
    this.#counts.set(name, this.of(name) + by);
  }

  of(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  /** Of all whose name begins so. */
  under(prefix: string): number {
    return [...this.#counts].reduce((sum, [name, count]) => (name.startsWith(prefix) ? sum + count : sum), 0);
  }

  addAll(others: Counts): void {
    for (const [name, count] of others.#counts) this.add(name, count);
  }

  /** By name. */
  toJSON(): Record<string, number> {
    return Object.fromEntries([...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}
