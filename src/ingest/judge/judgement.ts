/**
 * What is declared of a feed's judgement beside its columns and key (SPEC 3): whose parents it asks for, what a row under
 * a known key means, what is impossible, and what is kept. judge.ts runs it; nothing is judged here.
 */
import type { Terms, Value } from '../../core/feeds/columns.ts';
import { canonical, Fault, type Feed, quote, type Row } from '../../core/feeds/feed.ts';
import type { Odd } from '../../core/feeds/odd.ts';
import { formatMoney } from '../../core/money.ts';
import type { Session } from '../../store/connection/session.ts';
import { knownIds } from '../../store/intake/intake.ts';
import type { Candidate, ChunkTally, JudgeTerms } from './chunk-tally.ts';
import type { Woken } from './waking.ts';

/** The rows of a chunk that have parsed, and what they are judged with. */
export interface Chunk<R = Row> {
  readonly session: Session;
  readonly feed: Feed;
  readonly candidates: readonly Candidate<R>[];
  readonly rows: readonly R[];
  readonly terms: JudgeTerms;
  readonly tally: ChunkTally;
}

/** A row that was accepted or parked, with its place in the batch. */
export interface Placed<R = Row> extends Candidate<R> {
  readonly n: number;
}

/** What a feed knows of one chunk. Methods are asked row by row, in the order delivered. */
export interface Rules<R = Row> {
  /** What was accepted under the rows' keys, oldest first; left out where it is what the feed's own table holds. */
  readonly stored?: readonly Row[];
  /** Instead of looking among what is stored: what is known under the row's key. */
  known?(row: R): Row | undefined;
  /** Whether the row waits for its order line: it is parked then. */
  waits?(row: R): boolean;
  /** Why the row contradicts what is known or was accepted before it in the chunk. */
  impossible?(row: R): string | undefined;
  /** Remembers an accepted row for those after it. */
  accept?(row: R): void;
  /** Remembers a parked row for those after it. */
  park?(row: R): void;
  /** Keeps the rows accepted and parked; left out where the accepted ones go into the feed's own table. */
  keep?(accepted: readonly Placed<R>[], parked: readonly Placed<R>[]): Promise<void>;
  /** Judges the rows of earlier deliveries that waited for the accepted ones, when these are kept. */
  wake?(accepted: readonly R[]): Promise<Woken[]>;
  /** What else is written for the accepted rows, when they are kept. */
  follow?(accepted: readonly R[]): Promise<void>;
}

export interface Judgement<R = Row> {
  /** What the row names and must be known before it. */
  readonly parents?: readonly Parent<R>[];
  /** Why a row of a known key is refused; undefined of one that amends. Left out, it is what the feed's amendable columns say. */
  readonly conflict?: (feed: Feed, latest: Row, row: Row, terms: Terms) => Fault | undefined;
  /** The column whose day says which night takes the row, of feeds whose rows a night takes. */
  readonly due?: keyof R & string;
  /** The column that a receipt sums up. */
  readonly amount?: keyof R & string;
  begin?(chunk: Chunk<R>): Promise<Rules<R>>;
  /** What looks wrong in accepted rows beside what the book knows. */
  odd?(
    chunk: Chunk<R>,
    accepted: readonly Placed<R>[],
  ): Promise<readonly { readonly odd: Odd; readonly line: number }[]>;
}

/** A judgement among those of other feeds: each is asked about rows of its own feed alone, as parsed by its columns. */
export function judgement<R>(of: Judgement<R>): Judgement {
  return of as unknown as Judgement;
}

/** A table that must know what a row names. */
export interface Parent<R = Row> {
  readonly what: string;
  readonly table: string;
  readonly column: string;
  /** What to do about one that is not known. */
  readonly remedy: string;
  ids(row: R): readonly string[];
}

/** The ids of a column, each once; empty cells are left out. */
export function idsIn<R>(rows: readonly R[], column: keyof R): string[] {
  const ids = new Set<string>();
  for (const row of rows) if (row[column] !== null) ids.add(String(row[column]));
  return [...ids];
}

/** A parent that is named in the column of its own id. */
export function parent(what: string, table = what, remedy = 'deliver it first'): Parent {
  const column = `${what}_id`;
  return { what, table, column, remedy, ids: (row) => (row[column] === null ? [] : [String(row[column])]) };
}

/** Answers, for a row, which of its parents is not known. */
export async function orphanCheck<R>(
  { session, rows }: Chunk<R>,
  parents: readonly Parent<R>[],
): Promise<(row: R) => string | undefined> {
  const known: Set<string>[] = [];
  for (const { table, column, ids } of parents) {
    const named = new Set<string>();
    for (const row of rows) for (const id of ids(row)) named.add(id);
    known.push(await knownIds(session, table, column, [...named]));
  }
  return (row) => {
    for (const [at, { what, remedy, ids }] of parents.entries()) {
      const stranger = ids(row).find((id) => !known[at]?.has(id));
      if (stranger !== undefined) return `${what} ${stranger} is not known: ${remedy}`;
    }
    return undefined;
  };
}

/** Why a row cannot amend the version in force, or undefined when it can (SPEC 3, amendment). */
export function amends(feed: Feed, latest: Row, row: Row, terms: Terms): Fault | undefined {
  const fixed = changedColumns(feed, latest, row).filter(
    (name) => !feed.amendable.includes(name) && !(name === 'valid_to' && latest[name] === null),
  );
  if (fixed.length === 0) return undefined;
  return new Fault(
    `${keyText(feed, row, terms)} is known with ${changes(feed, fixed, latest, row, terms)}, which cannot be changed: deliver it under a new key, or as it was`,
    fixed[0] ?? null,
  );
}

/** Of feeds whose rows are said once: any other content is refused. */
export function stays(feed: Feed, latest: Row, row: Row, terms: Terms): Fault {
  const changed = changedColumns(feed, latest, row);
  return new Fault(
    `${keyText(feed, row, terms)} is known with ${changes(feed, changed, latest, row, terms)}: it stays as it was first delivered`,
    changed[0] ?? null,
  );
}

function changedColumns(feed: Feed, latest: Row, row: Row): string[] {
  return Object.keys(feed.columns).filter((name) => canonical(latest[name] ?? null) !== canonical(row[name] ?? null));
}

/** Which cells differ, and both values of each. */
function changes(feed: Feed, names: readonly string[], latest: Row, row: Row, terms: Terms): string {
  const shown = (of: Row, name: string): string => valueText(of[name] ?? null, feed.columns[name]?.kind, terms);
  return names.map((name) => `${name} ${shown(latest, name)} and not ${shown(row, name)}`).join(', ');
}

function keyText(feed: Feed, row: Row, terms: Terms): string {
  return feed.key.map((name) => `${name} ${valueText(row[name] ?? null, feed.columns[name]?.kind, terms)}`).join(', ');
}

/** A value as its own sort is written. */
function valueText(value: Value, kind: string | undefined, { calendar, digits }: Terms): string {
  if (value === null || value === '') return '(empty)';
  if (typeof value === 'bigint') return formatMoney(value, digits);
  return kind === 'instant' ? calendar.format(Number(value)) : quote(canonical(value));
}
