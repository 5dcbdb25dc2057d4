/**
 * How a site stands at an instant: what it may do, since when and through what, which notices run, and which approvals
 * hold. It folds dated rows, and decides nothing.
 */
import type { Instant } from '../../calendar.ts';
import type { Permission } from '../permissions.ts';

/** A row that switches a permission, by whatever it is there. In order of `at`, equal ones as accepted (SPEC 1). */
export interface Switch {
  readonly permission: Permission;
  readonly value: 'grant' | 'revoke';
  readonly at: Instant;
  /** `row`: of the feed `permissions`; `approval`: of an application; `notice`: the end of a notice not cancelled. */
  readonly source: 'row' | 'approval' | 'notice';
  /** True when a person decided it; only a notice that a review issued, by its score, is not. Grants by rows may be anybody's. */
  readonly isPersons: boolean;
  /** Of a row its reason, else the id of the application or notice. */
  readonly ref: string;
}

/** What a site may at an instant. */
export interface Held {
  /** The switch in force, or undefined where there is none: off. */
  readonly last: Switch | undefined;
  readonly held: boolean;
  /** The approved application that beats the score: no person has revoked the permission since. */
  readonly approval: Switch | undefined;
  /** The notice that ends the permission next. */
  readonly pending: Switch | undefined;
  /** The notices that run and that a review issued: only such a one a review takes back. */
  readonly ours: readonly Switch[];
  /** True when a person took the permission away, by a row or a notice, and nobody gave it back: no review does. */
  readonly barred: boolean;
}

/** Folds the switches of one permission of one site, in their order, as of an instant. */
export function heldAt(switches: readonly Switch[], asOf: Instant): Held {
  let last: Switch | undefined;
  let approval: Switch | undefined;
  let barred = false;
  for (const one of switches) {
    if (one.at > asOf) continue;
    last = one;
    if (one.value === 'grant') barred = false;
    else if (one.isPersons) barred = true;
    if (one.source === 'approval') approval = one;
    else if (one.value === 'revoke' && one.isPersons) approval = undefined;
  }
  const running = switches.filter((one) => one.at > asOf && one.source === 'notice');
  const ours = running.filter((one) => !one.isPersons);
  return { last, held: last?.value === 'grant', approval, pending: running[0], ours, barred };
}

/** A row of `site-reviews` in force, as a review and a desk read it. */
export interface State {
  readonly status: string;
  readonly score: string | null;
  readonly at: Instant;
  readonly reason: string;
}
