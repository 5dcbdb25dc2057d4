/** `cps serve`: the API and the pages, until SIGTERM or SIGINT; what is under way is finished first. */

import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { whyNot } from '../../core/error-code.ts';
import { OWN_ISSUERS } from '../../core/person.ts';
import { Refusal } from '../../core/refusal.ts';
import { BODY_TIME } from '../../http/body.ts';
import type { ReadToken } from '../../http/identity.ts';
import { bookOf, makeServer, type ServerDeps } from '../../http/server.ts';
import { tokenReader } from '../../http/tokens.ts';
import { apiRoom } from '../../http/v1/index.ts';
import { type Company, companyOf } from '../../sign-in/company.ts';
import { poolOf, type SessionPool } from '../../store/connection/pool.ts';
import type { Session } from '../../store/connection/session.ts';
import { hasParties } from '../../store/schema/roles.ts';
import { type PagesTerms, pagesRoom } from '../../web/server-room.ts';
import { type BoundOptions, boundOptions, boundsOf } from '../bounds.ts';
import { addressOption, countOption } from '../checks.ts';
import type { Act } from '../command.ts';
import { type Common, DONE, type Outcome, type World, withBook } from '../context.ts';
import { mailWhileServing } from './mail.ts';
import { doorsText, withDemo } from './serve-demo.ts';
import { tellWhileServing } from './webhook-send.ts';

interface ServeOptions extends BoundOptions {
  readonly host: string;
  readonly port: number;
  readonly sessions: number;
  readonly rate: number;
  readonly bodyTime: number;
  readonly proxy?: readonly string[];
  readonly jwks?: string;
  readonly issuer?: string;
  readonly audience?: string;
  readonly company?: string;
  readonly companyClient?: string;
  readonly demo?: true;
  /** Seconds between two rounds of letters. */
  readonly mail?: number;
  readonly from?: string;
  /** Seconds between two rounds of webhooks. */
  readonly webhooks?: number;
  readonly allowPrivate?: true;
}

/** Milliseconds that requests under way may take to finish once the server is to stop. */
const GRACE = 30_000;
/** And that work may take to end whose client has gone. */
const LAST_WORDS = 2000;

export function registerServe(program: Command, act: Act): void {
  boundOptions(program.command('serve'))
    .description('serve the API and the pages until told to stop (SIGTERM or SIGINT)')
    .option('--host <address>', 'where to listen', '127.0.0.1')
    .option('--port <n>', 'the port; 0 for any that is free', countOption(0, 65_535), 8013)
    .option('--sessions <n>', 'database sessions at most for short requests', countOption(1, 64), 8)
    .option('--rate <n>', 'requests a minute from one key or person', countOption(1, 10_000_000), 6000)
    .option(
      '--body-time <seconds>',
      'what a body may take, and a delivery stand still',
      countOption(1, 3600),
      BODY_TIME / 1000,
    )
    .option(
      '--proxy <address...>',
      'a proxy in front, an address or a net (10.0.0.0/8), whose X-Forwarded-For, -Proto and -Host are believed',
      addressOption,
    )
    .option('--jwks <file|url>', 'the keys of tokens (JWT): a JWKS file, or its https URL')
    .option('--issuer <name>', 'who has to have issued a token')
    .option('--audience <name>', 'whom a token has to be for')
    .option('--company <url>', "the issuer of the company's own sign-in (OpenID Connect)")
    .option('--company-client <id>', 'how it knows this server; CPS_COMPANY_SECRET is the secret')
    .option('--mail <seconds>', 'send letters too, by CPS_SMTP_URL, with so long a pause', countOption(1, 86_400))
    .option('--from <address>', "with --mail: the sender's address, if the user in the URL is none")
    .option('--webhooks <seconds>', 'send webhooks too, with so long a pause between rounds', countOption(1, 86_400))
    .option('--allow-private', 'with --webhooks: allow http:// and addresses that are not public')
    .option('--demo', 'serve December 2013 from a book of its own, with a link for each party')
    .addHelpText(
      'after',
      '\nExamples:\n  cps serve --demo\n  cps serve --port 8013 --mail 5 --from desk@example.com\n' +
        '  cps serve --port 8080 --jwks https://login.example.org/jwks --issuer https://login.example.org --audience cps',
    )
    .action(act(serve));
}

async function serve(world: World, common: Common, options: ServeOptions): Promise<Outcome> {
  const readToken = await tokensOf(world, options);
  if (options.demo === true)
    return withDemo(world, common, (url, session, doors) =>
      serveBook(world, common, options, { session, url, readToken, doors }),
    );
  return withBook(world, common, ({ session, url }) =>
    serveBook(world, common, options, { session, url, readToken, doors: [] }),
  );
}

