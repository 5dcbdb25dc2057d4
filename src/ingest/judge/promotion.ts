/**
 * Judges withdrawals, applications, decisions, notices and cancellations (SPEC 12): what a row must not contradict beside
 * its key and parents. A notice accepted leaves its mail in the outbox in the same transaction.
 */
import type { Instant } from '../../core/calendar.ts';
import type { Row } from '../../core/feeds/feed.ts';
import { samePerson } from '../../core/person.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { appealDeadline, reapplyFrom } from '../../core/promotion/events.ts';
import { noticeMail } from '../../formats/letters/notice.ts';
import { addresseeOf, type PromotionNews, promotionLetter } from '../../formats/letters/promotion.ts';
import { policies } from '../../store/night/book.ts';
import { queueMail } from '../../store/outbox/mail.ts';
import {
  applicationsFor,
  applicationsUnder,
  type KnownApplication,
  noticesUnder,
  siteNames,
} from '../../store/registry/promotion.ts';
import { withdrawalsOf } from '../../store/registry/switches.ts';
import { type Chunk, idsIn, type Judgement, parent, type Rules } from './judgement.ts';

type Impossible = (row: Row) => string | undefined;

/** A site that was withdrawn is over: nothing is asked for it or taken from it. */
async function notWithdrawn({ session, rows, terms }: Chunk, at: string): Promise<Impossible> {
  const withdrawn = await withdrawalsOf(session, idsIn(rows, 'site_id'), {});
  return (row) => {
    const end = withdrawn.get(String(row['site_id']));
    if (end === undefined || (row[at] as Instant) < end) return undefined;
    return `site ${row['site_id']} was withdrawn at ${terms.calendar.format(end)}: file another site`;
  };
}

async function applications(chunk: Chunk): Promise<Rules> {
  const { session, rows, terms } = chunk;
  const withdrawn = await notWithdrawn(chunk, 'applied_at');
  const against = await applicationsUnder(session, idsIn(rows, 'appeal_of'));
  const appealed = new Set(
    [...against.values()].filter((one) => one.appealed_by !== null).map((one) => one.application_id),
  );
  const policy = (await policies(session, terms.digits)).at(-1)?.policy;
  const others = await otherApplications(chunk, policy);
  const impossible = (row: Row): string | undefined => {
    const id = row['appeal_of'];
    const fault = withdrawn(row) ?? others.fault(row);
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
    return undefined;
  };
  const accept = (row: Row): void => {
    appealed.add(String(row['appeal_of']));
    others.add(row);
  };
  return { impossible, accept };
}

/** For one site and permission one application is open at a time; after a rejection another follows later, or an appeal. */
async function otherApplications({ session, rows, terms }: Chunk, policy: Policy | undefined) {
  const keyOf = (row: { readonly site_id?: unknown; readonly permission?: unknown }): string =>
    `${row.site_id} ${row.permission}`;
  const known = new Map<string, Pick<KnownApplication, 'application_id' | 'decision' | 'decided_at'>[]>();
  for (const one of await applicationsFor(session, idsIn(rows, 'site_id')))
    known.set(keyOf(one), [...(known.get(keyOf(one)) ?? []), one]);
  const fault = (row: Row): string | undefined => {
    const at = row['applied_at'] as Instant;
    for (const { application_id: id, decision, decided_at: decidedAt } of known.get(keyOf(row)) ?? []) {
      if (id === row['application_id']) continue;
      if (decidedAt === null || at < decidedAt)
        return `application ${id} for ${row['permission']} of site ${row['site_id']} is open: one at a time`;
      if (decision === 'approve' || row['appeal_of'] !== null || policy === undefined) continue;
      const from = reapplyFrom(decidedAt, policy);
      if (at < from)
        return `application ${id} was rejected: apply again from ${terms.calendar.format(from)} on, or appeal`;
    }
    return undefined;
  };
  const add = (row: Row): void => {
    const one = { application_id: String(row['application_id']), decision: null, decided_at: null };
    known.set(keyOf(row), [...(known.get(keyOf(row)) ?? []), one]);
  };
  return { fault, add };
}

async function decisions(chunk: Chunk): Promise<Rules> {
  const { session, rows, terms } = chunk;
  const known = await applicationsUnder(session, idsIn(rows, 'application_id'));
  const appealed = [...known.values()].flatMap(({ appeal_of: of }) => of ?? []);
  const rejected = await applicationsUnder(session, appealed);
  const impossible = (row: Row): string | undefined => {
    const applied = known.get(String(row['application_id']));
    if (applied === undefined) return undefined;
    const [id, by] = [applied.application_id, String(row['decided_by'])];
    const judge = rejected.get(applied.appeal_of ?? '')?.decided_by ?? null;
    if (judge !== null && samePerson(judge, by))
      return `${by} rejected application ${applied.appeal_of}: somebody else has to decide appeal ${id}`;
    if ((row['decided_at'] as Instant) >= applied.applied_at) return undefined;
    return `dated before application ${id} was made at ${terms.calendar.format(applied.applied_at)}`;
  };
  const follow = async (accepted: readonly Row[]): Promise<void> => {
    const policy = (await policies(session, terms.digits)).at(-1)?.policy;
    await queueNews(
      chunk,
      accepted.flatMap((row) => {
        const applied = known.get(String(row['application_id']));
        if (applied === undefined || policy === undefined) return [];
        const { application_id: application, site_id: site, permission } = applied;
        const at = row['decided_at'] as Instant;
        const of = { permission, application, at, reason: String(row['reason']) };
        const appealUntil = applied.appeal_of === null ? appealDeadline(at, policy) : null;
        const news: PromotionNews =
          row['decision'] === 'approve'
            ? { kind: 'approved', ...of }
            : { kind: 'rejected', ...of, appealUntil, reapplyFrom: reapplyFrom(at, policy) };
        return [{ messageId: `${application}.decided`, site, news }];
      }),
    );
  };
  return { impossible, follow };
}

