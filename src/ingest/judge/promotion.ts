/**
 * Judges withdrawals, applications, decisions, notices and cancellations (SPEC 12): what a row must not contradict beside
 * its key and parents. A notice accepted leaves its mail in the outbox in the same transaction.
 */
import type { Instant } from '../../core/calendar.ts';
import type { Feed, Row } from '../../core/feeds/feed.ts';
import { appealDeadline } from '../../core/promotion/events.ts';
import { noticeMail } from '../../formats/letters/notice.ts';
import type { Session } from '../../store/connection/session.ts';
import { policies } from '../../store/night/book.ts';
import { queueMail } from '../../store/outbox/mail.ts';
import { applicationsUnder, noticesUnder, siteNames } from '../../store/registry/promotion.ts';
import { withdrawalsOf } from '../../store/registry/switches.ts';
import { type Candidate, dueDay, type Judge, type Ledger } from './chunk-tally.ts';
import { judgeRegistry } from './registry.ts';
import type { TradeTerms } from './trade-fact.ts';

/** The instant of each feed's rows, which says when they are due. */
const AT: Readonly<Record<string, string>> = {
  withdrawals: 'withdrawn_at',
  applications: 'applied_at',
  'application-decisions': 'decided_at',
  notices: 'issued_at',
  'notice-cancellations': 'cancelled_at',
};

/** Judges a chunk of one of these feeds and keeps what it accepts. */
export async function judgePromotion(
  session: Session,
  feed: Feed,
  candidates: readonly Candidate[],
  ledger: Ledger,
  terms: TradeTerms,
): Promise<void> {
  const at = AT[feed.name];
  if (at === undefined) throw new Error(`${feed.name} is no feed of promotion resource management`);
  const impossible = await judgeOf(session, feed, candidates, terms);
  const due = (row: Row) => dueDay(terms.calendar, row[at] as Instant, terms.nextDay);
  const accepted = await judgeRegistry(session, feed, terms.batch, candidates, ledger, { impossible, due });
  if (feed.name === 'notices') await queueNotices(session, accepted, terms);
}

async function judgeOf(
  session: Session,
  feed: Feed,
  candidates: readonly Candidate[],
  terms: TradeTerms,
): Promise<Judge> {
  const idsOf = (column: string): string[] => [
    ...new Set(candidates.flatMap(({ row }) => (row[column] === null ? [] : [String(row[column])]))),
  ];
  switch (feed.name) {
    case 'applications':
      return applicationJudge(session, idsOf, terms);
    case 'application-decisions':
      return decisionJudge(session, idsOf('application_id'), terms);
    case 'notices':
      return withdrawnJudge(session, idsOf('site_id'), 'issued_at', terms);
    case 'notice-cancellations':
      return cancellationJudge(session, idsOf('notice_id'), terms);
    default:
      return () => undefined;
  }
}

/** A site that was withdrawn is over: nothing is asked for it or taken from it. */
async function withdrawnJudge(session: Session, sites: string[], at: string, terms: TradeTerms): Promise<Judge> {
  const withdrawn = await withdrawalsOf(session, sites, {});
  return (row) => {
    const end = withdrawn.get(String(row['site_id']));
    if (end === undefined || (row[at] as Instant) < end) return undefined;
    return `site ${row['site_id']} was withdrawn at ${terms.calendar.format(end)}: file another site`;
  };
}

async function applicationJudge(
  session: Session,
  idsOf: (column: string) => string[],
  terms: TradeTerms,
): Promise<Judge> {
  const withdrawn = await withdrawnJudge(session, idsOf('site_id'), 'applied_at', terms);
  const against = await applicationsUnder(session, idsOf('appeal_of'));
  const appealed = new Set(
    [...against.values()].filter((one) => one.appealed_by !== null).map((one) => one.application_id),
  );
  const policy = (await policies(session, terms.digits)).at(-1)?.policy;
  return (row) => {
    const fault = withdrawn(row);
    const id = row['appeal_of'];
    if (fault !== undefined || id === null) return fault;
    const rejected = against.get(String(id));
    if (rejected === undefined) return `application ${id} is not known: deliver it first`;
    if (rejected.site_id !== row['site_id'] || rejected.permission !== row['permission'])
      return `application ${id} is for ${rejected.permission} of site ${rejected.site_id}: appeal for the same`;
    if (rejected.decision !== 'reject' || rejected.decided_at === null || policy === undefined)
      return `application ${id} ${rejected.decision === null ? 'waits for its decision' : 'was approved'}: only a rejection is appealed against`;
    if (rejected.appeal_of !== null)
      return `application ${id} is an appeal itself: its rejection is the last word, apply anew`;
    if (appealed.has(rejected.application_id)) return `application ${id} was appealed against already: apply anew`;
    const at = row['applied_at'] as Instant;
    const end = appealDeadline(rejected.decided_at, policy);
    if (at < rejected.decided_at) return `dated before application ${id} was rejected`;
    if (at > end) return `application ${id} could be appealed against until ${terms.calendar.format(end)}: apply anew`;
    appealed.add(rejected.application_id);
    return undefined;
  };
}

async function decisionJudge(session: Session, ids: string[], terms: TradeTerms): Promise<Judge> {
  const known = await applicationsUnder(session, ids);
  return (row) => {
    const applied = known.get(String(row['application_id']));
    if (applied === undefined || (row['decided_at'] as Instant) >= applied.applied_at) return undefined;
    const at = terms.calendar.format(applied.applied_at);
    return `dated before application ${row['application_id']} was made at ${at}`;
  };
}

async function cancellationJudge(session: Session, ids: string[], terms: TradeTerms): Promise<Judge> {
  const known = await noticesUnder(session, ids);
  return (row) => {
    const notice = known.get(String(row['notice_id']));
    if (notice === undefined) return undefined;
    const what = `notice ${notice.notice_id}`;
    if (!notice.permissions.includes(String(row['permission'])))
      return `${what} is about ${notice.permissions.join(', ')} and not about ${row['permission']}`;
    const at = row['cancelled_at'] as Instant;
    if (at < notice.issued_at) return `dated before ${what} was issued at ${terms.calendar.format(notice.issued_at)}`;
    if (at < notice.effective_at) return undefined;
    return `${what} ran out at ${terms.calendar.format(notice.effective_at)}: grant the permission anew`;
  };
}

async function queueNotices(session: Session, rows: readonly Row[], terms: TradeTerms): Promise<void> {
  const names = await siteNames(session, [...new Set(rows.map((row) => String(row['site_id'])))]);
  const mails = rows.map((row) => {
    const name = names.get(String(row['site_id']));
    if (name === undefined) throw new Error(`site ${row['site_id']} has no publisher, which intake lets in nowhere`);
    const notice = {
      siteId: name.site_id,
      siteName: name.site_name,
      publisherName: name.publisher_name,
      permissions: row['permissions'] as readonly string[],
      issuedAt: row['issued_at'] as Instant,
      effectiveAt: row['effective_at'] as Instant,
      short: row['short'] as readonly string[],
      reason: String(row['reason']),
    };
    const messageId = String(row['notice_id']);
    return {
      messageId,
      publisherId: name.publisher_id,
      queuedAt: notice.issuedAt,
      ...noticeMail(notice, terms.calendar),
    };
  });
  await queueMail(session, mails);
}
