/** A policy's settings as label and text, and which of them another policy has otherwise. */
import { type Policy, policyText } from '../core/policy.ts';

/** Every setting of a policy, a signal's action being one of its own. */
export function settingRows(policy: Policy, digits: number): [string, string][] {
  const settings = JSON.parse(policyText(policy, digits)) as Record<string, unknown>;
  return Object.entries(settings).flatMap(([name, value]): [string, string][] =>
    name === 'actions' && typeof value === 'object' && value !== null
      ? Object.entries(value).map(([signal, action]) => [`actions ${signal}`, String(action)])
      : [[name, Array.isArray(value) ? value.join(', ') : String(value)]],
  );
}

/** What a policy has otherwise than the one before it: setting, new and old text. */
export function settingChanges(before: Policy, after: Policy, digits: number): [string, string, string][] {
  const was = new Map(settingRows(before, digits));
  return settingRows(after, digits).flatMap(([name, value]): [string, string, string][] => {
    const old = was.get(name) ?? '';
    return old === value ? [] : [[name, value, old]];
  });
}
