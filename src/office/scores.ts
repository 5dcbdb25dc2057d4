/**
 * What a review makes of sites, with what is counted of each: its clicks by where they came from, and its forfeited lines.
 * It records nothing.
 */
import type { Day, Instant } from '../core/calendar.ts';
import type { Policy } from '../core/policy/policy.ts';
import { PERMISSIONS } from '../core/promotion/permissions.ts';
import { type Reviewed, type ReviewScope, reviewSite } from '../core/promotion/review/decide.ts';
import { hostOf, isUnder } from '../core/signals/filed-domain.ts';
import { RowsAhead } from '../store/connection/peekable.ts';
import type { Session } from '../store/connection/session.ts';
import { type Book, policyInForce } from '../store/night/book.ts';
import {
  clickOrigins,
  type Forfeits,
  forfeitedLines,
  type OneSite,
  type Origin,
  type SiteToReview,
  sitesToReview,
} from '../store/registry/review.ts';

/** Reviews sites in order of their ids, in step with what was counted of them. */
export class Scores {
  readonly #scope: ReviewScope;
  readonly #policy: Policy;
  readonly #origins: InStep<Origin>;
  readonly #forfeits: InStep<Forfeits>;

  constructor(session: Session, scope: ReviewScope, today: Day, policy: Policy, only: OneSite | null = null) {
    this.#scope = scope;
    const { asOf } = scope;
    this.#policy = policy;
    this.#origins = new InStep(clickOrigins(session, asOf, policy.review.clickDays, only));
    this.#forfeits = new InStep(forfeitedLines(session, asOf, policy.review.forfeitDays, today, only));
  }

  async review({ filed, ...standing }: SiteToReview): Promise<Reviewed> {
    const clicks = { told: 0, foreign: 0, stripped: 0 };
    await this.#origins.each(filed.siteId, ({ origin, domain, clicks: count }) => {
      if (origin === '') clicks.stripped += Number(count);
      const host = hostOf(origin ?? '');
      if (host === undefined || domain === '') return;
      clicks.told += Number(count);
      if (!isUnder(host, domain.toLowerCase())) clicks.foreign += Number(count);
    });
    let forfeits = 0;
    await this.#forfeits.each(filed.siteId, ({ lines }) => {
      forfeits += Number(lines);
    });
    return reviewSite({ ...filed, clicks, forfeits }, standing, this.#scope, this.#policy);
  }

  async close(): Promise<void> {
    await this.#origins.close();
    await this.#forfeits.close();
  }
}

/** What a review of one site would come to at an instant; undefined where it was not filed by then. */
export async function scoreOfSite(
  session: Session,
  book: Book,
  site: string,
  asOf: Instant,
): Promise<Reviewed | undefined> {
  const today = book.calendar.dayOf(asOf);
  const { policy } = await policyInForce(session, book, today);
  for await (const [found] of sitesToReview(session, asOf, site)) {
    if (found === undefined) return undefined;
    // No notice is meant: when one would end is of no account.
    const scope = { asOf, effectiveAt: Number.POSITIVE_INFINITY, permissions: PERMISSIONS };
    const scores = new Scores(session, scope, today, policy, found.filed);
    try {
      return await scores.review(found);
    } finally {
      await scores.close();
    }
  }
  return undefined;
}

/** A stream of rows in order of sites, gone through in step with the sites themselves, so that neither has to fit in memory. */
class InStep<T extends { readonly siteId: string }> {
  readonly #rows: RowsAhead<T>;

  constructor(stream: AsyncGenerator<T[]>) {
    this.#rows = new RowsAhead(stream);
  }

  /** Gives every row of a site to `take`. Sites are asked for in order; rows of sites not asked for are passed over. */
  async each(siteId: string, take: (row: T) => void): Promise<void> {
    const rows = this.#rows;
    for (let row = await rows.peek(); row !== undefined && row.siteId <= siteId; row = await rows.peek()) {
      if (row.siteId === siteId) take(row);
      rows.step();
    }
  }

  /** Lets the stream go, wherever it is. */
  close(): Promise<void> {
    return this.#rows.close();
  }
}
