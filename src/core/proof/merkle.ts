/**
 * Merkle trees as RFC 6962 defines them: a leaf is SHA-256(0x00, data), a node SHA-256(0x01, left, right), so that no
 * leaf can be taken for a node. Trees are built leaf by leaf in memory that does not grow; what the leaves are is
 * decided in night-tree.ts.
 */
import { hash } from 'node:crypto';

/** Bytes of a hash. */
const SIZE = 32;

const leafBytes = Buffer.alloc(1 + SIZE);
const nodeBytes = Buffer.alloc(1 + 2 * SIZE, 1);

/**
 * SHA-256 as a text with a unit for each byte. Of hash's answers a Buffer costs three times as much as a text, and lies
 * outside the heap, where it is one thing more to collect.
 */
const digest = (data: Buffer | string): string => hash('sha256', data, 'binary');

const bytesOf = (digested: string): Buffer => Buffer.from(digested, 'latin1');

/** The leaf of some bytes, or of a text in UTF-8. */
export function leafOf(data: Buffer | string): Buffer {
  if (typeof data === 'string') return bytesOf(digest(`\0${data}`));
  return bytesOf(digest(Buffer.concat([Buffer.alloc(1), data])));
}

function nodeOf(left: Buffer, right: Buffer): Buffer {
  left.copy(nodeBytes, 1);
  right.copy(nodeBytes, 1 + SIZE);
  return bytesOf(digest(nodeBytes));
}

/** The right edge of a tree that grows: the roots of its full subtrees, the largest first. */
export class Frontier {
  #count: number;
  /** The roots one after the other, and room for one more than there ever are at once. */
  #edge: Buffer;
  #end: number;

  /** @param peaks as `bytes` gave them, of a tree with `count` leaves */
  constructor(count = 0, peaks: Buffer = Buffer.alloc(0)) {
    this.#count = count;
    this.#edge = Buffer.alloc(peaks.length + 8 * SIZE);
    this.#end = peaks.copy(this.#edge);
  }

  get count(): number {
    return this.#count;
  }

  push(leaf: Buffer): void {
    this.#room();
    this.#end += leaf.copy(this.#edge, this.#end);
    this.#grow();
  }

  /** Adds the leaf of a hash, whatever is stored in its place. */
  pushLeafOf(stored: Buffer): void {
    if (stored.length !== SIZE) {
      this.push(leafOf(stored));
      return;
    }
    stored.copy(leafBytes, 1);
    this.#room();
    this.#end += this.#edge.write(digest(leafBytes), this.#end, 'latin1');
    this.#grow();
  }

  #room(): void {
    if (this.#end + SIZE > this.#edge.length) this.#edge = Buffer.concat([this.#edge, Buffer.alloc(8 * SIZE)]);
  }

  /** Takes the last leaf in: where two subtrees are of one size, they become one. */
  #grow(): void {
    for (let full = this.#count; full % 2 === 1; full = (full - 1) / 2) {
      const pair = this.#end - 2 * SIZE;
      if (pair < 0) throw new Error('the edge of a tree does not fit the number of its leaves');
      this.#edge.copy(nodeBytes, 1, pair, this.#end);
      this.#end = pair + this.#edge.write(digest(nodeBytes), pair, 'latin1');
    }
    this.#count++;
  }

  /** The root; of no leaves the SHA-256 of nothing. */
  root(): Buffer {
    if (this.#end === 0) return bytesOf(digest(''));
    let at = this.#end - SIZE;
    let root = this.#peak(at);
    while (at > 0) {
      at -= SIZE;
      root = nodeOf(this.#peak(at), root);
    }
    return root;
  }

  #peak(at: number): Buffer {
    return Buffer.from(this.#edge.subarray(at, at + SIZE));
  }

  /** What has to be kept to go on from here: up to 53 hashes. */
  bytes(): Buffer {
    return Buffer.from(this.#edge.subarray(0, this.#end));
  }
}

/** The root over some leaves. */
export function rootOf(leaves: Iterable<Buffer>): Buffer {
  const frontier = new Frontier();
  for (const leaf of leaves) frontier.push(leaf);
  return frontier.root();
}

/** How many leaves the left side of a tree has: the greatest power of two below its size. */
function leftOf(size: number): number {
  let left = 1;
  while (left * 2 < size) left *= 2;
  return left;
}

/** Gathers the path from one leaf to the root while the tree's leaves pass by in order. */
export class PathFinder {
  /** The subtrees beside the way, the leaf's own neighbour first. */
  readonly #beside: { readonly from: number; readonly to: number; readonly tree: Frontier }[] = [];
  #at = 0;

  constructor(index: number, size: number) {
    for (let from = 0, to = size; to - from > 1; ) {
      const middle = from + leftOf(to - from);
      const isLeft = index < middle;
      this.#beside.unshift({ from: isLeft ? middle : from, to: isLeft ? to : middle, tree: new Frontier() });
      if (isLeft) to = middle;
      else from = middle;
    }
  }

  push(leaf: Buffer): void {
    const at = this.#at++;
    this.#beside.find(({ from, to }) => at >= from && at < to)?.tree.push(leaf);
  }

  path(): Buffer[] {
    return this.#beside.map(({ tree }) => tree.root());
  }
}

/** The root that a leaf and its path come to; undefined where a path of this length is none in a tree of this size. */
export function rootThrough(leaf: Buffer, index: number, size: number, path: readonly Buffer[]): Buffer | undefined {
  if (!(index >= 0 && index < size)) return undefined;
  if (size === 1) return path.length === 0 ? leaf : undefined;
  const beside = path.at(-1);
  if (beside?.length !== SIZE) return undefined;
  const left = leftOf(size);
  const isLeft = index < left;
  const own = rootThrough(leaf, isLeft ? index : index - left, isLeft ? left : size - left, path.slice(0, -1));
  if (own === undefined) return undefined;
  return isLeft ? nodeOf(own, beside) : nodeOf(beside, own);
}
