/**
 * The attribution tests and the signals, a record each: what every record has to have beside its file and its row, and that
 * the core decides and proves without a word of what people read.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TESTS } from '../../src/core/attribution/tests/index.ts';
import { caseOf } from '../../src/core/cases/pattern.ts';
import { alimama2013, parsePolicy } from '../../src/core/policy/policy.ts';
import { SIGNALS, signalNamed } from '../../src/core/signals/index.ts';
import { SPEECH } from '../../src/formats/words/index.ts';
import { TEST_WORDS } from '../../src/formats/words/tests.ts';

const HAN = /\p{Script=Han}/u;
const ROOT = join(import.meta.dirname, '../..');
const STORIES = readdirSync(join(ROOT, 'scenarios')).map((name) => readFileSync(join(ROOT, 'scenarios', name), 'utf8'));

/** The rows of every `attributions` block of the scenarios. */
const ATTRIBUTIONS = STORIES.flatMap((story) =>
  [...story.matchAll(/^```attributions[^\n]*\n([\s\S]*?)^```/gm)].flatMap(([, rows = '']) => rows.split('\n')),
);

const files = (folder: string): string[] => readdirSync(join(ROOT, folder)).filter((name) => name.endsWith('.ts'));

describe('an attribution test', () => {
  it.each(TESTS)('$name fails in a scenario with its reason, in both languages', ({ name, reason }) => {
    expect(ATTRIBUTIONS.some((row) => row.trimEnd().endsWith(` unattributed  ${reason}`))).toBe(true);
    expect(SPEECH.zh.t(reason)).toMatch(HAN);
    expect(SPEECH.en.t(reason)).not.toMatch(HAN);
    const order = { shop: 's', mall: 'tmall', buyer: 'b', item: 'i', category: 'c' };
    const policy = alimama2013(2);
    const tried = { pid: 'mm_1_2_3', isCoupon: false, isCrossStore: true, order, policy, when: (iso: string) => iso };
    for (const words of [TEST_WORDS[name].asked(tried), TEST_WORDS[name].needed(tried)]) {
      expect(words[0]).toMatch(HAN);
      expect(words[1]).not.toMatch(HAN);
    }
  });

  it('has a file of its own, a name, a reason and a fact that no other has, and a row in the order of SPEC 5', () => {
    const kit = ['index.ts', 'test.ts'];
    expect(files('src/core/attribution/tests')).toHaveLength(TESTS.length + kit.length);
    for (const key of ['name', 'reason', 'fact'] as const)
      expect(new Set(TESTS.map((one) => one[key])).size).toBe(TESTS.length);
    expect(TESTS.map(({ reason }) => reason)).toEqual([
      'pid-unknown',
      'publisher-not-active',
      'site-not-approved',
      'shop-not-in-programme',
      'cross-store-not-permitted',
      'self-purchase',
      'no-rate',
    ]);
  });
});

describe('a signal', () => {
  it.each(SIGNALS)('$name fires in a scenario, has a case and words in both languages', ({ name }) => {
    const fired = new RegExp(`[ ;]${name}([ ;]|$)`);
    expect(ATTRIBUTIONS.filter((row) => fired.test(row)).length).toBeGreaterThan(0);
    const made = caseOf({
      pid: 'mm_1_2_3',
      businessDay: '2013-12-11',
      signals: [{ signal: name, action: 'hold', evidence: null }],
    });
    expect(made).toEqual({ id: `${name}.3.201312`, pattern: name, subject: 'mm_1_2_3' });
    for (const term of [name, `pattern-${name}`] as const) {
      expect(SPEECH.zh.t(term)).toMatch(HAN);
      expect(SPEECH.en.t(term)).not.toMatch(HAN);
    }
  });

  it.each(SIGNALS)('$name is set by a policy, its action and its thresholds', ({ name, thresholds }) => {
    const settings = Object.keys(thresholds);
    const document = { actions: { [name]: 'flag' }, ...Object.fromEntries(settings.map((one) => [one, 7])) };
    const policy = parsePolicy(JSON.stringify(document), 2);
    if (typeof policy === 'string') throw new Error(policy);
    expect(policy.actions[name]).toBe('flag');
    expect(settings.map((one) => (policy as unknown as Record<string, unknown>)[one])).toEqual(settings.map(() => 7));
  });

  it('has a file and a rank of its own, and stands in the table of SPEC 9', () => {
    const kit = ['filed-domain.ts', 'index.ts', 'signal.ts'];
    expect(
      files('src/core/signals')
        .filter((name) => !kit.includes(name))
        .sort(),
    ).toEqual(SIGNALS.map(({ name }) => `${name}.ts`).sort());
    expect(new Set(SIGNALS.map(({ rank }) => rank)).size).toBe(SIGNALS.length);
    expect(SIGNALS.every(({ name }) => signalNamed(name)?.name === name)).toBe(true);
  });
});

describe('what people read', () => {
  it('is known to nothing that decides, stores or proves: neither core, store, night nor verify imports a word', () => {
    const sources = ['src/core', 'src/store', 'src/night', 'src/verify', 'src/whatif'].flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts'))
        .map((name) => join(folder, name)),
    );
    expect(sources.length).toBeGreaterThan(200);
    const reading = sources.filter((name) =>
      /from '[^']*\/(formats|web)\//.test(readFileSync(join(ROOT, name), 'utf8')),
    );
    expect(reading).toEqual([]);
  });
});
