/**
 * A person's account: who it is, how far it has come, and for how long a proof of that holds. Which ways in there are is
 * decided in src/sign-in.
 */
import type { Principal, Right, Role } from './access.ts';

const PERSON_STATES = ['invited', 'active', 'suspended'] as const;
export type PersonState = (typeof PERSON_STATES)[number];

/** Milliseconds of ten minutes: a link works so long, and so fresh the proof has to be under which money is decided. */
export const FRESH = 600_000;
/** Half a day: a working day with its edges. */
export const SESSION_LASTS = 12 * 3_600_000;

/** A person as the last step of the account left it. */
export interface Person {
  readonly personId: string;
  readonly version: number;
  readonly name: string;
  readonly address: string;
  readonly roles: readonly Role[];
  readonly party: string | null;
  readonly scopes: readonly Right[] | null;
  readonly state: PersonState;
  /** Who it is to the company's own sign-in; null before it came in by that. */
  readonly company: { readonly issuer: string; readonly subject: string } | null;
}

/** A person as one who came in. */
export function principalOf({ personId, name, roles, party, scopes }: Person): Principal {
  const [role, ...also] = roles;
  if (role === undefined) throw new Error(`person ${personId} has no role`);
  return { role, also, party, name, scopes, key: null, identity: { issuer: 'person', subject: personId } };
}

/** Whether somebody is of the alliance's own people. */
export function isStaff({ party }: Pick<Person, 'party'>): boolean {
  return party === null;
}

/** An address as it is kept and compared. */
export function plainAddress(text: string): string {
  return text.trim().toLowerCase();
}
