/**
 * The words of the pages. A room's words are a file beside this one and a row in `ALL`; words of the trade that documents
 * say too are in src/formats/words/glossary.ts, and are said from there.
 */
import { type Term as GlossaryTerm, say, sayWord } from '../../formats/words/glossary.ts';
import { ACTION_WORDS, PATTERN_WORDS, SIGNAL_WORDS } from '../../formats/words/signals.ts';
import { REASON_WORDS, SWITCH_WORDS } from '../../formats/words/tests.ts';
import { EVENTS } from './events.ts';
import { FINANCE } from './finance.ts';
import { FRAME } from './frame.ts';
import { LINE } from './line.ts';
import { OPERATIONS } from './operations.ts';
import { POLICY } from './policy.ts';
import { PUBLISHER } from './publisher.ts';
import { RISK } from './risk.ts';
import { SELLER } from './seller.ts';
import { filled, type Given, type Slots } from './text.ts';

const ALL = {
  ...FRAME,
  ...LINE,
  ...REASON_WORDS,
  ...SWITCH_WORDS,
  ...SIGNAL_WORDS,
  ...PATTERN_WORDS,
  ...ACTION_WORDS,
  ...SELLER,
  ...PUBLISHER,
  ...EVENTS,
  ...OPERATIONS,
  ...POLICY,
  ...FINANCE,
  ...RISK,
} as const;

type Term = keyof typeof ALL;
/** The terms that ask for no value. */
export type PlainTerm = { [K in Term]: [Slots<(typeof ALL)[K][1]>] extends [never] ? K : never }[Term];
export type PageLanguage = 'zh' | 'en';

/** One language's voice. */
export interface Speech {
  readonly language: PageLanguage;
  /** A word or sentence of the pages, with the values it asks for. */
  readonly t: <K extends Term>(term: K, ...values: Given<(typeof ALL)[K][1]>) => string;
  /** A term of the documents, which pages call the same. */
  readonly trade: (term: GlossaryTerm) => string;
  /** A word out of the book, such as a trace or a state; one that nobody knows stays as it is. */
  readonly word: (word: string) => string;
}

function speech(language: PageLanguage): Speech {
  const at = language === 'zh' ? 0 : 1;
  return {
    language,
    t: (term, ...values) => filled(ALL[term][at], values[0]),
    trade: (term) => say(term, language),
    word: (word) => (isTerm(word) ? ALL[word][at] : sayWord(word, language)),
  };
}

function isTerm(word: string): word is Term {
  return Object.hasOwn(ALL, word);
}

export const SPEECH: Readonly<Record<PageLanguage, Speech>> = { zh: speech('zh'), en: speech('en') };

/** Every word of the pages, for those who check them. */
export const WORDS: readonly (readonly [term: string, texts: readonly string[]])[] = Object.entries(ALL);

/**
 * The language to speak: what the visitor chose before, else the first of the browser's that we speak, else English.
 * @param accepted the Accept-Language header
 */
export function languageOf(chosen: string | undefined, accepted: string | undefined): PageLanguage {
  if (chosen === 'zh' || chosen === 'en') return chosen;
  const wishes = (accepted ?? '')
    .split(',')
    .map((part) => {
      const [tag = '', ...params] = part.trim().toLowerCase().split(';');
      const quality =
        params
          .find((param) => param.trim().startsWith('q='))
          ?.trim()
          .slice(2) ?? '1';
      return { tag, weight: /^(0(\.\d{1,3})?|1(\.0{1,3})?)$/.test(quality) ? Number(quality) : 0 };
    })
    .sort((a, b) => b.weight - a.weight);
  for (const { tag, weight } of wishes) {
    if (weight === 0) continue;
    if (tag === 'zh' || tag.startsWith('zh-')) return 'zh';
    if (tag === 'en' || tag.startsWith('en-')) return 'en';
  }
  return 'en';
}
