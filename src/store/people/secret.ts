/** A secret as it is kept. Those here are 256 random bits, so a plain hash gives nothing away. */
import { createHash } from 'node:crypto';

export function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
