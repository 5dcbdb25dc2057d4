/** What went wrong, as RFC 9457 says it: one sentence for people, a type for programs, and never more than they may know. */
import type { FastifyError } from 'fastify';
import { isNotThere, Refusal } from '../core/refusal.ts';
import { Refused } from '../night/run.ts';
import { PoolBusy } from '../store/connection/pool.ts';
import { DatabaseAway } from '../store/connection/session.ts';

/** The kinds of problems, by the last part of their type; each has one status and one title. */
export const PROBLEMS = {
  'bad-request': [400, 'The request is not as it should be'],
  'not-signed-in': [401, 'Say who you are'],
  forbidden: [403, 'That is not yours to do'],
  'not-there': [404, 'There is nothing of that name'],
  'no-such-method': [405, 'That cannot be done here'],
  'too-slow': [408, 'The request came too slowly'],
  conflict: [409, 'What the book has says otherwise'],
  refused: [409, 'Not now'],
  'too-large': [413, 'Too large'],
  'wrong-content': [415, 'Not in this form'],
  'not-taken': [422, 'What was sent cannot be taken'],
  'key-reused': [422, 'This Idempotency-Key was used for something else'],
  'too-many': [429, 'Too many requests'],
  failed: [500, 'That failed'],
  busy: [503, 'Not at this moment'],
} as const satisfies Readonly<Record<string, readonly [status: number, title: string]>>;

export type ProblemKind = keyof typeof PROBLEMS;

/** An answer that is a problem. The message is its detail. */
export class Problem extends Error {
  readonly kind: ProblemKind;
  /** Seconds after which asking again makes sense. */
  readonly retryAfter: number | undefined;

  constructor(kind: ProblemKind, detail: string, retryAfter?: number) {
    super(detail);
    this.kind = kind;
    this.retryAfter = retryAfter;
  }

  get status(): number {
    return PROBLEMS[this.kind][0];
  }
}

/** The answer both for what does not exist and for what is another's, so that neither can be found out. */
export function notThere(): Problem {
  return new Problem('not-there', 'there is nothing of that name that you may see');
}

export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** The request, by its id. */
  readonly instance: string;
}

export function problemDocument(problem: Problem, requestId: string): ProblemDocument {
  const [status, title] = PROBLEMS[problem.kind];
  const type = `urn:cps:problem:${problem.kind}`;
  return { type, title, status, detail: problem.message, instance: `urn:cps:request:${requestId}` };
}

const BY_STATUS: Readonly<Record<number, ProblemKind>> = {
  400: 'bad-request',
  404: 'not-there',
  405: 'no-such-method',
  408: 'too-slow',
  413: 'too-large',
  415: 'wrong-content',
  429: 'too-many',
  503: 'busy',
};

/** The problem that an error is. What nobody foresaw is `failed`, and says nothing of its cause. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (isNotThere(error)) return notThere();
  if (error instanceof Refusal) return new Problem('not-taken', error.message);
  if (error instanceof Refused) return new Problem('refused', error.message);
  if (error instanceof PoolBusy) return new Problem('busy', `${error.message}: ask again shortly`, 1);
  if (error instanceof DatabaseAway) return new Problem('busy', 'the database is away: ask again shortly', 5);
  const status = isFastifyError(error) ? error.statusCode : undefined;
  const kind = status === undefined ? undefined : BY_STATUS[status];
  if (kind === undefined || !(error instanceof Error))
    return new Problem('failed', 'the server could not answer; its log says why, under this request');
  return new Problem(kind, error.message);
}

function isFastifyError(error: unknown): error is FastifyError & { statusCode: number } {
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number';
}
