/** What a format of documents is. One file a format implements it, and one row of index.ts names it. */
import type { Document } from '../../core/month/document.ts';
import type { Language } from '../words/index.ts';
import type { Terms } from './told.ts';

export interface DocumentFormat {
  /** Of a file's name, without the dot. */
  readonly extension: string;
  readonly mime: string;
  /** The language it is written in where none is asked for; null where its names are fixed, for programs. */
  readonly language: Language | null;
  /** The document in pieces, in memory that does not grow with its lines; text is UTF-8. */
  write(document: Document, terms: Terms): AsyncGenerator<string | Uint8Array>;
}
