/**
 * Who asks: an API key, a token, or what another sign-in method (such as the pages' cookie) says, becomes one
 * Principal, and what is asked is checked against its rights. It knows no route.
 */
import type { FastifyRequest } from 'fastify';
import { may, type OwnParty, type Principal, partyOf, type Right } from '../core/access.ts';
import { principalOf as accountOf } from '../core/account.ts';
import type { Instant } from '../core/calendar.ts';
import type { SessionPool } from '../store/connection/pool.ts';
import type { Session } from '../store/connection/session.ts';
import { isKeyText, principalOfKey } from '../store/people/access.ts';
import { nameOf } from '../store/people/audit.ts';
import { personOfCompany } from '../store/people/persons.ts';
import { notThere, Problem } from './problem.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; null of a request that names nobody. */
    principal: Principal | null;
  }
}

/**
 * A sign-in method: who a request says it comes from; undefined where the request does not use this method.
 * @throws Problem `not-signed-in` where what it says does not hold
 */
export type WayIn = (request: FastifyRequest) => Promise<Principal | undefined>;

/** Checks a token; who it is of. @throws Problem where it does not hold */
export type ReadToken = (token: string) => Promise<Principal>;

/** The sign-in method of programs: `Authorization: Bearer` with an API key, or with a JWT where tokens are accepted. */
export function bearerWay(of: { sessions: SessionPool; now: () => Instant; readToken: ReadToken | undefined }): WayIn {
  return async (request) => {
    const header = request.headers.authorization;
    if (header === undefined) return undefined;
    const [, text] = /^Bearer +([A-Za-z0-9._~+/=-]{1,8192})$/i.exec(header) ?? [];
    if (text === undefined) throw new Problem('not-signed-in', 'Authorization is no Bearer key or token');
    if (!isKeyText(text) && of.readToken !== undefined) {
      const said = await of.readToken(text);
      return of.sessions.use((session) => whoseToken(session, said));
    }
    const found = await of.sessions.use((session) => principalOfKey(session, text, of.now()));
    if (found === undefined) throw new Problem('not-signed-in', 'this key is not known, has ended or was revoked');
    return found;
  };
}

/**
 * Whose token it is: the person whom the company's sign-in calls so, or else whoever is known under its identity already, who
 * keeps the name: another one in a later token makes no second person. @throws Problem of a person who was suspended
 */
async function whoseToken(session: Session, said: Principal): Promise<Principal> {
  const { issuer, subject } = said.identity;
  const person = await personOfCompany(session, issuer, subject);
  if (person === undefined) return { ...said, name: (await nameOf(session, said.identity)) ?? said.name };
  if (person.state === 'suspended') throw new Problem('not-signed-in', 'this token does not hold: it is suspended');
  const { name, identity } = accountOf(person);
  return { ...said, name, identity };
}

/** Who asks. @throws Problem where nobody has said so */
export function principalOf(request: FastifyRequest): Principal {
  if (request.principal === null)
    throw new Problem('not-signed-in', 'say who you are: Authorization: Bearer, and a key or a token');
  return request.principal;
}

/** Who asks, holding a right. @throws Problem where nobody has signed in, or not somebody who may */
export function holding(request: FastifyRequest, right: Right): Principal {
  const principal = principalOf(request);
  if (!may(principal, right)) throw new Problem('forbidden', `this needs the right ${right}, which you do not hold`);
  return principal;
}

/** Refuses, as if it were not there, what belongs to a party to any other party; staff may see every party's. */
export function refuseOthers(principal: Principal, of: OwnParty): void {
  const own = partyOf(principal);
  if (own !== undefined && (own.role !== of.role || own.party !== of.party)) throw notThere();
}

/** Whose things a list is of: the party asked for or, of a party, its own; null for everybody's. @throws Problem for another's */
export function partyAsked(principal: Principal, role: OwnParty['role'], party: string | undefined): string | null {
  if (party !== undefined) refuseOthers(principal, { role, party });
  return party ?? partyOf(principal)?.party ?? null;
}
