/**
 * HTML and SVG that cannot be broken by what it shows: a template's own text is markup, and every value put into it is
 * escaped, unless it is markup itself. It knows no page.
 */
import { visible } from './table.ts';

/** A piece of markup that was made by `html`. */
export class Markup {
  readonly text: string;

  /** Only `html` makes it of anything but constants. */
  constructor(text: string) {
    this.text = text;
  }
}

type Value = Markup | readonly Markup[] | string | number;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** The text as it stands between tags or in a quoted attribute; control and direction characters made visible. */
function escaped(text: string): string {
  return visible(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

/**
 * Markup with values in it, each escaped. Attributes have to be quoted.
 *
 *     html`<td title="${name}">${name}</td>`
 */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Markup {
  let text = parts[0] ?? '';
  values.forEach((value, at) => {
    if (value instanceof Markup) text += value.text;
    else if (typeof value === 'object') text += value.map((one) => one.text).join('');
    else text += escaped(String(value));
    text += parts[at + 1] ?? '';
  });
  return new Markup(text);
}
