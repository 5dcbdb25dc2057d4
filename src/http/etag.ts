/**
 * Answers that stay as they are: what is told as of a closed night follows from that night's root, so the root, what was
 * asked and the program's version make its ETag, and who has it already is told so before anything is read.
 */
import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** The ETag of an answer told as of a night: its root, and everything else that its bytes depend on. */
export function tagOf(root: string, asked: readonly (string | null)[]): string {
  const digest = createHash('sha256').update(JSON.stringify([root, ...asked]));
  return `"${digest.digest('base64url').slice(0, 32)}"`;
}

/** Says that an answer stays as it is; true where the asker has it already, and 304 is to be answered. */
export function isKept(request: FastifyRequest, reply: FastifyReply, tag: string): boolean {
  reply.header('etag', tag).header('cache-control', 'private, no-cache');
  const given = request.headers['if-none-match'];
  if (given === undefined) return false;
  return given
    .split(',')
    .map((one) => one.trim().replace(/^W\//, ''))
    .some((one) => one === tag || one === '*');
}
