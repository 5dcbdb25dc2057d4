/**
 * The strongest check: makes every decision again from what had been delivered when its night opened, and compares to
 * the byte. It needs the clicks, which a book keeps as long as its operator lets it.
 */

import type { Day } from '../core/calendar.ts';
import { deskEvents } from '../core/cases/events.ts';
import {
  type Attribution,
  bodyText,
  type Event,
  isAttribution,
  isLineBeginning,
  type LineBeginning,
} from '../core/events/event.ts';
import { versionIn } from '../core/events/record.ts';
import { groupBy } from '../core/groups.ts';
import type { DatedFact } from '../core/settlement/line-nights.ts';
import { DESK_EVENTS } from '../core/verify/desk.ts';
import { Checks } from '../core/verify/finding.ts';
import type { VerifyTerms } from '../core/verify/past.ts';
import { policyOn } from '../core/verify/policies.ts';
import { AS_THEY_WERE, type PastNight, PastNights } from '../night/past-nights.ts';
import type { Session } from '../store/connection/session.ts';
import { deskFacts } from '../store/desk/desk.ts';
import type { Book } from '../store/night/book.ts';
import { deliveredLines, lineUndecided, resultUnbooked, type Undecided } from '../store/proof/intake.ts';
import { eventsBefore, eventsOf, type LogRow, rowsUnder } from '../store/proof/proof.ts';
import type { NightRow } from '../store/proof/sums.ts';
import { factsThrough } from '../store/whatif/reads.ts';
import type { Beyond, Placed } from './partition.ts';
import { eventOf } from './pasts.ts';
import type { Report } from './report.ts';

interface Again {
  readonly session: Session;
  readonly nights: PastNights;
  readonly digits: number;
  /** Through which day facts count: the last completed night. */
  readonly last: Day;
  readonly report: Report;
  readonly partition: number;
}

type AttributionPlaced = Placed & { readonly event: Attribution };
type BeginPlaced = Placed & { readonly event: LineBeginning };

/** Makes a batch's attributions again, and with each what became of its line. */
export function beyondLog(session: Session, terms: VerifyTerms, rows: readonly NightRow[], last: Day | null): Beyond {
  const { adopted, digits } = terms;
  const throughOf = new Map(rows.map((night) => [night.business_day, night.through_batch]));
  const nightOn = (day: Day): PastNight | undefined => {
    const inForce = policyOn(adopted, day);
    const through = throughOf.get(day) ?? 0n;
    return inForce && { through, policy: inForce.policy, policyVersion: inForce.version };
  };
  const nights = new PastNights(session, digits, nightOn);
  return async (partition, events, report) => {
    const again: Again = { session, nights, digits, last: last ?? '0001-01-01', report, partition };
    const attributions = events.filter((placed): placed is AttributionPlaced => isAttribution(placed.event));
    for (const [day, ofDay] of groupBy(attributions, ({ event }) => event.businessDay)) {
      const night = nightOn(day);
      if (night !== undefined && throughOf.has(day)) await attributeAgain(again, day, night, ofDay);
    }
    const begins = events.filter((placed): placed is BeginPlaced => isLineBeginning(placed.event));
    await settleAgain(again, begins);
  };
}

async function attributeAgain(
  { session, nights, digits, partition, report }: Again,
  day: Day,
  night: PastNight,
  placed: readonly AttributionPlaced[],
): Promise<void> {
  const lines = await deliveredLines(
    session,
    partition,
    placed.map(({ event }) => event.subject),
  );
  const seen = await nights.seen(day, night, [...lines.values()]);
  for (const { event, body, position } of placed) {
    const checks = new Checks(digits);
    const line = lines.get(event.subject);
    checks.holds('intake', 'order_line', line !== undefined, 'none', 'the line as delivered');
    const shop = seen.registry.shops.has(line?.shopId ?? '');
    checks.holds('intake', 'shop', line === undefined || shop, line?.shopId, 'a shop that the night knew');
    if (line !== undefined && shop) {
      checks.same('intake', 'business_day', event.businessDay, line.dueDay);
      checks.holds('intake', 'batch', line.batch <= night.through, String(line.batch), `at most ${night.through}`);
      for (const derived of nights.attribute([line], seen, AS_THEY_WERE))
        compareEvents(event, body, derived, digits, checks);
    }
    report.add({ partition, position, subject: event.subject }, checks.findings);
  }
}

/** Finds where a stored event differs from the one made again of what was delivered. */
export function compareEvents(stored: Event, body: string, derived: Event, digits: number, checks: Checks): void {
  for (const field of ['type', 'businessDay', 'occurredAt', 'subject', 'sellerId', 'publisherId'] as const)
    checks.same('intake', field, stored[field], derived[field]);
  const text = bodyText(derived, digits);
  if (text === body) return;
  const before = checks.findings.length;
  checks.alike('intake', 'body', stored.body, derived.body);
  // A body of an earlier version says the same in another text.
  const isOfToday = versionIn(body) === versionIn(text);
  if (checks.findings.length === before && isOfToday) checks.same('intake', 'body', body, text);
}

