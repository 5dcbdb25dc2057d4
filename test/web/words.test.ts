/** The one glossary: each term is there in both languages, asks for the same values in both, and stands in one place. */
import { describe, expect, it } from 'vitest';
import { FEED_NAMES } from '../../src/core/feeds/index.ts';
import { SPEECH, SUBJECTS } from '../../src/formats/words/index.ts';
import { ACTS } from '../../src/office/acts/index.ts';
import { languageOf } from '../../src/web/language.ts';

const HAN = /\p{Script=Han}/u;
const slots = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).sort();
const WORDS: readonly (readonly [term: string, texts: readonly string[]])[] = Object.values(SUBJECTS).flatMap((of) =>
  Object.entries(of),
);

describe('words', () => {
  it('are there in Chinese and in English, and neither says the other', () => {
    expect(WORDS.length).toBeGreaterThan(900);
    for (const [term, [zh = '', en = '', both]] of WORDS) {
      expect(slots(zh), term).toEqual(slots(en));
      if (both !== undefined) expect(slots(both), term).toEqual(slots(en));
      expect(en.trim(), term).not.toBe('');
      if (term === 'other-language') continue;
      expect(en, term).not.toMatch(HAN);
      // What is left without its values is a sentence, and in Chinese.
      if (zh !== en && /[a-z]{3}/i.test(en.replaceAll(/\{\w+\}/g, ''))) expect(zh, term).toMatch(HAN);
    }
  });

  it('stand in one subject each', () => {
    const terms = WORDS.map(([term]) => term);
    expect(terms.filter((term, at) => terms.indexOf(term) !== at)).toEqual([]);
  });

  it('name every feed', () => {
    for (const feed of FEED_NAMES) expect(Object.keys(SUBJECTS.FEEDS)).toContain(`feed-${feed}`);
  });

  it('name every choice that a form of an act offers', () => {
    const terms = new Set(WORDS.map(([term]) => term));
    // No form offers these: a break's forms say their step, a site is filed on the command line, and filing submits it.
    const unasked = /^(break|kind)-|^site-submitted$/;
    const choices = ACTS.flatMap(({ fields }) =>
      Object.values(fields).flatMap(({ choices = [], words = '' }) => choices.map((one) => `${words}-${one}`)),
    ).filter((term) => !unasked.test(term));
    expect(choices.length).toBeGreaterThan(20);
    expect(choices.filter((term) => !terms.has(term))).toEqual([]);
  });

  it('of documents that have values are also given for both languages at once, so that none is said twice', () => {
    for (const [term, texts] of Object.entries(SUBJECTS.DOCUMENTS))
      expect(texts.length, term).toBe(slots(texts[0]).length > 0 ? 3 : 2);
  });

  it('are said with their values, and words of the book as they are where nobody knows them', () => {
    expect(SPEECH.zh.t('line-title', { line: 'L{x}' })).toBe('订单行 L{x}');
    expect(SPEECH.en.t('shown-of', { shown: 1, count: 20 })).toBe('1 of 20 on this page');
    expect(SPEECH.zh.word('cross-store-not-permitted')).toBe('没有跨店结算权限');
    expect(SPEECH.zh.word('same-store')).toBe('同店');
    expect(SPEECH.zh.word('toString')).toBe('toString');
  });
});
describe('the language', () => {
  it.each([
    ['zh', 'en', 'zh'],
    ['fr', 'zh-TW', 'zh'],
    [undefined, 'fr;q=1, zh;q=0.2, en;q=0.3', 'en'],
    [undefined, 'en;q=0, zh;q=0.1', 'zh'],
    [undefined, 'zhx, *', 'en'],
    [undefined, 'zh;q=2', 'en'],
    [undefined, undefined, 'en'],
  ])('chosen %s, accepted %s: %s', (chosen, accepted, spoken) => {
    expect(languageOf(chosen, accepted)).toBe(spoken);
  });
});
