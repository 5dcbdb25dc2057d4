/**
 * What the pages of the alliance's own people share: who may open them, their navigation, and how a decision is
 * recorded or refused. A decision is recorded under the name of the key that signed in, and under no other.
 */
import { may, type Right, type Role, roleMay } from '../core/access.ts';
import type { Instant } from '../core/calendar.ts';
import { html, type Markup } from '../formats/files/markup.ts';
import type { BookStatus } from '../formats/status.ts';
import type { PlainTerm } from '../formats/words/index.ts';
import { statusHere } from '../office/status.ts';
import type { Session } from '../store/connection/session.ts';
import type { PageOf } from '../store/lists/lists.ts';
import { isRunning } from '../store/lists/status.ts';
import { NOTHING } from './layout.ts';
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
    .map(({ term, path }) =>
      term === here
        ? html`<li><a href="${path}" aria-current="page">${t(term)}</a></li>`
        : html`<li><a href="${path}">${t(term)}</a></li>`,
    );
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

/** How the book stands: counted once for a moment of it, but for whether a run is going. */
export async function standing(session: Session, { shelf }: Visit): Promise<BookStatus> {
  const status = await shelf.status.get(session, 'status', (book) => statusHere(session, book));
  return { ...status, running: await isRunning(session) };
}

/** The moment of a decision: the clock's, to the second. */
export function momentOf({ now }: Visit): Instant {
  return now - (now % 1000);
}

/** A number out of a path or query; undefined where it is none. */
export function numberOf(text: string | null | undefined): bigint | undefined {
  return text !== null && text !== undefined && /^[0-9]{1,18}$/.test(text) ? BigInt(text) : undefined;
}

/** The key after which a list goes on, as `after` of the query holds it: its parts are set apart by a blank. */
export function keyAfter({ query }: Visit, parts: number): readonly string[] | null {
  const key = (query.get('after') ?? '').split(' ');
  return key.length === parts && key.every((part) => part !== '') ? key : null;
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
    return value === chosen
      ? html`<a href="${path}" aria-current="true">${label}</a>`
      : html`<a href="${path}">${label}</a>`;
  });
  return html`<p class="ways">${links}</p>`;
}

/** Rows of a list that are asked for together, where all of it is written. */
const TOGETHER = 1000;

/** All of a list that is asked for after a key, in its order, some rows together. */
export async function* allOf<Row>(
  list: (asked: PageOf) => Promise<readonly Row[]>,
  keyOf: (row: Row) => readonly string[],
): AsyncGenerator<readonly Row[]> {
  for (let after: readonly string[] | null = null; ; ) {
    const { rows, isMore }: ReturnType<typeof cut<Row>> = cut(await list({ after, limit: TOGETHER }), TOGETHER);
    yield rows;
    const last = rows.at(-1);
    if (!isMore || last === undefined) return;
    after = keyOf(last);
  }
}

/** A list's rows as an array, with whether there are more of them. */
export function cut<Row>(
  found: readonly Row[],
  size: number,
): { readonly rows: readonly Row[]; readonly isMore: boolean } {
  return { rows: found.slice(0, size), isMore: found.length > size };
}
