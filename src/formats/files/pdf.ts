/**
 * Paper: pages of A4, one family of fonts with Chinese, text that is measured before it is set. It knows neither documents
 * nor amounts; who draws decides what stands where.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { create, type Font, type Glyph, type GlyphRun } from 'fontkit';
import PDFDocument from 'pdfkit';
import type { Instant } from '../../core/calendar.ts';
import { UNSHOWN, visible } from './table.ts';

type Weight = 'regular' | 'strong';

const require = createRequire(import.meta.url);

/** Where the files of the fonts are: in a package, never fetched. */
const FILES: Readonly<Record<Weight, () => string>> = {
  regular: () => require.resolve('@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf'),
  strong: () => require.resolve('@expo-google-fonts/noto-sans-sc/600SemiBold/NotoSansSC_600SemiBold.ttf'),
};

const opened = new Map<Weight, Font>();

/** Fonts are opened once a process: a million documents share them. */
function fontOf(weight: Weight): Font {
  const known = opened.get(weight);
  if (known !== undefined) return known;
  const file = FILES[weight]();
  const font = create(readFileSync(file));
  if (!('createSubset' in font)) throw new Error(`${file} is no font: install the packages again`);
  const plain = setPlainly(font);
  opened.set(weight, plain);
  return plain;
}

/**
 * The font with a simpler layout: a glyph a character, side by side. Chinese and Latin need no more; the shaping of
 * fontkit would take nine tenths of the time of a document, and would make widths differ from what was measured.
 */
function setPlainly(font: Font): Font {
  const glyphs = new Map<string, Glyph>();
  const glyphOf = (character: string): Glyph => {
    const known = glyphs.get(character);
    if (known !== undefined) return known;
    const code = character.codePointAt(0) ?? 0;
    // fontkit keeps a glyph with the first character it was for; a document would depend on those made before it.
    const glyph = Object.create(font.glyphForCodePoint(code), { codePoints: { value: [code] } }) as Glyph;
    glyphs.set(character, glyph);
    return glyph;
  };
  const layout = (text: string): Pick<GlyphRun, 'glyphs' | 'positions'> => {
    const set = Array.from(text, glyphOf);
    const positions = set.map(({ advanceWidth }) => ({ xAdvance: advanceWidth, yAdvance: 0, xOffset: 0, yOffset: 0 }));
    return { glyphs: set, positions };
  };
  return Object.create(font, { layout: { value: layout } }) as Font;
}

/** A size in points and a weight. */
export interface Type {
  readonly size: number;
  readonly weight: Weight;
}

const advances: Readonly<Record<Weight, Map<number, number>>> = { regular: new Map(), strong: new Map() };

function advanceOf(code: number, weight: Weight): number {
  const known = advances[weight].get(code);
  if (known !== undefined) return known;
  const font = fontOf(weight);
  const advance = font.glyphForCodePoint(code).advanceWidth / font.unitsPerEm;
  advances[weight].set(code, advance);
  return advance;
}

/** The width of a text in points. */
export function measure(text: string, { size, weight }: Type): number {
  let width = 0;
  for (const character of text) width += advanceOf(character.codePointAt(0) ?? 0, weight);
  return width * size;
}

/** After these a line may end; Chinese may be broken anywhere. */
const MAY_END = /[\s\-_./;,，。；、）]/;
/** These begin no line. */
const NO_START = /[，。；：、）》」』！？…,.;:)!?%]/;
const CHINESE = /[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]/;

/**
 * A text in lines no wider than `width` points, broken after blanks, marks and Chinese characters, and anywhere where a
 * word alone is wider. Of more than `most` lines the last ends in `…`.
 */
