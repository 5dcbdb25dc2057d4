/** A stream of lists looked at row by row, so that it can be gone through in step with something else. It decides nothing. */

/** A stream of lists as single rows, of which the next can be looked at before it is taken. */
export class RowsAhead<T> {
  readonly #stream: AsyncGenerator<T[]>;
  #rows: readonly T[] = [];
  #at = 0;
  #ended = false;

  constructor(stream: AsyncGenerator<T[]>) {
    this.#stream = stream;
  }

  /** The row that comes next, which stays next; undefined at the end. */
  async peek(): Promise<T | undefined> {
    while (this.#at >= this.#rows.length && !this.#ended) {
      const next = await this.#stream.next();
      this.#ended = next.done === true;
      this.#rows = next.done === true ? [] : next.value;
      this.#at = 0;
    }
    return this.#rows[this.#at];
  }

  /** Passes over the row that was looked at. */
  step(): void {
    this.#at++;
  }

  /** Lets the stream go, wherever it is. */
  async close(): Promise<void> {
    this.#ended = true;
    await this.#stream.return(undefined);
  }
}
