/** `cps mail`: what the outbox holds, and `cps mail send`, which sends what is due. */
import { setTimeout } from 'node:timers/promises';
import type { Command } from 'commander';
import { Option } from 'commander';
import { isAddress } from '../../core/ids.ts';
import { Refusal } from '../../core/refusal.ts';
import { mailText } from '../../formats/mail.ts';
import { sendMail } from '../../mail/send.ts';
import { parseSmtpUrl, smtpSender } from '../../mail/smtp.ts';
import { inSnapshot } from '../../store/connection/snapshot.ts';
import type { Book } from '../../store/night/book.ts';
import { type ListedLetter, listMail, MAIL_STATES, type MailState, mailCounts } from '../../store/outbox/mail.ts';
import { connectAsWriter } from '../../store/schema/roles.ts';
import { countOption } from '../checks.ts';
import type { Act } from '../command.ts';
import { answer, type Common, DONE, FINDINGS, type Outcome, type World, watched, withBook } from '../context.ts';

interface ListOptions {
  readonly state?: MailState;
}

interface SendOptions {
  readonly smtp?: string;
  readonly from?: string;
  readonly rate: number;
}

/** Letters a list shows; the counts are of all. */
const SHOWN = 500;

export function registerMail(program: Command, act: Act): void {
  const mail = program
    .command('mail')
    .description('the letters to publishers: what is queued, sent, refused, or waits for an address')
    .addOption(new Option('--state <state>', 'only those').choices([...MAIL_STATES]))
    .addHelpText(
      'after',
      '\nExamples:\n  cps mail\n  cps mail --state refused --json\n  cps mail send --from desk@example.com',
    )
    .action(act(list));
  mail
    .command('send')
    .description('send what is due; what fails for now is sent by a later call')
    .option(
      '--smtp <url>',
      'smtp://user:password@host:587 or smtps://...; CPS_SMTP_URL keeps the password off the screen',
    )
    .option('--from <address>', "the sender's address, if the user in the URL is none")
    .option('--rate <n>', 'letters a minute at most', countOption(1, 60_000), 60)
    .addHelpText(
      'after',
      '\nA password is only ever sent after TLS is up. For a server with a certificate of your own: NODE_EXTRA_CA_CERTS.\n' +
        '\nExamples:\n  CPS_SMTP_URL=smtp://desk%40example.com:secret@mail.example.com cps mail send\n  cps mail send --smtp smtp://localhost:25 --from desk@example.com --rate 30',
    )
    .action(act(send));
}

async function list(world: World, common: Common, options: ListOptions): Promise<Outcome> {
  return withBook(world, common, async ({ session, book }) => {
    const [counts, letters] = await inSnapshot(session, async () => [
      await mailCounts(session),
      await listMail(session, options.state, SHOWN),
    ]);
    const document = { counts, letters: letters.map((one) => letterDocument(one, book)) };
    answer(world, common, document, () =>
      mailText(
        counts,
        letters.map((one) => letterDocument(one, book)),
      ),
    );
    return DONE;
  });
}

function letterDocument(one: ListedLetter, { calendar }: Book) {
  const moment = (at: number | null): string | null => (at === null ? null : calendar.format(at));
  const { queuedAt, nextAttempt, endedAt, ...rest } = one;
  return { ...rest, queuedAt: calendar.format(queuedAt), nextAttempt: moment(nextAttempt), endedAt: moment(endedAt) };
}

async function send(world: World, common: Common, options: SendOptions): Promise<Outcome> {
  const { server, from } = senderOf(world, options);
  return withBook(world, common, async ({ session }) => {
    const sender = smtpSender(server);
    const unreachable = await sender.check();
    if (unreachable !== undefined) throw new Error(unreachable);
    const order = { sender, from, perMinute: options.rate, now: world.now, wait: setTimeout };
    const report = await watched(world, 'mail', (line) => sendMail(session, { ...order, onLetter: line.update }));
    const { waiting } = await mailCounts(session);
    if (report.stopped !== null)
      throw new Error(
        `the SMTP server went away after ${report.sent} sent (${report.stopped}): repeat the command later`,
      );
    const { sent, refused, deferred } = report;
    answer(world, common, { sent, refused, deferred, waiting }, () => {
      const rest = `${refused} refused, ${deferred} to be tried again, ${waiting} without an address.`;
      return `${sent} sent, ${rest}${refused + deferred + waiting > 0 ? ' See cps mail.' : ''}\n`;
    });
    return refused + deferred > 0 ? FINDINGS : DONE;
  });
}

/** The server that sends, and the address the letters come from. @throws Refusal where either is missing or wrong */
function senderOf({ environment }: World, { smtp, from: said }: Pick<SendOptions, 'smtp' | 'from'>) {
  const url = smtp ?? environment['CPS_SMTP_URL'] ?? '';
  if (url === '') throw new Refusal('say which server sends: --smtp URL, or CPS_SMTP_URL in the environment');
  const server = parseSmtpUrl(url);
  if (typeof server === 'string') throw new Refusal(server);
  const from = said ?? server.user ?? '';
  if (!isAddress(from)) throw new Refusal('say --from ADDRESS: the letters need a sender such as desk@example.com');
  return { server, from };
}

/** Letters a minute that a server sends beside its answers. */
const SERVING_RATE = 600;

/**
 * Sends what is due until it is stopped, in a session of its own; a round that fails is logged, and the next one follows.
 * @returns what stops it: a letter under way is finished and recorded
 * @throws Refusal where no server or sender is said
 */
export function mailWhileServing(
  world: World,
  { url, from, pause }: { readonly url: string; readonly from: string | undefined; readonly pause: number },
): () => Promise<void> {
  const of = senderOf(world, from === undefined ? {} : { from });
  const stopping = new AbortController();
  const { signal } = stopping;
  const round = async (): Promise<void> => {
    const session = await connectAsWriter(url, 'cps serve mail');
    try {
      const order = { sender: smtpSender(of.server), from: of.from, perMinute: SERVING_RATE, now: world.now };
      const report = await sendMail(session, { ...order, wait: setTimeout, onLetter: () => undefined });
      if (report.sent + report.refused + report.deferred > 0) world.log.info({ ...report }, 'letters sent');
    } finally {
      await session.close();
    }
  };
  const ended = (async () => {
    while (!signal.aborted) {
      await round().catch((error: unknown) => world.log.warn({ err: error }, 'letters wait'));
      await setTimeout(pause, undefined, { signal }).catch(() => undefined);
    }
  })();
  return () => {
    stopping.abort();
    return ended;
  };
}
