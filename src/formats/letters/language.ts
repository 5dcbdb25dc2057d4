/** In which language a letter about a site is written, and what permissions are called in it. */

export interface LetterText {
  readonly subject: string;
  readonly body: string;
}

/** Something said in Chinese and in English. */
export interface Both<T = string> {
  readonly zh: T;
  readonly en: T;
}

/** To whom a letter about a site goes. */
export interface Addressee {
  readonly siteId: string;
  readonly siteName: string;
  readonly publisherName: string;
  /** Null where the contact has none: then the letter says it in both. */
  readonly language: string | null;
}

/** A letter in a contact's language, or in Chinese and then in English. */
export function inLanguage(language: string | null, { zh, en }: Both<LetterText>): LetterText {
  if (language === 'zh') return zh;
  if (language === 'en') return en;
  return { subject: `${zh.subject} / ${en.subject}`, body: `${zh.body}\n---\n\n${en.body}` };
}

/** What each permission is, for the people who hold it. */
const PERMISSION: Readonly<Record<string, Both>> = {
  'cross-store:tmall': { zh: '天猫推广跨店结算权限', en: 'cross-store settlement on Tmall' },
  'cross-store:taobao': { zh: '淘宝推广跨店结算权限', en: 'cross-store settlement on Taobao' },
  'site-wide:tmall': { zh: '天猫全站结算权限', en: 'site-wide settlement on Tmall' },
  api: { zh: 'API 调用权限', en: 'calls of the API' },
  taodianjin: { zh: '淘点金权限', en: 'Taodianjin' },
};

export function permissionIn(permission: string): Both {
  return PERMISSION[permission] ?? { zh: permission, en: permission };
}

/** What a publisher typed, on one line: no name may add a line or a header to a mail. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
}
