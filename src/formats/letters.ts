/** What became of the letters of notices, in words: how many of each, and who has no address. */
import { MOST_NAMED, type NoticeLetters } from '../core/promotion/notices.ts';
import type { Speech } from './words/index.ts';

/** Those of each kind, in one list; empty where there are none. */
export function lettersTold(letters: NoticeLetters, { t }: Speech): string {
  const named = letters.publishers.join(', ') + (letters.publishers.length === MOST_NAMED ? ', ...' : '');
  const kinds = ['sent', 'refused', 'again', 'neverTried', 'withoutAddress'] as const;
  return kinds
    .filter((kind) => letters[kind] > 0)
    .map((kind) => t(`letters-${kind}`, { count: letters[kind], named }))
    .join(t('letters-between'));
}

/** The letters that nobody has, so far: all but those that were sent. */
export const unheard = (letters: NoticeLetters): NoticeLetters => ({ ...letters, sent: 0 });
