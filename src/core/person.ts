/**
 * Who a person is: an identity, and a name that is one person's however it is typed. It says which names may stand in the
 * books and which two are one person; who somebody proved to be is for the door they come by.
 */

/**
 * What proves who somebody is: the id of a person, the issuer and `sub` of a token, a key's owner, or at the command line the
 * user of the operating system, who says for whom.
 */
export interface Identity {
  /** `person`, `key`, `os`, `engine`, or the issuer of a token, which is none of these words. */
  readonly issuer: string;
  readonly subject: string;
}

/** Issuers that are no issuer of tokens. */
export const OWN_ISSUERS = ['person', 'key', 'os', 'engine'] as const;

/** The identity of whoever owns a key: all keys under one name are one person's. */
export function ownerOfKey(name: string): Identity {
  return { issuer: 'key', subject: plainName(name) };
}

/** Scripts that one name may have letters of together: Chinese, Japanese and Korean are written with Latin letters too. */
const TOGETHER = ['Latin', 'Han', 'Hiragana', 'Katakana', 'Bopomofo', 'Hangul'];
/** Scripts that stand alone in a name. One that is not here looks too much like another, or nobody asked for it yet. */
const ALONE = ['Cyrillic', 'Greek', 'Armenian', 'Georgian', 'Hebrew', 'Arabic', 'Ethiopic'].concat(
  ['Devanagari', 'Bengali', 'Gurmukhi', 'Gujarati', 'Tamil', 'Telugu', 'Kannada', 'Malayalam', 'Sinhala'],
  ['Thai', 'Lao', 'Khmer', 'Myanmar', 'Tibetan', 'Mongolian'],
);
const writtenIn = (scripts: readonly string[]): RegExp =>
  new RegExp(`^[${['Common', 'Inherited', ...scripts].map((one) => `\\p{Script=${one}}`).join('')}]*$`, 'u');
const WRITTEN = [writtenIn(TOGETHER), ...ALONE.map((one) => writtenIn([one]))];

/** What nobody sees: controls, characters that only steer others, and letters that are drawn as nothing. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** How a name has to be, to complete "must be ...". */
export const NAME_EXPECTED =
  'a name of 1 to 60 characters without blanks around it, of one script and with nothing in it that is not seen';

/**
 * The one spelling in which a name is kept: full-width letters as others, blanks inside as one. The only place where a
 * name comes in, whichever door it comes by.
 * @returns undefined for what is no name: blank, too long, with something unseen in it, or of letters of several scripts
 */
export function personName(text: string): string | undefined {
  if (UNSEEN.test(text) || text.trim() !== text) return undefined;
  const name = text.normalize('NFKC').replace(/\s+/gu, ' ');
  if (UNSEEN.test(name) || name.trim() !== name || [...name].length > 60) return undefined;
  return plainName(name) !== '' && WRITTEN.some((script) => script.test(name)) ? name : undefined;
}

/** Letters that look like others, small ones: each row's first stands for all of it. */
const ALIKE = new Map(
  [
    ...['aаαɑ', 'bвβ', 'cсϲ', 'dԁ', 'eеεє', 'gɡց', 'hһհнη', 'jјյ', 'kкκ', 'mмμ', 'nոп', 'oоοօσ0〇', 'pрρ', 'qԛզ', 'sѕ'],
    ...[
      'li1іιɩıӏ|',
      'tтτ',
      'uսυц',
      'vνѵ',
      'wԝω',
      'xхχ',
      'yуγ',
      'zζ',
      'rг',
      '力カ',
      '工エ',
      '口ロ',
      '夕タ',
      '二ニ',
      '八ハ',
    ],
    ...['卜ト', '一ー'],
  ].flatMap((row) => [...row].map((one) => [one, [...row][0] ?? one] as const)),
);

/** A name as it is compared: its letters and digits alone, small, without accents, each lookalike as one. */
export function plainName(name: string): string {
  const bare = name
    .normalize('NFKC')
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .normalize('NFC');
  return [...bare.replace(/[^\p{L}\p{N}\p{M}]|\p{Default_Ignorable_Code_Point}/gu, '')]
    .map((letter) => ALIKE.get(letter) ?? letter)
    .join('');
}

/** Whether two names are one person's, however the letters were typed: by which two are never told apart by mistake. */
export function samePerson(a: string, b: string): boolean {
  return plainName(a) === plainName(b);
}
