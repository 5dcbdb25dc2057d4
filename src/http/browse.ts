/**
 * The API as one page for people: every route with its schemas, without a script and without anything loaded from
 * elsewhere.
 */
import { RIGHTS } from '../core/access.ts';
import { html, Markup } from '../formats/files/markup.ts';
import type { Route } from './route.ts';

/** What a page of this kind may load: its own style and nothing else. */
export const BROWSE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

const STYLE = new Markup(`<style>
:root { color-scheme: light dark; } body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 60rem; padding: 1rem; }
h2 { font-size: 1rem; margin: 2rem 0 .25rem; } code, pre { font: .9em ui-monospace, monospace; } p { margin: .25rem 0; }
pre { overflow-x: auto; padding: .6rem; border: 1px solid #8886; } details { margin: .25rem 0; } .for { color: #777; }
</style>`);

/** The page. */
export function browsePage(routes: readonly Route[]): string {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>CPS settlement: the API</title>
${STYLE}
</head>
<body>
<h1>CPS settlement: the API</h1>
<p>Every request carries <code>Authorization: Bearer</code> and a key of <code>cps key create</code>, or a token. Amounts are
texts. Lists come in pages: pass <code>next</code> as <code>cursor</code>. What goes wrong is told as
<code>application/problem+json</code>. For programs: <a href="/v1/openapi.json">openapi.json</a>.</p>
${routes.map(routeMarkup)}
</body>
</html>
`;
  return page.text;
}

function routeMarkup(one: Route): Markup {
  const who = one.right === null ? 'everybody who has signed in' : `${one.right}: ${RIGHTS[one.right].join(', ')}`;
  const shapes: readonly (readonly [string, unknown])[] = [
    ['in the path', one.params],
    ['in the query', one.query],
    ['the body', one.body],
    ['the answer', one.answer],
  ];
  const parts = shapes.flatMap(([name, schema]) =>
    schema === undefined
      ? []
      : [html`<details><summary>${name}</summary><pre>${new Markup(preText(schema))}</pre></details>`],
  );
  const forms = one.forms === undefined ? '' : `Also as ${one.forms.types.join(', ')}.`;
  return html`<section><h2><code>${one.method} ${one.path}</code></h2>
<p>${one.summary}</p><p>${one.notes ?? ''} ${forms}</p><p class="for">For ${who}</p>${parts}</section>
`;
}

/** A schema as indented JSON; `html` would fold it into one line. */
function preText(schema: unknown): string {
  return JSON.stringify(schema, null, 2).replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
