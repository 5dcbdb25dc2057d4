/** The bench, tiny: every part yields its figures, and the floor writes what the engine writes. No time is looked at. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bench } from './bench.ts';
import type { Figures } from './figures.ts';
import type { Copied } from './floor-ingest.ts';
import { PARTS, readOptions } from './options.ts';

describe('the bench', () => {
  let folder: string;
  let figures: Figures;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cps-bench-test-'));
    await chmod(folder, 0o711);
    const options = readOptions(['--lines', '400', '--publishers', '40', '--clicks', '5']);
    if (typeof options === 'string') throw new Error(options);
    figures = await bench(folder, options, () => {});
  }, 300_000);

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each(PARTS)('yields the figures of %s', (part) => {
    const of = figures.all.filter((figure) => figure.part === part);
    expect(of.length).toBeGreaterThan(2);
    expect(of.filter((figure) => !Number.isFinite(figure.value)).map((figure) => figure.name)).toEqual([]);
  });

  it('has a floor of the rows that the engine wrote, in number and amount', () => {
    const { engine, floor } = figures.details['rows'] as Record<'engine' | 'floor', Record<string, { rows: number }>>;
    expect(floor).toEqual(engine);
    expect(Object.values(engine ?? {}).every(({ rows }) => rows > 0)).toBe(true);
    const ingest = figures.details['ingest'] as Record<'delivered' | 'floor', Record<string, Copied>>;
    for (const [feed, { rows, amount }] of Object.entries(ingest.floor))
      expect(ingest.delivered[feed]).toMatchObject({ rows, amount });
  });

  it('finds no difference in the book it made', () => {
    const found = figures.all.filter((figure) => figure.name.endsWith('differences'));
    expect(found.map((figure) => figure.value)).toEqual([0, 0, 0]);
  });

  it('shows its figures as a table', () => {
    expect(figures.text()).toMatch(/^part +figure +value +unit +floor +ratio +target/);
  });

  it.each([['--lines', 'many'], ['--only', 'everything'], ['--turbo']])('refuses %s %s', (...given) => {
    expect(readOptions(given)).toEqual(expect.any(String));
  });
});
