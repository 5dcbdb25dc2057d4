/** The notices that run, by their end, each with what became of its letter. It gives and cancels none. */
import type { Instant } from '../core/calendar.ts';
import { switchesIn } from '../core/promotion/review/standing.ts';
import type { Session } from '../store/connection/session.ts';
import { type LetterFate, lettersFate } from '../store/outbox/mail.ts';
import { noticesEnding, type RunningNotice } from '../store/registry/promotion.ts';
import { withdrawalsOf, wordsOf } from '../store/registry/switches.ts';

export interface PendingNotice extends RunningNotice {
  /** The permissions that it still takes. */
  readonly left: readonly string[];
  readonly letter: LetterFate | null;
}

/** The notices that run at an instant, the first to end first; of one id, or of all. */
export async function pendingNotices(
  session: Session,
  asOf: Instant,
  id: string | null = null,
): Promise<PendingNotice[]> {
  const notices = await noticesEnding(session, asOf, id);
  const sites = [...new Set(notices.map(({ site }) => site))];
  const words = await wordsOf(session, sites);
  const withdrawn = await withdrawalsOf(session, sites, {});
  const letters = await lettersFate(
    session,
    notices.map((one) => one.id),
  );
  return notices.flatMap((notice) => {
    const end = withdrawn.get(notice.site);
    if (end !== undefined && end <= notice.effectiveAt) return [];
    const left = switchesIn(words.get(notice.site) ?? [])
      .filter((one) => one.source === 'notice' && one.ref === notice.id)
      .map(({ permission }) => permission);
    return left.length === 0 ? [] : [{ ...notice, left, letter: letters.get(notice.id) ?? null }];
  });
}

/** Whether a letter has not reached anybody's server, and nobody has tried, or nobody can. */
export function isUnheard(letter: LetterFate | null): boolean {
  return letter === null || letter.state === 'waiting' || letter.state === 'refused' || letter.attempts === 0;
}
