/** Which exit code an error ends a command with, and its sentence for the operator (SPEC 16). */
import { codeOf, lackOf } from '../core/error-code.ts';
import { Refusal } from '../core/refusal.ts';
import { Refused } from '../night/run.ts';
import { WrongDatabase } from '../store/connection/session.ts';
import { Fenced } from '../store/log/append.ts';
import { SchemaRefused } from '../store/schema/migrate.ts';

export function exitCodeOf(error: unknown): 2 | 3 | 4 {
  if (error instanceof Refusal || error instanceof WrongDatabase) return 2;
  if (error instanceof Refused || error instanceof Fenced || error instanceof SchemaRefused) return 3;
  return 4;
}

/** PostgreSQL's error classes that an operator can do something about, by the beginning of their code. */
const DATABASE_SENTENCES: readonly (readonly [code: string, sentence: string])[] = [
  ['53100', "the database's disk is full: make room, then repeat the command; it goes on where it stopped"],
  ['53', 'the database has run out of memory or connections: relieve it, then repeat the command'],
  ['40', 'the database could not do two things at once: repeat the command; it goes on where it stopped'],
  ['42501', 'the database does not let this user do that: give the role of the engine, or another --database'],
];

/** One line, without a stack; for what PostgreSQL or the machine refused, what to do and their own words. */
export function sentenceOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const line = message.split('\n')[0] ?? message;
  const code = codeOf(error) ?? '';
  const known = DATABASE_SENTENCES.find(([beginning]) => /^[0-9A-Z]{5}$/.test(code) && code.startsWith(beginning));
  const advice = known?.[1] ?? lackOf(error);
  return advice === undefined ? line : `${advice} (${line})`;
}
