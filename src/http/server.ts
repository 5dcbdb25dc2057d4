/**
 * The HTTP server under the API and the pages: who asks, limits of time and size, how a problem is answered, and an
 * orderly end. It has no routes of its own but health and metrics.
 */
import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import rateLimit from '@fastify/rate-limit';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { partyOf } from '../core/access.ts';
import type { Instant } from '../core/calendar.ts';
import { visibleJson } from '../formats/files/table.ts';
import type { Bounds } from '../ingest/bounds.ts';
import type { SessionPool } from '../store/connection/pool.ts';
import { type Book, readBook } from '../store/night/book.ts';
import { BODY_TIME, timed } from './body.ts';
import { bearerWay, type ReadToken, type WayIn } from './identity.ts';
import { Meter } from './metrics.ts';
import { FORMATS, refuseOdd } from './odd.ts';
import { Problem, problemDocument, problemOf } from './problem.ts';

/** What a server is given. */
export interface ServerDeps {
  /** Sessions for reads and decisions, each of them short. */
  readonly sessions: SessionPool;
  /** Sessions for what may take long: deliveries, exports. Others do not wait for these. */
  readonly longSessions: SessionPool;
  /** The book as it stands, read anew. */
  readonly book: () => Promise<Book>;
  readonly now: () => Instant;
  /** Milliseconds that only go forward, for durations. */
  readonly ticks: () => number;
  readonly log: Logger;
  readonly version: string;
  /** Whether PostgreSQL holds sellers and publishers to their own rows; where it does not, they are turned away. */
  readonly keepsApart?: boolean;
  /** Reads JWTs; without it keys alone are taken. */
  readonly readToken?: ReadToken;
  /** Requests a minute from one key, person or address. */
  readonly rate?: number;
  /** Bytes of a delivery at most, as it is sent. */
  readonly mostBytes?: number;
  /** How much a delivery may be once unpacked; the usual bounds, where nothing is said. */
  readonly bounds?: Bounds;
  /** Milliseconds that the body of a request may take; of a delivery, that it may stand still. */
  readonly bodyTime?: number;
  /** Milliseconds that a delivery may still take once the server begins to close. */
  readonly lastWords?: number;
  /** Addresses of proxies whose word is taken for who asks, by which protocol and host. */
  readonly proxies?: readonly string[];
}

/** What rooms are given: the same, and what says that the server is to stop. */
export interface RoomDeps extends ServerDeps {
  /** Aborted with a Problem soon after the server begins to close. */
  readonly stopping: AbortSignal;
}

/** The book as it stands, read anew in a session of the pool. */
export function bookOf(sessions: SessionPool): Promise<Book> {
  return sessions.use(async (session) => {
    const book = await readBook(session);
    if (book === undefined) throw new Error('this database holds no book any more');
    return book;
  });
}

/** What is put on a server: routes, and ways in beside the bearer's, the first that knows somebody counting. */
export interface Room {
  readonly waysIn?: readonly WayIn[];
  readonly open: (app: FastifyInstance, deps: RoomDeps, meter: Meter) => void | Promise<void>;
}

/** Bytes of a body that is no delivery. */
const BODY_LIMIT = 256 * 1024;
/** Requests a minute from one key or person. */
const USUAL_RATE = 6000;
/** From one address that has not signed in. */
const STRANGERS_RATE = 300;
/** Milliseconds that a delivery may still take once the server begins to close: a short one ends well. */
const LAST_WORDS = 3000;
const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;

/** Makes a server with its rooms. It listens once it is told to, and `close()` waits for what is under way. */
export async function makeServer(deps: ServerDeps, rooms: readonly Room[]): Promise<FastifyInstance> {
  const app: FastifyInstance = fastify({
    logger: false,
    bodyLimit: BODY_LIMIT,
    trustProxy: deps.proxies === undefined ? false : [...deps.proxies],
    connectionTimeout: 0,
    keepAliveTimeout: 65_000,
    // A delivery may take as long as it goes on: body.ts counts the time of bodies.
    requestTimeout: 0,
    forceCloseConnections: 'idle',
    genReqId: (raw) => {
      const given = raw.headers['x-request-id'];
      return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
    },
    // What is sent is taken as it is: no number becomes a text on its way, and nothing unknown is passed over.
    ajv: {
      customOptions: {
        coerceTypes: false,
        removeAdditional: false,
        useDefaults: true,
        allErrors: false,
        formats: FORMATS,
      },
    },
    serializerOpts: { ajv: { formats: FORMATS } },
  });
  const meter = new Meter();
  const waysIn = [
    ...rooms.flatMap((room) => room.waysIn ?? []),
    bearerWay({ sessions: deps.sessions, now: deps.now, readToken: deps.readToken }),
  ];
  app.removeContentTypeParser('text/plain');
  app.decorateRequest('principal', null);
  const stopping = endWell(app, deps.lastWords ?? LAST_WORDS);
  app.addHook('preParsing', async (request, _reply, body) =>
    hasBody(request)
      ? timed(body as Readable, request.routeOptions.config.isDelivery === true, deps.bodyTime ?? BODY_TIME)
      : body,
  );
  app.addHook('preValidation', async (request) => refuseOdd(request));
  watch(app, deps, meter);
  const count = await limits(app, deps.rate ?? USUAL_RATE);
  app.addHook('onRequest', async (request, reply) => {
    guard(reply, request.id);
    if (request.routeOptions.config.isOpen === true) return;
    try {
      request.principal = await whoAsks(request, waysIn);
    } finally {
      await count(request);
    }
    if (deps.keepsApart === false && request.principal !== null && partyOf(request.principal) !== undefined)
      throw new Problem('busy', 'sellers and publishers are not served here: the database cannot keep them apart');
  });
  app.setErrorHandler((error, request, reply) => sendProblem(problemFor(error, request, deps), request, reply));
  app.setNotFoundHandler((request, reply) => {
    const nothing = Object.assign(new Error('there is nothing at this address'), { statusCode: 404 });
    return sendProblem(problemOf(nothing), request, reply);
  });
  standing(app, deps);
  for (const room of rooms) await room.open(app, { ...deps, stopping }, meter);
  return app;
}

