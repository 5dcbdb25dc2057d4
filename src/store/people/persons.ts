/**
 * Persons as they lie in the database: a row for each step of an account, the last of which holds; resets of lost factors; and
 * how people sign in. Who may take which step is decided in src/office.
 */
import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { isRight, isRole } from '../../core/access.ts';
import type { Person } from '../../core/account.ts';
import { type Instant, isoOf } from '../../core/calendar.ts';
import { plainName } from '../../core/person.ts';
import type { Session } from '../connection/session.ts';
import type { Row } from '../schema/tables.ts';
import { type Kept, keptOf } from './kept.ts';

/** Who takes a step, and when. */
export interface Step {
  readonly by: string;
  readonly at: Instant;
}

/** One step after the other is taken: what was looked at holds until the end of the transaction. */
export async function takeTurnWithPeople({ db }: Session): Promise<void> {
  await sql`select pg_advisory_xact_lock(7702017)`.execute(db);
}

/** The last row of each person. */
function lastRows({ db }: Session) {
  return db.selectFrom('person').distinctOn('person_id').selectAll().orderBy('person_id').orderBy('version', 'desc');
}

function personOf(row: Row<'person'>): Person {
  const { issuer, subject } = row;
  return {
    personId: row.person_id,
    version: row.version,
    name: row.name,
    address: row.address,
    roles: row.roles.filter(isRole),
    party: row.party_id,
    scopes: row.scopes === null ? null : row.scopes.filter(isRight),
    state: row.state,
    company: issuer === null || subject === null ? null : { issuer, subject },
  };
}

/** Everybody, by name. */
export async function persons(session: Session): Promise<Person[]> {
  const all = (await lastRows(session).execute()).map(personOf);
  return all.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The person of an id. */
export async function personUnder(session: Session, id: string): Promise<Person | undefined> {
  const row = await lastRows(session).where('person_id', '=', id).executeTakeFirst();
  return row === undefined ? undefined : personOf(row);
}

/** The person of a name, however it is typed. */
export async function personNamed(session: Session, name: string): Promise<Person | undefined> {
  const query = lastRows(session).where('plain_name', '=', plainName(name));
  const row = await query.executeTakeFirst();
  return row === undefined ? undefined : personOf(row);
}

/** The person whom letters to an address reach now. */
export async function personAt(session: Session, address: string): Promise<Person | undefined> {
  const had = session.db.selectFrom('person').select('person_id').where('address', '=', address);
  const rows = await lastRows(session).where('person_id', 'in', had).execute();
  const row = rows.find((one) => one.address === address);
  return row === undefined ? undefined : personOf(row);
}

/** The person whom a company's sign-in calls so. */
export async function personOfCompany(session: Session, issuer: string, subject: string): Promise<Person | undefined> {
  const had = session.db.selectFrom('person').select('person_id').where('subject', '=', subject);
  const rows = await lastRows(session).where('person_id', 'in', had).execute();
  const row = rows.find((one) => one.issuer === issuer && one.subject === subject);
  return row === undefined ? undefined : personOf(row);
}

/** Takes a step of an account, a new one where no id is said; answers what it is now, and what the audit keeps of it. */
export async function writePerson(
  { db }: Session,
  of: Omit<Person, 'personId' | 'version'> & Partial<Pick<Person, 'personId' | 'version'>>,
  { by, at }: Step,
): Promise<{ readonly person: Person; readonly kept: Kept }> {
  const row = await db
    .insertInto('person')
    .values({
      person_id: of.personId ?? randomBytes(6).toString('hex'),
      version: (of.version ?? 0) + 1,
      name: of.name,
      plain_name: plainName(of.name),
      address: of.address,
      roles: [...of.roles],
      party_id: of.party,
      scopes: of.scopes === null ? null : [...of.scopes],
      state: of.state,
      issuer: of.company?.issuer ?? null,
      subject: of.company?.subject ?? null,
      at: isoOf(at),
      by_name: by,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return { person: personOf(row), kept: keptOf('person', row) };
}

/** Somebody asks that all the ways in of a person end, where links go from then on, and who agreed. */
export interface FactorReset {
  readonly number: number;
  readonly address: string | null;
  readonly proposedBy: string;
  readonly proposedAt: Instant;
  readonly approvedBy: string | null;
}

/** The last reset of a person. */
export async function lastReset({ db }: Session, personId: string): Promise<FactorReset | undefined> {
  const rows = await db
    .selectFrom('factor_reset')
    .selectAll()
    .where('person_id', '=', personId)
    .orderBy('number', 'desc')
    .limit(2)
    .execute();
  const proposed = rows.find(({ step, number }) => step === 'propose' && number === rows[0]?.number);
  if (proposed === undefined) return undefined;
  const { number, address, by_name: proposedBy, at: proposedAt } = proposed;
  const approved = rows.find((row) => row.step === 'approve' && row.number === number);
  return { number, address, proposedBy, proposedAt, approvedBy: approved?.by_name ?? null };
}

/** Writes a step of a reset. */
export async function writeReset(
  { db }: Session,
  personId: string,
  of: Pick<FactorReset, 'number' | 'address'> & { readonly step: 'propose' | 'approve' },
  { by, at }: Step,
): Promise<Kept> {
  const row = await db
    .insertInto('factor_reset')
    .values({ person_id: personId, ...of, at: isoOf(at), by_name: by })
    .returningAll()
    .executeTakeFirstOrThrow();
  return keptOf('factor_reset', row);
}

/** How people sign in. */
export interface SignInRule {
  /** Where the pages are: the origin of an URL, `https://cps.example.org`. */
  readonly url: string;
  /** Whether the alliance's own people need a passkey. */
  readonly needsPasskey: boolean;
}

/** How people sign in now; undefined before anybody has said it. */
export async function signInRule({ db }: Session): Promise<(SignInRule & { readonly version: number }) | undefined> {
  const row = await db.selectFrom('sign_in_rule').selectAll().orderBy('version', 'desc').limit(1).executeTakeFirst();
  return row === undefined ? undefined : { url: row.url, needsPasskey: row.needs_passkey, version: row.version };
}

export async function writeSignInRule(
  { db }: Session,
  { url, needsPasskey, version }: SignInRule & { readonly version: number },
  { by, at }: Step,
): Promise<Kept> {
  const row = await db
    .insertInto('sign_in_rule')
    .values({ version, url, needs_passkey: needsPasskey, at: isoOf(at), by_name: by })
    .returningAll()
    .executeTakeFirstOrThrow();
  return keptOf('sign_in_rule', row);
}
