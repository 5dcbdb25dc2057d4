/** What a site may, permission by permission, and why, as text and as a document. It looks nothing up and decides nothing. */
import type { Instant } from '../core/calendar.ts';
import type { Held, State } from '../core/promotion/review/standing.ts';
import type { PermissionTerm } from '../core/promotion/review/terms.ts';
import { aligned, type Showing } from './files/lines.ts';

/** One application as a desk reads it. */
export interface ApplicationView {
  readonly id: string;
  readonly site: string;
  readonly permission: string;
  readonly appliedAt: Instant;
  readonly appealOf: string | null;
  readonly decision: 'approve' | 'reject' | null;
  readonly decidedAt: Instant | null;
  readonly decidedBy: string | null;
  readonly reason: string | null;
  /** Until when a rejection can be appealed against; null where it cannot. */
  readonly appealUntil: Instant | null;
}

export interface PermissionsView {
  readonly site: string;
  readonly publisher: string;
  readonly asOf: Instant;
  readonly withdrawnAt: Instant | null;
  readonly state: State | null;
  /** The publisher's status. */
  readonly standing: string;
  readonly permissions: readonly { readonly permission: string; readonly held: Held; readonly asks: PermissionTerm }[];
  readonly applications: readonly ApplicationView[];
  /** Of the notices that run, by their ids. */
  readonly letters: ReadonlyMap<string, NoticeLetter>;
}

/** What became of a notice's letter, in a few words. */
function letterText(letter: NoticeLetter | null, { calendar }: Pick<Showing, 'calendar'>): string {
  if (letter === null) return 'no letter was written';
  const { state, attempts, endedAt, recipient } = letter;
  const when = endedAt === null ? '' : ` at ${calendar.format(endedAt)}`;
  if (state === 'waiting') return 'the letter cannot leave: no address is known';
  if (state === 'sent') return `the letter was sent to ${recipient}${when}`;
  if (state === 'refused') return `the letter was refused by the server of ${recipient}${when}`;
  return attempts === 0 ? 'the letter was never tried' : 'the letter did not leave yet, and is tried again';
}

/** What is told of a letter: its state in the outbox, and how often it was tried. */
interface NoticeLetter {
  readonly state: string;
  readonly attempts: number;
  readonly endedAt: Instant | null;
  readonly recipient: string | null;
}

/** A notice that runs, as it is listed. */
export interface NoticeView {
  readonly id: string;
  readonly site: string;
  readonly publisher: string;
  readonly left: readonly string[];
  readonly issuedAt: Instant;
  readonly effectiveAt: Instant;
  readonly letter: NoticeLetter | null;
}

/** Notices as text, a row each. */
export function noticesText(notices: readonly NoticeView[], showing: Pick<Showing, 'calendar'>): string {
  const { calendar } = showing;
  return aligned(
    notices.map((one) => [
      `ends ${calendar.format(one.effectiveAt)}`,
      one.id,
      `site ${one.site} of publisher ${one.publisher}`,
      one.left.join(', '),
      letterText(one.letter, showing),
    ]),
    0,
  );
}

function letterDocument(letter: NoticeLetter | null | undefined, calendar: Showing['calendar']): NoticeLetterDocument {
  if (letter === null || letter === undefined) return null;
  const { state, attempts, recipient, endedAt } = letter;
  return { state, attempts, recipient, endedAt: endedAt === null ? null : calendar.format(endedAt) };
}

type NoticeLetterDocument = (Omit<NoticeLetter, 'endedAt'> & { readonly endedAt: string | null }) | null;

/** A notice for programs. */
export function noticeDocument(
  { issuedAt, effectiveAt, left, letter, id, site, publisher }: NoticeView,
  { calendar }: Pick<Showing, 'calendar'>,
): Record<string, unknown> {
  const moments = { issuedAt: calendar.format(issuedAt), endsAt: calendar.format(effectiveAt) };
  return { notice: id, site, publisher, permissions: left, ...moments, letter: letterDocument(letter, calendar) };
}

/** The permissions of a site as text. */
export function permissionsText(view: PermissionsView, showing: Showing): string {
  const { calendar } = showing;
  const { state, withdrawnAt } = view;
  const status =
    withdrawnAt !== null
      ? `withdrawn since ${calendar.format(withdrawnAt)}: nothing of it earns`
      : state === null
        ? 'submitted, never reviewed'
        : `${state.status} since ${calendar.format(state.at)}${state.reason === '' ? '' : `: ${state.reason}`}`;
  const head = aligned(
    [
      ['as of', calendar.format(view.asOf)],
      ['state', status],
      ['score', withdrawnAt === null ? (state?.score ?? 'none') : 'none'],
      ['account', view.standing],
    ],
    2,
  );
  const rows = view.permissions.flatMap((one) => permissionRows(one, view, showing));
  const applications = view.applications.length === 0 ? '' : `\n${applicationsText(view.applications, showing)}`;
  return `Site ${view.site} of publisher ${view.publisher}\n${head}\n${aligned(rows, 0)}${applications}`;
}

