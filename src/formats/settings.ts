/** A policy's settings as label and text, and which of them another policy has otherwise. */
import { type Policy, policyText } from '../core/policy/policy.ts';
import { knownTerm, type Speech } from './words/index.ts';

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

/** What a setting's row is called in a language: `permissions cross-store:tmall leastScore` names three things. */
export function settingLabel(name: string, { t }: Speech): string {
  const path = name.split(' ');
  const label = (part: string, at: number): string => {
    const keys = at === 0 ? [part] : [`${path[0]}-${part}`, `${path[at - 1]}-${part}`];
    const term = knownTerm(...keys.map((key) => `setting-${key}`), `permission-${part}`, part);
    return term === undefined ? part : t(term);
  };
  return path.map(label).join(' · ');
}

/** A setting's value in words, where it is one of a few names; a number or an amount stays as it is. */
export function settingValue(name: string, value: string, { t }: Speech): string {
  const [top] = name.split(' ');
  const one = (text: string): string => {
    const term = knownTerm(`value-${top}-${text}`, { true: 'yes', false: 'no' }[text] ?? text);
    return term === undefined ? text : t(term);
  };
  return value.split(', ').map(one).join(', ');
}
