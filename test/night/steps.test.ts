/** The steps of a night: README shows those that are taken, every event is made by one of them, and a run counts by them. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { countsOf, STEPS } from '../../src/night/steps.ts';

const README = readFileSync(resolve(import.meta.dirname, '../../src/night/README.md'), 'utf8');

describe('the steps of a night', () => {
  it('stand in README as they are taken', () => {
    const rows = [...README.matchAll(/^\| `([a-z]+)` \| ([^|]*) \| [^|]+ \|([^|]*)\|$/gm)];
    expect(rows.map(([, name, takes, makes = '']) => [name, takes, makes.trim()])).toEqual(
      STEPS.map((step) => [step.name, 'takeLines' in step ? 'lines' : 'the night', Object.keys(step.makes).join(', ')]),
    );
  });

  it('make each event in one step alone, and those by lines stand next to each other', () => {
    const all = STEPS.flatMap(({ makes }) => Object.keys(makes));
    expect(all.length).toBe(new Set(all).size);
    const kinds = STEPS.map((step) => ('takeLines' in step ? 'L' : 'n')).join('');
    expect(kinds).toMatch(/^n+L+n+$/);
  });

  it('count their events under the names that a run reports', () => {
    const counts = countsOf(
      new Map([
        ['OpeningPosted', 2],
        ['DueAdjusted', 3],
        ['TaxWithheld', 5],
      ]),
    );
    expect(counts).toMatchObject({ adjustments: 5, statements: 0, attributed: 0 });
    expect(Object.values(counts).reduce((sum, one) => sum + one, 0)).toBe(5);
  });
});
