/** SHA-256 as lower-case hex. */
import { createHash, hash } from 'node:crypto';

export function sha256(text: string): string {
  return hash('sha256', text);
}

/** SHA-256 of bytes, as lower-case hex. */
export function sha256Of(bytes: Buffer): string {
  return hash('sha256', bytes);
}

/** SHA-256 of hashes one after the other, each given in hex. */
export function sha256OfHashes(hashes: Iterable<string>): string {
  const digest = createHash('sha256');
  for (const one of hashes) digest.update(one, 'hex');
  return digest.digest('hex');
}
