/**
 * The strongest check: makes every decision again from what had been delivered when its night opened, and compares to
 * the byte. It needs the clicks, which a book keeps as long as its operator lets it.
 */
import { attribute, reach } from '../core/attribution/attribution.ts';
import { Registry } from '../core/attribution/registry.ts';
import type { Day } from '../core/calendar.ts';
import { deskEvents } from '../core/cases/events.ts';
import { bodyText, type Event, type EventOf } from '../core/events/event.ts';
import { versionIn } from '../core/events/record.ts';
import { begin, type DatedFact, live, nightsRestoring } from '../core/settlement/line-nights.ts';
import { restorationNeeds } from '../core/settlement/restoration.ts';
import type { Attribution } from '../core/verify/attribution.ts';
import { Checks } from '../core/verify/finding.ts';
import type { VerifyTerms } from '../core/verify/past.ts';
import { type Adopted, policyOn } from '../core/verify/policies.ts';
import { clicksFor, needsOf } from '../night/clicks.ts';
import type { Session } from '../store/connection/session.ts';
import { deskFacts, deskRows } from '../store/desk/desk.ts';
import type { Book } from '../store/night/book.ts';
import { deliveredLines, lineUndecided, resultUnbooked, type Undecided } from '../store/proof/intake.ts';
import { eventsBefore, type LogRow, lineRows } from '../store/proof/proof.ts';
import type { NightRow } from '../store/proof/sums.ts';
import { REMEMBERED, RegistryLoader } from '../store/registry/registry.ts';
import { factsThrough } from '../store/whatif/reads.ts';
import type { Beyond, Placed } from './partition.ts';
import { eventOf } from './pasts.ts';
import type { Report } from './report.ts';

/** What a night knew: its registry, and the last batch it saw. */
interface Knowledge {
  readonly day: Day;
  readonly through: bigint;
  readonly registry: Registry;
  readonly loader: RegistryLoader;
  readonly inForce: Adopted;
}

interface Again {
  readonly session: Session;
  readonly terms: VerifyTerms;
  /** Through which day facts count: the last completed night. */
  readonly last: Day;
  readonly report: Report;
  readonly partition: number;
  /** The last batch each night saw. */
  readonly throughOf: ReadonlyMap<Day, bigint>;
}

type AttributionPlaced = Placed & { readonly event: Attribution };
/** An event that a line begins with. */
type Begin = Attribution | EventOf<'LineBroughtIn'>;
type BeginPlaced = Placed & { readonly event: Begin };

/** Makes a batch's attributions again, and with each what became of its line. */
export function beyondLog(session: Session, terms: VerifyTerms, nights: readonly NightRow[], last: Day | null): Beyond {
  const throughOf = new Map(nights.map((night) => [night.business_day, night.through_batch]));
  let known: Knowledge | undefined;
  return async (partition, events, report) => {
    const attributions = events.filter((placed): placed is AttributionPlaced => isAttribution(placed.event));
    const again: Again = { session, terms, last: last ?? '0001-01-01', report, partition, throughOf };
    for (const [day, ofDay] of grouped(attributions, ({ event }) => event.businessDay)) {
      const inForce = policyOn(terms.adopted, day);
      const through = throughOf.get(day);
      if (inForce === undefined || through === undefined) continue;
      if (known?.day !== day || known.registry.size > REMEMBERED)
        known = { day, through, registry: new Registry(), loader: new RegistryLoader(session, through), inForce };
      await attributeAgain(again, known, ofDay);
    }
    const begins = events.filter((placed): placed is BeginPlaced => isBegin(placed.event));
    await settleAgain(again, begins);
  };
}

function isAttribution(event: Event): event is Attribution {
  return event.type === 'OrderAttributed' || event.type === 'OrderUnattributed';
}

function isBegin(event: Event): event is Begin {
  return isAttribution(event) || event.type === 'LineBroughtIn';
}

function grouped<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