interface Served {
  readonly session: Session;
  readonly url: string;
  readonly readToken: ReadToken | undefined;
  readonly doors: NonNullable<PagesTerms['demo']>;
}

async function serveBook(
  world: World,
  common: Common,
  options: ServeOptions,
  { session, url, readToken, doors }: Served,
): Promise<Outcome> {
  const keepsApart = await hasParties(session);
  if (!keepsApart)
    world.stderr.write(
      'sellers and publishers are not served: PostgreSQL cannot hold them to their own rows (see src/cli/README.md, Running a book)\n',
    );
  const pool = (size: number, statementTimeout: number): SessionPool =>
    poolOf({ url, application: 'cps serve', size, statementTimeout });
  const sessions = pool(options.sessions, 30_000);
  const longSessions = pool(4, 0);
  const deps: ServerDeps = {
    sessions,
    longSessions,
    book: () => bookOf(sessions),
    now: world.now,
    ticks: world.ticks,
    log: world.log,
    version: world.version,
    rate: options.rate,
    bodyTime: options.bodyTime * 1000,
    ...(options.proxy === undefined ? {} : { proxies: options.proxy }),
    bounds: boundsOf(options),
    keepsApart,
    ...(readToken === undefined ? {} : { readToken }),
  };
  const endMailing = mailing(world, options, url);
  const endTelling = await telling(world, options, url, deps);
  try {
    await listen(world, common, options, deps, doors);
  } finally {
    await endTelling();
    await endMailing();
    // Whoever asked has been answered, or cut off.
    await sessions.close(LAST_WORDS);
    await longSessions.close(LAST_WORDS);
  }
  return DONE;
}

/** Sends letters beside the server, where the option asks for it. */
function mailing(world: World, { mail, from }: ServeOptions, url: string): () => Promise<void> {
  if (mail === undefined) return async () => {};
  return mailWhileServing(world, { url, from, pause: mail * 1000 });
}

/** Sends webhooks beside the server, where the option asks for it. */
async function telling(
  world: World,
  { webhooks, allowPrivate }: ServeOptions,
  url: string,
  { book }: ServerDeps,
): Promise<() => Promise<void>> {
  if (webhooks === undefined) {
    if (allowPrivate === true) throw new Refusal('--allow-private is about webhooks: say --webhooks too');
    return async () => {};
  }
  return tellWhileServing(world, {
    url,
    book: await book(),
    allowPrivate: allowPrivate === true,
    pause: webhooks * 1000,
  });
}

/** Listens until the program is to stop, then accepts no more and waits for what is under way. */
async function listen(
  world: World,
  common: Common,
  options: ServeOptions,
  deps: ServerDeps,
  doors: NonNullable<PagesTerms['demo']>,
): Promise<void> {
  const company = companyTold(world, options);
  const app = await makeServer(deps, [apiRoom, pagesRoom({ demo: doors, company })]);
  const stop = world.untilStopped();
  const { host, port } = options;
  try {
    const address = await app.listen({ host, port }).catch((error: unknown) => {
      throw new Refusal(`${host}:${port} cannot be listened on (${whyNot(error)}): choose another --host or --port`);
    });
    const links = doors.map(({ name, label }) => ({ party: label, link: `${address}/demo/${name}` }));
    world.stdout.write(common.json === true ? `${JSON.stringify({ address, links })}\n` : `Serving at ${address}\n`);
    if (common.json !== true && doors.length > 0) world.stdout.write(doorsText(address, doors));
    await stop;
    world.log.info('stopping');
  } finally {
    const force = setTimeout(() => app.server.closeAllConnections(), GRACE);
    await app.close();
    clearTimeout(force);
  }
}

/** The company's own sign-in, where an option names it. */
function companyTold({ environment }: World, { company, companyClient }: ServeOptions): Company | null {
  return company === undefined ? null : companyOf(company, companyClient, environment['CPS_COMPANY_SECRET']);
}

async function tokensOf(world: World, { jwks, issuer, audience }: ServeOptions) {
  if (jwks === undefined) return undefined;
  if (OWN_ISSUERS.some((one) => one === issuer))
    throw new Refusal(`--issuer is ${issuer}: no issuer of tokens is called so`);
  if (issuer === undefined || audience === undefined)
    throw new Refusal('tokens are taken from one issuer and for one audience: say --issuer and --audience');
  const source = /^https:\/\//.test(jwks) ? { url: new URL(jwks) } : { document: await jwksFile(jwks) };
  return tokenReader({ ...source, issuer, audience, now: world.now });
}

async function jwksFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new Refusal(
      `the keys ${path} cannot be read (${whyNot(error)}): give the path of a JWKS file, or an https URL`,
    );
  }
}
