/** The book row: made once, read by everybody, moved on by runs. */
import { createHash, randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { Calendar, type Day } from '../../core/calendar.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { RULES, readSealedPolicy, sealedPolicy } from '../../core/policy/sealed.ts';
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
    partitions?: number;
    /** 32 bytes that nobody can guess; made where none are given. */
    digestKey?: Buffer;
  },
): Promise<boolean> {
  return session.transaction(async () => {
    // Of two that make it at once, one does.
    await sql`select pg_advisory_xact_lock(7702017)`.execute(session.db);
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
    const key = terms.digestKey ?? randomBytes(32);
    await session.db.insertInto('digest_key').values({ key }).execute();
    await session.db.insertInto('partition_head').values(heads).execute();
    await insertPolicy(session, terms.policy, digits);
    return true;
  });
}

/** Adopts a policy: in force from the next day to be opened (SPEC 14). Returns its version. */
export async function adoptPolicy(session: Session, policy: Policy): Promise<number> {
  return session.transaction(async () => {
    const book = await takeTurnToAdopt(session);
    if (book === undefined) throw new Error('this database holds no book: cps init makes one');
    return insertPolicy(session, policy, book.digits);
  });
}

const ADOPTING_LOCK = 7_702_016n;

/** Waits until nobody else adopts a policy; nobody does before the transaction ends. Answers the book as it is then. */
export async function takeTurnToAdopt(session: Session): Promise<Book | undefined> {
  const book = await readBook(session, 'share');
  await sql`select pg_advisory_xact_lock(${ADOPTING_LOCK})`.execute(session.db);
  return book;
}

async function insertPolicy(session: Session, policy: Policy, digits: number): Promise<number> {
  const batch = await nextBatch(session);
  const last = await session.first(sql<{ version: number | null }>`select max(version) as version from policy`);
  const version = (last?.version ?? 0) + 1;
  const sealed = { name: policy.name, rules: RULES, document: sealedPolicy(policy, digits) };
  await session.db
    .insertInto('policy')
    .values({ version, ...sealed, batch })
    .execute();
  return version;
}

/** A batch number: greater than every one given out before. The caller holds the book row. */
export async function nextBatch(session: Session): Promise<bigint> {
  const row = await session.first(sql<{ batch: bigint }>`select nextval('batch_number') as batch`);
  const batch = row?.batch;
  if (batch === undefined) throw new Error('the database gave no batch number');
  return batch;
}

export interface VersionedPolicy {
  readonly version: number;
  readonly name: string;
  /** The rules it was adopted under, and its whole text (core/policy/sealed.ts). */
  readonly rules: number;
  readonly document: string;
  readonly policy: Policy;
}

/**
 * The policy in force on a day (SPEC 14): of a day that was opened the one its night was given, of a later one the last
 * adopted, of one before the first night the first.
 */
export async function policyInForce(session: Session, book: Book, day: Day): Promise<VersionedPolicy> {
  const all = await policies(session, book.digits);
  const isOpened = book.nextDay !== null && day < book.nextDay;
  const night = isOpened
    ? await session.first(sql<{ policy: number }>`
        select policy from night order by business_day <= ${day}::date desc, abs(business_day - ${day}::date) limit 1`)
    : undefined;
  const found = isOpened ? all.find(({ version }) => version === night?.policy) : all.at(-1);
  if (found === undefined) throw new Error('the book has no policy: it was not made by cps init');
  return found;
}

/** Policies delivered in batches after one and up to another, oldest first. */
export async function policies(session: Session, digits: number, through?: bigint): Promise<VersionedPolicy[]> {
  let query = session.db.selectFrom('policy').selectAll().orderBy('version');
  if (through !== undefined) query = query.where('batch', '<=', through);
  const rows = await query.execute();
  return rows.map((row) => {
    const { version, name, rules, document } = row;
    const policy = readSealedPolicy(document, rules, digits);
    if (typeof policy === 'string') throw new Error(`policy ${version} of this book does not read: ${policy}`);
    return { version, name, rules, document, policy };
  });
}
