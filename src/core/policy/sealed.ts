/**
 * A policy as a book keeps it: every setting with its value, as one canonical text, beside the version of the rules that
 * it was adopted under. A default that changes, or a setting that comes later, changes no policy that was adopted before.
 */

import { SIGNALS } from '../signals/index.ts';
import type { Threshold } from '../signals/signal.ts';
import { alimama2013, type Policy, policyText, policyWith } from './policy.ts';
import { isObject } from './settings.ts';

/** The version of the rules: raised by a program that knows a setting more, or reads one otherwise. */
export const RULES = 1;

/** A setting that the first rules did not know. */
interface Later {
  /** The rules that brought it. */
  readonly since: number;
  /** Where it stands: `payDay`, or a part such as `review.ageDays`. */
  readonly setting: string;
  /** As a document would have it: the value with which a night does what it did before there was this setting. */
  readonly before: unknown;
}

/**
 * Every setting that came after rules 1. A policy adopted under older rules reads as if it had said `before`. A signal
 * needs no row, and its thresholds none: a policy that does not name it has it off.
 */
const LATER: readonly Later[] = [];

/** The policy as canonical JSON: every setting, keys in order of their names, amounts as decimals. */
export function sealedPolicy(policy: Policy, digits: number): string {
  return JSON.stringify(inOrder(JSON.parse(policyText(policy, digits))));
}

/**
 * Reads an adopted policy. Nothing is filled in from the preset: the text must hold every setting that its rules know.
 * @param text as `sealedPolicy` wrote it
 * @param rules the version it was adopted under
 * @param digits of the book's currency
 * @returns the policy, or one sentence that says what does not hold
 */
export function readSealedPolicy(text: string, rules: number, digits: number): Policy | string {
  if (rules > RULES) return `it was adopted under rules ${rules}, and this program knows them up to ${RULES} only`;
  let settings: unknown;
  try {
    settings = JSON.parse(text);
  } catch {
    return 'it is not JSON';
  }
  if (!isObject(settings)) return 'it is no object of settings';
  for (const later of LATER) if (later.since > rules) put(settings, later.setting.split('.'), later.before);
  for (const signal of SIGNALS) leaveOff(settings, signal);
  const policy = policyWith(settings, alimama2013(digits), digits);
  if (typeof policy === 'string') return policy;
  const missing = firstMissing(settings, JSON.parse(sealedPolicy(policy, digits)), '');
  return missing === undefined ? policy : `it does not say what ${missing} is`;
}

/** A signal that came later: it is off, whatever its thresholds. */
function leaveOff(settings: Record<string, unknown>, { name, thresholds }: (typeof SIGNALS)[number]): void {
  const { actions } = settings;
  if (!isObject(actions) || Object.hasOwn(actions, name)) return;
  actions[name] = 'off';
  for (const [setting, { preset }] of Object.entries<Threshold>(thresholds)) put(settings, [setting], preset);
}

function inOrder(value: unknown): unknown {
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, inOrder(value[key])]),
  );
}

/** Sets a part that is not there. */
function put(settings: Record<string, unknown>, [first = '', ...rest]: readonly string[], value: unknown): void {
  const own = settings[first];
  if (rest.length === 0) settings[first] ??= value;
  else if (isObject(own)) put(own, rest, value);
}

/** The first part of a whole policy that some settings lack. */
function firstMissing(settings: unknown, whole: unknown, path: string): string | undefined {
  if (!isObject(whole)) return undefined;
  if (!isObject(settings)) return path;
  for (const [key, value] of Object.entries(whole)) {
    const own = path === '' ? key : `${path}.${key}`;
    if (!Object.hasOwn(settings, key)) return own;
    const missing = firstMissing(settings[key], value, own);
    if (missing !== undefined) return missing;
  }
  return undefined;
}
