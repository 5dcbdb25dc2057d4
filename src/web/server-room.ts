/**
 * Puts the pages on the server: their routes, their headers, and the cookie as a sign-in method that holds for pages
 * alone. What happens at a route is in door.ts.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { may } from '../core/access.ts';
import type { WayIn } from '../http/identity.ts';
import type { Room as ServerRoom } from '../http/server.ts';
import { ASSETS } from './assets.ts';
import { Door, type Grounds } from './door.ts';
import type { Room } from './page.ts';
import { fieldsOf, paramsOf, sentForm } from './request.ts';
import { ROOMS } from './rooms.ts';

/** Nothing that people type is longer. */
const FORM_LIMIT = 64 * 1024;
/** A file that somebody mended by hand. What is larger is delivered by `cps ingest` or the API, which read it as it comes. */
const FILE_LIMIT = 8 * 1024 * 1024;

const HEADERS = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
} as const;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The cookie says who asks. Of every other route it says nothing, so that no other site's form can use it there. */
    isPage?: boolean;
  }
}

const PAGE = { config: { isPage: true } };
/** Nobody is looked up for an asset. */
const OPEN = { config: { isOpen: true } };

/** The pages, to be put on a server. */
export function pagesRoom(demo: Grounds['demo'] = []): ServerRoom {
  let door: Door | undefined;
  const byCookie: WayIn = async (request) => {
    if (request.routeOptions.config.isPage !== true) return undefined;
    return (await door?.caller(request))?.principal ?? undefined;
  };
  return {
    waysIn: [byCookie],
    open: async (app, deps) => {
      const { sessions, longSessions, now, log } = deps;
      const opened = new Door({ pool: sessions, longPool: longSessions, now, log, demo });
      door = opened;
      await app.register(async (scope) => openPages(scope, opened, demo.length > 0));
    },
  };
}

function openPages(scope: FastifyInstance, door: Door, isDemo: boolean): void {
  scope.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: FORM_LIMIT },
    (_, body, done) => done(null, Object.fromEntries(new URLSearchParams(body.toString()))),
  );
  scope.addContentTypeParser(
    'multipart/form-data',
    { parseAs: 'buffer' },
    async (request: FastifyRequest, body: Buffer) => sentForm(request.headers['content-type'] ?? '', body),
  );
  scope.addHook('onRequest', async (_, reply) => {
    reply.headers(HEADERS);
  });
  scope.setErrorHandler((error, request, reply) => door.failed(error, request, reply));
  for (const { path, mime, bytes } of Object.values(ASSETS)) {
    scope.get(path, OPEN, async (_, reply) =>
      reply.header('cache-control', 'public, max-age=31536000, immutable').type(mime).send(bytes),
    );
  }
  scope.get('/', PAGE, (request, reply) => door.home(request, reply));
  scope.get('/sign-in', PAGE, (request, reply) => door.signIn(request, reply));
  scope.post('/sign-in', PAGE, (request, reply) => door.enter(request, reply));
  scope.post('/sign-out', PAGE, (request, reply) => door.leave(request, reply));
  scope.post('/language', PAGE, (request, reply) => door.speak(request, reply));
  if (isDemo) {
    scope.post('/demo', PAGE, (request, reply) => door.enterAs(fieldsOf(request)['who'] ?? '', request, reply));
    scope.get('/demo/:who', PAGE, (request, reply) => door.enterAs(paramsOf(request)['who'] ?? '', request, reply));
  }
  for (const room of ROOMS) openRoom(scope, door, room);
  scope.get('/*', PAGE, async (request, reply) => {
    if (request.url.startsWith('/v1/')) return reply.callNotFound();
    return door.trouble('not-found', await door.caller(request), reply);
  });
}

function openRoom(scope: FastifyInstance, door: Door, { pages, counters }: Room): void {
  for (const page of pages) {
    scope.get(page.path, PAGE, (request, reply) => door.show(page, request, reply));
    const acts = Object.values(page.acts);
    if (acts.length === 0) continue;
    // Only who may send a file has one read.
    const files = acts.filter(({ takesFile }) => takesFile);
    const mayFile = ({ principal }: FastifyRequest): boolean =>
      principal !== null && files.some(({ right }) => may(principal, right));
    const onRequest = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
      const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
      if (!isForm && !mayFile(request)) await door.trouble('not-found', await door.caller(request), reply);
    };
    const more = files.length === 0 ? {} : { bodyLimit: FILE_LIMIT, onRequest };
    scope.post(page.path, { ...PAGE, ...more }, (request, reply) => door.act(page, request, reply));
  }
  for (const counter of counters) scope.get(counter.path, PAGE, (request, reply) => door.hand(counter, request, reply));
}
