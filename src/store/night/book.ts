/** The book row: made once, read by everybody, moved on by runs. */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { Calendar, type Day } from '../../core/calendar.ts';
import { type Policy, parsePolicy } from '../../core/policy/policy.ts';
import type { Session } from '../connection/session.ts';

export interface Book {
  readonly calendar: Calendar;
  readonly currency: string;
  readonly digits: number;
  readonly partitions: number;
  /** The first day not yet opened; null until a first night. */
  readonly nextDay: Day | null;
  readonly openDay: Day | null;
  readonly openThrough: bigint | null;
  readonly openPolicy: number | null;
  readonly lastRunDay: Day | null;
}

const DEFAULT_PARTITIONS = 16;

/** The hash that stands before a partition's first event. */
export function genesis(partition: number): Buffer {
  return createHash('sha256').update(`cps partition ${partition}`).digest();
}

/** Reads the book, holding its row as asked; undefined when the database holds none. */
export async function readBook(session: Session, hold?: 'share' | 'update'): Promise<Book | undefined> {
  let query = session.db.selectFrom('book').selectAll();
  if (hold === 'share') query = query.forShare();
  if (hold === 'update') query = query.forUpdate();
  const row = await query.executeTakeFirst();
  if (row === undefined) return undefined;
  return {
    calendar: calendarOf(row.zone),
    currency: row.currency,
    digits: row.digits,
    partitions: row.partitions,
    nextDay: row.next_day,
    openDay: row.open_day,
    openThrough: row.open_through,
    openPolicy: row.open_policy,
    lastRunDay: row.last_run_day,
  };
}

const calendars = new Map<string, Calendar>();

function calendarOf(zone: string): Calendar {
  const known = calendars.get(zone) ?? new Calendar(zone);
  calendars.set(zone, known);
  return known;
}

/**
 * Makes the book with its first policy (SPEC 16, init); on an existing one changes nothing.
 * @returns whether it was made
 */
export async function createBook(
  session: Session,
  terms: {
    zone: string;
    currency: string;
    digits: number;
    policy: Policy;
    policyDocument: string;
    partitions?: number;
  },
): Promise<boolean> {
  return session.transaction(async () => {
    await sql`lock table book in exclusive mode`.execute(session.db);
    if ((await readBook(session)) !== undefined) return false;
    const partitions = terms.partitions ?? DEFAULT_PARTITIONS;
    const { zone, currency, digits } = terms;
    await session.db.insertInto('book').values({ zone, currency, digits, partitions }).execute();
    const heads = Array.from({ length: partitions }, (_, partition) => ({
      partition,
      position: 0n,
      hash: genesis(partition),
      step: 0,
      after: '',
    }));
    await session.db.insertInto('partition_head').values(heads).execute();
    await sql`lock table policy in exclusive mode`.execute(session.db);
    await insertPolicy(session, terms.policy.name, terms.policyDocument);
    return true;
  });
}

/** Adopts a policy: in force from the next day to be opened (SPEC 14). Returns its version. */
export async function adoptPolicy(session: Session, name: string, document: string): Promise<number> {
  return session.transaction(async () => {
    await takeTurnToAdopt(session);
    return insertPolicy(session, name, document);
  });
}

/** Waits until nobody else adopts a policy; nobody does before the transaction ends. Answers the book as it is then. */
export async function takeTurnToAdopt(session: Session): Promise<Book | undefined> {
  const book = await readBook(session, 'share');
  await sql`lock table policy in exclusive mode`.execute(session.db);
  return book;
}

async function insertPolicy(session: Session, name: string, document: string): Promise<number> {
  const batch = await nextBatch(session);
  const last = await session.db
    .selectFrom('policy')
    .select((eb) => eb.fn.max('version').as('version'))
    .executeTakeFirst();
  const version = (last?.version ?? 0) + 1;
  await session.db.insertInto('policy').values({ version, name, document, batch }).execute();
  return version;
}

/** A batch number: greater than every one given out before. The caller holds the book row. */
export async function nextBatch(session: Session): Promise<bigint> {
  const { rows } = await sql<{ batch: bigint }>`select nextval('batch_number') as batch`.execute(session.db);
  const batch = rows[0]?.batch;
  if (batch === undefined) throw new Error('the database gave no batch number');
  return batch;
}

export interface VersionedPolicy {
  readonly version: number;
  readonly name: string;
  readonly document: string;
  readonly policy: Policy;
}

/** Policies delivered in batches after one and up to another, oldest first. */
export async function policies(session: Session, digits: number, through?: bigint): Promise<VersionedPolicy[]> {
  let query = session.db.selectFrom('policy').selectAll().orderBy('version');
  if (through !== undefined) query = query.where('batch', '<=', through);
  const rows = await query.execute();
  return rows.map((row) => {
    const policy = parsePolicy(row.document, digits);
    if (typeof policy === 'string') throw new Error(`policy ${row.version} of this book does not read: ${policy}`);
    return { version: row.version, name: row.name, document: row.document, policy };
  });
}
