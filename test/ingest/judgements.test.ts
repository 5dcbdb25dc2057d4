/** Every feed has a judgement, and what it declares is of its own columns. */
import { describe, expect, it } from 'vitest';
import { FEEDS } from '../../src/core/feeds/index.ts';
import { JUDGEMENTS } from '../../src/ingest/judge/judge.ts';

describe('judgements', () => {
  it('are declared of every feed, and of nothing else', () => {
    expect(Object.keys(JUDGEMENTS).sort()).toEqual(FEEDS.map(({ name }) => name).sort());
  });

  it.each(FEEDS)('of $name name its columns', ({ name, columns }) => {
    const { due, amount } = JUDGEMENTS[name] ?? {};
    if (due !== undefined) expect(columns[due]?.kind).toBe('instant');
    if (amount !== undefined) expect(Object.keys(columns)).toContain(amount);
  });
});
