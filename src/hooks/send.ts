/**
 * Sends webhooks: at least once, in the order of the log for each subject, to many endpoints at a time so that a slow
 * or dead one holds up no other. An endpoint is locked by the sender that serves it, and a round is recorded once all
 * its answers are there: a sender killed at any point loses nothing, and at most the round on its way is sent twice.
 */
import type { Instant } from '../core/calendar.ts';
import { messageOf } from '../core/webhook/message.ts';
import { typesOf } from '../core/webhook/telling.ts';
import type { Session } from '../store/connection/session.ts';
import {
  type ActiveEndpoint,
  activeEndpoint,
  endpointsDue,
  lockEndpoint,
  type News,
  newsIn,
  type Overdue,
  overdueNews,
  recordRound,
  type Stretch,
  stretchesBehind,
  unlockEndpoint,
} from '../store/outbox/webhook-turns.ts';
import { FAILURES_TO_OPEN, outcomeOf, placeOf, type Tried } from './outcome.ts';
import type { Poster } from './post.ts';
import { signatureOf } from './signature.ts';

export interface SendOrder {
  /** The sender's own, as long as it sends: it holds the locks. No transaction may be open in it. */
  readonly session: Session;
  readonly currency: string;
  readonly digits: number;
  readonly poster: Poster;
  /** The `user-agent` of the requests. */
  readonly agent: string;
  readonly now: () => Instant;
  /** Called with how many deliveries were accepted so far. */
  readonly onTaken?: (taken: number) => void;
  /** When it is aborted, the rounds under way are finished and no other begins. */
  readonly signal?: AbortSignal;
}

export interface SendReport {
  readonly taken: number;
  /** Attempts that failed; each delivery of them waits for its next attempt, or was given up. */
  readonly failed: number;
  readonly givenUp: number;
  /** Endpoints that were paused. */
  readonly paused: readonly number[];
}

/** Endpoints served at a time, and the deliveries of a round, which are under way to one endpoint at a time. */
const ENDPOINTS_AT_ONCE = 32;
const A_ROUND = 16;
/**
 * Events to send that are read at a time over all partitions; events of a partition that are searched for them; retries
 * read in a turn.
 */
const NEWS_A_TURN = 256;
const SPAN = 4096;
const OVERDUE_A_TURN = 64;

/**
 * Sends everything that is due, to endpoints that come to be due meanwhile too.
 * @returns how many deliveries were accepted, failed and given up, and which endpoints were paused
 */
export async function sendDue(order: SendOrder): Promise<SendReport> {
  const dispatch = new Dispatch(order);
  return dispatch.run();
}