/** Applies every fact of some lines again, from their attribution on, and compares all of their events. */
async function settleAgain(again: Again, placed: readonly BeginPlaced[]): Promise<void> {
  const { session, nights, digits, partition, report, last } = again;
  const ids = placed.map(({ event }) => event.subject);
  const lines = ids.map((orderLineId) => ({ partition, orderLineId }));
  const facts = await factsThrough(session, lines, last);
  const ends = await rowsUnder(session, 'settlement', 'order_line_id', ids, partition);
  const positions = [...ends.values()].flatMap(({ position }) => (typeof position === 'bigint' ? [position] : []));
  const stored = groupBy(await eventsBefore(session, partition, positions), (row) => row.subject);
  const rowsOf = ({ event, position }: BeginPlaced): LogRow[] =>
    (stored.get(event.subject) ?? []).filter((row) => row.position !== position && row.business_day <= last);
  const begun = placed.map((one) => {
    const cleared = rowsOf(one).flatMap((row) => endOfWait(row, digits));
    return { event: one.event, facts: [...(facts.get(one.event.subject) ?? []), ...cleared] };
  });
  const lives = await nights.lives(begun, AS_THEY_WERE);
  for (const [at, one] of placed.entries()) {
    const rows = rowsOf(one);
    const derived = lives[at]?.events ?? [];
    const checks = new Checks(digits);
    const typesOf = (list: readonly { readonly type: string }[]): string => list.map(({ type }) => type).join(' ');
    checks.same('intake', 'events of the line', typesOf(rows), typesOf(derived));
    rows.forEach((row, i) => {
      const event = derived[i];
      if (event !== undefined && event.type === row.type)
        compareEvents(eventOf(row, digits), row.body, event, digits, checks);
    });
    report.add({ partition, position: one.position, subject: one.event.subject }, checks.findings);
  }
}

/** That a wait was over is no fact that was delivered: when it was, verify-clearing.ts finds. */
function endOfWait(row: LogRow, digits: number): DatedFact[] {
  const event = row.type === 'EarningCleared' ? eventOf(row, digits) : undefined;
  if (event?.type !== 'EarningCleared') return [];
  const { businessDay: dueDay, occurredAt: at, body } = event;
  const deduction = body.deduction === undefined ? {} : { deduction: body.deduction };
  return [{ dueDay, fact: { kind: 'cleared', at, ...deduction } }];
}

/** What was delivered, due in a completed night, and has no event that answers it. */
export async function verifyUndecided(session: Session, book: Book, report: Report): Promise<void> {
  if (book.lastRunDay === null) return;
  const add = (field: string, derived: string, of: Undecided | undefined): void => {
    if (of === undefined) return;
    const { partition, position, subject, due_day: day, total } = of;
    const stored = `not so on ${day}`;
    report.addCounted({ kind: 'intake', field, stored, derived, partition, position, subject }, Number(total));
  };
  add('attribution', 'one for every line that was due', await lineUndecided(session, book.lastRunDay));
  add('results', 'an event for each, and each event one', await resultUnbooked(session, book.lastRunDay));
  await verifyDesk(session, book, book.lastRunDay, report);
}

/** Each decision, dispute, appeal and bank posting that was due has its event, and each such event its fact. */
async function verifyDesk(session: Session, { digits }: Book, last: Day, report: Report): Promise<void> {
  const due = deskEvents(await deskFacts(session, { through: last }));
  const rows = await eventsOf(session, DESK_EVENTS, last);
  // Of a bank line several postings are told apart by their ids; every other fact has a subject of its own.
  const keyOf = ({ type, subject, body }: Event): string => (type === 'BankItemPosted' ? body.posting : subject);
  compareAll(rows, new Map(due.map((event) => [keyOf(event), event])), keyOf, digits, report, {
    field: () => 'desk',
    asked: 'what was decided, disputed, appealed or approved',
    missing: () => 'an event',
  });
}

/** What is said where a stored event was not to be, and where one is not there that was to be. */
interface Unmatched {
  readonly field: (type: string) => string;
  readonly asked: string;
  readonly missing: (key: string) => string;
}

/** Compares stored events with those made again of what was delivered, each once; `derived` is used up. */
export function compareAll(
  rows: readonly (LogRow & { readonly partition: number })[],
  derived: Map<string, Event>,
  keyOf: (event: Event) => string,
  digits: number,
  report: Report,
  say: Unmatched,
): void {
  for (const row of rows) {
    const { partition, position, subject } = row;
    const event = eventOf(row, digits);
    const key = keyOf(event);
    const again = derived.get(key);
    derived.delete(key);
    const checks = new Checks(digits);
    if (again === undefined) checks.holds('intake', say.field(row.type), false, key, say.asked);
    else compareEvents(event, row.body, again, digits, checks);
    report.add({ partition, position, subject }, checks.findings);
  }
  for (const [key, { type, businessDay, subject, sellerId, publisherId }] of derived) {
    const finding = { kind: 'intake' as const, field: say.field(type), stored: `not so on ${businessDay}` };
    const partition = sellerId === null && publisherId === null ? 0 : null;
    report.addCounted({ ...finding, derived: say.missing(key), partition, position: null, subject }, 1);
  }
}
