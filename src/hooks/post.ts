/**
 * Posts one message to one endpoint, and says what the answer means: accepted, gone for good, or to be tried once more.
 * It follows no redirect, reads at most 16 KiB of the answer, keeps to its time limit, and connects to public addresses
 * only, unless allowed to connect to others.
 */
import { type LookupAddress, lookup } from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import { LONGEST_PAUSE } from '../core/retry.ts';
import { isPublic } from './address.ts';
import { type Reach, urlFault } from './endpoint.ts';

/**
 * What became of a delivery: `taken` for 2xx, `gone` for 410, `failed` for everything else, a broken connection
 * included.
 */
export interface Answer {
  readonly kind: 'taken' | 'failed' | 'gone';
  /** What was answered or went wrong, on one line. */
  readonly text: string;
  /** Milliseconds the endpoint asks to be left alone; 0 where it does not say. */
  readonly pause: number;
}

export interface Poster {
  /** Posts JSON. It never throws: what goes wrong is an answer. */
  post(url: string, headers: Readonly<Record<string, string>>, body: string): Promise<Answer>;
  /** Closes the connections that were kept open for later deliveries. */
  close(): void;
}

/** How a poster is to behave. */
export interface Manners extends Reach {
  /** Milliseconds an endpoint may take, from the look-up of its name to its status. */
  readonly patience: number;
}

/** Milliseconds an endpoint may take where nothing else is said. */
export const PATIENCE = 10_000;
/** Connections kept to one host for later. */
const KEPT = 16;
const MOST_OF_AN_ANSWER = 16 * 1024;

/** A poster with connections of its own, kept open until `close`; each goes to the very address that was checked. */
export function httpPoster(manners: Manners): Poster {
  const options = { keepAlive: true, maxFreeSockets: KEPT };
  const agents = { 'http:': new http.Agent(options), 'https:': new https.Agent(options) };
  const post: Poster['post'] = async (url, headers, body) => {
    const fault = urlFault(url, manners);
    if (fault !== undefined) return failed(fault);
    const order = { url: new URL(url), headers, body, agents, manners };
    const first = await once(order);
    // A kept connection may be closed from the other side just as it is reused: nobody has answered yet.
    return first === 'stale' ? settled(await once(order)) : first;
  };
  return { post, close: () => [agents['http:'], agents['https:']].forEach((agent) => void agent.destroy()) };
}

const failed = (text: string, pause = 0): Answer => ({ kind: 'failed', text: oneLine(text), pause });
const settled = (answer: Answer | 'stale'): Answer =>
  answer === 'stale' ? failed('the connection was closed') : answer;

interface Order {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly agents: { readonly 'http:': http.Agent; readonly 'https:': https.Agent };
  readonly manners: Manners;
}

function once({ url, headers, body, agents, manners }: Order): Promise<Answer | 'stale'> {
  const { allowPrivate, patience } = manners;
  const isSecure = url.protocol === 'https:';
  return new Promise((done) => {
    let isAnswered = false;
    const end = (answer: Answer | 'stale'): void => {
      clearTimeout(timer);
      done(answer);
    };
    const request = (isSecure ? https : http).request(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      agent: isSecure ? agents['https:'] : agents['http:'],
      ...(allowPrivate ? {} : { lookup: publicLookup }),
    });
    const timer = setTimeout(() => {
      // What is answered from now on, and the error that follows, come after this and change nothing.
      end(failed(`no answer within ${patience / 1000} s`));
      request.destroy();
    }, patience);
    request.on('error', (error: NodeJS.ErrnoException) => {
      if (isAnswered) return;
      const isStale = request.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
      end(isStale ? 'stale' : failed(sentenceOf(error)));
    });
    request.on('response', (response) => {
      isAnswered = true;
      clearTimeout(timer);
      void answerOf(response, patience).then(end);
    });
    request.end(body);
  });
}

const NOT_PUBLIC = 'the endpoint leads to an address that is not public';

/**
 * Looks a name up as the runtime does, and refuses it where any of its addresses is not public; a numeric address is never
 * looked up, and was refused with the URL.
 */
const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    const [first] = addresses ?? [];
    if (error !== null || first === undefined) callback(error ?? new Error('no address'), '');
    else if (!addresses.every(({ address }) => isPublic(address))) callback(new Error(NOT_PUBLIC), '');
    else if (options.all === true) callback(null, addresses);
    else callback(null, first.address, first.family);
  });
};

/**
 * What a response means. The status decides; of the body as much is read as fits into a line, and the connection is
 * closed if more follows.
 */
async function answerOf(response: http.IncomingMessage, patience: number): Promise<Answer> {
  const status = response.statusCode ?? 0;
  const beginning = await beginningOf(response, patience);
  if (status >= 200 && status < 300) return { kind: 'taken', text: `HTTP ${status}`, pause: 0 };
  const text = oneLine(`HTTP ${status} ${beginning}`);
  if (status === 410) return { kind: 'gone', text, pause: 0 };
  if (status >= 300 && status < 400) return failed(`HTTP ${status}: a redirect, which is not followed`);
  return failed(text, status === 429 || status === 503 ? pauseAsked(response.headers['retry-after']) : 0);
}

async function beginningOf(response: http.IncomingMessage, patience: number): Promise<string> {
  const pieces: Buffer[] = [];
  let length = 0;
  const timer = setTimeout(() => response.destroy(), Math.min(patience, 1000));
  try {
    for await (const piece of response as AsyncIterable<Buffer>) {
      pieces.push(piece);
      length += piece.length;
      if (length > MOST_OF_AN_ANSWER) break;
    }
  } catch {
    // Cut short: what has come is enough, and the status was there before it.
  } finally {
    clearTimeout(timer);
  }
  return Buffer.concat(pieces).subarray(0, 1000).toString();
}

/** Milliseconds of a `Retry-After` in seconds, the form in which it is sent; at most as long as the longest pause. */
function pauseAsked(header: string | undefined): number {
  return header !== undefined && /^\d{1,9}$/.test(header) ? Math.min(Number(header) * 1000, LONGEST_PAUSE) : 0;
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was closed before an answer',
  ENOTFOUND: 'the host name is not known',
  EAI_AGAIN: 'the host name cannot be looked up now',
  ETIMEDOUT: 'no answer in time',
  EHOSTUNREACH: 'no way to that host',
  ENETUNREACH: 'no way to that network',
};

/**
 * A connection error in words. No address is named: whoever registered the endpoint reads this, and need not learn how
 * the operator's network is built.
 */
function sentenceOf(error: NodeJS.ErrnoException): string {
  const code = error.code ?? '';
  const known = REASONS[code];
  if (known !== undefined) return known;
  if (error.message === NOT_PUBLIC) return NOT_PUBLIC;
  if (code.startsWith('HPE_')) return 'the answer is no HTTP';
  return code === '' ? 'the connection failed' : `the connection failed (${code})`;
}

/** Control characters and line ends as blanks, at most 200 characters. */
function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, 200);
}
