/**
 * How a site stands at an instant: what it may do, since when and by what, which notices run, and which approvals hold.
 * It folds dated rows and decides nothing.
 */
import type { Instant } from '../calendar.ts';
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
  /** A notice that runs: the permission ends at its instant. */
  readonly pending: Switch | undefined;
  /** True when a person took the permission away, by a row or a notice: no review gives it back. */
  readonly barred: boolean;
}

/** Folds the switches of one permission of one site, in their order, as of an instant. */
export function heldAt(switches: readonly Switch[], asOf: Instant): Held {
  let last: Switch | undefined;
  let approval: Switch | undefined;
  let pending: Switch | undefined;
  for (const one of switches) {
    if (one.at > asOf) {
      if (one.source === 'notice') pending ??= one;
      continue;
    }
    last = one;
    if (one.source === 'approval') approval = one;
    else if (one.isPersons && one.value === 'revoke') approval = undefined;
  }
  const held = last?.value === 'grant';
  return { last, held, approval, pending, barred: !held && last?.isPersons === true };
}

/** A row of `site-reviews` in force, as a review and a desk read it. */
export interface State {
  readonly status: string;
  readonly score: string | null;
  readonly at: Instant;
  readonly reason: string;
}
