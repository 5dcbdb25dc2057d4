/**
 * A line's history as a page tells it to its seller or a publisher: who has it, what was tested, what became of it. What is
 * left out of it for that party, src/core/line/audience.ts has left out before.
 */
import type { OwnParty } from '../../core/access.ts';
import type { Tested } from '../../core/attribution/tests/index.ts';
import type { EventOf } from '../../core/events/event.ts';
import type { Logged } from '../../core/events/read-body.ts';
import { entryId } from '../../core/ids.ts';
import { ANOTHER, historyFor } from '../../core/line/audience.ts';
import type { History, Trail, WaitingFact } from '../../core/line/history.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { SignalName } from '../../core/signals/index.ts';
import { type Standing, standingOf } from '../../formats/explain/explain.ts';

/** What a line begins with: its attribution, or that it was brought in from the books before these. */
type Begin = EventOf<'OrderAttributed'> | EventOf<'OrderUnattributed'> | EventOf<'LineBroughtIn'>;

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
  readonly attribution: Begin;
  readonly policy: Policy;
  /** Who has it: somebody who is named to the party, another publisher, or nobody. */
  readonly had: 'told' | 'another' | 'nobody';
  /** How it stands; null where it is another publisher's. */
  readonly standing: Standing | null;
  readonly candidates: readonly Candidate[];
  /** Clicks that were not tested. */
  readonly rest: number;
  readonly signals: readonly SignalName[];
  readonly steps: readonly Step[];
  readonly waiting: readonly WaitingFact[];
}

/** The story for a party; null where the line is none of its, or its night has not been run. */
export function storyOf(whole: History, own: OwnParty): LineStory | null {
  const history = historyFor(whole, own);
  if (history?.kind !== 'run' || whole.kind !== 'run') return null;
  const [first, ...later] = history.events;
  const attribution = first?.event;
  if (
    attribution?.type !== 'OrderAttributed' &&
    attribution?.type !== 'OrderUnattributed' &&
    attribution?.type !== 'LineBroughtIn'
  ) {
    return null;
  }
  const search = attribution.type === 'LineBroughtIn' ? null : attribution.body;
  // How it stands is told by all of its events, and only where it is told at all.
  const standing = standingOf(whole.events);
  const isTold = own.role === 'seller' || standing.publisher === own.party || standing.publisher === null;
  return {
    line: history.orderLineId,
    attribution,
    policy: history.policy.policy,
    had: standing.publisher === null ? 'nobody' : isTold ? 'told' : 'another',
    standing: isTold ? standing : null,
    candidates: (search?.tested ?? []).map((tested) => ({ tested, isOpen: pidOf(tested) !== ANOTHER })),
    rest: search?.rest.count ?? 0,
    signals: attribution.type === 'OrderAttributed' ? attribution.body.signals.map(({ signal }) => signal) : [],
    steps: later.map((logged) => ({ logged, trail: trailOf(logged, history.trails) })),
    waiting: isTold ? history.waiting : [],
  };
}

function pidOf({ candidate }: Tested): string {
  return 'coupon' in candidate ? candidate.coupon : candidate.pid;
}

function trailOf({ event, ordinal }: Logged, trails: readonly Trail[]): Trail | undefined {
  const { businessDay, type, subject } = event;
  return trails.find(({ entry }) => entry === entryId({ businessDay, type, subject, ordinal }));
}
