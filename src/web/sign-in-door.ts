/**
 * How people come in and go: the sign-in page, links, passkeys, the company's sign-in, the doors of a demonstration, and signing
 * out. Whether a proof holds is judged in src/sign-in; here are cookies, addresses and what is answered.
 */
import { randomBytes } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { plainAddress, principalOf } from '../core/account.ts';
import type { Instant } from '../core/calendar.ts';
import { isAddress } from '../core/ids.ts';
import { html } from '../formats/files/markup.ts';
import type { PlainTerm } from '../formats/words/index.ts';
import { type Company, personOfComer } from '../sign-in/company.ts';
import { enter, type Proof } from '../sign-in/enter.ts';
import { answerAsks, askForLink, openLink } from '../sign-in/link.ts';
import { questionFor, signedBy, takesPasskeys } from '../sign-in/passkey.ts';
import { insideTransaction } from '../store/connection/nested-transaction.ts';
import type { SessionPool } from '../store/connection/pool.ts';
import { recordAudit } from '../store/people/audit.ts';
import { signInRule } from '../store/people/persons.ts';
import { endSessions } from '../store/people/sessions.ts';
import { browserOf, type Callers, forgetPass, isOwnForm, setPass } from './callers.ts';
import { askedPage, type DemoDoor, notInPage, signInPage } from './entrance.ts';
import { cookieOf, fieldsOf, isFromHere, setCookie } from './request.ts';
import { send, sendTrouble } from './send.ts';

export interface SignInGrounds {
  readonly pool: SessionPool;
  readonly now: () => Instant;
  readonly log: Logger;
  readonly callers: Callers;
  /** The company's own sign-in, where there is one. */
  readonly company: Company | null;
  /** Whom anybody may be on this server, by the id of a person; empty but for a demonstration. */
  readonly demo: readonly (DemoDoor & { readonly personId: string })[];
}

/** What a browser keeps of its way to the company and back. */
const TRIP = 'cps_trip';
/** Where to go once in: to the page that asked for a proof. */
const AFTER = 'cps_after';
const MINUTES = 600;

/** Only a path of this site: `//elsewhere` and `/\elsewhere` are not. */
const OWN_PATH = /^\/(?![/\\])[\x21-\x7e]*$/;
export const isOwnPath = (text: string): boolean => OWN_PATH.test(text);

export class SignInDoor {
  readonly #of: SignInGrounds;
  /** What goes on after its answer was sent. */
  readonly #pending = new Set<Promise<void>>();

  constructor(of: SignInGrounds) {
    this.#of = of;
  }

