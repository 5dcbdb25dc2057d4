/**
 * What a seller or publisher may read of an order line's history: a rival appears as another publisher, a buyer never,
 * and where the money went on the other side stays with the other side. Staff read the history whole, and do not come
 * here.
 */
import type { OwnParty } from '../access.ts';
import type { ClickEvidence } from '../attribution/click.ts';
import type { Tested } from '../attribution/tests/index.ts';
import { type Bodies, type Event, type EventOf, isAttribution } from '../events/event.ts';
import type { Logged } from '../events/read-body.ts';
import { entryId, parsePid } from '../ids.ts';
import type { History, Trail } from './history.ts';

type Order = Bodies['OrderAttributed']['order'];

/** How a rival is called, where its PID or id would stand. */
export const ANOTHER = 'another publisher';

/** The part of a line's history that is for a party; undefined where the line is none of its. */
export function historyFor(history: History, audience: OwnParty): History | undefined {
  if (history.kind !== 'run') return undefined;
  const { role, party } = audience;
  const events = history.events.map(({ event }) => event);
  const isOwn = role === 'seller' ? events[0]?.sellerId === party : events.some((one) => one.publisherId === party);
  // A publisher also sees a line for which a click of its own was tested, and why that did not earn it.
  if (!isOwn && !(role === 'publisher' && isTested(events[0], party))) return undefined;
  // A seller knows whom each charge came from; a publisher knows nobody but itself.
  const known = new Set(role === 'publisher' ? [party] : events.flatMap(({ publisherId }) => publisherId ?? []));
  const [first, ...rest] = history.events;
  const later = rest.filter(({ event }) => role === 'seller' || event.publisherId === party);
  const shown = [...(first === undefined ? [] : [first]), ...later].map((one) => loggedFor(one, known, role));
  return {
    ...history,
    events: shown,
    trails: history.trails.flatMap((trail) => trailFor(trail, later, first, role)),
    lateClicks: [],
    // A decision that is still proposed is not shown: it is once it holds.
    waiting: history.waiting.filter(({ kind }) => kind !== 'decision'),
  };
}

/** Whether a click or coupon of a publisher was tested for a line. */
function isTested(first: Event | undefined, publisher: string): boolean {
  if (!isAttribution(first)) return false;
  const known = new Set([publisher]);
  return first.body.tested.some(({ candidate }) =>
    isKnown('coupon' in candidate ? candidate.coupon : candidate.pid, known),
  );
}

/** The trails of the events that are shown, with the asker's side of each. */
function trailFor(trail: Trail, later: readonly Logged[], first: Logged | undefined, role: OwnParty['role']): Trail[] {
  const isShown = [first, ...later].some(
    (one) => one !== undefined && trail.entry === entryId({ ...one.event, ordinal: one.ordinal }),
  );
  if (!isShown) return [];
  return role === 'seller'
    ? [{ ...trail, month: null, statements: [] }]
    : [{ ...trail, dueAfter: null, deductions: [] }];
}

function loggedFor(logged: Logged, known: ReadonlySet<string>, role: OwnParty['role']): Logged {
  return { ...logged, event: eventFor(logged.event, known, role) };
}

function eventFor(event: Event, known: ReadonlySet<string>, role: OwnParty['role']): Event {
  const told = toldFor(event, known, role);
  return role === 'seller' ? unmarked(told) : told;
}

/** Without the marks that publishers put on their clicks, which are their own business. */
function unmarked(event: Event): Event {
  if (event.type !== 'OrderAttributed' && event.type !== 'OrderUnattributed' && event.type !== 'CommissionRestored')
    return event;
  const tested = event.body.tested.map(({ candidate, ...one }): Tested => {
    if (!('sub' in candidate)) return { candidate, ...one };
    const { sub: _, ...bare } = candidate;
    return { candidate: bare, ...one };
  });
  return { ...event, body: { ...event.body, tested } } as Event;
}

function toldFor(event: Event, known: ReadonlySet<string>, role: OwnParty['role']): Event {
  if (event.type === 'OrderUnattributed') return { ...event, body: { ...event.body, ...searchFor(event.body, known) } };
  if (event.type === 'OrderAttributed') return attributedFor(event, known);
  if (event.type === 'LineBroughtIn')
    return { ...event, body: { ...event.body, order: orderFor(event.body.order, known) } };
  if (event.type !== 'CommissionRestored') return event;
  const tested = event.body.tested.map((one) => testedFor(one, known));
  // The id of the decision names the case, and so the rival it was about.
  return { ...event, body: { ...event.body, decision: role === 'seller' ? event.body.decision : '', tested } };
}

function attributedFor(event: EventOf<'OrderAttributed'>, known: ReadonlySet<string>): Event {
  const { body } = event;
  const signals = body.signals.map(({ signal, action }) => ({ signal, action, evidence: null }));
  const search = searchFor(body, known);
  if (isKnown(body.pid, known)) return { ...event, body: { ...body, ...search, signals } };
  const source = { ...body.source, plan: '', kind: '', scope: '', scope_id: '' };
  const withheld = { pid: ANOTHER, click: null, rate: '', source, estimate: 0n, signals: [], held: false };
  return { ...event, publisherId: ANOTHER, body: { ...body, ...search, ...withheld } };
}

/** The order without its buyer, the candidates without their rivals, the rest without its digest, which could be guessed at. */
function searchFor<B extends Bodies['OrderAttributed'] | Bodies['OrderUnattributed']>(
  { order, tested, rest }: B,
  known: ReadonlySet<string>,
) {
  return {
    order: orderFor(order, known),
    tested: tested.map((one) => testedFor(one, known)),
    rest: { ...rest, digest: '' },
  };
}

function orderFor(order: Order, known: ReadonlySet<string>): Order {
  const { coupon_pid: coupon, ...bought } = order;
  const couponFor = coupon === undefined ? {} : { coupon_pid: isKnown(coupon, known) ? coupon : ANOTHER };
  return { ...bought, buyer: '', ...couponFor };
}

function testedFor(one: Tested, known: ReadonlySet<string>): Tested {
  const { candidate, trace, verdict } = one;
  if ('coupon' in candidate) {
    return isKnown(candidate.coupon, known) ? one : { candidate: { coupon: ANOTHER }, trace, verdict };
  }
  if (isKnown(candidate.pid, known)) return one;
  const masked: ClickEvidence = { click: '', at: candidate.at, pid: ANOTHER, shop: candidate.shop };
  return { candidate: masked, trace, verdict };
}

function isKnown(pid: string, known: ReadonlySet<string>): boolean {
  const named = parsePid(pid);
  return named !== undefined && known.has(named.publisherId);
}
