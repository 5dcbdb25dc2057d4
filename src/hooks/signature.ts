/** Secrets of endpoints, and the signatures made with them, as the convention of Standard Webhooks has them. */
import { createHmac, randomBytes } from 'node:crypto';

const PREFIX = 'whsec_';

/** A new secret: `whsec_` and 32 random bytes in base64. */
export function newSecret(): string {
  return PREFIX + randomBytes(32).toString('base64');
}

/**
 * The signature of a message: HMAC-SHA256 over `id.timestamp.body`, keyed with the bytes behind the secret's prefix.
 * @param timestamp seconds since 1970, when the message is sent
 * @returns `v1,` and base64
 */
export function signatureOf(secret: string, id: string, timestamp: number, body: string): string {
  const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}
