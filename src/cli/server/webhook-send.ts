/**
 * `cps webhook send`, which sends every endpoint what is due for it and ends; and the same while the server runs: what is due,
 * then a pause, in turn. What is sent, and when a delivery is retried, is decided in src/hooks.
 */

import { setTimeout } from 'node:timers/promises';
import type { Command } from 'commander';
import { httpPoster, PATIENCE } from '../../hooks/post.ts';
import { sendDue } from '../../hooks/send.ts';
import type { Book } from '../../store/night/book.ts';
import { connectAsWriter } from '../../store/schema/roles.ts';
import type { Act } from '../command.ts';
import { answer, type Common, DONE, FINDINGS, type Outcome, type World, watched, withBook } from '../context.ts';

interface SendOptions {
  readonly allowPrivate?: true;
}

export function registerWebhookSend(webhook: Command, act: Act): void {
  webhook
    .command('send')
    .description('send what is due; what fails for now is sent by a later call')
    .option('--allow-private', 'allow http:// and addresses that are not public')
    .addHelpText('after', '\nExamples:\n  cps webhook send\n  cps webhook send --allow-private --json')
    .action(act(send));
}

async function send(world: World, common: Common, { allowPrivate }: SendOptions): Promise<Outcome> {
  return withBook(world, common, async ({ session, book: { currency, digits } }) => {
    const poster = httpPoster({ allowPrivate: allowPrivate === true, patience: PATIENCE });
    const order = { session, currency, digits, poster, agent: `cps-settlement/${world.version}`, now: world.now };
    const sent = watched(world, 'webhooks', (line) => sendDue({ ...order, onTaken: line.update }));
    const report = await sent.finally(() => poster.close());
    const { taken, failed, givenUp, paused } = report;
    answer(world, common, { taken, failed, givenUp, paused }, () => {
      const rest = `${failed} failed attempts, ${givenUp} given up, ${paused.length} endpoints paused.`;
      return `${taken} delivered, ${rest}${failed + paused.length > 0 ? ' See cps webhook.' : ''}\n`;
    });
    return failed + paused.length > 0 ? FINDINGS : DONE;
  });
}

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
