/**
 * What happens to every request for a page: cookies, headers, forms that must come from this site, and which page is
 * open to whom. What a page reads and shows is decided by the page; what belongs to another is answered like what does
 * not exist.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { may } from '../core/access.ts';
import type { Instant } from '../core/calendar.ts';
import { html } from '../formats/files/markup.ts';
import { SPEECH } from '../formats/words/index.ts';
import { goneOf } from '../http/body.ts';
import { gathered } from '../http/buffered.ts';
import { insideTransaction } from '../store/connection/nested-transaction.ts';
import { PoolBusy, type SessionPool } from '../store/connection/pool.ts';
import { DatabaseAway, type Session } from '../store/connection/session.ts';
import { readBook } from '../store/night/book.ts';
import { asParty, liveKey, principalOfKey } from '../store/people/access.ts';
import { recordAudit } from '../store/people/audit.ts';
import { endSession, hasEnded } from '../store/people/ended-sessions.ts';
import { Shelf } from './cache.ts';
import { type DemoDoor, failedPage, signInPage, TROUBLES, type Trouble, troublePage } from './entrance.ts';
import { languageOf } from './language.ts';
import { framed } from './layout.ts';
import type { Acted, Content, Counter, Page, Section } from './page.ts';
import { cookiesOf, fieldsOf, isFromHere, paramsOf, SentForm, setCookie, statusOf } from './request.ts';
import { ROOMS } from './rooms.ts';
import { formToken, isGenuine, issuePass, keyNamed, PASS_LASTS, same } from './session-cookie.ts';
import type { Caller, RefusedForm, Visit } from './visit.ts';

/** What pages need from the server. */
export interface Grounds {
  readonly pool: SessionPool;
  /** For what may take long: files, and pages that decide anew. */
  readonly longPool: SessionPool;
  readonly now: () => Instant;
  readonly log: Logger;
  /** The parties that anybody may be on this server, with their keys; empty but for a demonstration. */
  readonly demo: readonly (DemoDoor & { readonly key: string })[];
}

const PASS = 'cps_pass';
const LANGUAGE = 'cps_language';
const LANGUAGE_LASTS = 365 * 24 * 60 * 60;

/** The role with which a page reads that shows more than its visitor's own rows. */
const EVERYTHING = { role: 'auditor', party: null } as const;

/** Thrown to roll back what a refused form may have begun. */
class NothingDone extends Error {}

/** Answers requests: a method for each kind. */
export class Door {
  readonly #grounds: Grounds;
  readonly #shelf = new Shelf();
  readonly #callers = new WeakMap<FastifyRequest, Promise<Caller>>();

  constructor(grounds: Grounds) {
    this.#grounds = grounds;
  }

  /** Who asks, by the cookie alone; looked up once for a request. */
  caller(request: FastifyRequest): Promise<Caller> {
    const known = this.#callers.get(request) ?? this.#lookUp(request);
    this.#callers.set(request, known);
    return known;
  }

