/**
 * How a site stands at an instant: what it may do, since when and through what, which notices run, and which approvals
 * hold. It folds what was said of the site, and decides nothing.
 */
import type { Instant } from '../../calendar.ts';
import type { Permission } from '../permissions.ts';

/** What was said of a permission, by whom, when, and as the how-manieth: what switches are made of. */
export interface Word {
  readonly permission: Permission;
  readonly value: 'grant' | 'revoke';
  /** From when on it counts: of a notice its end. */
  readonly at: Instant;
  /** From when on it is known: of a notice its issue, of anything else `at`. */
  readonly saidAt: Instant;
  readonly source: Switch['source'];
  readonly isPersons: boolean;
  readonly ref: string;
  /** Of a notice that was cancelled for the permission, when. */
  readonly cancelledAt: Instant | null;
  /** A number that is the greater the later it was accepted. */
  readonly accepted: number;
}

/**
 * The switches that words come to as of an instant, in order of their instants, equal ones as accepted (SPEC 1, 12). The
 * later word of a person wins over a review's, whatever their dates, and a notice is over when it was cancelled, or a
 * person granted the permission after its issue and before its end.
 */
export function switchesIn(words: readonly Word[], asOf = Number.POSITIVE_INFINITY): Switch[] {
  const known = words.filter((word) => word.saidAt <= asOf);
  return known
    .filter((word) => (word.source === 'notice' ? !isOver(word, known, asOf) : !isOverruled(word, known)))
    .sort((a, b) => a.at - b.at || a.accepted - b.accepted);
}

/** Whether a notice takes its permission no more. */
export function isOver(notice: Word, words: readonly Word[], asOf = Number.POSITIVE_INFINITY): boolean {
  if (notice.cancelledAt !== null && notice.cancelledAt <= asOf) return true;
  return words.some((word) => {
    const isGrant = word.permission === notice.permission && word.value === 'grant' && word.isPersons;
    if (!isGrant || word.at >= notice.at) return false;
    const isLater = word.accepted > notice.accepted;
    return word.at > notice.saidAt || (isLater && (word.at === notice.saidAt || !notice.isPersons));
  });
}

/** Whether a person said something else after a review had said this. */
function isOverruled(word: Word, words: readonly Word[]): boolean {
  return (
    !word.isPersons &&
    words.some(
      (other) =>
        other.permission === word.permission &&
        other.isPersons &&
        other.accepted > word.accepted &&
        other.at <= word.at,
    )
  );
}

/** A row that switches a permission, by whatever it is there. In order of `at`, equal ones as accepted (SPEC 1). */
export interface Switch {
  readonly permission: Permission;
  readonly value: 'grant' | 'revoke';
  readonly at: Instant;
  /** `row`: of the feed `permissions`; `approval`: of an application; `notice`: the end of a notice not cancelled. */
  readonly source: 'row' | 'approval' | 'notice';
  /** True when a person decided it, and no review. */
  readonly isPersons: boolean;
  /** Of a notice when it was issued, of anything else `at`. */
  readonly saidAt: Instant;
  /** Of a row its reason, else the id of the application or notice. */
  readonly ref: string;
}

/** What a site may at an instant. */
export interface Held {
  /** The switch in force, or undefined where there is none: off. */
  readonly last: Switch | undefined;
  readonly held: boolean;
  /** The approved application that beats the score: no person has revoked the permission since. */
  readonly approval: Switch | undefined;
  /** The notice that ends the permission next. */
  readonly pending: Switch | undefined;
  /** The notices that run and that a review issued: only such a one a review takes back. */
  readonly ours: readonly Switch[];
  /** True when a person took the permission away, by a row or a notice, and nobody gave it back: no review does. */
  readonly barred: boolean;
  /** The notice of a review that has ended the permission, and nothing has switched it since. */
  readonly lapsed: Switch | undefined;
}

/** Folds the switches of one permission of one site, in their order, as of an instant. */
export function heldAt(switches: readonly Switch[], asOf: Instant): Held {
  let last: Switch | undefined;
  let approval: Switch | undefined;
  let barred = false;
  for (const one of switches) {
    if (one.at > asOf) continue;
    last = one;
    if (one.value === 'grant') barred = false;
    else if (one.isPersons) barred = true;
    if (one.source === 'approval') approval = one;
    else if (one.value === 'revoke' && one.isPersons) approval = undefined;
  }
  const running = switches.filter((one) => one.at > asOf && one.source === 'notice');
  const ours = running.filter((one) => !one.isPersons);
  const lapsed = last?.source === 'notice' && !last.isPersons ? last : undefined;
  return { last, held: last?.value === 'grant', approval, pending: running[0], ours, barred, lapsed };
}

/** How a site was judged, as of an instant. */
export interface State {
  readonly status: string;
  /** The last score that was given; null where none was. */
  readonly score: string | null;
  readonly at: Instant;
  /** Since when it has been so: a review that found the same again does not count. */
  readonly since: Instant;
  readonly reason: string;
  /** When a person gave the score; null of a review's, and where there is none. */
  readonly scoredAt: Instant | null;
}

/** A row of `site-reviews`. */
export interface Judged {
  readonly status: string;
  readonly score: string | null;
  readonly at: Instant;
  readonly reason: string;
  readonly isPersons: boolean;
  readonly accepted: number;
}

/** The rows that count, in order (SPEC 1): a review's goes where a person said something later of the same time or before. */
export function judgedIn(rows: readonly Judged[]): Judged[] {
  const counts = (row: Judged): boolean =>
    row.isPersons || !rows.some((other) => other.isPersons && other.accepted > row.accepted && other.at <= row.at);
  return rows.filter(counts).sort((a, b) => a.at - b.at || a.accepted - b.accepted);
}

/** How rows, in order, have a site stand as of an instant; null where it was never judged. */
export function stateAt(rows: readonly Judged[], asOf: Instant): State | null {
  const known = rows.filter((row) => row.at <= asOf);
  const last = known.at(-1);
  if (last === undefined) return null;
  const scored = known.findLast((row) => row.score !== null);
  const { status, at, reason } = last;
  const since = known.findLast((row, i) => row.isPersons || row.status !== known[i - 1]?.status)?.at ?? at;
  const scoredAt = scored?.isPersons === true ? scored.at : null;
  return { status, score: scored?.score ?? null, at, since, reason, scoredAt };
}
