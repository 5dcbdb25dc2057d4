/**
 * A line's history as its seller or a publisher may know it: what is theirs in full, of what is another publisher's only
 * that it is there and how it ended, and of buyers nothing. It decides what is told; the page decides how.
 */
import type { OwnParty } from '../../core/access.ts';
import type { Logged } from '../../core/body.ts';
import type { EventOf, FiredSignal, Tested } from '../../core/event.ts';
import type { History, Trail, WaitingFact } from '../../core/history.ts';
import { parsePid } from '../../core/ids.ts';
import type { Policy } from '../../core/policy.ts';
import { type Standing, standingOf } from '../../formats/explain.ts';

export type Attribution = EventOf<'OrderAttributed'> | EventOf<'OrderUnattributed'>;

/** A candidate: told in full, or another publisher's, of which only the verdict is told. */
export interface Candidate {
  readonly tested: Tested;
  readonly isOpen: boolean;
}

/** What happened to a line after its attribution, with where its money went. */
export interface Step {
  readonly logged: Logged;
  readonly trail: Trail | undefined;
}

export interface LineStory {
  readonly line: string;
  readonly attribution: Attribution;
  readonly policy: Policy;
  /** Who has it: the publisher who asks, or for its seller any; else another publisher, or nobody. */
  readonly had: 'told' | 'another' | 'nobody';
  /** How it stands; null where it is another publisher's. */
  readonly standing: Standing | null;
  readonly candidates: readonly Candidate[];
  /** Clicks that were not tested. */
  readonly rest: number;
  readonly signals: readonly FiredSignal['signal'][];
  readonly steps: readonly Step[];
  readonly waiting: readonly WaitingFact[];
}

/** The story for a party; null where the line is none of its, or its night has not been run. */
export function storyOf(history: History, own: OwnParty): LineStory | null {
  if (history.kind !== 'run') return null;
  const attribution = history.events[0]?.event;
  if (attribution?.type !== 'OrderAttributed' && attribution?.type !== 'OrderUnattributed') return null;
  const candidates = attribution.body.tested.map((tested) => ({ tested, isOpen: isOpenTo(own, tested, history) }));
  const mine = history.events.filter(({ event }) =>
    own.role === 'seller' ? event.sellerId === own.party : event.publisherId === own.party,
  );
  const isTheirs = own.role === 'seller' ? attribution.sellerId === own.party : mine.length > 0;
  if (!isTheirs && !(own.role === 'publisher' && candidates.some(({ isOpen }) => isOpen))) return null;
  const standing = standingOf(history.events);
  const told = own.role === 'seller' || standing.publisher === own.party;
  const had = standing.publisher === null ? 'nobody' : told ? 'told' : 'another';
  return {
    line: history.orderLineId,
    attribution,
    policy: history.policy.policy,
    had,
    standing: had === 'another' ? null : standing,
    candidates,
    rest: attribution.body.rest.count,
    signals: attribution.type === 'OrderAttributed' && told ? attribution.body.signals.map(({ signal }) => signal) : [],
    steps: mine.slice(mine[0]?.event === attribution ? 1 : 0).map((logged) => ({ logged, trail: trailOf(logged, history) })),
    waiting: isTheirs && had !== 'another' ? history.waiting : [],
  };
}

/** A seller is shown the publishers that earned from the line, as its deductions show them; a publisher itself alone. */
function isOpenTo(own: OwnParty, { candidate }: Tested, { events }: Extract<History, { kind: 'run' }>): boolean {
  const publisher = parsePid('coupon' in candidate ? candidate.coupon : candidate.pid)?.publisherId;
  if (publisher === undefined) return false;
  return own.role === 'publisher'
    ? publisher === own.party
    : events.some(({ event }) => event.publisherId === publisher);
}

function trailOf({ event, ordinal }: Logged, { trails }: Extract<History, { kind: 'run' }>): Trail | undefined {
  const { businessDay, type, subject } = event;
  return trails.find(({ entry }) => entry === `${businessDay}.${type}.${subject}.${ordinal}`);
}
