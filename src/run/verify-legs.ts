/** Streams a partition's transfers in step with its events. */
import type { TransferRow } from '../store/proof.ts';

/** A partition's transfers beside its events: those of one event after the other, none left out. */
export class Legs {
  readonly #stream: AsyncGenerator<TransferRow[]>;
  #rows: readonly TransferRow[] = [];
  #at = 0;
  #ended = false;

  constructor(stream: AsyncGenerator<TransferRow[]>) {
    this.#stream = stream;
  }

  /** The transfers at a position (null: past the end); `stray` is given those before it, which no event has made. */
  async of(position: bigint | null, stray: (transfer: TransferRow) => void): Promise<TransferRow[]> {
    const own: TransferRow[] = [];
    for (let row = await this.#peek(); row !== undefined; row = await this.#peek()) {
      if (position !== null && row.position > position) break;
      if (row.position === position) own.push(row);
      else stray(row);
      this.#at++;
    }
    return own;
  }

  async #peek(): Promise<TransferRow | undefined> {
    while (this.#at >= this.#rows.length && !this.#ended) {
      const next = await this.#stream.next();
      this.#ended = next.done === true;
      this.#rows = next.done === true ? [] : next.value;
      this.#at = 0;
    }
    return this.#rows[this.#at];
  }
}
