/**
 * What a risk signal is (SPEC 9): one record says when it fires, what it saw, how that is proved again from the event, and
 * what the desk makes of it. The words for it are in src/formats/words/signals.ts; nothing here is a sentence.
 */
import type { Click, ClickEvidence, OrderLine } from '../attribution/click.ts';
import type { Known, KnownPid } from '../attribution/registry.ts';
import type { Instant } from '../calendar.ts';
import { type Of, object, oneOf, type Shape } from '../events/shape.ts';

/** What a policy does about a signal: not look, note it, or hold the earning until a person decides. */
export const ACTIONS = ['off', 'flag', 'hold'] as const;
export type Action = (typeof ACTIONS)[number];

/** A line that somebody has won, by a click or by a coupon. */
export interface Won {
  readonly line: OrderLine;
  /** Null of a coupon. */
  readonly click: Click | null;
  readonly pid: KnownPid;
  /** The buyer's clicks, beyond the windows too. */
  readonly clicks: readonly Click[];
  readonly registry: Known;
  /** Whom the clicks alone would have given the line to. */
  readonly publisherByClicks: () => string | undefined;
}

/** Of a line that was won, what its event recorded. */
interface Recorded {
  readonly paidAt: Instant;
  /** Undefined of a coupon. */
  readonly click: ClickEvidence | undefined;
  readonly publisherId: string | null;
}

/** A setting of the policy that a signal brings: a whole number from 0. */
export interface Threshold {
  readonly preset: number;
  readonly most: number;
}
type Terms<S extends string> = Readonly<Record<S, number>>;

/** What a forfeited line is called by the networks: its sale was taken from another, its clicks are none, its source is false. */
export type Breach = 'hijacking' | 'false-traffic' | 'false-source';

/** A signal that fired. */
export interface Fired<N extends string, E> {
  readonly signal: N;
  readonly action: Action;
  /** What it saw. The log always has it; null for a reader who may not know it (line/audience.ts). */
  readonly evidence: E | null;
}

interface Common<N extends string, S extends string> {
  readonly name: N;
  /** What the preset does about it. */
  readonly action: Action;
  readonly thresholds: Readonly<Record<S, Threshold>>;
  /** Where several fired, the case is of the one that says most: the least rank. No two have one rank. */
  readonly rank: number;
  /** Null where it shows no breach of its own. */
  readonly breach: Breach | null;
}

export interface Signal<N extends string, S extends string, E> extends Common<N, S> {
  /** As a stored event has it. */
  readonly fired: Shape<Fired<N, E>>;
  readonly evidence: Shape<E>;
  /** Milliseconds before the winning click in which it looks at other clicks. */
  readonly lookBack: (policy: Terms<S>) => number;
  /** What it saw, or undefined where it does not fire. */
  readonly look: (won: Won, action: Action, policy: Terms<S>) => Fired<N, E> | undefined;
  /** Whether what it saw shows, with what else the event recorded, that it had to fire. */
  readonly holds: (evidence: unknown, recorded: Recorded, policy: Terms<S>) => boolean;
  /** Whether it had to fire; undefined where what was recorded leaves that open. */
  readonly hadToFire: (recorded: Recorded, policy: Terms<S>) => boolean | undefined;
  /** Whom its case is about: of a PID's clicks the PID, which is undefined here; else what its evidence names. */
  readonly subject: (evidence: unknown) => string | undefined;
  /** Whether its case is named by its evidence, and not by the PID alone. */
  readonly isNamedByEvidence: boolean;
}

type Fields = Readonly<Record<string, Shape<unknown>>>;

interface Rules<N extends string, S extends string, F extends Fields> extends Common<N, S> {
  readonly evidence: F;
  readonly lookBack?: (policy: Terms<S>) => number;
  /** What its case is about, where that is not the PID alone. */
  readonly subject?: (evidence: Of<F>) => string;
}

interface OfClick<N extends string, S extends string, F extends Fields> extends Rules<N, S, F> {
  readonly look: (click: Click, won: Won, policy: Terms<S>) => Of<F> | undefined;
  readonly holds: (evidence: Of<F>, click: ClickEvidence, recorded: Recorded, policy: Terms<S>) => boolean;
  /** Whether it had to fire, where what was recorded tells that. */
  readonly hadToFire?: (click: ClickEvidence, recorded: Recorded, policy: Terms<S>) => boolean;
}

interface OfCoupon<N extends string, S extends string, F extends Fields> extends Rules<N, S, F> {
  readonly look: (won: Won, policy: Terms<S>) => Of<F> | undefined;
  readonly holds: (evidence: Of<F>, recorded: Recorded, policy: Terms<S>) => boolean;
}

/** A signal of lines that a click has won: it does not fire of a coupon. */
export function clickSignal<const N extends string, const F extends Fields, const S extends string = never>(
  rules: OfClick<N, S, F>,
): Signal<N, S, Of<F>> {
  const { look, holds, hadToFire } = rules;
  return {
    ...common(rules),
    look: (won, action, policy) => {
      const evidence = won.click === null ? undefined : look(won.click, won, policy);
      return evidence === undefined ? undefined : { signal: rules.name, action, evidence };
    },
    holds: (evidence, recorded, policy) =>
      recorded.click !== undefined && holds(evidence as Of<F>, recorded.click, recorded, policy),
    hadToFire: (recorded, policy) =>
      recorded.click === undefined ? false : hadToFire?.(recorded.click, recorded, policy),
  };
}

/** A signal of lines that a coupon has won: it does not fire of a click. */
export function couponSignal<const N extends string, const F extends Fields, const S extends string = never>(
  rules: OfCoupon<N, S, F>,
): Signal<N, S, Of<F>> {
  const { look, holds } = rules;
  return {
    ...common(rules),
    look: (won, action, policy) => {
      const evidence = won.click === null ? look(won, policy) : undefined;
      return evidence === undefined ? undefined : { signal: rules.name, action, evidence };
    },
    holds: (evidence, recorded, policy) => recorded.click === undefined && holds(evidence as Of<F>, recorded, policy),
    hadToFire: ({ click }) => (click === undefined ? undefined : false),
  };
}

/** Evidence comes as `unknown` to what goes over all signals; it was read by the shape of its own. */
function common<N extends string, S extends string, F extends Fields>(rules: Rules<N, S, F>) {
  const { name, action, thresholds, rank, breach, subject, lookBack } = rules;
  const evidence = object(rules.evidence);
  return {
    name,
    action,
    thresholds,
    rank,
    breach,
    evidence,
    fired: object({ signal: oneOf([name]), action: oneOf(ACTIONS), evidence }) as Shape<Fired<N, Of<F>>>,
    lookBack: lookBack ?? (() => 0),
    subject: (of: unknown) => (of === null ? undefined : subject?.(of as Of<F>)),
    isNamedByEvidence: subject !== undefined,
  };
}
