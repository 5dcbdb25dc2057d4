/** `cps webhook send`: sends every endpoint what is due for it, and ends. */
import type { Command } from 'commander';
import { httpPoster, PATIENCE } from '../../hooks/post.ts';
import { sendDue } from '../../hooks/send.ts';
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
