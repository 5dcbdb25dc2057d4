/**
 * An XML element as bank formats are read from it, and how to find elements in it by path. XML text is read in
 * src/ingest/source.
 */

export interface XmlElement {
  /** Without its namespace prefix. */
  readonly name: string;
  readonly namespace: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** The trimmed text of an element without children; empty for others. */
  readonly text: string;
}

/** The elements at the end of a path such as `Refs/EndToEndId`. */
export function all(from: XmlElement | undefined, path: string): XmlElement[] {
  let found = from === undefined ? [] : [from];
  for (const name of path.split('/'))
    found = found.flatMap(({ children }) => children.filter((one) => one.name === name));
  return found;
}

/** The text of the first of some paths that has one, or nothing. */
export function textAt(from: XmlElement | undefined, ...paths: string[]): string {
  for (const path of paths) {
    const text = all(from, path).find((one) => one.text !== '')?.text;
    if (text !== undefined) return text;
  }
  return '';
}
