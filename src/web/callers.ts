/**
 * Who sent a request, by its cookie alone: whose session it is, and what that still wants. A session is a row of the database;
 * the cookie is its secret, and what its forms carry is made from that.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { FRESH, isStaff, type Person, principalOf, SESSION_LASTS } from '../core/account.ts';
import type { Instant } from '../core/calendar.ts';
import { SPEECH } from '../formats/words/index.ts';
import { passkeysHere } from '../sign-in/passkey.ts';
import type { SessionPool } from '../store/connection/pool.ts';
import type { Session } from '../store/connection/session.ts';
import { readBook } from '../store/night/book.ts';
import { signInRule } from '../store/people/persons.ts';
import { type PageSession, sessionOf } from '../store/people/sessions.ts';
import { languageOf } from './language.ts';
import { cookieOf, fieldsOf, isFromHere, setCookie } from './request.ts';
import type { Caller, SignedIn } from './visit.ts';

const PASS = 'cps_pass';
const LANGUAGE = 'cps_language';
const LANGUAGE_LASTS = 365 * 24 * 60 * 60;
/** What tells a browser from others before anybody has signed in. */
const BROWSER = 'cps_browser';
const BROWSER_LASTS = 24 * 60 * 60;

/** Looks up who asks, once for a request. */
export class Callers {
  readonly #pool: SessionPool;
  readonly #now: () => Instant;
  readonly #known = new WeakMap<FastifyRequest, Promise<Caller>>();

  constructor(of: { readonly pool: SessionPool; readonly now: () => Instant }) {
    this.#pool = of.pool;
    this.#now = of.now;
  }

  of(request: FastifyRequest): Promise<Caller> {
    const known = this.#known.get(request) ?? this.#lookUp(request);
    this.#known.set(request, known);
    return known;
  }

  async #lookUp(request: FastifyRequest): Promise<Caller> {
    const nobody = strangerOf(request);
    const pass = passOf(request);
    if (pass === '') return nobody;
    const now = this.#now();
    return this.#pool.use(async (session) => {
      const found = await sessionOf(session, pass, now);
      if (found === undefined) return nobody;
      const { person } = found;
      const signedIn = await signedInAs(session, found.of, person, now);
      const book = (await readBook(session)) ?? null;
      return { ...nobody, principal: principalOf(person), signedIn, token: formToken(pass), book };
    });
  }
}

async function signedInAs(session: Session, of: PageSession, person: Person, now: Instant): Promise<SignedIn> {
  const rule = (await signInRule(session)) ?? null;
  const hasPasskey = rule !== null && (await passkeysHere(session, person.personId, rule)).length > 0;
  const isDemo = of.way === 'demo';
  const proved = hasPasskey ? of.passkeyAt : of.provedAt;
  return {
    person,
    session: of,
    rule,
    hasPasskey,
    isGated: !isDemo && rule?.needsPasskey === true && isStaff(person) && of.passkeyAt === null,
    isFresh: isDemo || (proved !== null && now - proved < FRESH),
  };
}

/** Somebody of whom nothing is known but the language. */
export function strangerOf(request: FastifyRequest): Caller {
  const speech = SPEECH[languageOf(cookieOf(request, LANGUAGE), request.headers['accept-language'])];
  return { speech, at: request.url, principal: null, signedIn: null, token: '', book: null };
}

/** The secret of a session that a request shows; empty where it shows none. */
export function passOf(request: FastifyRequest): string {
  return cookieOf(request, PASS);
}

export function setPass(request: FastifyRequest, reply: FastifyReply, secret: string): void {
  setCookie(request, reply, PASS, secret, SESSION_LASTS / 1000);
}

export function forgetPass(request: FastifyRequest, reply: FastifyReply): void {
  setCookie(request, reply, PASS, '', 0);
}

export function setLanguage(request: FastifyRequest, reply: FastifyReply, language: 'zh' | 'en'): void {
  setCookie(request, reply, LANGUAGE, language, LANGUAGE_LASTS);
}

/** The secret of a browser, which it is given where it has none. */
export function browserOf(request: FastifyRequest, reply: FastifyReply): string {
  const known = cookieOf(request, BROWSER);
  if (/^[\w-]{43}$/.test(known)) return known;
  const secret = randomBytes(32).toString('base64url');
  setCookie(request, reply, BROWSER, secret, BROWSER_LASTS);
  return secret;
}

/** Whether a form was sent by a page of this very session. */
export function isOwnForm(request: FastifyRequest, { token }: Caller): boolean {
  return isFromHere(request) && token !== '' && same(fieldsOf(request)['token'] ?? '', token);
}

/** What the forms of a session carry, which no other site can know. */
function formToken(pass: string): string {
  return createHmac('sha256', pass).update('cps form').digest('base64url');
}

function same(given: string, right: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