  /** Waits for what goes on. */
  async settled(): Promise<void> {
    await Promise.all(this.#pending);
  }

  async page(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const said = new URL(request.url, 'http://here').searchParams.get('said');
    const notes = { 'signed-out': 'signed-out', over: 'session-over' } as const;
    const note = said === 'signed-out' || said === 'over' ? notes[said] : null;
    return this.#page(request, reply, 200, note, null);
  }

  async #page(
    request: FastifyRequest,
    reply: FastifyReply,
    status: number,
    note: PlainTerm | null,
    fault: PlainTerm | null,
  ) {
    const caller = await this.#of.callers.of(request);
    const { t } = caller.speech;
    const browser = browserOf(request, reply);
    const now = this.#of.now();
    const ways = await this.#of.pool.use(async (session) => {
      const rule = await signInRule(session);
      if (rule === undefined) return null;
      const question = takesPasskeys(rule) ? await questionFor(session, { rule, browser, now }, null) : null;
      return { question, hasCompany: this.#of.company !== null };
    });
    const said = html`${note === null ? '' : html`<p class="note">${t(note)}</p>`}${fault === null ? '' : html`<p class="fault" role="alert">${t(fault)}</p>`}`;
    return send(reply, status, signInPage(caller, ways, this.#of.demo, said), caller);
  }

  /** Somebody asks for a link: the answer is the same for everybody, and gone before anybody is looked up. */
  async ask(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const caller = await this.#of.callers.of(request);
    if (!isFromHere(request)) return sendTrouble(reply, 'forged', caller);
    const own = caller.signedIn?.person.address;
    const address = plainAddress(fieldsOf(request)['address'] ?? own ?? '');
    if (!isAddress(address)) return this.#page(request, reply, 422, null, 'address-wrong');
    const of = { address, origin: request.ip, browser: browserOf(request, reply), language: caller.speech.language };
    const isTaken = await this.#of.pool.use((session) => askForLink(session, of, this.#of.now()));
    if (!isTaken) return sendTrouble(reply, 'busy', caller);
    this.#answerLater();
    return reply.redirect('/sign-in/asked', 303);
  }

  #answerLater(): void {
    const work = this.#of.pool
      .use((session) => answerAsks(session, this.#of.now()))
      .catch((error: unknown) => this.#of.log.warn({ err: error }, 'links to sign in wait'))
      .finally(() => this.#pending.delete(work));
    this.#pending.add(work);
  }

  async asked(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const caller = await this.#of.callers.of(request);
    return send(reply, 200, askedPage(caller), caller);
  }

  async link(secret: string, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const browser = browserOf(request, reply);
    const found = await this.#of.pool.use((session) => openLink(session, secret, browser, this.#of.now()));
    if (found === 'elsewhere') return this.#refuse(request, reply, 'link-elsewhere');
    if (found === undefined) return this.#refuse(request, reply, 'link-over');
    return this.#letIn(found.personId, { way: 'link', isFresh: true }, request, reply, 'link-over');
  }

  async passkey(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const caller = await this.#of.callers.of(request);
    if (!isFromHere(request)) return sendTrouble(reply, 'forged', caller);
    const browser = browserOf(request, reply);
    const sent = fieldsOf(request)['passkey'] ?? '';
    const found = await this.#of.pool.use(async (session) => {
      const rule = await signInRule(session);
      return rule === undefined ? undefined : signedBy(session, { rule, browser, now: this.#of.now() }, 'enter', sent);
    });
    if (found === undefined) return this.#page(request, reply, 401, null, 'passkey-refused');
    return this.#letIn(found.personId, { way: 'passkey', isFresh: true }, request, reply, 'passkey-refused');
  }

  /** Sends a browser to the company's sign-in. */
  async leaveForCompany(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { company, pool } = this.#of;
    const rule = await pool.use((session) => signInRule(session));
    if (company === null || rule === undefined) return this.#refuse(request, reply, 'company-refused');
    const again = new URL(request.url, 'http://here').searchParams.has('again');
    const seed = randomBytes(32).toString('base64url');
    const way = await company.way({ seed, url: rule.url, again }).catch((error: unknown) => {
      this.#of.log.warn({ err: error }, "the company's sign-in is away");
      return undefined;
    });
    if (way === undefined) return this.#refuse(request, reply, 'company-refused');
    setCookie(request, reply, TRIP, `${seed}${again ? '.again' : ''}`, MINUTES);
    return reply.redirect(way, 303);
  }

  /** Somebody comes back from there. */
  async backFromCompany(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { company, pool } = this.#of;
    const [seed = '', again] = cookieOf(request, TRIP).split('.');
    setCookie(request, reply, TRIP, '', 0);
    const rule = await pool.use((session) => signInRule(session));
    if (company === null || rule === undefined || seed === '') return this.#refuse(request, reply, 'company-refused');
    const trip = { seed, url: rule.url, again: again === 'again' };
    const comer = await company.comer(trip, request.url).catch((error: unknown) => {
      this.#of.log.warn({ err: error }, "the company's sign-in is away");
      return undefined;
    });
    const personId = comer && (await pool.use((session) => personOfComer(session, comer)));
    if (comer === undefined || personId === undefined) return this.#refuse(request, reply, 'company-refused');
    const { issuer, subject } = comer;
    const proof: Proof = { way: 'company', isFresh: trip.again, company: { issuer, subject } };
    return this.#letIn(personId, proof, request, reply, 'company-refused');
  }

  /** Signs in as one of the people of a demonstration. */
  async demo(who: string, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const door = this.#of.demo.find(({ name }) => name === who);
    if (door === undefined) return sendTrouble(reply, 'not-found', await this.#of.callers.of(request));
    return this.#letIn(door.personId, { way: 'demo', isFresh: true }, request, reply, 'link-over');
  }

  async leave(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const caller = await this.#of.callers.of(request);
    const { signedIn } = caller;
    if (signedIn !== null) {
      if (!isOwnForm(request, caller)) return sendTrouble(reply, 'forged', caller);
      const { person, session: of } = signedIn;
      await this.#of.pool.use((session) =>
        session.transaction(async () => {
          const inside = insideTransaction(session);
          await endSessions(inside, person.personId, { label: of.label });
          const entry = { action: 'sign-out', subject: person.name, detail: { door: 'pages' } };
          await recordAudit(inside, { at: this.#of.now(), who: principalOf(person), ...entry, requestId: request.id });
        }),
      );
    }
    forgetPass(request, reply);
    return reply.redirect('/sign-in?said=signed-out', 303);
  }

  async #letIn(
    personId: string,
    proof: Proof,
    request: FastifyRequest,
    reply: FastifyReply,
    otherwise: PlainTerm,
  ): Promise<FastifyReply> {
    const { signedIn } = await this.#of.callers.of(request);
    const before = signedIn === null ? null : { label: signedIn.session.label, personId: signedIn.person.personId };
    const agent = request.headers['user-agent'] ?? '';
    const arrival = { now: this.#of.now(), requestId: request.id, agent, before };
    const secret = await this.#of.pool.use((session) => enter(session, personId, proof, arrival));
    if (secret === undefined) return this.#refuse(request, reply, otherwise);
    setPass(request, reply, secret);
    const after = cookieOf(request, AFTER);
    if (after !== '') setCookie(request, reply, AFTER, '', 0);
    return reply.redirect(isOwnPath(after) ? after : '/', 303);
  }

  async #refuse(request: FastifyRequest, reply: FastifyReply, why: PlainTerm): Promise<FastifyReply> {
    const caller = await this.#of.callers.of(request);
    return send(reply, 401, notInPage(caller, why), caller);
  }
}

/** Remembers where to go once somebody has proved who it is. */
export function goThereAfter(request: FastifyRequest, reply: FastifyReply, path: string): void {
  if (isOwnPath(path)) setCookie(request, reply, AFTER, path, MINUTES);
}