class Dispatch {
  readonly #order: SendOrder;
  readonly #busy = new Map<number, Promise<void>>();
  readonly #report = { taken: 0, failed: 0, givenUp: 0, paused: [] as number[] };
  /** Endpoints that another sender has locked, and serves. */
  readonly #others = new Set<number>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(order: SendOrder) {
    this.#order = order;
  }

  async run(): Promise<SendReport> {
    try {
      for (;;) {
        await this.#begin();
        if (this.#busy.size === 0) return this.#report;
        await Promise.race(this.#busy.values());
      }
    } finally {
      await Promise.allSettled(this.#busy.values());
    }
  }

  async #begin(): Promise<void> {
    const { session, now, signal } = this.#order;
    if (signal?.aborted === true) return;
    for (const id of await this.#inTurn(() => endpointsDue(session, now()))) {
      if (this.#busy.size >= ENDPOINTS_AT_ONCE) return;
      if (this.#busy.has(id) || this.#others.has(id)) continue;
      this.#busy.set(
        id,
        this.#turn(id).finally(() => this.#busy.delete(id)),
      );
    }
  }

  /** Uses of the session one after another, so that nothing of one endpoint comes into another's transaction. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #turn(id: number): Promise<void> {
    const { session } = this.#order;
    if (!(await this.#inTurn(() => lockEndpoint(session, id)))) {
      this.#others.add(id);
      return;
    }
    try {
      await this.#serve(id);
    } finally {
      await this.#inTurn(() => unlockEndpoint(session, id));
    }
  }

  /**
   * Sends to an endpoint the retries that are due and a page of new events, round by round, until a delivery of a round
   * is not accepted.
   */
  async #serve(id: number): Promise<void> {
    const { now, signal } = this.#order;
    const turn = await this.#inTurn(() => this.#read(id, now()));
    if (turn === undefined) return;
    const { endpoint, overdue, page } = turn;
    // An endpoint that accepted nothing for several rounds gets one retry and one new event at a time.
    const isTrial = endpoint.failures >= FAILURES_TO_OPEN;
    const [most, mostOverdue] = isTrial ? [2, 1] : [A_ROUND, A_ROUND / 2];
    do {
      const retries = overdue.splice(0, page.isEmpty ? most : mostOverdue);
      const { fresh, behind } = page.take(most - retries.length);
      const tried = await Promise.all([...retries, ...fresh].map((news) => this.#post(endpoint, news)));
      const cursors = page.cursors();
      const outcome = outcomeOf({ endpoint, at: now(), tried, behind, cursors });
      const state = await this.#inTurn(() => recordRound(this.#order.session, outcome));
      if (state !== undefined) this.#count(outcome);
      if (state !== 'active' || isTrial || outcome.taken < tried.length) return;
    } while (signal?.aborted !== true && (overdue.length > 0 || !page.isEmpty));
  }

  async #read(id: number, at: Instant): Promise<Turn | undefined> {
    const { session, digits } = this.#order;
    const endpoint = await activeEndpoint(session, id, at);
    if (endpoint === undefined) return undefined;
    const overdue = await overdueNews(session, id, digits, at, OVERDUE_A_TURN);
    const stretches = await stretchesBehind(session, id, SPAN);
    const { kinds, audience } = endpoint;
    const limit = Math.max(A_ROUND, Math.floor(NEWS_A_TURN / Math.max(1, stretches.length)));
    const of = { endpointId: id, types: typesOf(kinds), audience, limit, digits };
    const news = stretches.length === 0 ? [] : await newsIn(session, stretches, of);
    return { endpoint, overdue, page: new Page(news, stretches, limit) };
  }

  async #post({ url, secrets, audience }: ActiveEndpoint, news: News | Overdue): Promise<Tried> {
    const { poster, now, agent } = this.#order;
    const { id, body } = messageOf(news.logged, news.winner, audience, this.#order);
    const timestamp = Math.floor(now() / 1000);
    const headers = {
      'user-agent': agent,
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': secrets.map((secret) => signatureOf(secret, id, timestamp, body)).join(' '),
    };
    return { news, answer: await poster.post(url, headers, body) };
  }

  #count({ taken, failed, paused, endpointId }: ReturnType<typeof outcomeOf>): void {
    const report = this.#report;
    report.taken += taken;
    report.failed += failed.filter(({ attempts }) => attempts > 0).length;
    report.givenUp += failed.filter(({ state }) => state === 'given-up').length;
    if (paused !== null) report.paused.push(endpointId);
    this.#order.onTaken?.(report.taken);
  }
}

interface Turn {
  readonly endpoint: ActiveEndpoint;
  readonly overdue: Overdue[];
  readonly page: Page;
}

/**
 * Events that were read and are sent in their order, and how far sending them brings the endpoint in each partition.
 */
class Page {
  readonly #news: readonly News[];
  readonly #cursors = new Map<number, bigint>();
  /** The position up to which each partition was searched: reached when the last event of the page is sent. */
  readonly #through = new Map<number, bigint>();
  #next = 0;

  constructor(news: readonly News[], stretches: readonly Stretch[], limit: number) {
    const counts = new Map<number, number>();
    for (const { logged } of news) counts.set(logged.partition, (counts.get(logged.partition) ?? 0) + 1);
    this.#news = news;
    // A partition that gave as much as was asked for may have more before the end of its stretch.
    for (const { partition, through } of stretches)
      if ((counts.get(partition) ?? 0) < limit) this.#through.set(partition, through);
  }

  get isEmpty(): boolean {
    return this.#next === this.#news.length;
  }

  /**
   * The next events, at most one of each subject and `most` in all, and those between them that have to wait
   * (`behind`).
   */
  take(most: number): { readonly fresh: readonly News[]; readonly behind: readonly News[] } {
    const fresh: News[] = [];
    const behind: News[] = [];
    const subjects = new Set<string>();
    for (let one = this.#news[this.#next]; one !== undefined; one = this.#news[this.#next]) {
      const { partition, position, subject } = placeOf(one);
      if (fresh.length === most || subjects.has(subject)) break;
      if (one.isBehind) behind.push(one);
      else {
        subjects.add(subject);
        fresh.push(one);
      }
      this.#cursors.set(partition, position);
      this.#next++;
    }
    return { fresh, behind };
  }

  /** The endpoint's position in each partition once what was taken from the page is recorded. */
  cursors(): ReadonlyMap<number, bigint> {
    return this.isEmpty ? new Map([...this.#cursors, ...this.#through]) : this.#cursors;
  }
}
