/**
 * The company's own sign-in, by OpenID Connect: where a browser is sent, and who comes back. Code, PKCE, state and nonce are all
 * made from one secret in a cookie of that browser, so that an answer to anybody else's question opens nothing here.
 */
import { createHmac } from 'node:crypto';
import * as oidc from 'openid-client';
import { plainAddress } from '../core/account.ts';
import { Refusal } from '../core/refusal.ts';
import type { Session } from '../store/connection/session.ts';
import { personAt, personOfCompany } from '../store/people/persons.ts';

export interface CompanyTerms {
  readonly issuer: URL;
  readonly clientId: string;
  readonly secret: string;
}

/** Who came back: the issuer's `sub`, and the address where the issuer has verified it. */
export interface Comer {
  readonly issuer: string;
  readonly subject: string;
  readonly address: string | null;
}

/** One browser's way there and back. */
export interface Trip {
  /** The secret in the cookie. */
  readonly seed: string;
  /** Where the pages are. */
  readonly url: string;
  /** Whether who it is has to be proved there once more. */
  readonly again: boolean;
}

/** Seconds that a proof there may be old where it is asked for anew. */
const ANEW = 60;
export const CALLBACK = '/sign-in/company/callback';

/** A company's sign-in. Its own settings are read from it when it is first needed. */
export class Company {
  readonly #terms: CompanyTerms;
  #found: Promise<oidc.Configuration> | undefined;

  constructor(terms: CompanyTerms) {
    this.#terms = terms;
  }

  /** @throws what `fetch` throws where the issuer is away */
  #configuration(): Promise<oidc.Configuration> {
    const { issuer, clientId, secret } = this.#terms;
    const execute = issuer.protocol === 'http:' ? [oidc.allowInsecureRequests] : [];
    this.#found ??= oidc.discovery(issuer, clientId, secret, undefined, { execute }).catch((error: unknown) => {
      this.#found = undefined;
      throw error;
    });
    return this.#found;
  }

  /** The address to send a browser to. */
  async way(trip: Trip): Promise<string> {
    const of = made(trip);
    const address = oidc.buildAuthorizationUrl(await this.#configuration(), {
      redirect_uri: trip.url + CALLBACK,
      scope: 'openid email',
      code_challenge: await oidc.calculatePKCECodeChallenge(of.verifier),
      code_challenge_method: 'S256',
      state: of.state,
      nonce: of.nonce,
      ...(trip.again ? { max_age: String(ANEW) } : {}),
    });
    return address.href;
  }

  /** Who comes back with an answer; undefined where it is none to this browser's question, or says no. */
  async comer(trip: Trip, answer: string): Promise<Comer | undefined> {
    const of = made(trip);
    const configuration = await this.#configuration();
    const tokens = await oidc
      .authorizationCodeGrant(configuration, new URL(answer, trip.url), {
        pkceCodeVerifier: of.verifier,
        expectedState: of.state,
        expectedNonce: of.nonce,
        idTokenExpected: true,
        ...(trip.again ? { maxAge: ANEW } : {}),
      })
      .catch(() => undefined);
    const claims = tokens?.claims();
    if (claims === undefined) return undefined;
    const { iss: issuer, sub: subject, email } = claims;
    const isVerified = typeof email === 'string' && claims['email_verified'] === true;
    return { issuer, subject, address: isVerified ? plainAddress(String(email)) : null };
  }
}

/** What one trip needs, each made from the secret for itself. */
function made({ seed, again }: Trip): { readonly verifier: string; readonly state: string; readonly nonce: string } {
  const of = (what: string): string => createHmac('sha256', seed).update(`cps ${what} ${again}`).digest('base64url');
  return { verifier: of('verifier'), state: of('state'), nonce: of('nonce') };
}

/**
 * Whose account it is: known by the issuer's `sub`; the first time by the address, where the issuer has verified it and the
 * person has come by no other account of the company's. The id of a person; undefined where nobody invited it.
 */
export async function personOfComer(
  session: Session,
  { issuer, subject, address }: Comer,
): Promise<string | undefined> {
  const known = await personOfCompany(session, issuer, subject);
  if (known !== undefined) return known.personId;
  const invited = address === null ? undefined : await personAt(session, address);
  return invited === undefined || invited.company !== null ? undefined : invited.personId;
}

/** Reads the terms. @throws Refusal that says what is missing */
export function companyOf(issuer: string, clientId: string | undefined, secret: string | undefined): Company {
  const isLocal = /^http:\/\/(localhost|127\.0\.0\.1)(:\d+)?(\/|$)/.test(issuer);
  if (!URL.canParse(issuer) || !(issuer.startsWith('https://') || isLocal))
    throw new Refusal('--company names no issuer: give its https URL, such as https://login.example.org');
  if (clientId === undefined || secret === undefined || secret === '')
    throw new Refusal(
      'the company knows this server by name and secret: say --company-client, and set CPS_COMPANY_SECRET',
    );
  return new Company({ issuer: new URL(issuer), clientId, secret });
}
