/** Which policy was in force on a day, as the log's own `PolicyAdopted` events say (SPEC 14). */
import type { Day } from '../calendar.ts';
import type { Policy } from '../policy/policy.ts';

export interface Adopted {
  readonly version: number;
  readonly since: Day;
  readonly policy: Policy;
}

/** The adopted policy in force on a day: the last one adopted by then; undefined before any. */
export function policyOn(adopted: readonly Adopted[], day: Day): Adopted | undefined {
  let found: Adopted | undefined;
  for (const one of adopted) if (one.since <= day && one.version > (found?.version ?? 0)) found = one;
  return found;
}
