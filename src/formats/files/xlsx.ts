/**
 * Workbooks, written piece by piece: sheets of rows as Excel and LibreOffice read them, in memory that does not grow with
 * the rows, the same bytes for the same cells. A number is written as the very decimal it is given as; what is given as
 * text stays text, so that no id loses digits and no cell is a formula.
 */
import type { Zip, ZipDeflate } from 'fflate';
import { escaped } from './markup.ts';

/** How a cell looks; the style also says how a number is shown. */
export type Style = 'plain' | 'title' | 'head' | 'label' | 'amount' | 'total' | 'rate' | 'day';

/** A text, or a number given as a plain decimal; null leaves the cell empty. */
export type SheetCell = { readonly text: string; readonly style?: Style } | SheetNumber | null;

interface SheetNumber {
  readonly number: string;
  readonly style: Style;
}

export interface Sheet {
  readonly name: string;
  /** In characters, a column each. */
  readonly widths: readonly number[];
  /** Rows that stay in sight and are repeated on each printed page, and on a further sheet where one is not enough. */
  readonly head: readonly (readonly SheetCell[])[];
  readonly rows: AsyncIterable<readonly (readonly SheetCell[])[]>;
}

/** What a sheet holds at most. */
const SHEET_ROWS = 1_048_576;
const CELL_CHARACTERS = 32_767;

const STYLES: readonly Style[] = ['plain', 'title', 'head', 'label', 'amount', 'total', 'rate', 'day'];
/** A zip entry carries a time; this one says nothing, and is the same everywhere. */
const NO_TIME = new Date(1980, 0, 1);

/**
 * Writes a workbook.
 * @param digits of the currency, for the amounts
 * @param most rows of a sheet; only a test gives fewer
 */
export async function* workbook(
  sheets: readonly Sheet[],
  digits: number,
  most = SHEET_ROWS,
): AsyncGenerator<Uint8Array> {
  // Loaded when it is needed, as few commands write a workbook.
  const archive = new Archive(await import('fflate'));
  const names: string[] = [];
  const heads: number[] = [];
  for (const sheet of sheets) {
    for await (const part of partsOf(sheet, most)) {
      if (part.opens) {
        names.push(part.number === 1 ? sheet.name : `${sheet.name} ${part.number}`);
        heads.push(sheet.head.length);
        archive.open(`xl/worksheets/sheet${names.length}.xml`);
      }
      archive.add(part.xml);
      if (part.closes) archive.close();
      yield* archive.taken();
    }
  }
  for (const [path, xml] of skeleton(names, heads, digits)) {
    archive.open(path);
    archive.add(xml);
    archive.close();
  }
  archive.end();
  yield* archive.taken();
}

/** A zip as it grows. */
class Archive {
  #pieces: Uint8Array[] = [];
  readonly #zip: Zip;
  readonly #deflate: typeof ZipDeflate;
  #entry: ZipDeflate | undefined;
  readonly #encoder = new TextEncoder();

  constructor(zip: { readonly Zip: typeof Zip; readonly ZipDeflate: typeof ZipDeflate }) {
    this.#deflate = zip.ZipDeflate;
    this.#zip = new zip.Zip((error, piece) => {
      if (error !== null) throw error;
      this.#pieces.push(piece);
    });
  }

  open(path: string): void {
    this.#entry = new this.#deflate(path, { level: 6 });
    this.#entry.mtime = NO_TIME;
    this.#zip.add(this.#entry);
  }

  add(text: string): void {
    this.#entry?.push(this.#encoder.encode(text));
  }

  close(): void {
    this.#entry?.push(new Uint8Array(), true);
  }

  end(): void {
    this.#zip.end();
  }

  /** What was made since the last call. */
  *taken(): Generator<Uint8Array> {
    const pieces = this.#pieces;
    this.#pieces = [];
    yield* pieces;
  }
}

interface Part {
  readonly number: number;
  readonly opens: boolean;
  readonly closes: boolean;
  readonly xml: string;
}

/** A sheet's xml in pieces, going on in a further sheet where one is full. */
async function* partsOf(sheet: Sheet, most: number): AsyncGenerator<Part> {
  let number = 1;
  let row = 0;
  const begin = (): string => {
    row = sheet.head.length;
    return `${beginning(sheet)}${sheet.head.map((cells, at) => rowXml(cells, at + 1)).join('')}`;
  };
  yield { number, opens: true, closes: false, xml: begin() };
  for await (const list of sheet.rows) {
    let xml = '';
    for (const cells of list) {
      if (row === most) {
        yield { number, opens: false, closes: true, xml: xml + ending(sheet, row) };
        number++;
        yield { number, opens: true, closes: false, xml: begin() };
        xml = '';
      }
      row++;
      xml += rowXml(cells, row);
    }
    yield { number, opens: false, closes: false, xml };
  }
  yield { number, opens: false, closes: true, xml: ending(sheet, row) };
}

const HEADER = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';

function beginning({ widths, head }: Sheet): string {
  const pane =
    head.length === 0
      ? ''
      : `<pane ySplit="${head.length}" topLeftCell="A${head.length + 1}" activePane="bottomLeft" state="frozen"/>`;
  const columns = widths
    .map((width, at) => `<col min="${at + 1}" max="${at + 1}" width="${width}" customWidth="1"/>`)
    .join('');
  return `${HEADER}<worksheet xmlns="${MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews><sheetView showGridLines="${head.length === 0 ? 0 : 1}" workbookViewId="0">${pane}</sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/><cols>${columns}</cols><sheetData>`;
}

