/**
 * The session of somebody who signed in with a key: a cookie that names the key and when the session ends, signed with
 * the key's own hash, so that it ends with the key and survives a restart of the server. It reads no database and no
 * clock.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Instant } from '../core/calendar.ts';
import type { LiveKey } from '../store/people/access.ts';

/** Half a day: a working day with its edges. */
export const PASS_LASTS = 12 * 60 * 60 * 1000;

const SEPARATOR = '~';

/** A new session, as the cookie's value. */
export function issuePass(key: LiveKey, now: Instant): string {
  const claim = [key.id, (now + PASS_LASTS).toString(36), randomBytes(9).toString('base64url')].join(SEPARATOR);
  return `${claim}${SEPARATOR}${signature(key, 'pass', claim)}`;
}

/**
 * The id of the key that a cookie names, if the cookie is well formed and has not ended; whether it is genuine is for
 * `isGenuine`.
 */
export function keyNamed(pass: string, now: Instant): string | undefined {
  const [id = '', ends = '', , mac, more] = pass.split(SEPARATOR);
  if (id === '' || mac === undefined || more !== undefined || !/^[0-9a-z]{1,11}$/.test(ends)) return undefined;
  return Number.parseInt(ends, 36) > now ? id : undefined;
}

/** Whether a cookie was signed with this key. */
export function isGenuine(pass: string, key: LiveKey): boolean {
  const at = pass.lastIndexOf(SEPARATOR);
  return same(pass.slice(at + 1), signature(key, 'pass', pass.slice(0, at)));
}

/** What the forms of a session carry, which no other site can know. */
export function formToken(pass: string, key: LiveKey): string {
  return signature(key, 'form', pass);
}

export function same(given: string, right: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function signature({ hash }: LiveKey, purpose: 'pass' | 'form', text: string): string {
  return createHmac('sha256', hash).update(`cps ${purpose}\n${text}`).digest('base64url');
}
