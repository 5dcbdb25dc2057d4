/** Which exit code an error ends a command with, and the sentence it is told in (SPEC 16). */

import { SourceError } from '../ingest/source.ts';
import { Refused } from '../run/run.ts';
import { Fenced } from '../store/append.ts';
import { WrongDatabase } from '../store/session.ts';

/** Something typed is not as it should be: nothing was changed. */
export class UsageError extends Error {}

export function exitCodeOf(error: unknown): 2 | 3 | 4 {
  if (error instanceof UsageError || error instanceof SourceError || error instanceof WrongDatabase) return 2;
  if (error instanceof Refused || error instanceof Fenced) return 3;
  return 4;
}

/** One line, without a stack: PostgreSQL's own sentence where it is PostgreSQL's error. */
export function sentenceOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split('\n')[0] ?? message;
}
