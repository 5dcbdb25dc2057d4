/** A policy's settings as label and text, and which of them another policy has otherwise. */
import { type Policy, policyText } from '../core/policy/policy.ts';

/** Every setting of a policy, each part of a setting with parts on its own. */
export function settingRows(policy: Policy, digits: number): [string, string][] {
  const settings = JSON.parse(policyText(policy, digits)) as Record<string, unknown>;
  return Object.entries(settings).flatMap(([name, value]) => partRows(name, value));
}

/** A setting's row, or a row for each of its parts. */
function partRows(name: string, value: unknown): [string, string][] {
  if (Array.isArray(value)) return [[name, value.join(', ')]];
  if (typeof value !== 'object' || value === null) return [[name, String(value)]];
  return Object.entries(value).flatMap(([part, own]) => partRows(`${name} ${part}`, own));
}

/** What a policy has otherwise than the one before it: setting, new and old text. */
export function settingChanges(before: Policy, after: Policy, digits: number): [string, string, string][] {
  const was = new Map(settingRows(before, digits));
  return settingRows(after, digits).flatMap(([name, value]): [string, string, string][] => {
    const old = was.get(name) ?? '';
    return old === value ? [] : [[name, value, old]];
  });
}
