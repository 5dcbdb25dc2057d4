/**
 * Sends webhooks while the server runs: what is due, then a pause, in turn. What is sent, and when a delivery is
 * retried, is decided in src/hooks.
 */
import { setTimeout } from 'node:timers/promises';
import { httpPoster, PATIENCE } from '../../hooks/post.ts';
import { sendDue } from '../../hooks/send.ts';
import type { Book } from '../../store/night/book.ts';
import { connectAsWriter } from '../../store/schema/roles.ts';
import type { World } from '../context.ts';

export interface Telling {
  readonly url: string;
  readonly book: Pick<Book, 'currency' | 'digits'>;
  readonly allowPrivate: boolean;
  /** Milliseconds between the end of one round and the next. */
  readonly pause: number;
}

/**
 * Sends until it is stopped, in a session of its own; a round that fails because the database is away is logged, and
 * the next one follows.
 * @returns what stops it: rounds under way are finished and recorded
 */
export function tellWhileServing(world: World, telling: Telling): () => Promise<void> {
  const stopping = new AbortController();
  const { signal } = stopping;
  const ended = (async () => {
    while (!signal.aborted) {
      await round(world, telling, signal).catch((error: unknown) => world.log.warn({ err: error }, 'webhooks wait'));
      await setTimeout(telling.pause, undefined, { signal }).catch(() => undefined);
    }
  })();
  return () => {
    stopping.abort();
    return ended;
  };
}

async function round(world: World, { url, book, allowPrivate }: Telling, signal: AbortSignal): Promise<void> {
  const session = await connectAsWriter(url, 'cps serve webhooks');
  const poster = httpPoster({ allowPrivate, patience: PATIENCE });
  try {
    const { currency, digits } = book;
    const agent = `cps-settlement/${world.version}`;
    const report = await sendDue({ session, currency, digits, poster, agent, now: world.now, signal });
    if (report.taken + report.failed > 0) world.log.info({ ...report }, 'webhooks sent');
  } finally {
    poster.close();
    await session.close();
  }
}
