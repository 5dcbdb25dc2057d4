/**
 * Promotion resource management by SPEC 12, written from its text alone, over a list of facts in the order accepted: what a
 * site's score is as of an instant, what it may, and what a review as of then changes. It shares no code with the engine.
 */

/** A delivered fact: its feed, its cells, and the moment its feed is dated by; `n` counts acceptances. */
export interface Said {
  readonly n: number;
  readonly feed: string;
  readonly at: number;
  readonly row: Readonly<Record<string, string>>;
}

/** A line that a risk decision forfeited: the night that took it, and whether a granted appeal took it back by then. */
export interface Forfeited {
  readonly site: string;
  readonly at: number;
  readonly nightOf: string;
}

export const ASKS: Readonly<Record<string, { readonly least: number; readonly by: 'review' | 'application' }>> = {
  'cross-store:tmall': { least: 60, by: 'review' },
  'cross-store:taobao': { least: 30, by: 'review' },
  'site-wide:tmall': { least: 80, by: 'application' },
  api: { least: 70, by: 'application' },
  taodianjin: { least: 40, by: 'application' },
};

const DAY = 86_400_000;
const NOTICE_DAYS = 5;
const LEAST_CLICKS = 3;
/** Asia/Shanghai has no clock change in these years. */
export const dayOf = (at: number): string => new Date(at + 8 * 3_600_000).toISOString().slice(0, 10);
export const startOf = (day: string): number => Date.parse(`${day}T00:00:00Z`) - 8 * 3_600_000;

export interface Outcome {
  readonly status: string;
  readonly score: number;
  readonly granted: readonly string[];
  readonly lost: readonly string[];
  readonly cancelled: readonly string[];
}

export class Reviewer {
  readonly #said: Said[] = [];
  readonly forfeits: Forfeited[] = [];

  say(said: Said): void {
    this.#said.push(said);
  }

