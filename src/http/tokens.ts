/**
 * JSON Web Tokens: signed with a key of one set, by one issuer, for one audience, and not over; what they say of role and
 * party becomes a Principal. It makes no tokens and knows no passwords.
 */
import { createLocalJWKSet, createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { isRight, isRole, type Principal, type Right, roleFault } from '../core/access.ts';
import type { Instant } from '../core/calendar.ts';
import { isPartyId } from '../core/ids.ts';
import { NAME_EXPECTED, personName } from '../core/person.ts';
import { Refusal } from '../core/refusal.ts';
import type { ReadToken } from './identity.ts';
import { Problem } from './problem.ts';

export type TokenTerms = ({ readonly url: URL } | { readonly document: string }) & {
  readonly issuer: string;
  readonly audience: string;
  readonly now: () => Instant;
};

/**
 * What a token may be signed with: pairs of keys alone. A secret that both sides share is not among them, so that nobody
 * can pass a public key off as one; nor is `none`.
 */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'EdDSA'];

const KEYS_AWAY = ['ERR_JOSE_GENERIC', 'ERR_JWKS_TIMEOUT'];

/**
 * Makes the reader of tokens. Claims: `iss` and `sub` who it is, `name` what it is called (`sub` where there is none), `role`,
 * `party` of a seller or publisher, `scope` the rights it is narrowed to (apart by spaces), `exp` until when, `aud`.
 * @throws Refusal where the document holds no keys
 */
export function tokenReader(terms: TokenTerms): ReadToken {
  const keys = 'url' in terms ? createRemoteJWKSet(terms.url) : localKeys(terms.document);
  return async (token) => {
    const claims = await verified(token, keys, terms);
    const principal = principalOfClaims(claims, terms.issuer);
    if (typeof principal === 'string') throw new Problem('not-signed-in', `this token does not hold: ${principal}`);
    return principal;
  };
}

function localKeys(document: string): JWTVerifyGetKey {
  try {
    return createLocalJWKSet(JSON.parse(document));
  } catch {
    throw new Refusal('the keys of tokens cannot be read: give a JWKS document, { "keys": [...] }');
  }
}

async function verified(token: string, keys: JWTVerifyGetKey, terms: TokenTerms): Promise<JWTPayload> {
  const { issuer, audience } = terms;
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience,
      algorithms: ALGORITHMS,
      requiredClaims: ['exp'],
      currentDate: new Date(terms.now()),
    });
    return payload;
  } catch (error) {
    // Why a token does not hold helps who forges it; that it is over helps its owner.
    if (error instanceof errors.JWTExpired) throw new Problem('not-signed-in', 'this token is over: get a new one');
    // What comes of asking for the keys is no fault of the token: `fetch` failed, or was not answered well or in time.
    const isToken = error instanceof errors.JOSEError && !KEYS_AWAY.includes(error.code);
    if (!isToken) throw new Problem('busy', 'the keys of tokens cannot be had now', 5);
    throw new Problem('not-signed-in', 'this token does not hold');
  }
}

/** Who a token is of; a sentence where it does not say. */
function principalOfClaims(claims: JWTPayload, issuer: string): Principal | string {
  const { role, sub } = claims;
  const party = claims['party'] ?? null;
  if (typeof role !== 'string' || !isRole(role)) return 'role is none that is known';
  if (party !== null && (typeof party !== 'string' || !isPartyId(party))) return 'party is no id';
  if (typeof sub !== 'string' || sub.trim() === '' || sub.length > 255) return 'sub does not say who it is';
  const called = claims['name'] ?? sub;
  const name = typeof called === 'string' ? personName(called) : undefined;
  if (name === undefined) return `name, or sub where there is none, must be ${NAME_EXPECTED}`;
  const fault = roleFault(role, party);
  if (fault !== undefined) return fault;
  const scopes = scopesOf(claims['scope']);
  const identity = { issuer, subject: sub };
  return scopes === undefined ? 'scope is no text' : { role, party, name, identity, key: null, scopes };
}

/** The rights of a scope; what is no right is passed over, as scopes hold those of other services too. */
function scopesOf(scope: unknown): readonly Right[] | null | undefined {
  if (scope === undefined) return null;
  if (typeof scope !== 'string') return undefined;
  return scope.split(' ').filter(isRight);
}
