/** A stream of rows in order of sites, gone through in step with the sites themselves, so that neither has to fit in memory. */

export class InStep<T extends { readonly siteId: string }> {
  readonly #stream: AsyncGenerator<T[]>;
  #rows: readonly T[] = [];
  #at = 0;
  #ended = false;

  constructor(stream: AsyncGenerator<T[]>) {
    this.#stream = stream;
  }

  /** Gives every row of a site to `take`. Sites are asked for in order; rows of sites not asked for are passed over. */
  async each(siteId: string, take: (row: T) => void): Promise<void> {
    for (let row = await this.#peek(); row !== undefined && row.siteId <= siteId; row = await this.#peek()) {
      if (row.siteId === siteId) take(row);
      this.#at++;
    }
  }

  /** Lets the stream go, wherever it is. */
  async close(): Promise<void> {
    this.#ended = true;
    await this.#stream.return(undefined);
  }

  async #peek(): Promise<T | undefined> {
    while (this.#at >= this.#rows.length && !this.#ended) {
      const next = await this.#stream.next();
      this.#ended = next.done === true;
      this.#rows = next.done === true ? [] : next.value;
      this.#at = 0;
    }
    return this.#rows[this.#at];
  }
}
