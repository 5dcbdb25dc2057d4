/** What may be registered as an endpoint: its URL and the kinds of events it asks for. It connects to nothing. */
import { isIP } from 'node:net';
import { type Audience, kindsFor } from '../core/webhook/telling.ts';
import { isPublic } from './address.ts';

const LONGEST_URL = 2000;

/** How far the operator trusts endpoints. */
export interface Reach {
  /** Whether http:// and addresses that are not public are allowed: for trying, and for receivers in one's own network. */
  readonly allowPrivate: boolean;
}

/**
 * What is wrong with a URL as an endpoint, in one sentence that does not repeat it, as it may hold a token; undefined if
 * nothing. Where its host name leads is checked with every delivery.
 */
export function urlFault(text: string, { allowPrivate }: Reach): string | undefined {
  const form = 'write it like https://shop.example.com/cps';
  if (text.length > LONGEST_URL) return `the endpoint's URL is longer than ${LONGEST_URL} characters: shorten it`;
  if (!URL.canParse(text)) return `the endpoint is no URL: ${form}`;
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    return `the endpoint's URL begins with neither https:// nor http://: ${form}`;
  if (url.username !== '' || url.password !== '')
    return `the endpoint's URL holds a user or password: leave it out, the signature proves who sends`;
  if (url.hash !== '') return `the endpoint's URL has a part after #, which is never sent: leave it out`;
  if (allowPrivate) return undefined;
  if (url.protocol !== 'https:')
    return `the endpoint's URL begins with http://, so that anybody on the way could read it: use https://`;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0 && !isPublic(host))
    return `the endpoint's address is not a public one: name a host that can be reached from outside`;
  return undefined;
}

/** What is wrong with the kinds of events an audience asks for, in one sentence; undefined if nothing. */
export function kindsFault(kinds: readonly string[], { role }: Audience): string | undefined {
  const known = kindsFor(role);
  const strange = kinds.find((kind) => !known.includes(kind));
  if (strange !== undefined)
    return `${JSON.stringify(strange)} is no kind of message for ${ARTICLE[role]}: they are ${known.join(', ')}`;
  return kinds.length === 0 ? `no kind is asked for: they are ${known.join(', ')}` : undefined;
}

const ARTICLE = { operator: 'an operator', seller: 'a seller', publisher: 'a publisher' } as const;
