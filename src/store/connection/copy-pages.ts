// Pages outside the heap that rows of a COPY are written to, whatever its format. They know no row and hold no connection.

const PAGE = 64 * 1024;
/** Pages that were sent and can be written again: left to the collector, they would lie about by hundreds of megabytes. */
const spare: Buffer<ArrayBuffer>[] = [];
const MOST_SPARE = 256;

/** Takes back pages whose COPY has ended, so that nobody reads them any more. */
export function reusePages(pieces: readonly Buffer[]): void {
  for (const { buffer } of pieces) {
    if (buffer instanceof ArrayBuffer && buffer.byteLength === PAGE && spare.length < MOST_SPARE)
      spare.push(Buffer.from(buffer));
  }
}

/**
 * Rows written as they are added: what a row was made of can go at once, where a list of thousands of rows would be
 * carried through every collection until it is sent.
 */
export abstract class CopyPages {
  /** The columns that rows are sent for. */
  abstract readonly columns: readonly string[];
  abstract readonly isBinary: boolean;
  protected page = Buffer.alloc(0);
  protected at = 0;
  readonly #full: Buffer[] = [];

  get hasFull(): boolean {
    return this.#full.length > 0;
  }

  /** Takes the pages that are full. */
  full(): Buffer[] {
    return this.#full.splice(0);
  }

  /** Takes all that was added, in pieces of about 64 KiB. */
  pieces(): Buffer[] {
    this.turn(0);
    return this.full();
  }

  /** Makes room for so many bytes more. */
  protected room(bytes: number): void {
    if (this.at + bytes > this.page.length) this.turn(bytes);
  }

  /** Begins a page of at least so many bytes; none after the last. */
  protected turn(least: number): void {
    if (this.at > 0) this.#full.push(this.page.subarray(0, this.at));
    this.page = least === 0 ? Buffer.alloc(0) : pageFor(least);
    this.at = 0;
  }
}

function pageFor(least: number): Buffer<ArrayBuffer> {
  if (least > PAGE) return Buffer.allocUnsafeSlow(least);
  return spare.pop() ?? Buffer.allocUnsafeSlow(PAGE);
}

/** Items as pieces of about 64 KiB, written as they are asked for. */
export function* written<T>(items: Iterable<T>, pages: CopyPages, write: (item: T) => void): Generator<Buffer> {
  for (const item of items) {
    write(item);
    if (pages.hasFull) yield* pages.full();
  }
  yield* pages.pieces();
}
