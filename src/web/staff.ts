/**
 * What the pages of the alliance's own people share: who may open them, their navigation, and how a decision is
 * recorded or refused. A decision is recorded under the name of the key that signed in, and under no other.
 */
import { may, type Right, type Role, roleMay } from '../core/access.ts';
import type { Instant } from '../core/calendar.ts';
import { html, type Markup } from '../formats/files/markup.ts';
import type { BookStatus } from '../formats/status.ts';
import type { PlainTerm } from '../formats/words/index.ts';
import { doorFault, ruleOf } from '../office/acts/feeds.ts';
import { statusHere, workingOn } from '../office/status.ts';
import type { Session } from '../store/connection/session.ts';
import { NOTHING, way } from './layout.ts';
import type { Content } from './page.ts';
import { head, type Shown } from './pieces.ts';
import type { Visit } from './visit.ts';

const STAFF = ['operator', 'finance', 'risk', 'auditor'] as const satisfies readonly Role[];

/** Who may open a page of the alliance's own people: those who hold a right. */
export function desk(right: Right): { readonly right: Right; readonly roles: readonly Role[] } {
  return { right, roles: STAFF.filter((role) => roleMay(role, right)) };
}

/** A room's section and its navigation. */
export interface Office {
  readonly section: PlainTerm;
  readonly ways: readonly { readonly term: PlainTerm; readonly path: string; readonly right: Right }[];
}

/** A page of a room: its navigation, its head, and what it shows. */
export function officePage(
  { section, ways }: Office,
  here: PlainTerm,
  visit: Visit,
  of: Parameters<typeof head>[0] & { readonly body: Shown | readonly Markup[] },
): Content {
  const { t } = visit.speech;
  const items = ways
    .filter(({ right }) => may(visit.principal, right))
    .map(({ term, path }) => html`<li>${way(path, t(term), term === here ? 'page' : null)}</li>`);
  const nav = items.length < 2 ? NOTHING : html`<nav class="local" aria-label="${t(section)}"><ul>${items}</ul></nav>`;
  const body = html`${of.body}`;
  return { title: of.title, section, body: html`${nav}${head(of)}${untold(visit, body)}${body}` };
}

/**
 * Why a form was refused, where the page no longer has that form: somebody else was quicker, or the visitor never had
 * it.
 */
function untold({ refused }: Visit, body: Markup): Markup {
  if (refused === null || body.text.includes(`id="${refused.act}-fault"`)) return NOTHING;
  return html`<p class="fault spaced" role="alert">${refused.sentence}</p>`;
}

/** Whether who looks may do what a form would. */
export function mayDo({ principal }: Visit, right: Right): boolean {
  return may(principal, right);
}

/** Whether somebody may bring a feed here. */
export function mayBring(visit: Visit, feed: string): boolean {
  return doorFault(feed, 'pages') === undefined && mayDo(visit, ruleOf(feed).right);
}

/** How the book stands: counted once for a moment of it, but for whether a run is going and who works. */
export async function standing(session: Session, { shelf }: Visit): Promise<BookStatus> {
  const status = await shelf.status.get(session, 'status', (book) => statusHere(session, book));
  return { ...status, ...(await workingOn(session)) };
}

/** The moment of a decision: the clock's, to the second. */
export function momentOf({ now }: Visit): Instant {
  return now - (now % 1000);
}

/** A number out of a path or query; undefined where it is none. */
export function numberOf(text: string | null | undefined): bigint | undefined {
  return text !== null && text !== undefined && /^[0-9]{1,18}$/.test(text) ? BigInt(text) : undefined;
}

/** Ways to narrow a list by one value of the query; the first is all of it. */
export function narrowing(
  visit: Visit,
  name: string,
  ways: readonly (readonly [value: string, label: string])[],
): Markup {
  const chosen = visit.query.get(name) ?? '';
  const links = ways.map(([value, label]) => {
    const path = value === '' ? visit.path : `${visit.path}?${new URLSearchParams({ [name]: value })}`;
    return way(path, label, value === chosen ? 'true' : null);
  });
  return html`<p class="ways">${links}</p>`;
}
