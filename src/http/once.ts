/**
 * What changes something: done in one transaction, and once however often it is asked under one Idempotency-Key. What it
 * does, and the record of who did it, are the route's.
 */
import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../core/access.ts';
import { insideTransaction } from '../store/connection/nested-transaction.ts';
import type { Session } from '../store/connection/session.ts';
import { type KeptAnswer, type Once, onceAround, onceUnder } from '../store/people/kept-answers.ts';
import { Problem } from './problem.ts';
import type { ServerDeps } from './server.ts';

interface By {
  readonly principal: Principal;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly deps: ServerDeps;
}

const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,200}$/;

/** Does something inside a transaction, and answers with what it returns. */
export async function once(
  by: By,
  status: 200 | 201,
  work: (session: Session) => Promise<unknown>,
): Promise<FastifyReply> {
  const { principal, request, reply, deps } = by;
  const key = keyOf(request);
  const run = async (session: Session): Promise<KeptAnswer> => {
    return { status, body: JSON.stringify(await work(insideTransaction(session))) };
  };
  const done = await deps.sessions.use((session) =>
    session.transaction(async () => {
      if (key === undefined) return { answer: await run(session), isRepeated: false };
      const of = { owner: ownerOf(principal), key, request: digestOf(request, request.body), at: deps.now() };
      return onceUnder(session, of, () => run(session));
    }),
  );
  return answer(reply, done);
}

/**
 * Does something that has transactions of its own, in a session in which none is open, and answers with what it returns.
 * @param content what stands for the body, which was a stream: its SHA-256
 */
export async function onceLong(
  { principal, request, reply, deps }: By,
  session: Session,
  content: string,
  work: () => Promise<unknown>,
): Promise<FastifyReply> {
  const key = keyOf(request);
  const run = async (): Promise<KeptAnswer> => ({ status: 200, body: JSON.stringify(await work()) });
  if (key === undefined) return answer(reply, { answer: await run(), isRepeated: false });
  const of = { owner: ownerOf(principal), key, request: digestOf(request, content), at: deps.now() };
  return answer(reply, await onceAround(session, of, run));
}

function answer(reply: FastifyReply, done: Once): FastifyReply {
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
function ownerOf({ key, role, party, identity }: Principal): string {
  return key === null ? `${role} ${party ?? ''} ${identity.issuer} ${identity.subject}` : `key ${key}`;
}

function digestOf({ method, url }: FastifyRequest, body: unknown): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([method, url, body ?? null]))
    .digest();
}
