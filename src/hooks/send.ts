/**
 * Sends webhooks: at least once, in the order of the log for each subject, endpoint by endpoint at once so that a slow or
 * dead one holds up no other. An endpoint is locked while one sender tells it, and a round is recorded when its answers
 * are there, so that a sender killed at any point loses nothing and sends at most the round on its way twice.
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
  /** As the requests name the program. */
  readonly agent: string;
  readonly now: () => Instant;
  /** Told how many were taken so far. */
  readonly onTaken?: (taken: number) => void;
  /** When it is aborted, the rounds under way are finished and no other begins. */
  readonly signal?: AbortSignal;
}

export interface SendReport {
  readonly taken: number;
  /** Attempts that failed; what they were of waits, or was given up. */
  readonly failed: number;
  readonly givenUp: number;
  /** Endpoints that were paused. */
  readonly paused: readonly number[];
}

/** Endpoints told at once, and deliveries under way to one of them: a round. */
const ENDPOINTS_AT_ONCE = 32;
const A_ROUND = 16;
/** News read together, over all partitions; events of a partition looked through for it; deliveries tried again in a turn. */
const NEWS_A_TURN = 256;
const SPAN = 4096;
const OVERDUE_A_TURN = 64;

/** Sends everything that may be sent now, endpoints that come to be due meanwhile included. */
export async function sendDue(order: SendOrder): Promise<SendReport> {
  const dispatch = new Dispatch(order);
  return dispatch.run();
}

class Dispatch {
  readonly #order: SendOrder;
  readonly #busy = new Map<number, Promise<void>>();
  readonly #report = { taken: 0, failed: 0, givenUp: 0, paused: [] as number[] };
  /** Endpoints that another sender has: they are its to tell. */
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

  /** The session does one thing at a time, so that nothing of one endpoint comes into another's transaction. */
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
      await this.#tell(id);
    } finally {
      await this.#inTurn(() => unlockEndpoint(session, id));
    }
  }

  /** Tells an endpoint what is due again and a page of what is new, round by round, until one of its rounds loses something. */
  async #tell(id: number): Promise<void> {
    const { now, signal } = this.#order;
    const turn = await this.#inTurn(() => this.#read(id, now()));
    if (turn === undefined) return;
    const { endpoint, overdue, page } = turn;
    // After several rounds in vain only one of each is tried.
    const isTrial = endpoint.failures >= FAILURES_TO_OPEN;
    const [most, mostOverdue] = isTrial ? [2, 1] : [A_ROUND, A_ROUND / 2];
    do {
      const again = overdue.splice(0, page.isEmpty ? most : mostOverdue);
      const { fresh, behind } = page.take(most - again.length);
      const tried = await Promise.all([...again, ...fresh].map((news) => this.#post(endpoint, news)));
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

/** News that was read and is told in its order, and how far that brings each partition. */
class Page {
  readonly #news: readonly News[];
  readonly #cursors = new Map<number, bigint>();
  /** Where each partition was looked through to: reached when the last of the news is told. */
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

  /** The next news, one of each subject and at most so many, with those between them that have to wait. */
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

  /** How far each partition has come with what was taken from the page. */
  cursors(): ReadonlyMap<number, bigint> {
    return this.isEmpty ? new Map([...this.#cursors, ...this.#through]) : this.#cursors;
  }
}
