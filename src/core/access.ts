/**
 * Who somebody is to the book, and what each role may do and see: one table, which every door asks (SPEC 2). It knows
 * no keys, tokens or sessions; how somebody proves who they are is the door's.
 */

import type { Identity } from './person.ts';

export const ROLES = ['operator', 'finance', 'risk', 'auditor', 'administrator', 'seller', 'publisher'] as const;
export type Role = (typeof ROLES)[number];

/** The roles that belong to a party and see its own alone. */
type PartyRole = 'seller' | 'publisher';

const STAFF = ['operator', 'finance', 'risk', 'auditor'] as const;

/**
 * Who has each right. Of a seller or publisher it holds for its own only: its months, its lines, its sites.
 * `see-` reads; everything else changes something and is written down with who did it.
 */
export const RIGHTS = {
  /** How far the book has come: nights, what waits, policies. */
  'see-book': STAFF,
  'see-attributions': [...STAFF, 'seller', 'publisher'],
  /** Why an order line earned what it earned. */
  'see-explanations': [...STAFF, 'seller', 'publisher'],
  'see-statements': ['operator', 'finance', 'auditor', 'publisher'],
  'see-deductions': ['operator', 'finance', 'auditor', 'seller'],
  'see-payouts': ['operator', 'finance', 'auditor', 'publisher'],
  'see-breaks': ['operator', 'finance', 'auditor'],
  'see-cases': ['operator', 'risk', 'auditor'],
  'see-sites': ['operator', 'risk', 'auditor', 'publisher'],
  'see-exports': ['operator', 'finance', 'auditor'],
  /** Deliveries, their receipts, and what was refused: rows as others wrote them. */
  'see-deliveries': ['operator', 'auditor'],
  /** Who decided what, and who signed in. */
  'see-audit': ['operator', 'auditor', 'administrator'],
  /** Who may come in, how, and what each of them did. */
  'see-people': ['auditor', 'administrator'],
  /** Inviting, changing, suspending persons, and how people sign in. It is no right to money: nobody has both by one role. */
  'manage-people': ['administrator'],
  /** Giving keys to programs, and ending them: a seller or publisher its own. */
  'manage-keys': ['administrator', 'seller', 'publisher'],
  /** Delivering feeds. */
  deliver: ['operator'],
  /** Adopting the rules that hold from the next day to be run. */
  'adopt-policies': ['operator'],
  'decide-cases': ['risk'],
  'decide-sites': ['risk'],
  'file-sites': ['operator', 'publisher'],
  dispute: ['operator', 'seller'],
  appeal: ['operator', 'publisher'],
  'note-breaks': ['finance'],
  /** Adjusting balances and signing off cut-overs, each with a second person. */
  adjust: ['finance'],
  'write-payments': ['finance'],
} as const satisfies Readonly<Record<string, readonly Role[]>>;

export type Right = keyof typeof RIGHTS;

/** Somebody who has proved who they are. */
export interface Principal {
  readonly role: Role;
  /** Further roles of a person, who is of the alliance's own people. */
  readonly also?: readonly Role[];
  /** The id of the seller or publisher, of those two roles alone. */
  readonly party: string | null;
  /** Who it is, for the record of decisions. */
  readonly name: string;
  /** What proved it. */
  readonly identity: Identity;
  /** The id of the key that was shown; null of a token or a session of pages. */
  readonly key: string | null;
  /** What the key or token is narrowed to; null for all that its role may do. */
  readonly scopes: readonly Right[] | null;
}

export function isRole(text: string): text is Role {
  return (ROLES as readonly string[]).includes(text);
}

export function isRight(text: string): text is Right {
  return Object.hasOwn(RIGHTS, text);
}

/** Whether a role has a right, for its own or for all. */
export function roleMay(role: Role, right: Right): boolean {
  return (RIGHTS[right] as readonly Role[]).includes(role);
}

/** Whether somebody may do what a right names. */
export function may(of: Pick<Principal, 'role' | 'also' | 'scopes'>, right: Right): boolean {
  return rolesOf(of).some((role) => roleMay(role, right)) && (of.scopes === null || of.scopes.includes(right));
}

/** All the roles that somebody has. */
export function rolesOf({ role, also = [] }: Pick<Principal, 'role' | 'also'>): readonly Role[] {
  return [role, ...also];
}

/**
 * The rights by which money is decided. On pages each of their decisions wants fresh proof of who it is, so no key that is
 * given on a page has one of them: it would be a way around.
 */
export const MONEY_RIGHTS: readonly Right[] = ['adjust', 'adopt-policies', 'write-payments', 'decide-cases'];

/** Why roles do not go together in one person; undefined where they do. */
export function rolesFault(roles: readonly Role[], party: string | null): string | undefined {
  const [first] = roles;
  if (first === undefined || new Set(roles).size < roles.length) return 'say each role once, and one at least';
  if (roles.length > 1 && roles.some(isPartyRole)) return 'a seller or publisher has that role alone';
  return roleFault(first, party);
}

function isPartyRole(role: Role): role is PartyRole {
  return role === 'seller' || role === 'publisher';
}

/** A seller or publisher, of whom only what is its own is shown. */
export interface OwnParty {
  readonly role: PartyRole;
  readonly party: string;
}

/** The party that somebody is; undefined of staff, who see everything that their role does. */
export function partyOf({ role, party }: Pick<Principal, 'role' | 'party'>): OwnParty | undefined {
  if (!isPartyRole(role)) return undefined;
  if (party === null) throw new Error(`a ${role} without an id sees nothing`);
  return { role, party };
}

/** Why a role and a party do not go together; undefined where they do. */
export function roleFault(role: Role, party: string | null): string | undefined {
  const isParty = isPartyRole(role);
  if (isParty && party === null) return `a ${role} needs the id of that ${role}`;
  if (!isParty && party !== null) return `${role} is nobody's own role: leave the id out`;
  return undefined;
}