async function attributeAgain(again: Again, known: Knowledge, placed: readonly AttributionPlaced[]): Promise<void> {
  const { session, partition, terms, report } = again;
  const lines = await deliveredLines(
    session,
    partition,
    placed.map(({ event }) => event.subject),
  );
  const { policy, version } = known.inForce;
  const clicks = await clicksFor(session, [...lines.values()], reach(policy), known.through);
  await known.loader.load(known.registry, needsOf(lines.values(), clicks));
  const own = { registry: known.registry, policy, policyVersion: version, businessDay: known.day };
  for (const { event, body, position } of placed) {
    const checks = new Checks(terms.digits);
    const line = lines.get(event.subject);
    checks.holds('intake', 'order_line', line !== undefined, 'none', 'the line as delivered');
    const shop = known.registry.shops.has(line?.shopId ?? '');
    checks.holds('intake', 'shop', line === undefined || shop, line?.shopId, 'a shop that the night knew');
    if (line !== undefined && shop) {
      checks.same('intake', 'business_day', event.businessDay, line.dueDay);
      checks.holds('intake', 'batch', line.batch <= known.through, String(line.batch), `at most ${known.through}`);
      const derived = attribute(line, clicks.get(line.buyerId) ?? [], own);
      compareEvents(event, body, derived, terms.digits, checks);
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
  const { session, partition, terms, report, last } = again;
  const ids = placed.map(({ event }) => event.subject);
  const lines = ids.map((orderLineId) => ({ partition, orderLineId }));
  const facts = await factsThrough(session, lines, last);
  const ends = await lineRows(session, 'settlement', partition, ids);
  const positions = [...ends.values()].flatMap(({ position }) => (typeof position === 'bigint' ? [position] : []));
  const stored = grouped(await eventsBefore(session, partition, positions), (row) => row.subject);
  for (const { event, position } of placed) {
    const rows = (stored.get(event.subject) ?? []).filter(
      (row) => row.position !== position && row.business_day <= last,
    );
    const cleared = rows.flatMap((row) => endOfWait(row, terms.digits));
    const derived = await eventsAgain(again, event, [...(facts.get(event.subject) ?? []), ...cleared]);
    const checks = new Checks(terms.digits);
    checks.same(
      'intake',
      'events of the line',
      rows.map((row) => row.type).join(' '),
      derived.map((one) => one.type).join(' '),
    );
    rows.forEach((row, i) => {
      const one = derived[i];
      if (one !== undefined && one.type === row.type)
        compareEvents(eventOf(row, terms.digits), row.body, one, terms.digits, checks);
    });
    report.add({ partition, position, subject: event.subject }, checks.findings);
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

/** What the facts of a line make of it, night by night; what a night knew is read only where it may give the line back. */
async function eventsAgain(again: Again, event: Begin, facts: readonly DatedFact[]): Promise<Event[]> {
  if (event.type === 'OrderUnattributed') return [];
  const { adopted, digits } = again.terms;
  const registries = new Map<Day, Registry>();
  const mayRestore = event.type === 'OrderAttributed' ? event : undefined;
  const nights = mayRestore && nightsRestoring(mayRestore, facts, (one) => policyOn(adopted, one)?.policy);
  for (const day of nights ?? []) {
    const registry = new Registry();
    const loader = new RegistryLoader(again.session, again.throughOf.get(day) ?? 0n);
    if (mayRestore !== undefined) await loader.load(registry, restorationNeeds(mayRestore));
    registries.set(day, registry);
  }
  return live(begin(event), facts, (businessDay) => {
    const inForce = policyOn(adopted, businessDay);
    if (inForce === undefined) return undefined;
    const { policy, version: policyVersion } = inForce;
    const registry = registries.get(businessDay);
    const restoring = registry && mayRestore && { attributed: mayRestore, registry };
    return { policy, policyVersion, businessDay, digits, restoring };
  }).events;
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

/** Each decision, dispute and appeal that was due has its event, and each such event its fact. */
async function verifyDesk(session: Session, book: Book, last: Day, report: Report): Promise<void> {
  const derived = new Map(
    deskEvents(await deskFacts(session, { through: last })).map((event) => [event.subject, event]),
  );
  for (const row of await deskRows(session, last)) {
    const checks = new Checks(book.digits);
    const event = derived.get(row.subject);
    derived.delete(row.subject);
    if (event === undefined)
      checks.holds('intake', 'desk', false, row.subject, 'what was decided, disputed or appealed');
    else compareEvents(eventOf(row, book.digits), row.body, event, book.digits, checks);
    report.add({ partition: 0, position: row.position, subject: row.subject }, checks.findings);
  }
  for (const { subject, businessDay } of derived.values()) {
    const finding = { kind: 'intake' as const, field: 'desk', stored: `not so on ${businessDay}`, derived: 'an event' };
    report.addCounted({ ...finding, partition: 0, position: null, subject }, 1);
  }
}
