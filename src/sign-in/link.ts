/**
 * Links that are sent by mail. Asking is answered alike, and in the same time, whether the address is anybody's: the asking
 * is only taken down, and looked at when the answer is gone. A link works once, for ten minutes, in the browser that asked.
 */
import { randomBytes } from 'node:crypto';
import { FRESH, plainAddress } from '../core/account.ts';
import type { Instant } from '../core/calendar.ts';
import { linkLetter } from '../formats/letters/sign-in.ts';
import type { Tongue } from '../formats/words/index.ts';
import { insideTransaction } from '../store/connection/nested-transaction.ts';
import type { Session } from '../store/connection/session.ts';
import { dropOverdue, queueDirect } from '../store/outbox/mail.ts';
import { type Ask, answerAsk, recordAsk, takeAsk, takeLink } from '../store/people/asks.ts';
import { personAt, signInRule } from '../store/people/persons.ts';
import { hashOf } from '../store/people/secret.ts';

/** Links an hour that one address is sent; what is asked beyond is answered alike, and nothing is sent. */
export const LINKS_AN_ADDRESS = 5;
/** Times an hour that one origin may ask. */
export const ASKS_AN_ORIGIN = 60;

/** Takes down that somebody asks for a link; false where too many came from there. */
export function askForLink(
  session: Session,
  of: { readonly address: string; readonly origin: string; readonly browser: string; readonly language: Tongue },
  now: Instant,
): Promise<boolean> {
  const { address, origin, browser, language } = of;
  const ask = { address: plainAddress(address), origin, browser: hashOf(browser), language };
  return session.transaction(() => recordAsk(insideTransaction(session), ask, now, ASKS_AN_ORIGIN));
}

/** Sends links to those who asked and were invited. */
export async function answerAsks(session: Session, now: Instant): Promise<void> {
  await dropOverdue(session, now);
  while (await session.transaction(() => answerOne(insideTransaction(session), now)));
}

async function answerOne(session: Session, now: Instant): Promise<boolean> {
  const ask = await takeAsk(session);
  if (ask === undefined) return false;
  await answerAsk(session, ask.askId, ask.before < LINKS_AN_ADDRESS ? await sendLink(session, ask, now) : null);
  return true;
}

async function sendLink(session: Session, { address, askId, language, askedAt }: Ask, now: Instant) {
  const [person, rule] = [await personAt(session, address), await signInRule(session)];
  const endsAt = askedAt + FRESH;
  if (person === undefined || rule === undefined || person.state === 'suspended' || endsAt <= now) return null;
  const secret = randomBytes(32).toString('base64url');
  const text = linkLetter(language, person.name, `${rule.url}/sign-in/link/${secret}`);
  await queueDirect(session, {
    messageId: `sign-in.${askId}.${person.personId}`,
    address,
    ...text,
    queuedAt: now,
    endsAt,
  });
  return { personId: person.personId, link: hashOf(secret), endsAt };
}

/** Takes a link: whose it is; `elsewhere` where another browser asked for it. */
export function openLink(session: Session, link: string, browser: string, now: Instant) {
  return takeLink(session, hashOf(link), hashOf(browser), now);
}
