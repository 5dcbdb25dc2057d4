/** The pages that are open to everybody: signing in, and the error pages. */
import { html, type Markup } from '../formats/files/markup.ts';
import type { PlainTerm } from '../formats/words/index.ts';
import { hidden } from './form.ts';
import { NOTHING } from './layout.ts';
import type { Content } from './page.ts';
import type { Caller } from './visit.ts';

/** A party of the demonstration that anybody may sign in as. */
export interface DemoDoor {
  /** Its name in the address, such as `publisher-2002`. */
  readonly name: string;
  readonly label: string;
  readonly says: string;
}

/** The ways in that are open. */
export interface Ways {
  /** What a passkey is asked to sign; null where this site can ask for none. */
  readonly question: string | null;
  readonly hasCompany: boolean;
}

/** Where one signs in; without ways where nobody has said how. */
export function signInPage(
  { speech: { t } }: Caller,
  ways: Ways | null,
  doors: readonly DemoDoor[],
  said: Markup = NOTHING,
): Content {
  const title = t(doors.length === 0 ? 'sign-in' : 'demo-title');
  const body =
    doors.length > 0
      ? html`<p>${t('demo-intro')}</p><ul class="doors">${doors.map(doorMarkup)}</ul>`
      : ways === null
        ? html`<p>${t('sign-in-not-set')}</p>`
        : html`${linkForm(t)}${otherWays(ways, t)}`;
  return { title, section: null, body: html`<div class="plain"><h1>${title}</h1>${said}${body}</div>` };
}

type Say = Caller['speech']['t'];

function linkForm(t: Say): Markup {
  return html`<p class="quiet">${t('sign-in-intro')}</p><form class="fields" method="post" action="/sign-in"><p><label for="address">${t('address')}</label><input id="address" name="address" type="email" autocomplete="username webauthn" autocapitalize="off" spellcheck="false" maxlength="320" required></p><p class="actions"><button class="primary">${t('send-link')}</button></p></form>`;
}

function otherWays({ question, hasCompany }: Ways, t: Say): Markup {
  const passkey = question === null ? NOTHING : passkeyForm('/sign-in/passkey', question, t('use-passkey'), t);
  const company = hasCompany ? html`<p><a class="button" href="/sign-in/company">${t('use-company')}</a></p>` : NOTHING;
  return question === null && !hasCompany ? NOTHING : html`<p class="or">${t('or')}</p>${passkey}${company}`;
}

/**
 * A form that a passkey answers: the script of the pages has the question signed, puts the answer into the field `passkey` (a
 * new one into `added`), and sends the form.
 * @param inside hidden fields and inputs that are sent with it
 */
export function passkeyForm(
  action: string,
  question: string,
  label: string,
  t: Say,
  inside: Markup | readonly Markup[] = NOTHING,
  does: 'get' | 'create' = 'get',
): Markup {
  const answer = does === 'get' ? 'passkey' : 'added';
  return html`<form class="fields passkey" method="post" action="${action}" data-passkey="${does}" data-question="${question}">${inside}<input type="hidden" name="${answer}" value="" data-answer><p class="actions"><button class="primary">${label}</button></p><p class="fault" role="alert" hidden>${t('passkey-refused')}</p><noscript><p class="quiet">${t('needs-script')}</p></noscript></form>`;
}

/** What everybody is told who asked for a link. */
export function askedPage({ speech: { t } }: Caller): Content {
  return plain(t('asked-title'), t('asked-says'), t('home'));
}

/** What somebody is told who did not come in. */
export function notInPage({ speech: { t } }: Caller, why: PlainTerm): Content {
  const title = t('refused-title');
  const body = html`<div class="plain"><h1>${title}</h1><p class="fault" role="alert">${t(why)}</p><p><a href="/sign-in">${t('sign-in')}</a></p></div>`;
  return { title, section: null, body };
}

/**
 * What stands before a decision that wants a fresh proof: of who has a passkey a form that does the decision with it; of others
 * the ways in, after which the page is opened again.
 * @param kept what was sent, without the token
 */
export function provePage(
  caller: Caller & { readonly token: string },
  of: {
    readonly path: string;
    readonly kept: Readonly<Record<string, string>>;
    readonly question: string | null;
    readonly hasCompany: boolean;
  },
): Content {
  const { t } = caller.speech;
  const title = t('prove-title');
  const link = html`<form class="fields" method="post" action="/sign-in"><p class="actions"><button class="primary">${t('prove-link')}</button></p></form>`;
  const company = of.hasCompany
    ? html`<p><a class="button" href="/sign-in/company?again">${t('prove-company')}</a></p>`
    : NOTHING;
  const ways =
    of.question === null
      ? html`<p class="quiet">${t('prove-link-says')}</p>${link}${company}`
      : passkeyForm(of.path, of.question, t('prove-passkey'), t, hidden({ ...of.kept, token: caller.token }));
  return {
    title,
    section: null,
    body: html`<div class="plain"><h1>${title}</h1><p>${t('prove-says')}</p>${ways}</div>`,
  };
}

function doorMarkup({ name, label, says }: DemoDoor): Markup {
  return html`<li><form method="post" action="/demo">${hidden({ who: name })}<button>${label}<small>${says}</small></button></form></li>`;
}

/** What can go wrong with a request for a page, and its status. */
export const TROUBLES = {
  'not-found': { status: 404, title: 'not-found-title', says: 'not-found' },
  forged: { status: 403, title: 'forged-title', says: 'forged' },
  'too-large': { status: 413, title: 'too-large-title', says: 'too-large' },
  busy: { status: 429, title: 'busy-title', says: 'busy' },
  away: { status: 503, title: 'away-title', says: 'away' },
} as const;

export type Trouble = keyof typeof TROUBLES;

/** A page that says what went wrong. What is another's and what does not exist look alike. */
export function troublePage({ speech: { t } }: Caller, trouble: Trouble): Content {
  const { title, says } = TROUBLES[trouble];
  return plain(t(title), t(says), t('home'));
}

/** The page after a fault of the program: it shows the request's number, and nothing else. */
export function failedPage({ speech: { t } }: Caller, id: string): Content {
  return plain(t('failed-title'), t('failed-says', { id }), t('home'));
}

function plain(title: string, says: string, home: string): Content {
  const body = html`<div class="plain"><h1>${title}</h1><p>${says}</p><p><a href="/">${home}</a></p></div>`;
  return { title, section: null, body };
}
