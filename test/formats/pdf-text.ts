/** What a PDF of ours says: every text that was set, with its page and place. It reads what pdfkit writes, and no more. */
import { inflateSync } from 'node:zlib';

export interface SetText {
  readonly page: number;
  readonly x: number;
  readonly y: number;
  readonly text: string;
}

/** The texts in the order in which they were set. */
export function pdfTexts(pdf: Buffer): SetText[] {
  const objects = objectsOf(pdf);
  const glyphs = fontsOf(objects);
  const texts: SetText[] = [];
  let page = 0;
  for (const [, object] of [...objects].sort(([a], [b]) => a - b)) {
    const content = object.stream?.toString('latin1') ?? '';
    if (!content.startsWith('1 0 0 -1 0')) continue;
    page++;
    let font = '';
    for (const block of content.match(/BT[\s\S]*?ET/g) ?? []) {
      font = /\/(F\d+) [\d.]+ Tf/.exec(block)?.[1] ?? font;
      const [, x = '0', y = '0'] = /1 0 0 1 ([\d.-]+) ([\d.-]+) Tm/.exec(block) ?? [];
      const codes = [...block.matchAll(/<([0-9a-f]+)>/g)].flatMap(([, hex = '']) => hex.match(/.{4}/g) ?? []);
      const text = codes.map((code) => glyphs.get(font)?.get(Number.parseInt(code, 16)) ?? '\ufffd').join('');
      texts.push({ page, x: Number(x), y: Number(y), text });
    }
  }
  return texts;
}

interface PdfObject {
  readonly head: string;
  readonly stream: Buffer | null;
}

function objectsOf(pdf: Buffer): Map<number, PdfObject> {
  const objects = new Map<number, PdfObject>();
  const text = pdf.toString('latin1');
  for (const match of text.matchAll(/(\d+) 0 obj\n/g)) {
    const from = match.index + match[0].length;
    const head = text.slice(from, text.indexOf('endobj', from)).split('stream\n')[0] ?? '';
    const length = /\/Length (\d+)/.exec(head)?.[1];
    const begins = text.indexOf('stream\n', from) + 'stream\n'.length;
    const bytes = length === undefined ? null : pdf.subarray(begins, begins + Number(length));
    const stream = bytes !== null && head.includes('FlateDecode') ? inflateSync(bytes) : bytes;
    objects.set(Number(match[1]), { head, stream });
  }
  return objects;
}

/** For each font's name the text of each of its glyphs. */
function fontsOf(objects: ReadonlyMap<number, PdfObject>): Map<string, Map<number, string>> {
  const fonts = new Map<string, Map<number, string>>();
  for (const { head } of objects.values()) {
    for (const [, name = '', font] of head.matchAll(/\/(F\d+) (\d+) 0 R/g)) {
      const unicode = /\/ToUnicode (\d+) 0 R/.exec(objects.get(Number(font))?.head ?? '')?.[1];
      const map = objects.get(Number(unicode))?.stream?.toString('latin1') ?? '';
      const glyphs = new Map<number, string>();
      for (const [, first = '', list = ''] of map.matchAll(/<([0-9a-f]+)> <[0-9a-f]+> \[([^\]]*)\]/g)) {
        for (const [at, [, hex = '']] of [...list.matchAll(/<([0-9a-f ]*)>/g)].entries()) {
          const units = hex.replaceAll(' ', '').match(/.{4}/g) ?? [];
          const text = String.fromCharCode(...units.map((unit) => Number.parseInt(unit, 16)));
          glyphs.set(Number.parseInt(first, 16) + at, text);
        }
      }
      fonts.set(name, glyphs);
    }
  }
  return fonts;
}
