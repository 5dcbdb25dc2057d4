/**
 * Registers endpoints, gives them new secrets, and sends them past events once more; checked alike for a command and
 * for a party over HTTP. What is wrong comes back as one sentence, and then nothing was changed.
 */
import type { Day } from '../core/calendar.ts';
import { type Audience, kindsFor } from '../core/webhook/telling.ts';
import type { Session } from '../store/connection/session.ts';
import { isPublisher, isSeller } from '../store/month/lines.ts';
import type { Book } from '../store/night/book.ts';
import { addEndpoint, type Change, replayFrom, rotateSecret } from '../store/outbox/webhooks.ts';
import { kindsFault, type Reach, urlFault } from './endpoint.ts';
import { newSecret } from './signature.ts';

export interface Registration extends Change, Reach {
  readonly url: string;
  readonly audience: Audience;
  /** Null for every kind of event that its audience may have. */
  readonly kinds: readonly string[] | null;
  /** The first business day whose events it gets; null for what is appended from now on. */
  readonly from: Day | null;
}

/** A registered endpoint. The secret is shown here and never after; the store keeps it for signing. */
export interface Registered {
  readonly endpointId: number;
  readonly url: string;
  readonly kinds: readonly string[];
  readonly secret: string;
}

/**
 * Registers an endpoint, and records who did.
 * @returns the endpoint with its secret; or one sentence that says what is wrong, and then nothing was changed
 */
export async function registerEndpoint(session: Session, book: Book, of: Registration): Promise<Registered | string> {
  const { audience, from, by, at } = of;
  const kinds = [...new Set(of.kinds ?? kindsFor(audience.role))];
  const fault =
    urlFault(of.url, of) ??
    kindsFault(kinds, audience) ??
    (await partyFault(session, audience)) ??
    (from === null ? undefined : fromFault(from, book));
  if (fault !== undefined) return fault;
  const url = new URL(of.url).href;
  const secret = newSecret();
  const { endpointId, isNew } = await addEndpoint(session, { url, audience, kinds, secret, from, by, at });
  if (!isNew) return `this URL is endpoint ${endpointId} already: remove that one first, or give it a new secret`;
  return { endpointId, url, kinds, secret };
}

async function partyFault(session: Session, { role, party }: Audience): Promise<string | undefined> {
  if (role === 'operator' || party === null) return undefined;
  const isKnown = await (role === 'seller' ? isSeller : isPublisher)(session, party);
  return isKnown ? undefined : `there is no ${role} ${party} in this book: check the id`;
}

function fromFault(from: Day, { openDay, nextDay }: Book): string | undefined {
  const next = openDay ?? nextDay;
  return next !== null && from > next
    ? `${from} is after ${next}, the next day to be run: what comes from then on is sent anyway`
    : undefined;
}

/**
 * Gives an endpoint a new secret, which is shown here and never after.
 * @param keep milliseconds for which the secret before it signs beside it
 * @returns the new secret; undefined when there is no such endpoint
 */
export async function rotate(session: Session, id: number, change: Change, keep: number): Promise<string | undefined> {
  const secret = newSecret();
  const isThere = await rotateSecret(session, id, change, { secret, keepUntil: change.at + keep });
  return isThere ? secret : undefined;
}

/**
 * Sets an endpoint back, so that everything from a business day on is sent once more.
 * @returns how many events of the log will be looked at; a sentence; or undefined when there is no such endpoint
 */
export async function replay(
  session: Session,
  book: Book,
  id: number,
  from: Day,
  change: Change,
): Promise<number | string | undefined> {
  return fromFault(from, book) ?? replayFrom(session, id, from, change);
}