export function wrapped(text: string, type: Type, width: number, most: number): string[] {
  if (measure(text, type) <= width) return [text];
  const lines: string[] = [];
  let line = '';
  let lineWidth = 0;
  let mayEnd = 0;
  let mayEndBefore = 0;
  for (const character of text) {
    if (mayEnd === line.length && NO_START.test(character)) mayEnd = mayEndBefore;
    const advance = advanceOf(character.codePointAt(0) ?? 0, type.weight) * type.size;
    while (lineWidth + advance > width && line !== '') {
      const end = mayEnd > 0 ? mayEnd : line.length;
      lines.push(line.slice(0, end).trimEnd());
      line = line.slice(end).trimStart();
      lineWidth = measure(line, type);
      mayEnd = 0;
      mayEndBefore = 0;
    }
    line += character;
    lineWidth += advance;
    if (!MAY_END.test(character) && !CHINESE.test(character)) continue;
    mayEndBefore = mayEnd;
    mayEnd = line.length;
  }
  lines.push(line);
  if (lines.length <= most) return lines;
  const last = lines[most - 1] ?? '';
  return [...lines.slice(0, most - 1), `${Array.from(last).slice(0, -1).join('')}…`];
}

export const PAPER = { width: 841.89, height: 595.28, margin: 40 } as const;
/** Where text may stand. */
export const INNER = PAPER.width - 2 * PAPER.margin;

export interface About {
  readonly title: string;
  /** Written into the file as its time; never the clock's. */
  readonly at: Instant;
  readonly chinese: boolean;
}

/** What stands for what is not to be shown; the fonts have no `\ufffd`. */
const UNSHOWN_SIGN = '□';
const BLACK = '#1c2126';
const GREY = '#68717b';
/** With features named, pdfkit keeps no layout of each word: millions of amounts are all different. */
const LINE = { lineBreak: false, features: { kern: false } } as unknown as PDFKit.Mixins.TextOptions;

/** A file of pages under way: draw, turn the page, take what is finished. */
export class Paper {
  readonly #pdf: InstanceType<typeof PDFDocument>;
  #pages = 0;
  #colored = '';

  constructor(about: About) {
    this.#pdf = new PDFDocument({
      autoFirstPage: false,
      size: [PAPER.width, PAPER.height],
      margin: 0,
      lang: about.chinese ? 'zh-CN' : 'en',
      displayTitle: true,
      info: { Title: visible(about.title), Creator: 'cps', Producer: 'cps', CreationDate: new Date(about.at) },
    });
    for (const weight of ['regular', 'strong'] as const) {
      // pdfkit takes an opened font too, which its types do not know.
      this.#pdf.registerFont(weight, fontOf(weight) as unknown as Uint8Array as Buffer);
    }
  }

  /** Begins a page; returns its number. */
  turn(): number {
    this.#pdf.addPage();
    this.#colored = '';
    return ++this.#pages;
  }

  /** Sets one line of text with its top at `y`, from `x`, or up to it where it stands `right`. */
  set(text: string, x: number, y: number, type: Type, look: { right?: boolean; grey?: boolean } = {}): void {
    if (text === '') return;
    const shown = text.replace(UNSHOWN, UNSHOWN_SIGN);
    const left = look.right === true ? x - measure(shown, type) : x;
    this.#color(look.grey === true ? GREY : BLACK);
    this.#pdf.font(type.weight).fontSize(type.size).text(shown, left, y, LINE);
  }

  /** pdfkit writes a colour each time it is told one. */
  #color(color: string): void {
    if (this.#colored === color) return;
    this.#colored = color;
    this.#pdf.fillColor(color);
  }

  rule(x: number, y: number, width: number, strong = false): void {
    this.#pdf
      .moveTo(x, y)
      .lineTo(x + width, y)
      .lineWidth(strong ? 0.7 : 0.4)
      .strokeColor(strong ? '#8a929c' : '#e1e4e8')
      .stroke();
  }

  /** What is finished so far. */
  *taken(): Generator<Uint8Array> {
    for (let piece: unknown = this.#pdf.read(); piece !== null; piece = this.#pdf.read()) yield piece as Uint8Array;
  }

  /** Ends the file; what is left of it. */
  async *rest(): AsyncGenerator<Uint8Array> {
    this.#pdf.end();
    for await (const piece of this.#pdf) yield piece as Uint8Array;
  }
}
