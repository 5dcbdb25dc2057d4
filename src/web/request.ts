/** What a request says of itself: its form, its cookies, where it was sent from. It believes nothing of who asks. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '../http/problem.ts';

export function fieldsOf({ body }: FastifyRequest): Readonly<Record<string, string>> {
  return typeof body === 'object' && body !== null ? (body as Record<string, string>) : {};
}

export function paramsOf({ params }: FastifyRequest): Readonly<Record<string, string>> {
  return params as Record<string, string>;
}

export function cookiesOf({ headers }: FastifyRequest): ReadonlyMap<string, string> {
  const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim());
  return new Map(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
}

/** Cookies of this site alone: no script reads them, no other site's form sends them. */
export function setCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  name: string,
  value: string,
  seconds: number,
): void {
  const secure = request.protocol === 'https' ? '; Secure' : '';
  void reply.header('set-cookie', `${name}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax${secure}`);
}

/** Whether a form was sent by a page of this site, by what the browser says of it. */
export function isFromHere({ headers, host }: FastifyRequest): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  const { origin } = headers;
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === host);
}

export function statusOf(error: unknown): number {
  if (error instanceof Problem) return error.status;
  return typeof error === 'object' && error !== null && 'statusCode' in error ? Number(error.statusCode) : 500;
}
