// Decides every chance of a generated book: a number is a pure function of seed, purpose and ordinal, so that any row
// can be made without its neighbours and comes out the same on every machine. It knows nothing of the trade.

/** Draws for one purpose: an ordinal gives an integer of 0 to 2^32 - 1, always the same one. */
export type Draw = (ordinal: number) => number;

const WHOLE = 2 ** 32;
const GOLDEN = 0x9e3779b1;

/** The draws of one purpose in the book of this seed; other purposes give unrelated numbers. */
export function draws(seed: number, purpose: string): Draw {
  let salt = mix(seed) ^ mix(Math.floor(seed / WHOLE) + GOLDEN);
  for (let at = 0; at < purpose.length; at++) salt = mix(salt ^ Math.imul(purpose.charCodeAt(at), GOLDEN));
  return (ordinal) => mix(Math.imul(ordinal, GOLDEN) + salt);
}

/** The n-th further number from a drawn one, for a row that needs several. */
export function another(drawn: number, nth: number): number {
  return mix(drawn + Math.imul(nth, GOLDEN));
}

/** A drawn number as an integer of 0 to `count` - 1. */
export function below(drawn: number, count: number): number {
  return Math.floor((drawn / WHOLE) * count);
}

/** Whether a drawn number falls in a share (0 to 1) of all. */
export function chance(drawn: number, share: number): boolean {
  return drawn < share * WHOLE;
}

/** One of a list; the list must not be empty. */
export function pick<T>(drawn: number, of: readonly [T, ...T[]]): T {
  return of[below(drawn, of.length)] ?? of[0];
}

/**
 * Ranks 0 to `count` - 1 by Zipf's law (rank r with weight 1 / (r + 4), which flattens the head a little). Holds one
 * float a rank and an index of 65,536 places, so that a rank is found in a step or two.
 */
export function ranks(count: number): (drawn: number) => number {
  const upTo = new Float64Array(count);
  let sum = 0;
  for (let rank = 0; rank < count; rank++) {
    sum += 1 / (rank + 4);
    upTo[rank] = sum;
  }
  const index = new Uint32Array(65_537);
  for (let place = 0, rank = 0; place <= 65_536; place++) {
    while (rank < count - 1 && (upTo[rank] ?? sum) <= (place / 65_536) * sum) rank++;
    index[place] = rank;
  }
  return (drawn) => {
    const weight = (drawn / WHOLE) * sum;
    let low = index[drawn >>> 16] ?? 0;
    let high = index[(drawn >>> 16) + 1] ?? count - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((upTo[middle] ?? sum) <= weight) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

/** A bijective mixer of 32 bits (multiply and shift, two rounds). */
function mix(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}
