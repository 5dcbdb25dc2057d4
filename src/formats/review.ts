/** A review as text and as a document: each site that changes, check by check, and what becomes of its permissions. */
import type { NoticeLetters } from '../core/promotion/notices.ts';
import type { Change } from '../core/promotion/review/change.ts';
import { aligned, momentText, type Showing } from './files/lines.ts';
import { lettersTold } from './letters.ts';
import { SPEECH } from './words/index.ts';

export interface ReviewSummary {
  readonly asOf: number;
  readonly applied: boolean;
  readonly policy: { readonly version: number; readonly name: string };
  readonly sites: number;
  readonly changed: number;
  readonly grants: number;
  readonly notices: number;
  readonly cancellations: number;
  /** Rows that intake refused, and why: they never stop the others. */
  readonly refused: readonly { readonly feed: string; readonly row: string; readonly reason: string }[];
  /** What became of its letters of notice; null where nothing was recorded. */
  readonly letters: NoticeLetters | null;
}

/** One site's changes as text: its state and score, every check with what it saw, then its permissions. */
export function changeText(change: Change, showing: Showing): string {
  const { site, publisher, status, score, checks, granted, notice, cancelled } = change;
  const { calendar } = showing;
  const sum = checks.reduce((all, { points }) => all + points, 0);
  const person = score.person ? ` as a person gave it, in place of ${sum}` : '';
  const from = (before: string | null, after: string): string =>
    before === null || before === after ? after : `${before} -> ${after}`;
  const head = `Site ${site} of publisher ${publisher}: ${from(status.before, status.after)}, score ${from(score.before, score.after)}${person}\n`;
  const rows = checks.map(({ name, points, of, saw }) => [name, `${points}/${of}`.padStart(5), saw]);
  const until = momentText(notice?.effectiveAt ?? '1970-01-01T00:00:00.000Z', calendar);
  const outcomes = [
    ...granted.map(({ permission, why, from: since }) => [
      'granted',
      '',
      `${permission}${since === null ? '' : ` again from ${momentText(since, calendar)} on, as it was mended by then`}: ${why}`,
    ]),
    ...cancelled.map((one) => ['kept', '', `${one.permission}: ${one.why}; notice ${one.notice} is cancelled`]),
    ...(notice?.permissions ?? []).map(({ permission, why }) => [
      'notice',
      '',
      `${permission} ends at ${until}: ${why}; notice ${notice?.id}`,
    ]),
  ];
  return `${head}${aligned([...rows, ...outcomes])}`;
}

/** What the whole review came to, in two sentences. */
export function summaryText(summary: ReviewSummary, showing: Showing): string {
  const { sites, changed, grants, notices, cancellations, policy } = summary;
  const many = (n: number, one: string): string => `${n} ${one}${n === 1 ? '' : 's'}`;
  const what = `${many(grants, 'grant')}, ${many(notices, 'notice')}, ${many(cancellations, 'cancellation')}`;
  const end = summary.applied
    ? changed === 0
      ? 'Nothing was to be recorded.'
      : 'It is recorded, and in force for every night not yet opened.'
    : 'Nothing was written: --apply records it.';
  const refused = summary.refused
    .map(({ feed, row, reason }) => `Refused, and nothing else with it: ${feed} ${row}: ${reason}\n`)
    .join('');
  const told = summary.letters === null ? '' : lettersTold(summary.letters, SPEECH.en);
  const letters = told === '' ? '' : `Letters of notice: ${told}.\n`;
  return `Reviewed ${many(sites, 'site')} as of ${showing.calendar.format(summary.asOf)} under policy ${policy.version} ${policy.name}: ${changed} changed, ${what}.\n${refused}${letters}${end}\n`;
}

/** The figures of a review for programs. */
export function summaryDocument(summary: ReviewSummary, showing: Showing): Record<string, unknown> {
  const { applied, policy, sites, changed, grants, notices, cancellations, refused, letters } = summary;
  const { version, name } = policy;
  const asOf = showing.calendar.format(summary.asOf);
  return { asOf, applied, policy: { version, name }, sites, changed, grants, notices, cancellations, refused, letters };
}
