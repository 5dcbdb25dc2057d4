/**
 * Text inside XML and HTML, and markup that cannot be broken by what it shows: a template's own text is markup, and every
 * value put into it is escaped, unless it is markup itself. It knows no page.
 */
import { visible } from './table.ts';

/** What XML cannot hold: controls but tab and line ends, halves of a surrogate pair, and what is no character. */
const NO_XML =
  /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\ud800-\udfff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
const MARKUP = /[&<>"]/g;
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** The text as XML and HTML hold it, in an element or in a quoted attribute; what they cannot hold becomes `\ufffd`. */
export function escaped(text: string): string {
  return text.replace(NO_XML, '\ufffd').replace(MARKUP, (character) => ENTITIES[character] ?? character);
}

/** The text as a page or document shows it: the same, with nothing that could turn a line around. */
export function inHtml(text: string): string {
  return escaped(visible(text));
}

/** A piece of markup that was made by `html`. */
export class Markup {
  readonly text: string;

  /** Only `html` makes it of anything but constants. */
  constructor(text: string) {
    this.text = text;
  }
}

type Value = Markup | readonly Markup[] | string | number;

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
    else text += inHtml(String(value)).replaceAll("'", '&#39;');
    text += parts[at + 1] ?? '';
  });
  return new Markup(text);
}
