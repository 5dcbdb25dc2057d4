/** How a site stands at an instant: what it may, since when, why, and what was applied for. It records nothing. */
import type { Instant } from '../core/calendar.ts';
import type { Policy } from '../core/policy/policy.ts';
import { appealDeadline } from '../core/promotion/events.ts';
import { PERMISSIONS } from '../core/promotion/permissions.ts';
import { heldAt, type Switch, switchesIn, type Word } from '../core/promotion/review/standing.ts';
import { Refusal } from '../core/refusal.ts';
import type { ApplicationView, PermissionsView } from '../formats/permissions.ts';
import type { Session } from '../store/connection/session.ts';
import { inSnapshot } from '../store/connection/snapshot.ts';
import { type Book, policies } from '../store/night/book.ts';
import { lettersFate } from '../store/outbox/mail.ts';
import { applicationsOfSite, type KnownApplication } from '../store/registry/promotion.ts';
import { sitesToReview } from '../store/registry/review.ts';
import { withdrawalsOf, wordsOf } from '../store/registry/switches.ts';

/** The policy a desk goes by: the last adopted. */
export async function deskPolicy(session: Session, book: Book): Promise<Policy> {
  const last = (await policies(session, book.digits)).at(-1);
  if (last === undefined) throw new Error('the book has no policy: it was not made by cps init');
  return last.policy;
}

/**
 * How a site stands at an instant.
 * @throws Refusal when no such site had been filed by then
 */
export function permissionsOf(session: Session, book: Book, site: string, asOf: Instant): Promise<PermissionsView> {
  return inSnapshot(session, () => permissionsHere(session, book, site, asOf));
}

/** The same, in a transaction that is open. */
export async function permissionsHere(
  session: Session,
  book: Book,
  site: string,
  asOf: Instant,
): Promise<PermissionsView> {
  const policy = await deskPolicy(session, book);
  const [found] = await oneOf(sitesToReview(session, asOf, site));
  if (found === undefined) {
    throw new Refusal(
      `site ${site} is not known as of ${book.calendar.format(asOf)}: deliver it in sites first`,
      'not-there',
    );
  }
  const applications = await applicationsOfSite(session, site, asOf);
  return {
    site,
    publisher: found.filed.publisherId,
    asOf,
    withdrawnAt: (await withdrawalsOf(session, [site], { asOf })).get(site) ?? null,
    state: found.state,
    standing: found.publisher,
    permissions: PERMISSIONS.map((permission) => ({
      permission,
      held: heldAt(
        found.switches.filter((one) => one.permission === permission),
        asOf,
      ),
      asks: policy.permissions[permission],
    })),
    applications: applications.map((one) => applicationView(one, asOf, policy)),
    letters: await lettersFate(
      session,
      found.switches.filter((one) => one.source === 'notice' && one.at > asOf).map(({ ref }) => ref),
    ),
  };
}

async function oneOf<T>(batches: AsyncGenerator<T[]>): Promise<T[]> {
  for await (const batch of batches) return batch;
  return [];
}

/**
 * Until when what a person says now of a permission stands, by what is dated later: the switch that ends it, or null. What it
 * overrules is no switch any more.
 */
export async function untilWhen(
  session: Session,
  site: string,
  said: Pick<Word, 'permission' | 'value' | 'at' | 'source'>,
): Promise<Switch | null> {
  const words = (await wordsOf(session, [site])).get(site) ?? [];
  const last = { saidAt: said.at, isPersons: true, ref: '', cancelledAt: null, accepted: Number.POSITIVE_INFINITY };
  const after = switchesIn([...words.filter(({ permission }) => permission === said.permission), { ...last, ...said }]);
  return after.find((one) => one.at > said.at && one.value !== said.value) ?? null;
}

/** An application as it was at an instant: a later decision is not told of. */
export function applicationView(one: KnownApplication, asOf: Instant, policy: Policy): ApplicationView {
  const isDecided = one.decided_at !== null && one.decided_at <= asOf;
  const rejectedAt =
    one.decision === 'reject' && one.appeal_of === null && one.appealed_by === null ? one.decided_at : null;
  return {
    id: one.application_id,
    site: one.site_id,
    permission: one.permission,
    appliedAt: one.applied_at,
    appealOf: one.appeal_of,
    decision: isDecided ? one.decision : null,
    decidedAt: isDecided ? one.decided_at : null,
    decidedBy: isDecided ? one.decided_by : null,
    reason: isDecided ? one.reason : null,
    appealUntil: isDecided && rejectedAt !== null ? appealDeadline(rejectedAt, policy) : null,
  };
}