function permissionRows(
  { permission, held, asks }: PermissionsView['permissions'][number],
  { withdrawnAt, letters }: PermissionsView,
  showing: Showing,
): string[][] {
  const lines = [sinceText(held, showing)];
  if (withdrawnAt !== null) lines.splice(0, 1, 'ended with the site');
  else if (held.pending !== undefined)
    lines.push(
      `ends at ${showing.calendar.format(held.pending.at)} by notice ${held.pending.ref}, unless it is cancelled`,
      letterText(letters.get(held.pending.ref) ?? null, showing),
    );
  if (held.approval !== undefined && withdrawnAt === null)
    lines.push(`application ${held.approval.ref} stands in for the score`);
  lines.push(asksText(asks));
  const is = held.held && withdrawnAt === null ? 'held' : 'not held';
  return lines.map((line, at) => (at === 0 ? [permission, is, line] : ['', '', line]));
}

function sinceText({ last }: Held, { calendar }: Showing): string {
  if (last === undefined) return 'never granted';
  const at = calendar.format(last.at);
  if (last.source === 'notice') return `since ${at}: notice ${last.ref} ran out`;
  if (last.source === 'approval') return `since ${at}: application ${last.ref} was approved`;
  return `since ${at}${last.ref === '' ? '' : `: ${last.ref}`}`;
}

function asksText({ leastScore, state, standing, grantedBy }: PermissionTerm): string {
  const account = standing === 'active' ? ', an active account' : '';
  return `asks for an ${state} site, score ${leastScore}${account}; ${grantedBy === 'review' ? 'a review grants it' : 'granted on application'}`;
}

/** Applications as text, a row each. */
export function applicationsText(applications: readonly ApplicationView[], { calendar }: Showing): string {
  const rows = applications.map((one) => {
    const what = `${one.permission} for site ${one.site}${one.appealOf === null ? '' : `, against the rejection of ${one.appealOf}`}`;
    return [
      `application ${one.id}`,
      calendar.format(one.appliedAt),
      what,
      decisionText(one, calendar.format.bind(calendar)),
    ];
  });
  return aligned(rows, 0);
}

function decisionText(one: ApplicationView, format: (at: Instant) => string): string {
  if (one.decision === null || one.decidedAt === null) return 'waits';
  const why = one.reason === null || one.reason === '' ? '' : `: ${one.reason}`;
  const appeal = one.appealUntil === null ? '' : `; can be appealed against until ${format(one.appealUntil)}`;
  return `${one.decision === 'approve' ? 'approved' : 'rejected'} ${format(one.decidedAt)} by ${one.decidedBy}${why}${appeal}`;
}

/** The same for programs; instants are texts in the book's zone. */
export function permissionsDocument(view: PermissionsView, { calendar }: Showing): Record<string, unknown> {
  const moment = (at: Instant | null | undefined): string | null =>
    at === null || at === undefined ? null : calendar.format(at);
  const { state, withdrawnAt } = view;
  return {
    site: view.site,
    publisher: view.publisher,
    asOf: moment(view.asOf),
    withdrawnAt: moment(withdrawnAt),
    state: withdrawnAt === null ? (state?.status ?? 'submitted') : 'withdrawn',
    score: withdrawnAt === null ? (state?.score ?? null) : null,
    account: view.standing,
    permissions: view.permissions.map(({ permission, held, asks }) => ({
      permission,
      held: held.held && withdrawnAt === null,
      since: moment(held.last?.at),
      by: held.last?.source ?? null,
      why: held.last?.ref ?? null,
      endsAt: withdrawnAt === null ? moment(held.pending?.at) : null,
      notice: held.pending?.ref ?? null,
      letter: letterDocument(view.letters.get(held.pending?.ref ?? ''), calendar),
      application: held.approval?.ref ?? null,
      asks,
    })),
    applications: view.applications.map((one) => applicationDocument(one, { calendar })),
  };
}

export function applicationDocument(
  one: ApplicationView,
  { calendar }: Pick<Showing, 'calendar'>,
): Record<string, unknown> {
  const moment = (at: Instant | null): string | null => (at === null ? null : calendar.format(at));
  return {
    ...one,
    appliedAt: moment(one.appliedAt),
    decidedAt: moment(one.decidedAt),
    appealUntil: moment(one.appealUntil),
  };
}
