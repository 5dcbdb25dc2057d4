/**
 * Passkeys: what a browser is asked to have signed, and whether what comes back holds. They are bound to the host of the pages,
 * always ask the device for its holder (a PIN, a finger), and each question is answered once.
 */
import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import type { Person } from '../core/account.ts';
import type { Instant } from '../core/calendar.ts';
import type { Session } from '../store/connection/session.ts';
import type { Kept } from '../store/people/kept.ts';
import {
  keepChallenge,
  type Passkey,
  type Purpose,
  passkeysOf,
  passkeyUnder,
  passkeyUsed,
  takeChallenge,
  writePasskey,
} from '../store/people/passkeys.ts';
import type { SignInRule } from '../store/people/persons.ts';
import { hashOf } from '../store/people/secret.ts';

/** Milliseconds that a question stands: as long as a page with it may lie open. */
const STANDS = 3_600_000;

/** Where and for whom a question is asked: the pages' own place, and a secret of the browser. */
export interface Asking {
  readonly rule: SignInRule;
  readonly browser: string;
  readonly now: Instant;
}

function hostOf({ url }: SignInRule): string {
  return new URL(url).hostname;
}

/** Whether browsers make passkeys for a host: not for a bare address. */
export function takesPasskeys(rule: SignInRule): boolean {
  return !/^[\d.]+$|^\[/.test(hostOf(rule));
}

/** A person's passkeys that this host can ask for. */
export async function passkeysHere(session: Session, personId: string, rule: SignInRule): Promise<Passkey[]> {
  return (await passkeysOf(session, personId)).filter(({ host }) => host === hostOf(rule));
}

/** What to ask the browser, as JSON: of whoever comes (`enter`: any passkey, so that nobody is told who exists), or of a person. */
export async function questionFor(session: Session, asking: Asking, of: Person | null): Promise<string> {
  const known = of === null ? [] : await passkeysHere(session, of.personId, asking.rule);
  const options = await generateAuthenticationOptions({
    rpID: hostOf(asking.rule),
    userVerification: 'required',
    allowCredentials: known.map(({ passkeyId }) => ({ id: passkeyId })),
  });
  await keep(session, asking, options.challenge, of === null ? 'enter' : 'prove');
  return JSON.stringify(options);
}

/** What to ask the browser to add a passkey for a person, as JSON. */
export async function questionToAdd(session: Session, asking: Asking, of: Person): Promise<string> {
  const known = await passkeysHere(session, of.personId, asking.rule);
  const options = await generateRegistrationOptions({
    rpName: 'CPS settlement',
    rpID: hostOf(asking.rule),
    userID: new Uint8Array(Buffer.from(of.personId)),
    userName: of.address,
    userDisplayName: of.name,
    attestationType: 'none',
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    excludeCredentials: known.map(({ passkeyId }) => ({ id: passkeyId })),
  });
  await keep(session, asking, options.challenge, 'add');
  return JSON.stringify(options);
}

function keep(session: Session, { browser, now }: Asking, challenge: string, purpose: Purpose): Promise<void> {
  const of = { challenge: hashOf(challenge), browser: hashOf(browser), purpose };
  return keepChallenge(session, of, now, now + STANDS);
}

/** The passkey that signed; undefined where what was sent does not hold, for whatever reason. */
export async function signedBy(
  session: Session,
  asking: Asking,
  purpose: 'enter' | 'prove',
  sent: string,
): Promise<Passkey | undefined> {
  const found = readAnswer(sent);
  if (found === undefined || !(await isAsked(session, asking, purpose, found.challenge))) return undefined;
  const response = found.response as unknown as AuthenticationResponseJSON;
  const passkey = await passkeyUnder(session, found.id);
  if (passkey === undefined || passkey.host !== hostOf(asking.rule)) return undefined;
  const verified = await verifyAuthenticationResponse({
    response,
    expectedChallenge: found.challenge,
    expectedOrigin: asking.rule.url,
    expectedRPID: hostOf(asking.rule),
    requireUserVerification: true,
    credential: {
      id: passkey.passkeyId,
      publicKey: new Uint8Array(passkey.publicKey),
      counter: passkey.counter,
    },
  }).catch(() => undefined);
  if (verified?.verified !== true) return undefined;
  await passkeyUsed(session, passkey.passkeyId, verified.authenticationInfo.newCounter, asking.now);
  return passkey;
}

/** Adds a passkey to a person; what the audit keeps of it, or undefined where what was sent does not hold. */
export async function addPasskey(
  session: Session,
  asking: Asking,
  of: Person,
  { name, sent }: { readonly name: string; readonly sent: string },
): Promise<{ readonly passkeyId: string; readonly kept: Kept } | undefined> {
  const found = readAnswer(sent);
  if (found === undefined || !(await isAsked(session, asking, 'add', found.challenge))) return undefined;
  const verified = await verifyRegistrationResponse({
    response: found.response as unknown as RegistrationResponseJSON,
    expectedChallenge: found.challenge,
    expectedOrigin: asking.rule.url,
    expectedRPID: hostOf(asking.rule),
    requireUserVerification: true,
  }).catch(() => undefined);
  if (verified?.verified !== true) return undefined;
  const { id, publicKey, transports = [] } = verified.registrationInfo.credential;
  if ((await passkeyUnder(session, id)) !== undefined) return undefined;
  const row = { passkeyId: id, personId: of.personId, host: hostOf(asking.rule), name, transports };
  return {
    passkeyId: id,
    kept: await writePasskey(session, { ...row, publicKey: Buffer.from(publicKey) }, asking.now),
  };
}

function isAsked(session: Session, { browser, now }: Asking, purpose: Purpose, challenge: string): Promise<boolean> {
  return takeChallenge(session, { challenge: hashOf(challenge), browser: hashOf(browser), purpose }, now);
}

interface Answer {
  readonly id: string;
  readonly challenge: string;
  readonly response: Readonly<Record<string, unknown>>;
}

/** What a browser sent, as far as it has the shape of an answer; nothing of it is believed here. */
function readAnswer(sent: string): Answer | undefined {
  const response = jsonOf(sent);
  const inner = recordOf(response?.['response']);
  const client = typeof inner?.['clientDataJSON'] === 'string' ? inner['clientDataJSON'] : '';
  const challenge = jsonOf(Buffer.from(client, 'base64url').toString())?.['challenge'];
  const id = response?.['id'];
  if (response === undefined || typeof id !== 'string' || typeof challenge !== 'string') return undefined;
  return { id, challenge, response };
}

function jsonOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return recordOf(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
}
