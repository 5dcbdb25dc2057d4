/**
 * What a review would come to under other rules, before they are adopted: the sites that would get a notice which the rules in
 * force do not give, and what they earned across stores, so that it is known whom and what it touches. It records nothing.
 */
import type { Day, Instant } from '../core/calendar.ts';
import { sum } from '../core/money.ts';
import type { Policy } from '../core/policy/policy.ts';
import type { SupposedNotice, SupposedReviews } from '../core/promotion/notices.ts';
import type { Session } from '../store/connection/session.ts';
import { type CrossStore, crossStoreEarned } from '../store/registry/review.ts';
import { review } from './review.ts';

type Lost = Pick<SupposedNotice, 'publisher' | 'score' | 'permissions'>;

/** Compares a review under a policy with the one under the policy in force. */
export async function supposedReviews(
  session: Session,
  of: { readonly policy: Policy; readonly asOf: Instant; readonly from: Day; readonly to: Day },
): Promise<SupposedReviews> {
  const now = await lostBy(session, of.asOf, undefined);
  const then = await lostBy(session, of.asOf, of.policy);
  const more = [...then.lost].flatMap(([site, lost]) => {
    const before = now.lost.get(site)?.permissions ?? [];
    const permissions = lost.permissions.filter((one) => !before.includes(one));
    return permissions.length === 0 ? [] : [{ site, ...lost, permissions }];
  });
  const earned = await crossStoreEarned(
    session,
    more.map(({ site }) => site),
    of,
  );
  const noticed = more.map((one) => noticeOf(one, earned));
  const spared = [...now.lost.keys()].filter((site) => !then.lost.has(site));
  noticed.sort((a, b) => (a.earned === b.earned ? (a.site < b.site ? -1 : 1) : a.earned > b.earned ? -1 : 1));
  return { asOf: of.asOf, from: of.from, to: of.to, sites: then.sites, noticed, spared };
}

function noticeOf(one: Lost & { readonly site: string }, earned: readonly CrossStore[]): SupposedNotice {
  const own = earned.filter(({ site, mall }) => site === one.site && one.permissions.includes(`cross-store:${mall}`));
  const sellers = [...new Set(own.map(({ seller }) => seller))].map((seller) => {
    const rows = own.filter((row) => row.seller === seller);
    return {
      seller,
      lines: rows.reduce((all, { lines }) => all + Number(lines), 0),
      earned: sum(rows.map((row) => row.earned)),
    };
  });
  const lines = sellers.reduce((all, row) => all + row.lines, 0);
  return { ...one, sellers, lines, earned: sum(sellers.map((row) => row.earned)) };
}

async function lostBy(session: Session, asOf: Instant, policy: Policy | undefined) {
  const made = await review(session, {
    asOf,
    noticeDays: null,
    apply: false,
    by: 'whatif',
    ...(policy === undefined ? {} : { policy }),
  });
  const lost = new Map<string, Lost>();
  try {
    for await (const { site, publisher, score, notice } of made.changes()) {
      if (notice === null) continue;
      lost.set(site, { publisher, score: score.after, permissions: notice.permissions.map((one) => one.permission) });
    }
  } finally {
    await made.remove();
  }
  return { lost, sites: made.sites };
}
