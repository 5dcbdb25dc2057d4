/**
 * Which clicks brought a sale, each counted once however many lines it won: as marks of eight bytes, so that memory
 * stays small. A mark is the beginning of a SHA-256: that two of a shop's ten million
 * clicks share one is a chance of one in 400,000.
 */
import { sha256 } from '../core/digest.ts';

/** The mark of a click, by its key. */
export function clickMark({ click, at }: { readonly click: string; readonly at: string }): bigint {
  return BigInt(`0x${sha256(`${click} ${at}`).slice(0, 16)}`);
}

/** The marks of a shop's clicks that bought. */
class Marks {
  #list = new BigUint64Array(16);
  #size = 0;

  add(more: BigUint64Array): void {
    if (this.#size + more.length > this.#list.length) {
      const larger = new BigUint64Array(Math.max(this.#list.length * 2, this.#size + more.length));
      larger.set(this.#list);
      this.#list = larger;
    }
    this.#list.set(more, this.#size);
    this.#size += more.length;
  }

  distinct(): bigint {
    const sorted = this.#list.subarray(0, this.#size).sort();
    let count = 0n;
    for (let at = 0; at < sorted.length; at++) if (at === 0 || sorted[at] !== sorted[at - 1]) count++;
    return count;
  }
}

export class Buying {
  readonly #shops = new Map<string, Marks>();

  add(shop: string, marks: BigUint64Array): void {
    const known = this.#shops.get(shop) ?? new Marks();
    this.#shops.set(shop, known);
    known.add(marks);
  }

  /** How many clicks on a shop brought a sale, there or in another. */
  of(shop: string): bigint {
    return this.#shops.get(shop)?.distinct() ?? 0n;
  }
}
