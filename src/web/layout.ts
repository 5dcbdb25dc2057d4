/** The frame around every page: head, navigation, who is signed in, the way to the other language, and the foot. */
import { html, Markup } from '../formats/files/markup.ts';
import { ASSETS } from './assets.ts';
import { hidden } from './form.ts';
import type { Content, Section } from './page.ts';
import type { Caller } from './visit.ts';

/** A whole document. Its sections are those that are open to who looks. */
export function framed({ title, section, body }: Content, caller: Caller, sections: readonly Section[]): string {
  const { speech, principal, book } = caller;
  const { t } = speech;
  const stands =
    book === null ? '' : book.lastRunDay === null ? t('book-none') : t('book-stands', { day: book.lastRunDay });
  return `<!doctype html>\n${
    html`<html lang="${speech.language === 'zh' ? 'zh-CN' : 'en'}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · ${t('brand')}</title>
<link rel="stylesheet" href="${ASSETS.style.path}">
<link rel="icon" href="${ASSETS.icon.path}" type="image/svg+xml">
<script src="${ASSETS.script.path}" defer></script>
</head>
<body>
<a class="skip" href="#content">${t('skip')}</a>
<header class="top">
<a class="brand" href="/"><img class="mark" src="${ASSETS.icon.path}" alt="" width="22" height="22">${t('brand')}</a>
${sections.length === 0 ? NOTHING : navigation(sections, section, caller)}
<div class="who">${principal === null ? NOTHING : html`<a class="party" href="/me" title="${t('me-title')}"><span class="role">${t(`role-${principal.role}`)}</span> ${principal.name}</a>`}
${languageForm(caller)}${principal === null ? NOTHING : signOutForm(caller)}</div>
</header>
<main id="content" tabindex="-1">
${body}
</main>
<footer class="foot"><span>${stands}</span><span class="printed">${principal === null ? t('brand') : t('printed-of', { brand: t('brand'), party: principal.name })}</span></footer>
<div class="loading" role="status" data-text="${t('loading')}"></div>
</body>
</html>`.text
  }\n`;
}

export const NOTHING = new Markup('');

/** A way on, said to be where one is already: at this page, or at this part of it. */
export function way(path: string, label: string, here: 'page' | 'true' | null): Markup {
  return here === null
    ? html`<a href="${path}">${label}</a>`
    : html`<a href="${path}" aria-current="${here}">${label}</a>`;
}

function navigation(sections: readonly Section[], lit: Content['section'], { speech: { t } }: Caller): Markup {
  const items = sections.map(({ term, path }) => html`<li>${way(path, t(term), term === lit ? 'page' : null)}</li>`);
  return html`<nav class="sections" aria-label="${t('sections')}"><ul>${items}</ul></nav>`;
}

function languageForm({ speech, at }: Caller): Markup {
  const other = speech.language === 'zh' ? 'en' : 'zh';
  return html`<form class="inline" method="post" action="/language">${hidden({ language: other, at })}<button class="link" lang="${other === 'zh' ? 'zh-CN' : 'en'}">${speech.t('other-language')}</button></form>`;
}

function signOutForm(caller: Caller): Markup {
  return html`<form class="inline" method="post" action="/sign-out">${hidden({ token: caller.token })}<button class="link">${caller.speech.t('sign-out')}</button></form>`;
}
