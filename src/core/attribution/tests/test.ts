/**
 * What a test of a candidate is (SPEC 5): one record says what it looks at in the registry, which fact of it the event
 * keeps, and how that fact and the policy decide. The words for it are in src/formats/words/tests.ts.
 */
import { type Instant, isoOf } from '../../calendar.ts';
import { type Infer, instant, nullable, object, oneOf, type Shape } from '../../events/shape.ts';
import type { Policy } from '../../policy/policy.ts';
import type { OrderLine, Trace } from '../click.ts';
import type { RateFound } from '../rates.ts';
import { type Dated, inForce, type KnownPid, type ShopEntry } from '../registry.ts';

/** A candidate on trial. One object serves the candidates of a line, one after the other. */
export interface Trial {
  readonly line: OrderLine;
  readonly shop: ShopEntry;
  /** Undefined where the PID is not known: no test after the first is made then. */
  pid: KnownPid | undefined;
  trace: Trace;
  /** The click's instant; of a coupon, the payment's. */
  at: Instant;
  /** The rate that applies, left here by the last test for whoever wins. */
  rate: RateFound | undefined;
}

/** A part of a recorded fact that no registry can have had. */
interface Fault {
  readonly part: string;
  readonly stored: string;
  readonly asked: string;
}

export interface AttributionTest<N extends string, R extends string, K extends string, F> {
  readonly name: N;
  /** The reason of a candidate that fails it. */
  readonly reason: R;
  /** The field of an event that keeps what it looked at. */
  readonly fact: K;
  readonly shape: Shape<F>;
  readonly isMade: (trace: Trace) => boolean;
  /** Looks, keeps the fact among `kept`, and decides by it. */
  readonly passes: (trial: Trial, policy: Policy, kept: Record<string, unknown>) => boolean;
  /** Decides by a fact that an event kept, which was read by `shape`. */
  readonly holds: (fact: unknown, policy: Policy) => boolean;
  /** For a candidate of instant `at`. */
  readonly faults: (fact: unknown, at: Instant, paidAt: Instant, policy: Policy) => readonly Fault[];
}

interface Rules<N extends string, R extends string, K extends string, F> {
  readonly name: N;
  readonly reason: R;
  readonly fact: K;
  readonly shape: Shape<F>;
  /** For which candidates; left out, for all. */
  readonly isMade?: (trace: Trace) => boolean;
  readonly look: (trial: Trial, policy: Policy) => F;
  readonly holds: (fact: F, policy: Policy) => boolean;
  readonly faults?: (fact: F, at: Instant, paidAt: Instant, policy: Policy) => readonly Fault[];
}

export function attributionTest<const N extends string, const R extends string, const K extends string, F>(
  rules: Rules<N, R, K, F>,
): AttributionTest<N, R, K, F> {
  const { name, reason, fact, shape, look, holds } = rules;
  return {
    name,
    reason,
    fact,
    shape,
    isMade: rules.isMade ?? (() => true),
    passes: (trial, policy, kept) => {
      const seen = look(trial, policy);
      kept[fact] = seen;
      return holds(seen, policy);
    },
    holds: (of, policy) => holds(of as F, policy),
    faults: (of, at, paidAt, policy) => rules.faults?.(of as F, at, paidAt, policy) ?? [],
  };
}

/** What a candidate's PID names. */
export function known({ pid, line }: Trial): KnownPid {
  if (pid === undefined)
    throw new Error(`order line ${line.orderLineId}: a candidate is tested whose PID is not known`);
  return pid;
}

interface DatedRules<N extends string, R extends string, K extends string, V extends string> {
  readonly name: N;
  readonly reason: R;
  readonly fact: K;
  /** What the switch can say (SPEC 3). */
  readonly values: readonly V[];
  /** What it has to say; with `orNone`, having no row at all does too. */
  readonly passing: V;
  readonly orNone?: true;
  readonly isMade?: (trace: Trace) => boolean;
  readonly rows: (trial: Trial) => readonly Dated[] | undefined;
  /** The instant it is looked at; left out, the candidate's own. */
  readonly asOf?: (at: Instant, paidAt: Instant, policy: Policy) => Instant;
}

/** A test of a dated switch: the fact is the row in force, or null where there is none. */
export function datedTest<
  const N extends string,
  const R extends string,
  const K extends string,
  const V extends string,
>(rules: DatedRules<N, R, K, V>) {
  const { name, reason, fact, values, passing, orNone = false, isMade, rows } = rules;
  const asOf = rules.asOf ?? ((at: Instant) => at);
  const row = object({ value: oneOf(values), since: instant });
  type Row = Infer<typeof row>;
  return attributionTest<N, R, K, Row | null>({
    name,
    reason,
    fact,
    shape: nullable(row),
    ...(isMade === undefined ? {} : { isMade }),
    look: (trial, policy) => {
      const found = inForce(rows(trial), asOf(trial.at, trial.line.paidAt, policy));
      // The registry holds what intake let in: the switch's own values.
      return found === undefined ? null : { value: found.value as V, since: isoOf(found.at) };
    },
    holds: (of) => (of === null ? orNone : of.value === passing),
    faults: (of, at, paidAt, policy) =>
      of === null || Date.parse(of.since) <= asOf(at, paidAt, policy)
        ? []
        : [{ part: 'since', stored: of.since, asked: 'not later' }],
  });
}
