/** The pages that are open to everybody: signing in, and the error pages. */
import { html, type Markup } from '../formats/files/markup.ts';
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

/** Where one signs in. */
export function signInPage({ speech: { t } }: Caller, doors: readonly DemoDoor[], said: Markup = NOTHING): Content {
  const form = html`<form class="fields" method="post" action="/sign-in"><p><label for="key">${t('key')}</label><input id="key" name="key" type="password" autocomplete="current-password" autocapitalize="off" spellcheck="false" required></p><p class="actions"><button class="primary">${t('sign-in')}</button></p></form>`;
  const body =
    doors.length === 0
      ? html`<div class="plain"><h1>${t('sign-in')}</h1>${said}<p class="quiet">${t('sign-in-intro')}</p>${form}</div>`
      : html`<div class="plain"><h1>${t('demo-title')}</h1>${said}<p>${t('demo-intro')}</p><ul class="doors">${doors.map(doorMarkup)}</ul><details><summary>${t('sign-in')}: ${t('key')}</summary>${form}</details></div>`;
  return { title: t('sign-in'), section: null, body };
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
