/**
 * What happens to every request for a page: cookies, headers, forms that must come from this site, and which page is
 * open to whom. What a page reads and shows is decided by the page; what belongs to another is answered like what does
 * not exist.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { may, type Principal, type Right, rolesOf } from '../core/access.ts';
import type { Instant } from '../core/calendar.ts';
import { goneOf } from '../http/body.ts';
import { gathered } from '../http/buffered.ts';
import { questionFor, signedBy } from '../sign-in/passkey.ts';
import { insideTransaction } from '../store/connection/nested-transaction.ts';
import { PoolBusy, type SessionPool } from '../store/connection/pool.ts';
import { DatabaseAway, type Session } from '../store/connection/session.ts';
import { asParty } from '../store/people/access.ts';
import { provedAgain } from '../store/people/sessions.ts';
import { Shelf } from './cache.ts';
import { type Callers, isOwnForm, passOf, setLanguage, strangerOf } from './callers.ts';
import { failedPage, provePage, type Trouble } from './entrance.ts';
import type { Acted, Counter, Page } from './page.ts';
import { fieldsOf, isFromHere, paramsOf, SentForm, statusOf } from './request.ts';
import { sectionsOf, send, sendTrouble } from './send.ts';
import { goThereAfter, isOwnPath } from './sign-in-door.ts';
import type { Caller, RefusedForm, Visit } from './visit.ts';

/** What pages need from the server. */
export interface Grounds {
  readonly pool: SessionPool;
  /** For what may take long: files, and pages that decide anew. */
  readonly longPool: SessionPool;
  readonly now: () => Instant;
  readonly log: Logger;
  readonly callers: Callers;
  /** Whether the company has a sign-in of its own. */
  readonly hasCompany: boolean;
}

/** The role with which a page reads that shows more than its visitor's own rows. */
const EVERYTHING = { role: 'auditor', party: null } as const;
/** Where people look after their own account; it is open before a passkey was shown that is asked for. */
const OWN_ACCOUNT = '/me';

/** Thrown to roll back what a refused form may have begun. */
class NothingDone extends Error {}

/** Answers requests: a method for each kind. */
export class Door {
  readonly #grounds: Grounds;
  readonly #shelf = new Shelf();

  constructor(grounds: Grounds) {
    this.#grounds = grounds;
  }

  /** Who asks, by the cookie alone. */
  caller(request: FastifyRequest): Promise<Caller> {
    return this.#grounds.callers.of(request);
  }

  /** The start: the first section of who is signed in. */
  async home(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const caller = await this.caller(request);
    const first = sectionsOf(caller)[0];
    return reply.redirect(caller.principal === null ? '/sign-in' : (first?.path ?? OWN_ACCOUNT), 303);
  }

  async speak(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { language, at = '/' } = fieldsOf(request);
    if (isFromHere(request) && (language === 'zh' || language === 'en')) setLanguage(request, reply, language);
    return reply.redirect(isOwnPath(at) ? at : '/', 303);
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
    if (act === undefined || !mayHere(visit.principal, act.right)) return this.trouble('not-found', visit, reply);
    if (act.asksAgain === true && !visit.signedIn.isFresh) {
      const isProved = 'passkey' in typed && (await this.#proved(visit, typed['passkey'] ?? ''));
      if (!isProved) return this.#askAgain(visit, typed, name, request, reply);
    }
    const fields = Object.fromEntries(Object.entries(typed).map(([field, text]) => [field, text.trim()]));
    const file = request.body instanceof SentForm ? request.body.file : null;
    const doing = async (session: Session): Promise<Acted | null> => act.do(session, visit, fields, file, request.id);
    const acted = await this.#grounds.pool.use((session) => this.#done(session, doing));
    if (acted === null) return this.trouble('not-found', visit, reply);
    if ('show' in acted) return send(reply, 200, acted.show, visit);
    if ('refused' in acted) {
      const refused: RefusedForm = { act: name, sentence: acted.refused, fields };
      return this.#render(page, { ...visit, refused }, reply);
    }
    return reply.redirect(acted.to, 303);
  }

  /** Whether a passkey of the visitor's proves who it is, which holds from then on; the question is gone with it. */
  #proved({ signedIn, browser, now }: Visit, sent: string): Promise<boolean> {
    const { rule, person, session: of } = signedIn;
    if (rule === null) return Promise.resolve(false);
    return this.#grounds.pool.use(async (session) => {
      const passkey = await signedBy(session, { rule, browser, now }, 'prove', sent);
      if (passkey?.personId !== person.personId) return false;
      await provedAgain(session, of.label, 'passkey', now);
      return true;
    });
  }

  /** Asks for a proof, keeping what was sent. */
  async #askAgain(
    visit: Visit,
    { passkey: _, ...typed }: Readonly<Record<string, string>>,
    act: string,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    const { signedIn, browser, now, path } = visit;
    const { rule, hasPasskey, person } = signedIn;
    const question =
      rule === null || !hasPasskey
        ? null
        : await this.#grounds.pool.use((session) => questionFor(session, { rule, browser, now }, person));
    goThereAfter(request, reply, path);
    const { hasCompany } = this.#grounds;
    return send(reply, 403, provePage(visit, { path, kept: { ...typed, act }, question, hasCompany }), visit);
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
    place: Pick<Page, 'roles' | 'right' | 'isBeforeGate'>,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<Visit | undefined> {
    const caller = await this.caller(request);
    const { principal, signedIn, book } = caller;
    if (principal === null || signedIn === null) {
      await reply.redirect(passOf(request) === '' ? '/sign-in' : '/sign-in?said=over', 303);
      return undefined;
    }
    if (signedIn.isGated && place.isBeforeGate !== true) {
      await reply.redirect(OWN_ACCOUNT, 303);
      return undefined;
    }
    const mine = rolesOf(principal);
    if (book === null || !place.roles.some((role) => mine.includes(role)) || !mayHere(principal, place.right)) {
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
    return { ...caller, principal, signedIn, browser: passOf(request), book, ...where };
  }

  trouble(trouble: Trouble, caller: Caller, reply: FastifyReply): FastifyReply {
    return sendTrouble(reply, trouble, caller);
  }

  /** The page shown when something went wrong: its number, never its cause. */
  async failed(error: unknown, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const caller = strangerOf(request);
    if (error instanceof DatabaseAway || error instanceof PoolBusy) return this.trouble('away', caller, reply);
    const status = statusOf(error);
    if (status === 429) return this.trouble('busy', caller, reply);
    if (status === 413) return this.trouble('too-large', caller, reply);
    if (status >= 400 && status < 500) return this.trouble('not-found', caller, reply);
    this.#grounds.log.error({ request: request.id, err: error }, 'a page failed');
    return send(reply, 500, failedPage(caller, request.id), caller);
  }
}

/** Whether somebody has the right that a place asks for; it may ask for none. */
function mayHere(principal: Principal, right: Right | null): boolean {
  return right === null || may(principal, right);
}