  #of(feed: string, site: string, until = Number.POSITIVE_INFINITY): Said[] {
    return this.#said.filter((one) => one.feed === feed && one.row['site_id'] === site && one.at <= until);
  }

  /** A dated switch: the last by its instant, of equal ones the one accepted later (SPEC 1). */
  #last(rows: readonly Said[]): Said | undefined {
    return [...rows].sort((a, b) => a.at - b.at || a.n - b.n).at(-1);
  }

  #domainAt(site: string, at: number): string {
    const versions = this.#of('sites', site);
    const first = [...versions].sort((a, b) => a.at - b.at || a.n - b.n)[0];
    return (this.#last(versions.filter((one) => one.at <= at)) ?? first)?.row['domain'] ?? '';
  }

  /** The points of the checks, by the filings up to `filedBy`. */
  points(site: string, T: number, filedBy = T): number {
    const version = this.#last(this.#of('sites', site, filedBy));
    const filing = this.#last(this.#of('filings', site, filedBy))?.row;
    const domain = version?.row['domain'] ?? '';
    let points = 0;
    if ((filing?.['icp_number'] ?? '') !== '') points += 15;
    const fields = ['categories', 'description', 'daily_visitors', 'evidence'];
    if (filing !== undefined && domain !== '' && fields.every((name) => (filing[name] ?? '') !== '')) points += 20;
    const found = this.#last(this.#of('ownership', site, T));
    if (found?.row['verified'] === 'yes') {
      const then = this.#domainAt(site, found.at);
      const later = this.#of('sites', site, filedBy).filter((one) => one.at > found.at);
      if (later.every((one) => one.row['domain'] === then)) points += 25;
    }
    const clicks = this.#of('clicks', site, T).filter((one) => one.at > T - 30 * DAY);
    const told = clicks.filter((one) => one.row['referrer'] !== '' && this.#domainAt(site, one.at) !== '');
    const foreign = told.filter((one) => new URL(one.row['referrer'] ?? '').hostname !== this.#domainAt(site, one.at));
    if (domain === '' || told.length < LEAST_CLICKS || foreign.length * 5 <= told.length) points += 10;
    const stripped = clicks.filter((one) => one.row['referrer'] === '');
    const all = told.length + stripped.length;
    if (domain === '' || all < LEAST_CLICKS || stripped.length * 2 <= all) points += 10;
    const lines = this.forfeits.filter(
      (one) => one.site === site && one.at <= T && one.at > T - 90 * DAY && one.nightOf < dayOf(T),
    );
    if (lines.length === 0) points += 10;
    const first = Math.min(...this.#of('sites', site, T).map((one) => one.at));
    if (T - first >= 30 * DAY) points += 10;
    return points;
  }

  #isPersons = ({ feed, row }: Said): boolean => (feed === 'notices' ? row['score'] : row['review']) === '';

  /** The later word of a person goes over a review's of the same instant or later. */
  #standing(rows: readonly Said[], words: readonly Said[] = rows): Said[] {
    return rows.filter(
      (one) =>
        this.#isPersons(one) ||
        !words.some((other) => this.#isPersons(other) && other.n > one.n && this.#from(other) <= one.at),
    );
  }

  /** From when on a word counts: of a notice its end. */
  #from = ({ feed, at, row }: Said): number => (feed === 'notices' ? Number(row['effective_at']) : at);

  /** What counts of a permission as of an instant, in order: grants, revocations, approvals, and the ends of notices. */
  #words(site: string, permission: string, asOf: number): Said[] {
    const rows = this.#of('permissions', site, asOf).filter(({ row }) => row['permission'] === permission);
    const approvals = this.#of('approvals', site, asOf).filter(({ row }) => row['permission'] === permission);
    const notices = this.#of('notices', site, asOf).filter(({ row }) =>
      row['permissions']?.split(';').includes(permission),
    );
    const grants = [...rows.filter((one) => one.row['action'] === 'grant' && this.#isPersons(one)), ...approvals];
    const running = notices.filter((notice) => {
      const end = this.#from(notice);
      const isCancelled = this.#of('notice-cancellations', site, asOf).some(
        ({ row }) => row['notice_id'] === notice.row['notice_id'] && row['permission'] === permission,
      );
      if (isCancelled) return false;
      return !grants.some((grant) => {
        if (grant.at >= end) return false;
        if (grant.at > notice.at) return true;
        return grant.n > notice.n && (grant.at === notice.at || !this.#isPersons(notice));
      });
    });
    const all = [...rows, ...approvals, ...notices];
    return [...this.#standing(rows, all), ...approvals, ...running].sort(
      (a, b) => this.#from(a) - this.#from(b) || a.n - b.n,
    );
  }

  #grants = ({ feed, row }: Said): boolean => feed === 'approvals' || row['action'] === 'grant';

  holds(site: string, permission: string, at: number, asOf = Number.POSITIVE_INFINITY): boolean {
    const last = this.#words(site, permission, asOf)
      .filter((one) => this.#from(one) <= at)
      .at(-1);
    return last !== undefined && this.#grants(last);
  }

  /** What a review as of T makes of a site. */
  review(site: string, T: number, nextDay: string | null): Outcome {
    const judged = this.#standing(this.#of('site-reviews', site))
      .filter((one) => one.at <= T)
      .sort((a, b) => a.at - b.at || a.n - b.n);
    const filed = (by: number): number =>
      Math.max(...[...this.#of('sites', site, by), ...this.#of('filings', site, by)].map((one) => one.at));
    const scoreBy = (by: number): number => {
      const scored = judged.filter((one) => one.at <= by && one.row['score'] !== '').at(-1);
      const isPersons = scored !== undefined && this.#isPersons(scored) && filed(by) <= scored.at;
      return isPersons ? Number(scored.row['score']) : this.points(site, T, by);
    };
    const statusBy = (by: number): string => {
      const verdicts = judged.filter((one) => one.at <= by);
      const was = verdicts.at(-1)?.row['status'] ?? 'submitted';
      const since = verdicts.filter(
        (one, i) => this.#isPersons(one) || one.row['status'] !== verdicts[i - 1]?.row['status'],
      );
      const isAmended = was === 'amend' && filed(by) > (since.at(-1)?.at ?? 0);
      if (was !== 'submitted' && !isAmended) return was;
      return scoreBy(by) >= 50 ? 'approved' : 'amend';
    };
    const publisher = this.#last(this.#said.filter((one) => one.feed === 'publisher-status' && one.at <= T));
    const isActive = (publisher?.row['status'] ?? 'active') === 'active';
    const out = { granted: [] as string[], lost: [] as string[], cancelled: [] as string[] };
    for (const [permission, { least, by }] of Object.entries(ASKS)) {
      const words = this.#words(site, permission, T);
      const past = words.filter((one) => this.#from(one) <= T);
      const last = past.at(-1);
      const held = last !== undefined && this.#grants(last);
      const pending = words.filter((one) => one.feed === 'notices' && this.#from(one) > T);
      const revokedAt = past.findLastIndex((one) => !this.#grants(one) && this.#isPersons(one));
      const hasApproval = past.findLastIndex((one) => one.feed === 'approvals') > revokedAt;
      const isBarred = revokedAt >= 0 && !past.slice(revokedAt + 1).some((one) => this.#grants(one));
      const meets = (filedBy: number): boolean =>
        (hasApproval || scoreBy(filedBy) >= least) && statusBy(filedBy) === 'approved' && isActive;
      if (held && !meets(T) && pending.length === 0 && !this.#wouldBeOver(site, permission, T, nextDay))
        out.lost.push(permission);
      if (!meets(T)) continue;
      for (const notice of pending) {
        const everCancelled = this.#of('notice-cancellations', site).some(
          ({ row }) => row['notice_id'] === notice.row['notice_id'] && row['permission'] === permission,
        );
        if (!this.#isPersons(notice) && !everCancelled) out.cancelled.push(permission);
      }
      if (held || isBarred) continue;
      const isLapsed = last !== undefined && last.feed === 'notices' && !this.#isPersons(last);
      const end = isLapsed ? this.#from(last) : 0;
      const isMendedInTime = isLapsed && filed(end) > last.at && meets(end);
      if (isMendedInTime || by === 'review' || hasApproval)
        out.granted.push(isMendedInTime ? `${permission} from ${end}` : permission);
    }
    return { status: statusBy(T), score: scoreBy(T), ...out };
  }

  /** When the notices of a review as of T end: that many days after it, and after the days that were opened. */
  endOf(T: number, nextDay: string | null): number {
    const day = nextDay !== null && nextDay > dayOf(T) ? nextDay : dayOf(T);
    return startOf(day) + NOTICE_DAYS * DAY;
  }

  /** Whether a person has granted it for after T already. */
  #wouldBeOver(site: string, permission: string, T: number, nextDay: string | null): boolean {
    const end = this.endOf(T, nextDay);
    return [...this.#of('permissions', site), ...this.#of('approvals', site)].some(
      (one) =>
        one.row['permission'] === permission &&
        this.#grants(one) &&
        this.#isPersons({ ...one, row: { review: '', ...one.row } }) &&
        one.at > T &&
        one.at < end,
    );
  }
}
