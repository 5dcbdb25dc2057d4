/**
 * Bodies on their way in, and who waits for the answer: a body that comes too slowly is given up, and work that nobody
 * waits for any more is told so. It reads no body.
 */
import { type Readable, Transform } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { Problem } from './problem.ts';

/** Milliseconds that the body of a request may take, where nothing else is said. */
export const BODY_TIME = 30_000;
/** Bytes of a delivery that have to come in that time, over and over: it may take as long as it goes on. */
const STEADY = 64 * 1024;

/**
 * A body as it comes, given up where it comes too slowly: then it ends with a Problem.
 * @param isDelivery whether it may be of any size, and only has to go on
 */
export function timed(body: Readable, isDelivery: boolean, time: number): Readable {
  let bytes = 0;
  const on = new Transform({
    transform(piece: Buffer, _encoding, done) {
      bytes += piece.length;
      done(null, piece);
    },
  });
  const timer = setInterval(() => {
    if (isDelivery && bytes >= STEADY) bytes = 0;
    else on.destroy(new Problem('too-slow', `the body did not come within ${time / 1000} seconds: send it again`));
  }, time);
  for (const end of [on, body]) end.once('close', () => clearInterval(timer));
  // A body that was refused unread, such as of a type that is not taken, has nobody who would hear of it.
  on.on('error', () => undefined);
  // Whoever breaks off ends it too.
  body.once('error', (error) => on.destroy(error));
  return body.pipe(on);
}

/** Is aborted, with a Problem, when whoever asked has gone before the answer. */
export function goneOf({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController();
  raw.once('close', () => {
    if (!raw.writableFinished) gone.abort(new Problem('busy', 'who asked has gone'));
  });
  return gone.signal;
}
