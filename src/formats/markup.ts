/** Text inside XML and HTML. */

/** What XML cannot hold: controls but tab and line ends, halves of a surrogate pair, and what is no character. */
const NO_XML =
  /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\ud800-\udfff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
const MARKUP = /[&<>"]/g;
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** The text as XML and HTML hold it, in an element or in a quoted attribute; what they cannot hold becomes `\ufffd`. */
export function escaped(text: string): string {
  return text.replace(NO_XML, '\ufffd').replace(MARKUP, (character) => ENTITIES[character] ?? character);
}