function ending({ head, widths }: Sheet, rows: number): string {
  const filter =
    head.length === 0
      ? ''
      : `<autoFilter ref="A${head.length}:${letters(widths.length)}${Math.max(rows, head.length)}"/>`;
  return `</sheetData>${filter}<pageMargins left="0.5" right="0.5" top="0.6" bottom="0.6" header="0.3" footer="0.3"/><pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/><headerFooter><oddFooter>&amp;P / &amp;N</oddFooter></headerFooter></worksheet>`;
}

function rowXml(cells: readonly SheetCell[], row: number): string {
  let xml = `<row r="${row}">`;
  for (const [at, cell] of cells.entries()) {
    if (cell === null) continue;
    const place = `r="${letters(at + 1)}${row}" s="${STYLES.indexOf(cell.style ?? 'plain')}"`;
    xml +=
      'number' in cell
        ? `<c ${place}><v>${decimal(cell.number)}</v></c>`
        : `<c ${place} t="inlineStr"><is><t xml:space="preserve">${escaped(cell.text.slice(0, CELL_CHARACTERS))}</t></is></c>`;
  }
  return `${xml}</row>`;
}

function decimal(text: string): string {
  if (!/^-?\d+(\.\d+)?$/.test(text)) throw new Error(`${text} is no plain decimal, and cannot be a number in a sheet`);
  return text;
}

const columnNames: string[] = [];

/** `A` for 1, `AA` for 27. */
function letters(column: number): string {
  const known = columnNames[column];
  if (known !== undefined) return known;
  const rest = Math.floor((column - 1) / 26);
  const name = (rest === 0 ? '' : letters(rest)) + String.fromCharCode(65 + ((column - 1) % 26));
  columnNames[column] = name;
  return name;
}

/** The files around the sheets. */
function skeleton(
  names: readonly string[],
  heads: readonly number[],
  digits: number,
): readonly (readonly [path: string, xml: string])[] {
  const each = (one: (number: number, name: string) => string): string =>
    names.map((name, at) => one(at + 1, name)).join('');
  const office = `${RELATIONS}/officeDocument`;
  const type = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
  const titles = each((number, name) => {
    const rows = heads[number - 1] ?? 0;
    const quoted = escaped(name.replaceAll("'", "''"));
    return rows === 0
      ? ''
      : `<definedName name="_xlnm.Print_Titles" localSheetId="${number - 1}">'${quoted}'!$1:$${rows}</definedName>`;
  });
  return [
    [
      '[Content_Types].xml',
      `${HEADER}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${type}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${type}.styles+xml"/>${each((number) => `<Override PartName="/xl/worksheets/sheet${number}.xml" ContentType="${type}.worksheet+xml"/>`)}</Types>`,
    ],
    [
      '_rels/.rels',
      `${HEADER}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${office}" Target="xl/workbook.xml"/></Relationships>`,
    ],
    [
      'xl/workbook.xml',
      `${HEADER}<workbook xmlns="${MAIN}" xmlns:r="${RELATIONS}"><sheets>${each((number, name) => `<sheet name="${escaped(name)}" sheetId="${number}" r:id="rId${number}"/>`)}</sheets>${titles === '' ? '' : `<definedNames>${titles}</definedNames>`}</workbook>`,
    ],
    [
      'xl/_rels/workbook.xml.rels',
      `${HEADER}<Relationships xmlns="${PACKAGE}/relationships">${each((number) => `<Relationship Id="rId${number}" Type="${RELATIONS}/worksheet" Target="worksheets/sheet${number}.xml"/>`)}<Relationship Id="rId${names.length + 1}" Type="${RELATIONS}/styles" Target="styles.xml"/></Relationships>`,
    ],
    ['xl/styles.xml', stylesXml(digits)],
  ];
}

/** Fonts: 0 plain, 1 bold, 2 title, 3 grey. The cell formats stand in the order of STYLES. */
function stylesXml(digits: number): string {
  const amount = `#,##0${digits === 0 ? '' : `.${'0'.repeat(digits)}`}`;
  const font = (size: number, more = ''): string =>
    `<font>${more}<sz val="${size}"/><name val="Calibri"/><family val="2"/></font>`;
  const format = (number: number, fontAt: number, fill: number, border: number, side: string): string =>
    `<xf numFmtId="${number}" fontId="${fontAt}" fillId="${fill}" borderId="${border}" xfId="0" applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1"><alignment horizontal="${side}" vertical="top"/></xf>`;
  const formats = [
    format(49, 0, 0, 0, 'left'),
    format(49, 2, 0, 0, 'left'),
    format(49, 1, 2, 1, 'left'),
    format(49, 3, 0, 0, 'left'),
    format(164, 0, 0, 0, 'right'),
    format(164, 1, 0, 2, 'right'),
    format(165, 0, 0, 0, 'right'),
    format(166, 0, 0, 0, 'left'),
  ];
  return `${HEADER}<styleSheet xmlns="${MAIN}"><numFmts count="3"><numFmt numFmtId="164" formatCode="${amount}"/><numFmt numFmtId="165" formatCode="0.00##%"/><numFmt numFmtId="166" formatCode="yyyy\\-mm\\-dd"/></numFmts><fonts count="4">${font(11)}${font(11, '<b/>')}${font(15, '<b/>')}<font><sz val="11"/><color rgb="FF666666"/><name val="Calibri"/><family val="2"/></font></fonts><fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill><fill><patternFill patternType="solid"><fgColor rgb="FFF0F2F5"/><bgColor indexed="64"/></patternFill></fill></fills><borders count="3"><border/><border><bottom style="thin"><color rgb="FF8A929C"/></bottom></border><border><top style="thin"><color rgb="FF8A929C"/></top></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="${formats.length}">${formats.join('')}</cellXfs></styleSheet>`;
}
