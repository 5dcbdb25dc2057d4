/** What a risk signal is given and what it answers (SPEC 9). */
import type { Click, OrderLine } from '../attribution/click.ts';
import type { Known, KnownPid } from '../attribution/registry.ts';
import type { ClickEvidence } from '../events/event.ts';
import type { Policy, SignalName } from '../policy/policy.ts';

/** A line that somebody has won, by a click or (click null) by a coupon. */
export interface Won {
  readonly line: OrderLine;
  readonly click: Click | null;
  readonly pid: KnownPid;
  /** The buyer's clicks, beyond the windows too. */
  readonly clicks: readonly Click[];
  readonly registry: Known;
  readonly policy: Policy;
  /** Whom the clicks alone would have given the line to. */
  readonly publisherByClicks: () => string | undefined;
}

interface Sighting {
  readonly saw: string;
  readonly clicks?: readonly ClickEvidence[];
}

export interface Signal {
  readonly name: SignalName;
  /** What was seen, or undefined when the signal does not fire. */
  readonly look: (won: Won) => Sighting | undefined;
}
