/**
 * ETags of answers that no longer change: what is shown as of a closed night follows from that night's root, so root,
 * request and program version make the ETag, and a client that has the answer gets 304 before anything is read.
 */
import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * The ETag of an answer as of a night: a digest of its root and of everything else its bytes depend on.
 * @param asked what was asked for: path and options
 */
export function tagOf(root: string, asked: readonly (string | null)[]): string {
  const digest = createHash('sha256').update(JSON.stringify([root, ...asked]));
  return `"${digest.digest('base64url').slice(0, 32)}"`;
}

/**
 * Sets an answer's ETag.
 * @returns true where the client has this answer already; 304 is then to be sent
 */
export function isKept(request: FastifyRequest, reply: FastifyReply, tag: string): boolean {
  reply.header('etag', tag).header('cache-control', 'private, no-cache');
  const given = request.headers['if-none-match'];
  if (given === undefined) return false;
  return given
    .split(',')
    .map((one) => one.trim().replace(/^W\//, ''))
    .some((one) => one === tag || one === '*');
}
