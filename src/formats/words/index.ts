/**
 * The one glossary: every term and sentence that people read on pages, in documents and on terminals, in Chinese and
 * English. A subject's words are a file beside this one and a row in `ALL`; no term stands in two of them.
 */
import type { Inline } from '../story/story.ts';
import { ACCOUNTS } from './accounts.ts';
import { DOCUMENTS } from './documents.ts';
import { EVENTS } from './events.ts';
import { EXPLAIN } from './explain.ts';
import { FEEDS } from './feeds.ts';
import { FINANCE } from './finance.ts';
import { FRAME } from './frame.ts';
import { NOTICES } from './notices.ts';
import { OPERATIONS } from './operations.ts';
import { PEOPLE } from './people.ts';
import { POLICY } from './policy.ts';
import { PUBLISHER } from './publisher.ts';
import { RISK } from './risk.ts';
import { SELLER } from './seller.ts';
import { SETTING_WORDS } from './settings.ts';
import { ACTION_WORDS, PATTERN_WORDS, SIGNAL_WORDS } from './signals.ts';
import { REASON_WORDS, SWITCH_WORDS } from './tests.ts';
import { filled, type Given, parted, type Slots } from './text.ts';
import { WHATIF } from './whatif.ts';

/** The subjects, for those who check that no term stands in two. */
export const SUBJECTS = {
  DOCUMENTS,
  FRAME,
  PEOPLE,
  EXPLAIN,
  SELLER,
  PUBLISHER,
  EVENTS,
  OPERATIONS,
  POLICY,
  SETTING_WORDS,
  WHATIF,
  FINANCE,
  RISK,
  FEEDS,
  NOTICES,
  ACCOUNTS,
  SIGNAL_WORDS,
  PATTERN_WORDS,
  ACTION_WORDS,
  REASON_WORDS,
  SWITCH_WORDS,
};

type Subjects = typeof SUBJECTS;
/** Of several tables the terms of all. */
type Together<T> = (T extends unknown ? (of: T) => void : never) extends (of: infer All) => void ? All : never;
const ALL = Object.assign({}, ...Object.values(SUBJECTS)) as Together<Subjects[keyof Subjects]>;

export type Term = keyof typeof ALL;
/** The terms that ask for no value. */
export type PlainTerm = { [K in Term]: [Slots<(typeof ALL)[K][1]>] extends [never] ? K : never }[Term];

/** The languages of pages and of what commands tell; a document may also say both at once. */
export type Tongue = 'zh' | 'en';
export type Language = Tongue | 'both';
export const TONGUES: readonly Tongue[] = ['zh', 'en'];
export const LANGUAGES: readonly Language[] = [...TONGUES, 'both'];

/** One language's voice. */
export interface Speech {
  readonly language: Tongue;
  /** A word or sentence, with the values it asks for. */
  readonly t: <K extends Term>(term: K, ...values: Given<(typeof ALL)[K][1], string | number>) => string;
  /** The same with values that whoever shows it writes his own way: amounts, rates, instants. */
  readonly phrase: <K extends Term>(term: K, ...values: Given<(typeof ALL)[K][1], Inline>) => Inline;
  /** A word that the book holds as text, such as a trace or a permission; one that the glossary lacks stays as it is. */
  readonly word: (word: string) => string;
}

function speech(language: Tongue): Speech {
  const at = language === 'zh' ? 0 : 1;
  return {
    language,
    t: (term, ...values) => filled(ALL[term][at], values[0]),
    word: (word) => sayWord(word, language),
    phrase: (term, ...values) => parted<Inline>(ALL[term][at], values[0]),
  };
}

export const SPEECH: Readonly<Record<Tongue, Speech>> = { zh: speech('zh'), en: speech('en') };

/** A value of a document's sentence: a text, or what is itself said in the sentence's language. */
export type Value = string | ((language: Language) => string);

/** A term or sentence of a document; in both languages, Chinese first. Where the two are the same text it stands once. */
export function say(term: Term, language: Language, values: Readonly<Record<string, Value>> = {}): string {
  const [zh, en, both]: readonly [string, string, string?] = ALL[term];
  const text = { zh, en, both: both ?? (zh === en ? zh : `${zh} ${en}`) }[language];
  const said = Object.entries(values).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : value(language),
  ]);
  return filled(text, Object.fromEntries(said));
}

function isTerm(word: string): word is Term {
  return Object.hasOwn(ALL, word);
}

/** The first of some words that is a term and asks for no value. */
export function knownTerm(...words: readonly string[]): PlainTerm | undefined {
  return words.find((word): word is PlainTerm => isTerm(word) && !ALL[word][1].includes('{'));
}

/** A word of the book in a language; one that the glossary does not know stays as it is. */
export function sayWord(word: string, language: Language): string {
  return isTerm(word) ? say(word, language) : word;
}
