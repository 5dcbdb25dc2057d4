/** A server of the API over a copy of the small book, with a key for every role: what the tests of the API stand on. */
import { randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { type Right, ROLES, type Role } from '../../src/core/access.ts';
import { bookOf, makeServer, type ServerDeps } from '../../src/http/server.ts';
import { apiRoom } from '../../src/http/v1/index.ts';
import { poolOf } from '../../src/store/connection/pool.ts';
import type { Session } from '../../src/store/connection/session.ts';
import { createKey } from '../../src/store/people/access.ts';
import { type Copied, smallBookTemplate } from '../support/small-book.ts';

/** The moment at which every request of the tests comes. */
export const NOW = Date.parse('2014-02-22T02:00:00Z');

export interface Ground {
  readonly app: FastifyInstance;
  readonly url: string;
  readonly deps: ServerDeps;
  /** The owner's session on the book. */
  readonly owner: Session;
  readonly databaseUrl: string;
  /** Keys by role; of the two party roles those of `publisher` and `seller`. */
  readonly keys: Readonly<Record<Role, string>>;
  readonly publisher: string;
  readonly seller: string;
  /** Makes a further key. */
  key(
    role: Role,
    party?: string | null,
    more?: { scopes?: readonly Right[]; expiresAt?: number; name?: string },
  ): Promise<string>;
  get(path: string, key?: string, headers?: Record<string, string>): Promise<Answer>;
  post(path: string, key: string, body: unknown, headers?: Record<string, string>): Promise<Answer>;
  close(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The text as JSON. */
  json<T = Record<string, never>>(): T;
}

export async function ground(more: Partial<ServerDeps> = {}): Promise<Ground> {
  const template = await smallBookTemplate();
  const copy = await template.copy();
  const sessions = poolOf({ url: copy.url, application: 'api test', size: 4, statementTimeout: 30_000 });
  const longSessions = poolOf({ url: copy.url, application: 'api test', size: 2 });
  const deps: ServerDeps = {
    sessions,
    longSessions,
    book: () => bookOf(sessions),
    now: () => NOW,
    ticks: () => performance.now(),
    log: pino({ level: 'silent' }),
    version: 'test',
    ...more,
  };
  const app = await makeServer(deps, [apiRoom]);
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const { publisher, seller } = await partiesOf(copy);
  const key: Ground['key'] = async (role, party = null, { scopes, expiresAt, name } = {}) => {
    const made = await createKey(copy.session, {
      role,
      party,
      name: name ?? `${role} ${randomBytes(2).toString('hex')}`,
      scopes: scopes ?? null,
      createdAt: NOW - 1000,
      createdBy: 'test',
      expiresAt: expiresAt ?? null,
    });
    return made.text;
  };
  const keys = {} as Record<Role, string>;
  for (const role of ROLES)
    keys[role] = await key(role, role === 'publisher' ? publisher : role === 'seller' ? seller : null);
  return {
    app,
    url,
    deps,
    owner: copy.session,
    databaseUrl: copy.url,
    keys,
    publisher,
    seller,
    key,
    get: (path, by, headers = {}) => ask(url + path, { headers: { ...bearer(by), ...headers } }),
    post: (path, by, body, headers = {}) =>
      ask(url + path, {
        method: 'POST',
        headers: {
          ...bearer(by),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
    close: async () => {
      await app.close();
      await sessions.close();
      await longSessions.close();
      await copy.drop();
      await template.drop();
    },
  };
}

const bearer = (key: string | undefined): Record<string, string> =>
  key === undefined ? {} : { authorization: `Bearer ${key}` };

async function ask(url: string, init: RequestInit): Promise<Answer> {
  const response = await fetch(url, init);
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: () => JSON.parse(text) };
}

/** The publisher and the seller with the most entries. */
async function partiesOf({ session }: Copied): Promise<{ publisher: string; seller: string }> {
  const most = async (column: 'publisher_id' | 'seller_id'): Promise<string> => {
    const { rows } = await session.client.query<{ id: string }>(
      `select ${column} as id from log where ordinal > 0 and ${column} is not null
       group by 1 order by count(*) desc, 1 limit 1`,
    );
    return rows[0]?.id ?? '';
  };
  return { publisher: await most('publisher_id'), seller: await most('seller_id') };
}
