/** What a person decides about a site: its state, with the score it has, and single permissions. A delivery like any other. */
import { type Instant, isoOf } from '../core/calendar.ts';
import { Refusal } from '../core/refusal.ts';
import { deliverRows } from '../ingest/deliver/rows.ts';
import type { Session } from '../store/connection/session.ts';
import type { Book } from '../store/night/book.ts';
import { permissionsHere } from './permissions.ts';

/** Nothing is decided about a site that was withdrawn. */
export class SiteWithdrawn extends Refusal {}

/** Who decides what about a site, and why. */
export interface SiteRuling {
  readonly site: string;
  readonly by: string;
  readonly at: Instant;
  readonly reason: string;
  readonly decides: { readonly status: string } | { readonly permission: string; readonly action: 'grant' | 'revoke' };
}

/**
 * Records what is decided, in the transaction that is open or in one of its own.
 * @param command the name its receipt carries
 * @throws Refusal for a site that is not known, SiteWithdrawn for one that was withdrawn
 */
export async function decideSite(session: Session, book: Book, command: string, ruling: SiteRuling): Promise<void> {
  const { site, by, at, decides } = ruling;
  const { state, withdrawnAt } = await permissionsHere(session, book, site, at);
  if (withdrawnAt !== null)
    throw new SiteWithdrawn(`site ${site} was withdrawn at ${book.calendar.format(withdrawnAt)}: file another site`);
  const stamp = { site_id: site, at: isoOf(at), reason: `${by}: ${ruling.reason}` };
  // A person judges the site, not its points: the score it has stays.
  const row =
    'status' in decides
      ? { feed: 'site-reviews', cells: { ...stamp, status: decides.status, score: state?.score ?? '' } }
      : { feed: 'permissions', cells: { ...stamp, ...decides } };
  await deliverRows(session, command, [row]);
}
