/**
 * XML text to a tree, strictly and with namespaces. A document type is refused, so that no entity can be declared and
 * nothing is fetched or blown up; what elements mean is not judged.
 */
import { SaxesParser } from 'saxes';
import type { XmlElement } from '../../core/bank/xml.ts';

interface Open {
  name: string;
  namespace: string;
  attributes: Record<string, string>;
  children: XmlElement[];
  text: string;
}

const DEEPEST = 100;

/** Reads a document; or one sentence that says where it is no XML. */
export function readXml(text: string): XmlElement | string {
  const parser = new SaxesParser({ xmlns: true });
  const open: Open[] = [];
  let root: XmlElement | undefined;
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('doctype', () => {
    throw new Error('a document type is not taken');
  });
  parser.on('opentag', (tag) => {
    if (open.length >= DEEPEST) throw new Error('elements lie too deep');
    const attributes = Object.fromEntries(Object.values(tag.attributes).map(({ local, value }) => [local, value]));
    open.push({ name: tag.local, namespace: tag.uri, attributes, children: [], text: '' });
  });
  const add = (piece: string): void => {
    const top = open.at(-1);
    if (top !== undefined) top.text += piece;
  };
  parser.on('text', add);
  parser.on('cdata', add);
  parser.on('closetag', () => {
    const done = open.pop();
    if (done === undefined) return;
    const element = { ...done, text: done.children.length > 0 ? '' : done.text.trim() };
    const parent = open.at(-1);
    if (parent === undefined) root = element;
    else parent.children.push(element);
  });
  try {
    parser.write(text).close();
  } catch (error) {
    return `it is no XML (${error instanceof Error ? error.message : String(error)})`;
  }
  return root ?? 'it is no XML (it has no element)';
}