async function cancellations(chunk: Chunk): Promise<Rules> {
  const { session, rows, terms } = chunk;
  const known = await noticesUnder(session, idsIn(rows, 'notice_id'));
  const impossible = (row: Row): string | undefined => {
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
  const follow = (accepted: readonly Row[]): Promise<void> =>
    queueNews(
      chunk,
      accepted.flatMap((row) => {
        const notice = known.get(String(row['notice_id']));
        if (notice === undefined) return [];
        const { notice_id: id, site_id: site } = notice;
        const permission = String(row['permission']);
        const at = row['cancelled_at'] as Instant;
        const news = { kind: 'kept', notice: id, permission, at, reason: String(row['reason']) } as const;
        return [{ messageId: `${id}.cancelled.${permission.replace(':', '-')}`, site, news }];
      }),
    );
  return { impossible, follow };
}

/** Nobody loses a right on a day that was opened before the notice came. */
function tooLate(row: Row, { calendar, nextDay }: Chunk['terms']): string | undefined {
  if (nextDay === null || (row['effective_at'] as Instant) >= calendar.startOf(nextDay)) return undefined;
  return `effective_at is before ${nextDay}, and the days before are opened: a notice ends no earlier than the first day not opened`;
}

interface SiteNews {
  readonly messageId: string;
  readonly site: string;
  readonly news: PromotionNews;
}

/** Leaves the letters of what happened to sites in the outbox. */
async function queueNews(
  { session, terms }: Pick<Chunk, 'session' | 'terms'>,
  all: readonly SiteNews[],
): Promise<void> {
  if (all.length === 0) return;
  const names = await siteNames(
    session,
    all.map(({ site }) => site),
  );
  const letters = all.flatMap(({ messageId, site, news }) => {
    const name = names.get(site);
    if (name === undefined) return [];
    const text = promotionLetter(news, addresseeOf(name), terms.calendar);
    return [{ messageId, publisherId: name.publisher_id, queuedAt: news.at, ...text }];
  });
  await queueMail(session, letters);
}

async function withdrawals(chunk: Chunk): Promise<Rules> {
  const follow = (accepted: readonly Row[]): Promise<void> =>
    queueNews(
      chunk,
      accepted.map((row) => {
        const news = { kind: 'withdrawn', at: row['withdrawn_at'] as Instant, reason: String(row['reason']) } as const;
        return { messageId: `${row['site_id']}.withdrawn`, site: String(row['site_id']), news };
      }),
    );
  return { follow };
}

/** What a review grants is told; what a person grants or revokes is told where the person says it. */
async function grants(chunk: Chunk): Promise<Rules> {
  const follow = (accepted: readonly Row[]): Promise<void> => {
    const bySite = new Map<string, Row[]>();
    for (const row of accepted) {
      if (row['review'] === null) continue;
      const key = `${row['site_id']}.granted.${row['review']}`;
      bySite.set(key, [...(bySite.get(key) ?? []), row]);
    }
    return queueNews(
      chunk,
      [...bySite].flatMap(([messageId, [first, ...more]]) => {
        if (first === undefined) return [];
        const permissions = [first, ...more].map((row) => String(row['permission']));
        const news = {
          kind: 'granted',
          permissions,
          at: first['at'] as Instant,
          reason: String(first['reason']),
        } as const;
        return [{ messageId, site: String(first['site_id']), news }];
      }),
    );
  };
  return { follow };
}

async function queueNotices({ session, terms }: Chunk, rows: readonly Row[]): Promise<void> {
  const names = await siteNames(session, idsIn(rows, 'site_id'));
  const mails = rows.map((row) => {
    const name = names.get(String(row['site_id']));
    if (name === undefined) throw new Error(`site ${row['site_id']} has no publisher, which intake lets in nowhere`);
    const notice = {
      ...addresseeOf(name),
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

const site = parent('site');

export const PROMOTION: Readonly<Record<string, Judgement>> = {
  permissions: { parents: [site], begin: grants },
  withdrawals: { parents: [site], due: 'withdrawn_at', begin: withdrawals },
  applications: { parents: [site], due: 'applied_at', begin: applications },
  'application-decisions': { parents: [parent('application')], due: 'decided_at', begin: decisions },
  notices: {
    parents: [site],
    due: 'issued_at',
    begin: async (chunk) => {
      const withdrawn = await notWithdrawn(chunk, 'issued_at');
      return {
        impossible: (row) => withdrawn(row) ?? tooLate(row, chunk.terms),
        follow: (accepted) => queueNotices(chunk, accepted),
      };
    },
  },
  'notice-cancellations': { parents: [parent('notice')], due: 'cancelled_at', begin: cancellations },
};
