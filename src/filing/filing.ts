/**
 * Puts documents into files: a file appears when it is whole, and its manifest after it, so that a killed writing leaves
 * nothing that looks finished. It decides what need not be written again.
 */

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Day, Month } from '../core/calendar.ts';
import { codeOf } from '../core/error-code.ts';
import type { Document } from '../core/month/document.ts';
import { DOCUMENT_FORMATS, type FormatName } from '../formats/document/index.ts';
import { type FileFacts, type Manifest, manifestOf, manifestText } from '../formats/document/manifest.ts';
import type { Language } from '../formats/words/index.ts';
import type { Session } from '../store/connection/session.ts';
import { inSnapshot } from '../store/connection/snapshot.ts';
import { type DocumentParty, publisherDocument, sellerDocument } from '../store/month/documents.ts';
import type { Book } from '../store/night/book.ts';
import { writeWhole } from './whole-file.ts';

/** How documents of a month are wanted. */
export interface Wanted {
  readonly month: Month;
  readonly format: FormatName;
  /** Null for the language the format has of itself. */
  readonly language: Language | null;
  /** The night after which they are told; null for the one that closed the month, or the last one of an open month. */
  readonly asOf: Day | null;
}

type PartyOf = Pick<DocumentParty, 'kind' | 'party'>;

/** The language in which a format is written; null where its words are fixed. */
function languageOf({ format, language }: Wanted): Language | null {
  const own = DOCUMENT_FORMATS[format].language;
  return own === null ? null : (language ?? own);
}

/** A party's document, to be read in the snapshot it is asked for in. */
export function documentOf(session: Session, book: Book, { kind, party }: PartyOf, { month, asOf }: Wanted) {
  return kind === 'statement'
    ? publisherDocument(session, book, party, month, asOf)
    : sellerDocument(session, book, party, month, asOf);
}

/** A document in pieces. */
export function piecesOf(document: Document, book: Book, wanted: Wanted): AsyncGenerator<string | Uint8Array> {
  return DOCUMENT_FORMATS[wanted.format].write(document, { ...book, language: languageOf(wanted) ?? 'en' });
}

/** The name of a party's file, such as `statement-1001-2013-12.pdf`. */
export function fileName({ kind, party }: PartyOf, { month, format }: Wanted): string {
  return `${kind}-${party}-${month}.${DOCUMENT_FORMATS[format].extension}`;
}

/** Writes a party's document and its manifest. The folder has to be there; system errors come as they are. */
export function fileDocument(
  session: Session,
  book: Book,
  of: PartyOf,
  wanted: Wanted,
  path: string,
): Promise<Manifest> {
  return inSnapshot(session, async () => {
    const document = await documentOf(session, book, of, wanted);
    const written = await writeWhole(path, piecesOf(document, book, wanted));
    const { format } = wanted;
    const facts: FileFacts = { file: basename(path), format, language: languageOf(wanted), ...written };
    const manifest = await manifestOf(document, facts, book);
    await writeWhole(manifestPath(path), [manifestText(manifest)]);
    return manifest;
  });
}

export function manifestPath(path: string): string {
  return `${path}.manifest.json`;
}

/** Whether a closed month's file is there, whole, and says what would be written: then it need not be. */
export async function isFiled(path: string, of: DocumentParty, wanted: Wanted): Promise<boolean> {
  const manifest = await manifestAt(manifestPath(path));
  if (manifest === undefined || manifest.open !== false) return false;
  const same =
    manifest.document === of.kind &&
    manifest.party === of.party &&
    manifest.month === wanted.month &&
    manifest.format === wanted.format &&
    manifest.language === languageOf(wanted) &&
    manifest.asOf === of.closedOn &&
    (manifest.statementEvent?.hash ?? null) === of.hash;
  return same && (await digestOf(path)) === manifest.sha256;
}

async function manifestAt(path: string): Promise<Partial<Manifest> | undefined> {
  try {
    const read: unknown = JSON.parse(await readFile(path, 'utf8'));
    return typeof read === 'object' && read !== null ? read : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || isMissing(error)) return undefined;
    throw error;
  }
}

async function digestOf(path: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    for await (const piece of createReadStream(path)) hash.update(piece as Buffer);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  return hash.digest('hex');
}

function isMissing(error: unknown): boolean {
  return codeOf(error) === 'ENOENT';
}
