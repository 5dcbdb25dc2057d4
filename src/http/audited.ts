/**
 * Requests that change something: done in one transaction with the audit record of who did it, and once however often
 * the request is repeated under one Idempotency-Key. What is done is the route's to say.
 */
import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../core/access.ts';
import { insideTransaction } from '../store/connection/nested-transaction.ts';
import type { Session } from '../store/connection/session.ts';
import { recordAudit } from '../store/people/audit.ts';
import { type KeptAnswer, onceUnder } from '../store/people/kept-answers.ts';
import { Problem } from './problem.ts';
import type { ServerDeps } from './server.ts';

/** A change: its words for the audit record, and the work itself. */
export interface Deed {
  readonly action: string;
  readonly subject: string;
  /** What else the record keeps; no personal data. */
  readonly detail?: Readonly<Record<string, unknown>>;
  readonly status?: 200 | 201;
  /** Does it, inside the open transaction; what it returns is the answer. */
  readonly work: (session: Session) => Promise<unknown>;
}

interface By {
  readonly principal: Principal;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly deps: ServerDeps;
}

const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,200}$/;

/** Does a change and answers with its result. A repeated request is answered as the first was. */
export async function decided(by: By, deed: Deed): Promise<FastifyReply> {
  const { principal, request, reply, deps } = by;
  const key = keyOf(request);
  const run = async (session: Session): Promise<KeptAnswer> => {
    const answer = await deed.work(insideTransaction(session));
    const { action, subject, detail = {} } = deed;
    await recordAudit(session, { at: deps.now(), who: principal, action, subject, detail, requestId: request.id });
    return { status: deed.status ?? 200, body: JSON.stringify(answer) };
  };
  const done = await deps.sessions.use((session) =>
    session.transaction(async () => {
      if (key === undefined) return { answer: await run(session), isRepeated: false };
      const of = { owner: ownerOf(principal), key, request: digestOf(request), at: deps.now() };
      return onceUnder(session, of, () => run(session));
    }),
  );
  if (done === 'other') {
    throw new Problem(
      'key-reused',
      'under this Idempotency-Key something else was sent: use a new key for a new request',
    );
  }
  if (done.isRepeated) reply.header('idempotency-replayed', 'true');
  return reply.code(done.answer.status).type('application/json').serializer(asItIs).send(done.answer.body);
}

const asItIs = (text: unknown): string => String(text);

function keyOf({ headers }: FastifyRequest): string | undefined {
  const key = headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key === 'string' && IDEMPOTENCY_KEY.test(key)) return key;
  throw new Problem('bad-request', 'an Idempotency-Key is 1 to 200 printable characters without a blank');
}

/** The owner of an Idempotency-Key, as text: the same key of another owner is another key. */
function ownerOf({ key, role, party, name }: Principal): string {
  return key === null ? `${role} ${party ?? ''} ${name}` : `key ${key}`;
}

function digestOf({ method, url, body }: FastifyRequest): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([method, url, body ?? null]))
    .digest();
}
