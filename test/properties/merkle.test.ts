/** Trees are those of RFC 6962: against its known roots, against the definition written down once more, and as paths. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Frontier, leafOf, PathFinder, rootOf, rootThrough } from '../../src/core/proof/merkle.ts';
import { NightTree } from '../../src/core/proof/night-tree.ts';

const sha = (...parts: Buffer[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest();

/** MTH of RFC 6962, section 2.1, word for word. */
function byDefinition(data: readonly Buffer[]): Buffer {
  if (data.length === 0) return sha(Buffer.alloc(0));
  if (data.length === 1) return sha(Buffer.of(0), data[0] ?? Buffer.alloc(0));
  let k = 1;
  while (k * 2 < data.length) k *= 2;
  return sha(Buffer.of(1), byDefinition(data.slice(0, k)), byDefinition(data.slice(k)));
}

const some = (count: number): Buffer[] => Array.from({ length: count }, (_, i) => sha(Buffer.from(`event ${i}`)));

describe('a tree', () => {
  it('has the known roots of certificate transparency', () => {
    const inputs = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
    const rootOfFirst = (count: number): string =>
      rootOf(inputs.slice(0, count).map((hex) => leafOf(Buffer.from(hex, 'hex')))).toString('hex');
    expect(rootOfFirst(0)).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(rootOfFirst(1)).toBe('6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d');
    expect(rootOfFirst(2)).toBe('fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125');
    expect(rootOfFirst(3)).toBe('aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77');
    expect(rootOfFirst(8)).toBe('5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328');
  });

  it('is the one of the definition, however often it was put down and taken up again', () => {
    fc.assert(
      fc.property(fc.nat(200), fc.array(fc.nat(200), { maxLength: 5 }), (count, stops) => {
        const data = some(count);
        let tree = new Frontier();
        for (const [i, one] of data.entries()) {
          if (stops.includes(i)) tree = new Frontier(tree.count, Buffer.from(tree.bytes()));
          tree.push(leafOf(one));
        }
        expect(tree.root()).toEqual(byDefinition(data));
      }),
      { numRuns: 300 },
    );
  });

  it('has a path from each leaf to its root, and no other leaf, place, size or path comes to it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 90 }), fc.nat(), fc.nat(), (size, pick, other) => {
        const index = pick % size;
        const leaves = some(size).map(leafOf);
        const finder = new PathFinder(index, size);
        for (const leaf of leaves) finder.push(leaf);
        const path = finder.path();
        const root = rootOf(leaves);
        const leaf = leaves[index] ?? Buffer.alloc(0);
        expect(rootThrough(leaf, index, size, path)).toEqual(root);
        const comes = (...of: Parameters<typeof rootThrough>): boolean => rootThrough(...of)?.equals(root) === true;
        expect(comes(leafOf(Buffer.from('another')), index, size, path)).toBe(false);
        if (other % size !== index) expect(comes(leaf, other % size, size, path)).toBe(false);
        expect(comes(leaf, index, size, path.slice(1))).toBe(path.length === 0);
        expect(comes(leaf, index, size, [...path, leaf])).toBe(false);
        for (const at of path.keys()) {
          const bent = path.map((hash, i) => (i === at ? sha(hash) : hash));
          expect(comes(leaf, index, size, bent)).toBe(false);
        }
      }),
      { numRuns: 300 },
    );
    expect(rootThrough(leafOf('a'), 1, 1, [])).toBeUndefined();
    expect(rootThrough(leafOf('a'), -1, 1, [])).toBeUndefined();
  });

  it('takes no node for a leaf', () => {
    const [a, b] = some(2).map(leafOf) as [Buffer, Buffer];
    expect(leafOf(Buffer.concat([a, b])).equals(rootOf([a, b]))).toBe(false);
  });
});

describe("a night's tree", () => {
  it('counts and sums what it covers', () => {
    const tree = new NightTree();
    tree.add(sha(Buffer.from('a')), [{ amount: 5n }, { amount: 7n }, { amount: 1n }]);
    tree.add(sha(Buffer.from('b')), []);
    const root = byDefinition([sha(Buffer.from('a')), sha(Buffer.from('b'))]).toString('hex');
    expect(tree.tally(3)).toEqual({ partition: 3, events: 2, transfers: 3, amount: 13n, tree: root });
  });

  it('covers whatever is stored in place of a hash, as it stands', () => {
    for (const stored of [Buffer.from('short'), Buffer.alloc(33, 7)]) {
      const tree = new NightTree();
      tree.add(stored, []);
      expect(tree.tally(0).tree).toBe(leafOf(stored).toString('hex'));
    }
  });
});
