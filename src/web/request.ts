/** What a request carries: its form, its cookies, where it was sent from. Nothing of it is believed here. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '../http/problem.ts';

/** A form's text fields; of a form with a file too. */
export function fieldsOf({ body }: FastifyRequest): Readonly<Record<string, string>> {
  if (body instanceof SentForm) return body.fields;
  return typeof body === 'object' && body !== null ? (body as Record<string, string>) : {};
}

/** A file that a form sent. */
export interface SentFile {
  /** Its name without any folder. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A form with a file, as browsers send it. */
export class SentForm {
  readonly fields: Readonly<Record<string, string>>;
  readonly file: SentFile | null;

  constructor(fields: Readonly<Record<string, string>>, file: SentFile | null) {
    this.fields = fields;
    this.file = file;
  }
}

/**
 * Takes apart a form that carries a file, with the platform's own reader.
 * @throws Problem for what is no such form
 */
export async function sentForm(contentType: string, body: Buffer): Promise<SentForm> {
  const form = await new Response(body, { headers: { 'content-type': contentType } }).formData().catch(() => {
    throw new Problem('bad-request', 'this is no form');
  });
  const fields: Record<string, string> = {};
  let file: SentFile | null = null;
  for (const [name, value] of form.entries()) {
    if (typeof value === 'string') fields[name] = value;
    else if (value.size > 0)
      file = { name: value.name.split(/[/\\]/).at(-1) ?? '', bytes: new Uint8Array(await value.arrayBuffer()) };
  }
  return new SentForm(fields, file);
}

export function paramsOf({ params }: FastifyRequest): Readonly<Record<string, string>> {
  return params as Record<string, string>;
}

/** A cookie of a request; empty where it has none. */
export function cookieOf(request: FastifyRequest, name: string): string {
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim());
  const start = `${calledHere(request, name)}=`;
  return pairs.find((pair) => pair.startsWith(start))?.slice(start.length) ?? '';
}

/** Over https a cookie is called so that browsers take it from this very host alone, and from no neighbour of its domain. */
function calledHere({ protocol }: FastifyRequest, name: string): string {
  return protocol === 'https' ? `__Host-${name}` : name;
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
  void reply.header(
    'set-cookie',
    `${calledHere(request, name)}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax${secure}`,
  );
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
