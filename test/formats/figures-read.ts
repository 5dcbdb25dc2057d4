/** A document's figures as each format tells them, read back from its bytes: what a test holds against each other. */
import * as sheets from '@e965/xlsx';
import { parse } from 'csv-parse/sync';
import { parseMoney } from '../../src/core/money.ts';
import type { Document } from '../../src/core/month/document.ts';
import type { FormatName } from '../../src/formats/document/index.ts';
import { say } from '../../src/formats/words/index.ts';
import { pdfTexts } from './pdf-text.ts';

/** Amounts in minor units: the list from opening to closing by label, and the sums of columns where the format has them. */
export interface Figures {
  readonly sums: Readonly<Record<string, bigint>>;
  readonly columns: Readonly<Record<'commission' | 'fee' | 'amount', bigint>> | null;
  readonly count: number;
}

type Read = (bytes: Buffer, document: Document) => Figures;

/** `−1,234.50` as `-123450n`. */
function fen(text: string): bigint {
  const amount = parseMoney(text.replace('\u2212', '-').replaceAll(',', ''), 2);
  if (amount === undefined) throw new Error(`"${text}" is no amount`);
  return amount;
}

const edges = ({ kind }: Document): [string, string] =>
  kind === 'statement' ? ['opening', 'closing'] : ['opening due', 'closing due'];

/** The titles of the columns whose sums are read: gross, fee, and what moved the account. */
const PAGE_TITLES = ({ kind }: Document): readonly string[] => [
  'gross',
  'fee',
  kind === 'statement' ? 'net' : 'amount',
];

const text: Read = (bytes, document) => {
  const lines = bytes.toString().split('\n');
  const from = lines.findIndex((line) => line.startsWith(`  ${edges(document)[0]} `));
  const rows = lines.slice(from).flatMap((line) => {
    const match = /^ {2}(\S.*?) {2,}(-?[\d.]+)$/.exec(line);
    return match === null ? [] : [[match[1] ?? '', fen(match[2] ?? '')] as const];
  });
  const last = rows.findIndex(([label]) => label === edges(document)[1]);
  const count = lines.filter((line) => /^2013-12-\d\d {2}/.test(line)).length;
  return { sums: Object.fromEntries(rows.slice(0, last + 1)), columns: null, count };
};

const csv: Read = (bytes, document) => {
  const rows = parse(bytes.toString(), { columns: true }) as Record<string, string>[];
  const own = rows.slice(1, -1);
  const sum = (column: string): bigint => own.reduce((total, row) => total + fen(row[column] || '0'), 0n);
  const [opening, closing] = edges(document);
  const sums = { [opening]: fen(rows[0]?.['balance'] ?? ''), [closing]: fen(rows.at(-1)?.['balance'] ?? '') };
  return {
    sums,
    columns: { commission: sum('commission'), fee: sum('fee'), amount: sum('amount') },
    count: own.length,
  };
};

const json: Read = (bytes, document) => {
  const read = JSON.parse(bytes.toString()) as {
    opening: string;
    closing: string;
    count: number;
    sums: Record<string, string>;
    movements: Record<string, string>;
    lines: unknown[];
  };
  const [opening, closing] = edges(document);
  const moved = Object.entries(read.movements).flatMap(([name, amount]) =>
    fen(amount) === 0n ? [] : [[name, fen(amount)]],
  );
  const of = (name: string): bigint => fen(read.sums[name] ?? '');
  if (read.count !== read.lines.length) throw new Error('the count is not the count of lines');
  return {
    sums: { [opening]: fen(read.opening), ...Object.fromEntries(moved), [closing]: fen(read.closing) },
    columns: { commission: of('commission'), fee: of('fee'), amount: of('amount') },
    count: read.count,
  };
};

const xlsx: Read = (bytes, document) => {
  const book = sheets.read(bytes, { dense: true });
  const cells = (name: string): sheets.CellObject[][] => (book.Sheets[name]?.['!data'] ?? []) as sheets.CellObject[][];
  const [first, second] = edges(document);
  // The number of a cell as the decimal it was written as.
  const amount = (cell: sheets.CellObject | undefined): bigint => fen(Number(cell?.v ?? 0).toFixed(2));
  const rows = cells('summary').filter((row) => row[0] !== undefined);
  const from = rows.findIndex((row) => row[0]?.v === first);
  const to = rows.findIndex((row) => row[0]?.v === second);
  const sums = Object.fromEntries(rows.slice(from, to + 1).map((row) => [String(row[0]?.v), amount(row[1])]));
  const [head = [], ...lines] = cells('lines');
  const total = lines.at(-1) ?? [];
  const at = (title: string): number => head.findIndex((cell) => cell.v === title);
  const column = (title: string): bigint => {
    const summed = lines.slice(0, -1).reduce((sum, row) => sum + amount(row[at(title)]), 0n);
    if (summed !== amount(total[at(title)])) throw new Error(`the total of ${title} is not the sum of its cells`);
    return summed;
  };
  const columns = { commission: column('gross'), fee: column('fee'), amount: column('amount') };
  return { sums, columns, count: lines.length - 1 };
};

const html: Read = (bytes, document) => {
  const page = bytes.toString();
  const rows = [...page.matchAll(/<tr><td>([^<]*)<\/td><td class="figure">([^<]*)<\/td><\/tr>/g)];
  const foot = /<tfoot>.*<\/tfoot>/.exec(page)?.[0];
  const heads = [...page.matchAll(/<th[^>]*>([^<]*)<\/th>/g)].map(([, title]) => title);
  const feet = [...(foot ?? '').matchAll(/<td[^>]*>([^<]*)<\/td>/g)].map(([, cell = '']) => cell);
  const [gross = '', fee = '', moved = ''] = PAGE_TITLES(document).map((title) => feet[heads.indexOf(title)]);
  return {
    sums: Object.fromEntries(rows.map(([, label = '', amount = '']) => [label, fen(amount)])),
    columns: foot === undefined ? null : { commission: fen(gross), fee: fen(fee), amount: fen(moved) },
    count: (page.match(/<time /g) ?? []).length,
  };
};

const pdf: Read = (bytes, document) => {
  const texts = pdfTexts(bytes);
  const row = (y: number, page: number) => texts.filter((one) => one.page === page && Math.abs(one.y - y) < 0.01);
  const first = texts.find(({ text: said }) => said === edges(document)[0]);
  const labels = texts.filter(({ page, x }) => page === 1 && x === first?.x);
  const from = labels.findIndex(({ text: said }) => said === edges(document)[0]);
  const to = labels.findIndex(({ text: said }) => said === edges(document)[1]);
  const sums = labels.slice(from, to + 1).map(({ text: label, y, page, x }) => {
    const amount = row(y, page).find((one) => one.x > x)?.text ?? '';
    return [label, fen(amount)] as const;
  });
  const total = texts.filter(({ text: said }) => said === say('total', 'en')).at(-1);
  const figures = total === undefined ? [] : row(total.y, total.page).filter((one) => one !== total);
  const [gross, fee, moved] = figures.map(({ text: said }) => said);
  const counted = texts.findIndex(({ text: said }) => said === say('line-count', 'en'));
  return {
    sums: Object.fromEntries(sums),
    columns: gross === undefined ? null : { commission: fen(gross), fee: fen(fee ?? ''), amount: fen(moved ?? '') },
    count: Number(texts[counted + 1]?.text.replaceAll(',', '')),
  };
};

/** How each format's figures are read back. */
export const READ: Readonly<Record<FormatName, Read>> = { text, csv, json, xlsx, html, pdf };