/**
 * Counts a request against who asks: one key, or one person; who has not signed in, by address, and gets fewer.
 * @throws Problem where there were too many in this minute
 */
async function limits(app: FastifyInstance, rate: number): Promise<(request: FastifyRequest) => Promise<void>> {
  await app.register(rateLimit, { global: false, timeWindow: 60_000 });
  const keyOf = ({ principal, ip }: FastifyRequest): string =>
    principal === null ? ip : (principal.key ?? `${principal.role} ${principal.party} ${principal.name}`);
  const known = app.createRateLimit({ max: rate, keyGenerator: keyOf });
  const unknown = app.createRateLimit({ max: Math.min(rate, STRANGERS_RATE), keyGenerator: keyOf });
  return async (request) => {
    const found = await (request.principal === null ? unknown : known)(request);
    if (found.isAllowed || !found.isExceeded) return;
    throw new Problem('too-many', 'too many requests in this minute: ask again later', found.ttlInSeconds);
  };
}

async function whoAsks(request: FastifyRequest, waysIn: readonly WayIn[]) {
  for (const way of waysIn) {
    const found = await way(request);
    if (found !== undefined) return found;
  }
  return null;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Nobody is looked up for it. */
    isOpen?: boolean;
    /** What is sent to it may be of any size. */
    isDelivery?: boolean;
  }
}

/** Headers that hold for every answer; pages may loosen the policy of content for themselves. */
function guard(reply: FastifyReply, requestId: string): void {
  reply.headers({
    'x-request-id': requestId,
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'strict-transport-security': 'max-age=31536000',
    'cache-control': 'no-store',
  });
}

/**
 * An answer given while the server closes ends its connection too, as otherwise closing would wait for the client; and so
 * does one given before the body has come, of which nothing more is read. What it returns is aborted soon after closing begins.
 */
function endWell(app: FastifyInstance, lastWords: number): AbortSignal {
  const stopping = new AbortController();
  let isClosing = false;
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => stopping.abort(new Problem('busy', 'the server is closing: ask again shortly', 5));
  app.addHook('preClose', async () => {
    isClosing = true;
    timer = setTimeout(stop, lastWords);
  });
  app.addHook('onClose', async () => clearTimeout(timer));
  app.addHook('onSend', async (request, reply) => {
    if (isClosing || (hasBody(request) && !request.raw.complete)) reply.header('connection', 'close');
  });
  return stopping.signal;
}

function hasBody({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** Counts and logs every answer: the route, never the address with its ids, and no personal data. */
function watch(app: FastifyInstance, deps: ServerDeps, meter: Meter): void {
  const begun = new WeakMap<FastifyRequest, number>();
  app.addHook('onRequest', async (request) => {
    begun.set(request, deps.ticks());
  });
  app.addHook('onResponse', async (request, reply) => {
    const seconds = (deps.ticks() - (begun.get(request) ?? deps.ticks())) / 1000;
    const route = request.routeOptions.url ?? 'none';
    meter.answered(request.method, route, reply.statusCode, seconds);
    const { principal } = request;
    const who = principal === null ? {} : { role: principal.role, key: principal.key };
    deps.log.info({ request: request.id, method: request.method, route, status: reply.statusCode, seconds, ...who });
  });
}

function problemFor(error: unknown, request: FastifyRequest, deps: ServerDeps): Problem {
  const problem = problemOf(error);
  if (problem.kind === 'failed') deps.log.error({ request: request.id, err: error }, 'a request failed');
  // Of who has gone meanwhile nobody is kept waiting.
  else if (problem.kind === 'busy' && !request.raw.destroyed) deps.log.warn({ request: request.id }, problem.message);
  return problem;
}

/** Answers with a problem. */
function sendProblem(problem: Problem, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (problem.kind === 'not-signed-in') reply.header('www-authenticate', 'Bearer');
  if (problem.retryAfter !== undefined) reply.header('retry-after', String(problem.retryAfter));
  return reply
    .code(problem.status)
    .type('application/problem+json')
    .serializer((text: unknown) => String(text))
    .send(visibleJson(problemDocument(problem, request.id)));
}

/** Whether the program runs, and whether it could answer. */
function standing(app: FastifyInstance, deps: ServerDeps): void {
  const open = { config: { isOpen: true } };
  app.get('/livez', open, async () => ({ alive: true }));
  app.get('/readyz', open, async (_request, reply) => {
    const ready = await deps.book().then(
      () => true,
      () => false,
    );
    return reply.code(ready ? 200 : 503).send({ ready });
  });
}
