/**
 * Puts the pages on the server: their routes, their headers, and the cookie as a sign-in method that holds for pages
 * alone. What happens at a route is in door.ts.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { may } from '../core/access.ts';
import type { WayIn } from '../http/identity.ts';
import type { Room as ServerRoom } from '../http/server.ts';
import { CALLBACK } from '../sign-in/company.ts';
import { ASSETS } from './assets.ts';
import { Callers } from './callers.ts';
import { Door } from './door.ts';
import type { Room } from './page.ts';
import { fieldsOf, paramsOf, sentForm } from './request.ts';
import { ROOMS } from './rooms.ts';
import { SignInDoor, type SignInGrounds } from './sign-in-door.ts';

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

/** What the pages are given beside the server: whom anybody may be, and the company's own sign-in. */
export type PagesTerms = Partial<Pick<SignInGrounds, 'demo' | 'company'>>;

/** Attempts a minute to come in from one origin. */
const ATTEMPTS = 30;

/** The pages, to be put on a server. */
export function pagesRoom({ demo = [], company = null }: PagesTerms = {}): ServerRoom {
  let callers: Callers | undefined;
  const byCookie: WayIn = async (request) => {
    if (request.routeOptions.config.isPage !== true) return undefined;
    return (await callers?.of(request))?.principal ?? undefined;
  };
  return {
    waysIn: [byCookie],
    open: async (app, deps) => {
      const { sessions: pool, longSessions: longPool, now, log } = deps;
      callers = new Callers({ pool, now });
      const door = new Door({ pool, longPool, now, log, callers, hasCompany: company !== null });
      const signIn = new SignInDoor({ pool, now, log, callers, company, demo });
      app.addHook('onClose', () => signIn.settled());
      await app.register(async (scope) => openPages(scope, door, signIn, demo.length > 0));
    },
  };
}

function openPages(scope: FastifyInstance, door: Door, signIn: SignInDoor, isDemo: boolean): void {
  scope.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: FORM_LIMIT },
    (_, body, done) => done(null, formFields(body.toString())),
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
  scope.post('/language', PAGE, (request, reply) => door.speak(request, reply));
  openWaysIn(scope, door, signIn, isDemo);
  for (const room of ROOMS) openRoom(scope, door, room);
  scope.get('/*', PAGE, async (request, reply) => {
    if (request.url.startsWith('/v1/')) return reply.callNotFound();
    return door.trouble('not-found', await door.caller(request), reply);
  });
}

/** A field that was sent several times, as boxes that were ticked are, has its values set apart by semicolons. */
function formFields(body: string): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(body)) {
    const before = Object.hasOwn(fields, name) ? fields[name] : undefined;
    fields[name] = before === undefined ? value : `${before};${value}`;
  }
  return fields;
}

function openWaysIn(scope: FastifyInstance, door: Door, signIn: SignInDoor, isDemo: boolean): void {
  const attempts = scope.createRateLimit({ max: ATTEMPTS, keyGenerator: ({ ip }) => ip });
  const bounded = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const found = await attempts(request);
    if (!found.isAllowed && found.isExceeded) await door.trouble('busy', await door.caller(request), reply);
  };
  const attempt = { ...PAGE, preHandler: bounded };
  scope.get('/sign-in', PAGE, (request, reply) => signIn.page(request, reply));
  scope.post('/sign-in', attempt, (request, reply) => signIn.ask(request, reply));
  scope.get('/sign-in/asked', PAGE, (request, reply) => signIn.asked(request, reply));
  scope.get('/sign-in/link/:link', attempt, (request, reply) =>
    signIn.link(paramsOf(request)['link'] ?? '', request, reply),
  );
  scope.post('/sign-in/passkey', attempt, (request, reply) => signIn.passkey(request, reply));
  scope.get('/sign-in/company', attempt, (request, reply) => signIn.leaveForCompany(request, reply));
  scope.get(CALLBACK, attempt, (request, reply) => signIn.backFromCompany(request, reply));
  scope.post('/sign-out', PAGE, (request, reply) => signIn.leave(request, reply));
  if (!isDemo) return;
  scope.post('/demo', PAGE, (request, reply) => signIn.demo(fieldsOf(request)['who'] ?? '', request, reply));
  scope.get('/demo/:who', PAGE, (request, reply) => signIn.demo(paramsOf(request)['who'] ?? '', request, reply));
}

function openRoom(scope: FastifyInstance, door: Door, { pages, counters }: Room): void {
  for (const page of pages) {
    scope.get(page.path, PAGE, (request, reply) => door.show(page, request, reply));
    const acts = Object.values(page.acts);
    if (acts.length === 0) continue;
    // Only who may send a file has one read.
    const files = acts.filter(({ takesFile }) => takesFile);
    const mayFile = ({ principal }: FastifyRequest): boolean =>
      principal !== null && files.some(({ right }) => right !== null && may(principal, right));
    const onRequest = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
      const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
      if (!isForm && !mayFile(request)) await door.trouble('not-found', await door.caller(request), reply);
    };
    const more = files.length === 0 ? {} : { bodyLimit: FILE_LIMIT, onRequest };
    scope.post(page.path, { ...PAGE, ...more }, (request, reply) => door.act(page, request, reply));
  }
  for (const counter of counters) scope.get(counter.path, PAGE, (request, reply) => door.hand(counter, request, reply));
}
