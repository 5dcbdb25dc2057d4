/**
 * The risk signals of SPEC 9, a row each, in its order, and what follows from the rows: their names, what a stored event
 * has of them, the settings they bring to a policy. A new signal is one file, one row here, its words and a scenario.
 */
import type { ClickEvidence } from '../attribution/click.ts';
import { BAD, type Infer, type Shape } from '../events/shape.ts';
import { byCodePoint } from '../ids.ts';
import { clickFlood } from './click-flood.ts';
import { couponOverride } from './coupon-override.ts';
import { fastOrder } from './fast-order.ts';
import { noReferrer } from './no-referrer.ts';
import { overwrittenClick } from './overwritten-click.ts';
import { referrerMismatch } from './referrer-mismatch.ts';
import type { Action, Fired, Threshold, Won } from './signal.ts';

export const SIGNALS = [fastOrder, overwrittenClick, referrerMismatch, noReferrer, clickFlood, couponOverride] as const;

type Row = (typeof SIGNALS)[number];
export type SignalName = Row['name'];
/** What each signal saw, by its name. */
export type Evidence = { readonly [R in Row as R['name']]: Infer<R['evidence']> };
/** A signal that fired, as events record it. */
export type FiredSignal = { [N in SignalName]: Fired<N, Evidence[N]> }[SignalName];

type ThresholdName = { [R in Row as R['name']]: keyof R['thresholds'] }[SignalName];
/** The settings that signals bring to a policy. */
export type Thresholds = { readonly [K in ThresholdName]: number };
export type Actions = { readonly [N in SignalName]: Action };

export const THRESHOLDS = Object.assign({}, ...SIGNALS.map(({ thresholds }) => thresholds)) as {
  readonly [K in ThresholdName]: Threshold;
};

/** The thresholds of the preset. */
export function presetThresholds(): Thresholds {
  return Object.fromEntries(
    Object.entries<Threshold>(THRESHOLDS).map(([setting, { preset }]) => [setting, preset]),
  ) as Thresholds;
}

/** A value for each signal. */
export function ofEachSignal<T>(value: (signal: Row) => T): { readonly [N in SignalName]: T } {
  return Object.fromEntries(SIGNALS.map((one) => [one.name, value(one)])) as { [N in SignalName]: T };
}

const BY_NAME = new Map<string, Row>(SIGNALS.map((one) => [one.name, one]));
const IN_NAMES_ORDER = [...SIGNALS].sort((a, b) => byCodePoint(a.name, b.name));

/** The signal of a name; undefined of a text that is the name of none. */
export function signalNamed(name: string): Row | undefined {
  return BY_NAME.get(name);
}

/** The signals that fired with action `flag` or `hold`, by name; those that are `off` are not looked at. */
export function fireSignals(won: Won, policy: Thresholds & { readonly actions: Actions }): FiredSignal[] {
  const fired: FiredSignal[] = [];
  for (const one of IN_NAMES_ORDER) {
    const action = policy.actions[one.name];
    const sighting = action === 'off' ? undefined : one.look(won, action, policy);
    if (sighting !== undefined) fired.push(sighting);
  }
  return fired;
}

/** Milliseconds before the winning click in which any signal looks at other clicks. */
export function lookBackOf(policy: Thresholds): number {
  return Math.max(...SIGNALS.map((one) => one.lookBack(policy)));
}

/** The clicks beside the winning one that a signal saw, latest first. */
export function clicksSeen({ evidence }: FiredSignal): readonly ClickEvidence[] {
  return evidence !== null && 'clicks' in evidence ? evidence.clicks : [];
}

/** Where the winning click said that it came from, where a signal was about that; else empty. */
export function referrerOf(signals: readonly FiredSignal[]): string {
  for (const { evidence } of signals) if (evidence !== null && 'referrer' in evidence) return evidence.referrer;
  return '';
}

const SHAPES = new Map<string, Shape<FiredSignal>>(
  SIGNALS.map(({ name, fired }) => [name, fired as Shape<FiredSignal>]),
);

/** A fired signal as a stored event has it: read and written by the shape of its own evidence. */
export const firedSignal: Shape<FiredSignal> = {
  read: (value, digits, path) => {
    const name = typeof value === 'object' && value !== null && 'signal' in value ? value.signal : undefined;
    const own = typeof name === 'string' ? SHAPES.get(name) : undefined;
    if (own !== undefined) return own.read(value, digits, path);
    path.push('signal');
    return BAD;
  },
  write: (value, digits) => {
    const own = SHAPES.get(value.signal);
    if (own === undefined) throw new Error(`${value.signal} is the name of no signal`);
    return own.write(value, digits);
  },
};
