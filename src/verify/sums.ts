/**
 * Verifies what is about the whole book and not one partition: account days, due balances, publishers' months, the
 * nights and the months they closed, and rows that nothing accounts for.
 */

import { isActive, Registry } from '../core/attribution/registry.ts';
import { type Day, isMonth } from '../core/calendar.ts';
import type { EventType, StatementFigures } from '../core/events/event.ts';
import { typesWhere } from '../core/events/index.ts';
import { type Movements, movementsOf } from '../core/month/statement.ts';
import { Checks, type Kind } from '../core/verify/finding.ts';
import { monthsClosed, nightsFrom } from '../core/verify/nights.ts';
import type { VerifyTerms } from '../core/verify/past.ts';
import { policyOn } from '../core/verify/policies.ts';
import { checkStatement, type Who } from '../core/verify/statement.ts';
import type { Session } from '../store/connection/session.ts';
import type { Book } from '../store/night/book.ts';
import { statementRows } from '../store/proof/proof.ts';
import {
  accountDayDifference,
  countRows,
  doublePredecessor,
  dueLeftOpen,
  type NightRow,
  nightRows,
  outsidePartitions,
  PROJECTIONS,
  type ProvedMonth,
  provedMonths,
  rowWithoutEvent,
  type Stray,
  waitingDifference,
} from '../store/proof/sums.ts';
import { RegistryLoader } from '../store/registry/registry.ts';
import { KIND_OF, type Matched, type Report } from './report.ts';

/** The days whose nights the log says were completed, with the policy each named. */
export interface CompletedNight {
  readonly day: Day;
  readonly position: bigint;
  readonly policy: number;
  readonly root: string;
}

/** Verifies the whole book's sums in the current snapshot. */
export async function verifySums(
  session: Session,
  book: Book,
  terms: VerifyTerms,
  completed: readonly CompletedNight[],
  report: Report,
): Promise<void> {
  await verifyAccountDays(session, book, report);
  await verifyWaiting(session, terms, report);
  const { nights, closes } = await nightRows(session);
  verifyNights(book, terms, completed, { nights, closes }, report);
  const seen = new Map(nights.map((night) => [night.business_day, night]));
  for (const { month, business_day: day } of closes) {
    if (!isMonth(month)) continue;
    const registry = { loader: loaderOf(session, seen.get(day)), known: new Registry() };
    for await (const months of provedMonths(session, month, day)) {
      await verifyMonths(session, { month, day, terms, registry }, months, report);
    }
  }
}

/** Rows that no event accounts for: looked for only where a table holds more rows than events accounted for. */
export async function verifyStrays(
  session: Session,
  partitions: number,
  matched: Matched,
  report: Report,
): Promise<void> {
  for (const table of PROJECTIONS) {
    if ((await countRows(session, table)) === matched[table]) continue;
    addStray(report, KIND_OF[table], `${table} row`, 'no event that made it', await rowWithoutEvent(session, table));
  }
  const place = `partition 0 to ${partitions - 1}`;
  addStray(report, 'chain', 'partition', place, await outsidePartitions(session, 'log', partitions));
  addStray(report, 'transfers', 'partition', place, await outsidePartitions(session, 'transfer', partitions));
  addStray(report, 'chain', 'previous', 'named by one later event only', await doublePredecessor(session));
}

function addStray(report: Report, kind: Kind, field: string, derived: string, stray: Stray | undefined): void {
  if (stray === undefined) return;
  const { partition, position, subject, total } = stray;
  const stored = `partition ${partition}, position ${position}`;
  report.addCounted({ kind, field, stored, derived, partition, position, subject }, Number(total));
}

async function verifyAccountDays(session: Session, book: Book, report: Report): Promise<void> {
  report.checked.accountDays = await countRows(session, 'account_day');
  const add = (subject: string, total: number, checks: Checks): void => {
    const [first] = checks.findings;
    if (first !== undefined) report.addCounted({ ...first, partition: null, position: null, subject }, total);
  };
  const difference = await accountDayDifference(session, book.lastRunDay);
  if (difference !== undefined) {
    const checks = new Checks(book.digits);
    checks.alike('account days', difference.business_day, difference.stored, difference.derived);
    add(difference.account, difference.total, checks);
  }
  const open = await dueLeftOpen(session);
  if (open !== undefined) {
    const checks = new Checks(book.digits);
    const rule = open.closing > 0n ? 'not above 0: a deduction takes all of it' : '0.00 after a deduction';
    checks.holds('decisions', `due on ${open.business_day}`, false, open.closing, rule);
    add(open.account, Number(open.total), checks);
  }
}

/** What the nights have summed of the lines that wait is what waits. */
async function verifyWaiting(session: Session, { calendar, digits }: VerifyTerms, report: Report): Promise<void> {
  const difference = await waitingDifference(session, calendar.zone);
  if (difference === undefined) return;
  const { partition, paid_on: paidOn, stored, derived, total } = difference;
  const checks = new Checks(digits);
  checks.same('nights', 'waiting_day', stored, derived);
  const [first] = checks.findings;
  if (first !== undefined)
    report.addCounted({ ...first, partition, position: null, subject: `paid on ${paidOn}` }, Number(total));
}

