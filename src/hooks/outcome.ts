/**
 * What follows from the answers of a round of deliveries: what is tried once more and when, what is given up, when the
 * endpoint is left alone and when it is paused. A pure decision: clock and database are the caller's
 * (`src/hooks/send.ts`).
 */

import type { Instant } from '../core/calendar.ts';
import { pauseAfter } from '../core/retry.ts';
import type { LogPlace } from '../store/log/place.ts';
import type { ActiveEndpoint, FailedDelivery, News, Overdue, RoundRecord } from '../store/outbox/webhook-turns.ts';
import type { Answer } from './post.ts';

/** Failed attempts after which a delivery may be given up; with the pauses between them that is most of a day. */
export const MOST_ATTEMPTS = 12;
/**
 * Rounds in a row of which the endpoint accepted nothing, after which it gets one or two messages at a time, ever
 * rarer.
 */
export const FAILURES_TO_OPEN = 3;
/** Milliseconds without an accepted delivery after which an endpoint is paused: three days. */
const PATIENT_FOR = 3 * 24 * 3_600_000;

/** A delivery that was tried. */
export interface Tried {
  readonly news: News | Overdue;
  readonly answer: Answer;
}

/** A round that has been answered, and what it began with. */
export interface Round {
  readonly endpoint: ActiveEndpoint;
  readonly at: Instant;
  readonly tried: readonly Tried[];
  /** Events that must not be sent yet: an earlier event of the same subject has not been accepted. */
  readonly behind: readonly News[];
  /** The position in each partition of the log up to which this endpoint is served once the round is recorded. */
  readonly cursors: ReadonlyMap<number, bigint>;
}

const isOverdue = (news: News | Overdue): news is Overdue => 'attempts' in news;

export function placeOf({ logged }: News): LogPlace & { readonly subject: string } {
  const { partition, position, event } = logged;
  return { partition, position, subject: event.subject };
}

/**
 * What is to be recorded of a round.
 * A delivery is given up only if other deliveries were accepted since it first failed. If none was, the fault is the
 * endpoint's, and the endpoint is paused with all that waits for it. A retry that fails once more is not counted
 * against the endpoint, so that one message it never accepts does not keep new events from it.
 */
export function outcomeOf({ endpoint, at, tried, behind, cursors }: Round): RoundRecord {
  const { endpointId, generation } = endpoint;
  const taken = tried.filter(({ answer }) => answer.kind === 'taken');
  const lost = tried.filter(({ answer }) => answer.kind !== 'taken');
  const isVain = lost.length > 0 && taken.length === 0;
  const isNews = lost.some(({ news }) => !isOverdue(news) || news.attempts === 0);
  const failures = taken.length > 0 ? 0 : endpoint.failures + (isVain && isNews ? 1 : 0);
  const failingSince = taken.length > 0 ? null : (endpoint.failingSince ?? (isVain ? at : null));
  const lastTaken = taken.length > 0 ? at : endpoint.lastDelivered;
  const gone = lost.find(({ answer }) => answer.kind === 'gone')?.answer;
  const isWornOut = isVain && failingSince !== null && at - failingSince >= PATIENT_FOR;
  const worst = gone ?? lost.at(-1)?.answer;
  const pause = Math.max(
    isVain && failures >= FAILURES_TO_OPEN ? pauseAfter(failures - FAILURES_TO_OPEN + 1) : 0,
    ...lost.map(({ answer }) => answer.pause),
  );
  const said = worst?.text ?? '';
  return {
    endpointId,
    generation,
    at,
    cursors,
    taken: taken.length,
    settled: taken.filter(({ news }) => isOverdue(news)).map(({ news }) => placeOf(news)),
    failed: [
      ...lost.map((one) => retry(one, at, lastTaken)),
      ...behind.map((news) => ({ ...placeOf(news), ...UNTRIED })),
    ],
    failingSince,
    failures,
    nextAttempt: pause === 0 ? null : at + pause,
    answer: worst?.text ?? taken.at(-1)?.answer.text ?? null,
    paused: gone !== undefined ? said : isWornOut ? `nothing was taken for three days: ${said}` : null,
  };
}

const UNTRIED = { state: 'waiting', attempts: 0, firstFailed: null, nextAttempt: null, answer: null } as const;

function retry({ news, answer }: Tried, at: Instant, lastTaken: Instant | null): FailedDelivery {
  const attempts = (isOverdue(news) ? news.attempts : 0) + 1;
  const firstFailed = (isOverdue(news) ? news.firstFailed : null) ?? at;
  const isHopeless = attempts >= MOST_ATTEMPTS && lastTaken !== null && lastTaken > firstFailed;
  const of = { ...placeOf(news), attempts, firstFailed, answer: answer.text };
  if (isHopeless) return { ...of, state: 'given-up', nextAttempt: null };
  return { ...of, state: 'waiting', nextAttempt: at + Math.max(pauseAfter(attempts), answer.pause) };
}