  async #lookUp(request: FastifyRequest): Promise<Caller> {
    const cookies = cookiesOf(request);
    const speech = SPEECH[languageOf(cookies.get(LANGUAGE), request.headers['accept-language'])];
    const nobody = { speech, at: request.url, principal: null, token: '', book: null };
    const pass = cookies.get(PASS) ?? '';
    const now = this.#grounds.now();
    const id = keyNamed(pass, now);
    if (id === undefined) return nobody;
    return this.#grounds.pool.use(async (session) => {
      const key = await liveKey(session, id, now);
      if (key === undefined || !isGenuine(pass, key) || (await hasEnded(session, pass))) return nobody;
      const book = (await readBook(session)) ?? null;
      return { ...nobody, principal: key.principal, token: formToken(pass, key), book };
    });
  }

  /** The start: the first section of who is signed in. */
  async home(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const caller = await this.caller(request);
    const first = sectionsOf(caller)[0];
    return reply.redirect(caller.principal === null || first === undefined ? '/sign-in' : first.path, 303);
  }

  async signIn(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const caller = await this.caller(request);
    const said = new URL(request.url, 'http://here').searchParams.get('said');
    const { t } = caller.speech;
    const notes = { 'signed-out': t('signed-out'), over: t('session-over') };
    const note = said === 'signed-out' || said === 'over' ? html`<p class="note">${notes[said]}</p>` : undefined;
    return send(reply, 200, signInPage(caller, this.#grounds.demo, note), caller);
  }

  async enter(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const caller = await this.caller(request);
    if (!isFromHere(request)) return this.trouble('forged', caller, reply);
    const isIn = await this.#signIn((fieldsOf(request)['key'] ?? '').trim(), request, reply);
    if (isIn) return reply.redirect('/', 303);
    const said = html`<p class="fault" role="alert">${caller.speech.t('key-refused')}</p>`;
    return send(reply, 401, signInPage(caller, this.#grounds.demo, said), caller);
  }

  /** Signs in as one of the parties of a demonstration. */
  async enterAs(who: string, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const door = this.#grounds.demo.find(({ name }) => name === who);
    if (door === undefined) return this.trouble('not-found', await this.caller(request), reply);
    await this.#signIn(door.key, request, reply);
    return reply.redirect('/', 303);
  }

  async #signIn(text: string, request: FastifyRequest, reply: FastifyReply): Promise<boolean> {
    const now = this.#grounds.now();
    return this.#grounds.pool.use(async (session) => {
      const who = await principalOfKey(session, text, now);
      const key = who?.key == null ? undefined : await liveKey(session, who.key, now);
      if (who === undefined || key === undefined) return false;
      await recordAudit(session, {
        at: now,
        who,
        action: 'sign-in',
        subject: key.id,
        detail: { door: 'pages' },
        requestId: request.id,
      });
      setCookie(request, reply, PASS, issuePass(key, now), PASS_LASTS / 1000);
      return true;
    });
  }

  async leave(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const caller = await this.caller(request);
    if (caller.principal !== null) {
      if (!isOwnForm(request, caller)) return this.trouble('forged', caller, reply);
      const pass = cookiesOf(request).get(PASS) ?? '';
      const now = this.#grounds.now();
      await this.#grounds.pool.use((session) => endSession(session, pass, now + PASS_LASTS, now));
    }
    setCookie(request, reply, PASS, '', 0);
    return reply.redirect('/sign-in?said=signed-out', 303);
  }

  async speak(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { language, at = '/' } = fieldsOf(request);
    if (isFromHere(request) && (language === 'zh' || language === 'en')) {
      setCookie(request, reply, LANGUAGE, language, LANGUAGE_LASTS);
    }
    // Only a path of this site: `//elsewhere` and `/\elsewhere` are not.
    return reply.redirect(/^\/(?![/\\])[\x21-\x7e]*$/.test(at) ? at : '/', 303);
  }

  async show(page: Page, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const visit = await this.#visit(page, request, reply);
    if (visit === undefined) return reply;
    return this.#render(page, visit, reply);
  }

  async #render(page: Page, visit: Visit, reply: FastifyReply): Promise<FastifyReply> {
    const pool = page.takesLong ? this.#grounds.longPool : this.#grounds.pool;
    const shown = await pool.use((session) =>
      asParty(session, page.reads === 'all' ? EVERYTHING : visit.principal, (own) => page.render(own, visit)),
    );
    if (shown === null) return this.trouble('not-found', visit, reply);
    if ('to' in shown) return reply.redirect(shown.to, 303);
    return send(reply, visit.refused === null ? 200 : 422, shown, visit);
  }

  async act(page: Page, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const visit = await this.#visit(page, request, reply);
    if (visit === undefined) return reply;
    if (!isOwnForm(request, visit)) return this.trouble('forged', visit, reply);
    const { act: name = '', token: _, ...typed } = fieldsOf(request);
    const act = Object.hasOwn(page.acts, name) ? page.acts[name] : undefined;
    if (act === undefined || !may(visit.principal, act.right)) return this.trouble('not-found', visit, reply);
    const fields = Object.fromEntries(Object.entries(typed).map(([field, text]) => [field, text.trim()]));
    const file = request.body instanceof SentForm ? request.body.file : null;
    const doing = async (session: Session): Promise<Acted | null> => act.do(session, visit, fields, file, request.id);
    const acted = await this.#grounds.pool.use((session) => this.#done(session, doing));
    if (acted === null) return this.trouble('not-found', visit, reply);
    if ('refused' in acted) {
      const refused: RefusedForm = { act: name, sentence: acted.refused, fields };
      return this.#render(page, { ...visit, refused }, reply);
    }
    return reply.redirect(acted.to, 303);
  }

  /** Does what a form asks in one transaction; what was refused leaves nothing behind. */
  async #done(session: Session, work: (session: Session) => Promise<Acted | null>): Promise<Acted | null> {
    let acted: Acted | null = null;
    await session
      .transaction(async () => {
        acted = await work(insideTransaction(session));
        if (acted === null || 'refused' in acted) throw new NothingDone();
      })
      .catch((error: unknown) => {
        if (!(error instanceof NothingDone)) throw error;
      });
    return acted;
  }

  /** Sends a file. It is read to its end first, so that a slow client holds no database session. */
  async hand(counter: Counter, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const visit = await this.#visit(counter, request, reply);
    if (visit === undefined) return reply;
    const gone = goneOf(reply);
    const sight = counter.reads === 'all' ? EVERYTHING : visit.principal;
    const file = await this.#grounds.longPool.use((session) =>
      asParty(session, sight, async (own) => {
        const open = await counter.open(own, visit);
        return open === null ? null : { ...open, ...(await gathered(open.pieces, gone)) };
      }),
    );
    if (file === null) return this.trouble('not-found', visit, reply);
    return reply
      .header('content-disposition', `attachment; filename="${file.name.replace(/[^\w.-]/g, '_')}"`)
      .header('content-length', file.bytes)
      .type(file.mime)
      .send(file.body);
  }

  /**
   * The visit of somebody to whom a page is open; undefined where the request has been answered already (sign in, not
   * found).
   */
  async #visit(
    place: { readonly roles: Page['roles']; readonly right: Page['right'] },
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<Visit | undefined> {
    const caller = await this.caller(request);
    const { principal, book } = caller;
    if (principal === null) {
      const hadPass = (cookiesOf(request).get(PASS) ?? '') !== '';
      await reply.redirect(hadPass ? '/sign-in?said=over' : '/sign-in', 303);
      return undefined;
    }
    if (book === null || !place.roles.includes(principal.role) || !may(principal, place.right)) {
      await this.trouble('not-found', caller, reply);
      return undefined;
    }
    const { pathname, searchParams } = new URL(request.url, 'http://here');
    const now = this.#grounds.now();
    const where = {
      path: pathname,
      params: paramsOf(request),
      query: searchParams,
      now,
      shelf: this.#shelf,
      refused: null,
    };
    return { ...caller, principal, book, ...where };
  }

  trouble(trouble: Trouble, caller: Caller, reply: FastifyReply): FastifyReply {
    return send(reply, TROUBLES[trouble].status, troublePage(caller, trouble), caller);
  }

  /** The page shown when something went wrong: its number, never its cause. */
  async failed(error: unknown, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const speech = SPEECH[languageOf(cookiesOf(request).get(LANGUAGE), request.headers['accept-language'])];
    const caller: Caller = { speech, at: request.url, principal: null, token: '', book: null };
    if (error instanceof DatabaseAway || error instanceof PoolBusy) return this.trouble('away', caller, reply);
    const status = statusOf(error);
    if (status === 429) return this.trouble('busy', caller, reply);
    if (status === 413) return this.trouble('too-large', caller, reply);
    if (status >= 400 && status < 500) return this.trouble('not-found', caller, reply);
    this.#grounds.log.error({ request: request.id, err: error }, 'a page failed');
    return send(reply, 500, failedPage(caller, request.id), caller);
  }
}

function send(reply: FastifyReply, status: number, content: Content, caller: Caller): FastifyReply {
  return reply
    .code(status)
    .type('text/html; charset=utf-8')
    .send(framed(content, caller, sectionsOf(caller)));
}

/** The sections that are open to who looks. */
function sectionsOf({ principal }: Pick<Caller, 'principal'>): readonly Section[] {
  if (principal === null) return [];
  return ROOMS.flatMap(({ sections }) => sections).filter(({ roles }) => roles.includes(principal.role));
}

/** The same, and by a page of this very session. */
function isOwnForm(request: FastifyRequest, { token }: Caller): boolean {
  return isFromHere(request) && token !== '' && same(fieldsOf(request)['token'] ?? '', token);
}
