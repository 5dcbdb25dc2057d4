/**
 * A server with the pages over a copy of December 2013, to which some deliveries were added whose names and referrers are
 * scripts; and a visitor who keeps cookies, as a browser does.
 */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { perform } from '../../src/cli/scenario/play.ts';
import type { Right, Role } from '../../src/core/access.ts';
import { bookOf, makeServer, type Room, type ServerDeps } from '../../src/http/server.ts';
import { recordRows } from '../../src/ingest/deliver/record.ts';
import { run } from '../../src/night/run.ts';
import { poolOf } from '../../src/store/connection/pool.ts';
import type { Session } from '../../src/store/connection/session.ts';
import { createKey } from '../../src/store/people/access.ts';
import { connectAsWriter } from '../../src/store/schema/roles.ts';
import { type PagesTerms, pagesRoom } from '../../src/web/server-room.ts';
import { freshDatabase } from '../support/database.ts';
import { type Comer, signedIn } from '../support/sign-in.ts';

const STORY = resolve(import.meta.dirname, '../../scenarios/34-december-2013.md');

/** The moment of every request, where a test does not move it. */
export const NOW = Date.parse('2014-02-22T02:00:00Z');

/** What a hostile publisher calls itself, its site, and where its clicks say they come from. */
export const HOSTILE = '"><img src=x onerror=window.pwned=1><script>window.pwned=1</script>';

export interface House {
  readonly app: FastifyInstance;
  readonly url: string;
  readonly session: Session;
  /** The URL of its database, as its owner. */
  readonly databaseUrl: string;
  /** Moves the clock of the server. */
  at(now: number): void;
  key(
    role: Role,
    party?: string | null,
    more?: { name?: string; scopes?: readonly Right[] },
  ): Promise<{ id: string; text: string }>;
  /** The session of a person who signed in at the server's moment. */
  enter(of: Comer): Promise<{ name: string; pass: string }>;
  /** Somebody with an empty jar of cookies; signed in where a role is given. */
  visitor(role?: Role, party?: string | null, more?: Pick<Comer, 'name' | 'scopes'>): Promise<Visitor>;
  close(): Promise<void>;
}

/**
 * @param story the file that is played; to December 2013 the hostile rows are added
 * @param besides rooms beside the pages
 * @param terms of the pages
 */
export async function openHouse(story = STORY, besides: readonly Room[] = [], terms: PagesTerms = {}): Promise<House> {
  const database = await freshDatabase();
  const { url: databaseUrl } = database;
  for await (const _ of perform(story, await readFile(story, 'utf8'), { url: databaseUrl, now: NOW }));
  const session = await connectAsWriter(databaseUrl, 'pages test');
  if (story === STORY) await addHostile(session, databaseUrl);
  let now = NOW;
  const sessions = poolOf({ url: databaseUrl, application: 'pages test', size: 3, statementTimeout: 30_000 });
  const longSessions = poolOf({ url: databaseUrl, application: 'pages test', size: 2 });
  const deps: ServerDeps = {
    sessions,
    longSessions,
    book: () => bookOf(sessions),
    now: () => now,
    ticks: () => performance.now(),
    log: pino({ level: process.env['PAGES_LOG'] ?? 'silent' }),
    version: 'test',
    proxies: ['127.0.0.1'],
  };
  const app = await makeServer(deps, [...besides, pagesRoom(terms)]);
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const key: House['key'] = (role, party = null, more = {}) =>
    createKey(session, {
      role,
      party,
      name: more.name ?? `${role} ${randomBytes(2).toString('hex')}`,
      scopes: more.scopes ?? null,
      createdAt: NOW - 1000,
      createdBy: 'test',
      expiresAt: null,
    });
  return {
    app,
    url,
    session,
    databaseUrl,
    at: (moment) => {
      now = moment;
    },
    key,
    enter: (of) => signedIn(session, of, now),
    visitor: async (role, party = null, more = {}) => {
      const visitor = new Visitor(url);
      if (role !== undefined) visitor.holds((await signedIn(session, { role, party, ...more }, now)).pass);
      return visitor;
    },
    close: async () => {
      await app.close();
      await sessions.close();
      await longSessions.close();
      await session.close();
      await database.drop();
    },
  };
}

/** A publisher all of whose words are scripts, and a sale of it that is received. */
async function addHostile(session: Session, url: string): Promise<void> {
  const rows = (feed: string, ...cells: Record<string, string>[]) =>
    recordRows(session, 'hostile', [{ feed, rows: cells }]);
  const at = '2014-01-22 09:00:00';
  const joined = '2013-01-10 09:00:00';
  await rows('publishers', {
    publisher_id: '2666',
    name: HOSTILE,
    kind: 'individual',
    payee_name: HOSTILE,
    payee_account: '6222-2666',
    registered_at: joined,
  });
  await rows('sites', {
    site_id: '666',
    publisher_id: '2666',
    kind: 'website',
    name: HOSTILE,
    domain: 'evil.example',
    filed_at: joined,
  });
  await rows('site-reviews', { site_id: '666', status: 'approved', score: '90', at: joined, reason: HOSTILE });
  await rows('adzones', { adzone_id: '9666', site_id: '666', name: HOSTILE });
  await rows('clicks', {
    click_id: 'cx1',
    clicked_at: at,
    pid: 'mm_2666_666_9666',
    buyer_id: 'zoe',
    shop_id: 'silk',
    referrer: `javascript:${HOSTILE}`,
  });
  await rows('orders', {
    order_line_id: 'LX1',
    order_id: 'OX1',
    buyer_id: 'zoe',
    shop_id: 'silk',
    item_id: 'scarf',
    category_id: 'scarves',
    quantity: '1',
    paid_amount: '80.00',
    paid_at: '2014-01-22 10:00:00',
  });
  await rows('receipts', { order_line_id: 'LX1', confirmed_at: '2014-01-23 10:00:00' });
  const order = { through: '2014-01-24', workers: 1, now: NOW, dryRun: false, url };
  await run(session, { ...order, onNight: () => undefined, onBatch: () => undefined });
}

export interface Seen {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Where one is led to; null where one is not. */
  readonly to: string | null;
}

/** Asks as a browser does: with the cookies it was given, forms from the page's own site, and without following. */
export class Visitor {
  readonly #url: string;
  readonly cookies = new Map<string, string>();

  constructor(url: string) {
    this.#url = url;
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Seen> {
    return this.#ask(path, { headers });
  }

  post(path: string, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Seen> {
    return this.#ask(path, {
      method: 'POST',
      headers: { 'sec-fetch-site': 'same-origin', ...headers },
      body: new URLSearchParams(fields),
    });
  }

  /** Holds a session from now on. */
  holds(pass: string): void {
    this.cookies.set('cps_pass', pass);
  }

  /** The token that the forms of this session carry. */
  async token(): Promise<string> {
    const { text } = await this.get('/nowhere');
    return /name="token" value="([^"]+)"/.exec(text)?.[1] ?? '';
  }

  async #ask(path: string, init: RequestInit & { headers: Record<string, string> }): Promise<Seen> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(this.#url + path, {
      ...init,
      headers: { ...(cookie === '' ? {} : { cookie }), ...init.headers },
      redirect: 'manual',
    });
    for (const set of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    const { status, headers } = response;
    return { status, headers, text: await response.text(), to: headers.get('location') };
  }
}