/** The nights of the log, of the tables and of the book row are the same, and closed the months they had to. */
function verifyNights(
  book: Book,
  { adopted }: VerifyTerms,
  completed: readonly CompletedNight[],
  { nights, closes }: Awaited<ReturnType<typeof nightRows>>,
  report: Report,
): void {
  const checks = new Checks(book.digits);
  const first = completed[0]?.day;
  const last = completed.at(-1)?.day;
  const due = first === undefined || last === undefined ? [] : nightsFrom(first, last);
  const inLog = new Map(completed.map((night) => [night.day, night.policy]));
  checks.same('nights', 'RunCompleted', completed.length, inLog.size);
  for (const day of due) checks.holds('nights', `RunCompleted ${day}`, inLog.has(day), 'none', 'one');
  const days = book.openDay === null ? due : [...due, book.openDay];
  const rows = new Map(nights.map((night) => [night.business_day, night.policy]));
  for (const day of days) checks.same('nights', `night ${day}: policy`, rows.get(day), policyOn(adopted, day)?.version);
  for (const day of rows.keys()) checks.holds('nights', `night ${day}`, days.includes(day), 'a row', 'no such night');
  let through = 0n;
  for (const night of nights) {
    const grows = night.through_batch >= through;
    checks.holds(
      'nights',
      `night ${night.business_day}: through_batch`,
      grows,
      'less',
      'no less than the night before',
    );
    through = night.through_batch;
  }
  const closed = new Map(closes.map((close) => [close.month, close.business_day]));
  const derived = monthsClosed(due, adopted);
  for (const month of new Set([...derived.keys(), ...closed.keys()]))
    checks.same('nights', `month_close ${month}`, closed.get(month), derived.get(month));
  report.checked.nights = completed.length;
  report.add({ partition: 0, position: completed.at(-1)?.position ?? 0n, subject: 'the nights' }, checks.findings);
}

function loaderOf(session: Session, night: NightRow | undefined): RegistryLoader {
  return new RegistryLoader(session, night?.through_batch ?? 0n);
}

interface MonthTerms {
  readonly month: string;
  readonly day: Day;
  readonly terms: VerifyTerms;
  readonly registry: { readonly loader: RegistryLoader; readonly known: Registry };
}

async function verifyMonths(
  session: Session,
  { month, day, terms, registry }: MonthTerms,
  months: readonly ProvedMonth[],
  report: Report,
): Promise<void> {
  const ids = months.map((one) => one.publisher_id);
  await registry.loader.load(registry.known, { publishers: ids });
  const stored = await statementRows(session, ids);
  const policy = policyOn(terms.adopted, day)?.policy;
  const end = terms.calendar.endOf(day) - 1;
  for (const one of months) {
    const checks = new Checks(terms.digits);
    const row = stored.get(`${one.publisher_id} ${month}`);
    const hasCause = one.types.length > 0 || one.opening !== 0n || one.returned_now !== 0n;
    checks.same('statements', 'statement', row === undefined ? 'none' : 'one', hasCause ? 'one' : 'none');
    if (row !== undefined) checks.same('statements', 'StatementIssued.lines', one.stated_lines, one.lines);
    const movements = movementsOfAll(one, checks);
    if (row !== undefined && hasCause && policy !== undefined && movements !== undefined) {
      const of = { month, opening: one.opening, movements, payableNow: one.payable_now, returned: one.returned_now };
      const rules = { policy, digits: terms.digits };
      checkStatement(figuresOf(row), of, whoIs(one.publisher_id, registry.known, end), rules, checks);
    }
    const { partition, position } = one;
    report.add({ partition, position, subject: `${one.publisher_id}-${month}` }, checks.findings);
  }
}

const COLUMNS = typesWhere(({ statement }) => statement !== undefined);

/** Undefined, and a finding, where an event posted to a payable that no column of a statement is for. */
function movementsOfAll(one: ProvedMonth, checks: Checks): Movements | undefined {
  const amounts = one.types.map((type, i): [EventType, bigint] => [type, BigInt(one.amounts[i] ?? '0')]);
  const stranger = one.types.find((type) => !COLUMNS.includes(type));
  checks.holds('statements', 'movements', stranger === undefined, stranger, 'an event that a column is for');
  return stranger === undefined ? movementsOf(amounts) : undefined;
}

function figuresOf(row: Readonly<Record<string, unknown>>): StatementFigures {
  const { publisher_id: _1, business_day: _2, partition: _3, position: _4, ...figures } = row;
  return figures as unknown as StatementFigures;
}

function whoIs(publisherId: string, registry: Registry, by: number): Who {
  const publisher = registry.publishers.get(publisherId);
  return publisher && { kind: publisher.kind, active: isActive(publisher, by) };
}
