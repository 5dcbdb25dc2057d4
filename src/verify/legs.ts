/** Streams a partition's transfers in step with its events. */
import { RowsAhead } from '../store/connection/peekable.ts';
import type { TransferRow } from '../store/proof/proof.ts';

/** A partition's transfers beside its events: those of one event after the other, none left out. */
export class Legs {
  readonly #rows: RowsAhead<TransferRow>;

  constructor(stream: AsyncGenerator<TransferRow[]>) {
    this.#rows = new RowsAhead(stream);
  }

  /** The transfers at a position (null: past the end); `stray` is given those before it, which no event has made. */
  async of(position: bigint | null, stray: (transfer: TransferRow) => void): Promise<TransferRow[]> {
    const rows = this.#rows;
    const own: TransferRow[] = [];
    for (let row = await rows.peek(); row !== undefined; row = await rows.peek()) {
      if (position !== null && row.position > position) break;
      if (row.position === position) own.push(row);
      else stray(row);
      rows.step();
    }
    return own;
  }
}
