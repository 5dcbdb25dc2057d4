/** The formats of documents. A further one is a file beside this, and a row here; command line and files then have it. */
import { csv } from './csv.ts';
import type { DocumentFormat } from './format.ts';
import { html } from './html.ts';
import { json } from './json.ts';
import { pdf } from './pdf.ts';
import { text } from './text.ts';
import { xlsx } from './xlsx.ts';

export const DOCUMENT_FORMATS = { text, json, csv, xlsx, html, pdf } as const satisfies Readonly<
  Record<string, DocumentFormat>
>;

export type FormatName = keyof typeof DOCUMENT_FORMATS;
export const FORMAT_NAMES = Object.keys(DOCUMENT_FORMATS) as readonly FormatName[];
