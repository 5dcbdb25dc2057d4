/** A stream of rows in order of sites, gone through in step with the sites themselves, so that neither has to fit in memory. */
import { RowsAhead } from '../store/connection/peekable.ts';

export class InStep<T extends { readonly siteId: string }> {
  readonly #rows: RowsAhead<T>;

  constructor(stream: AsyncGenerator<T[]>) {
    this.#rows = new RowsAhead(stream);
  }

  /** Gives every row of a site to `take`. Sites are asked for in order; rows of sites not asked for are passed over. */
  async each(siteId: string, take: (row: T) => void): Promise<void> {
    const rows = this.#rows;
    for (let row = await rows.peek(); row !== undefined && row.siteId <= siteId; row = await rows.peek()) {
      if (row.siteId === siteId) take(row);
      rows.step();
    }
  }

  /** Lets the stream go, wherever it is. */
  close(): Promise<void> {
    return this.#rows.close();
  }
}
