/** The visitor, the page, the language and the moment of the book: all that a page is made for. */
import type { Principal } from '../core/access.ts';
import type { Person } from '../core/account.ts';
import type { Instant } from '../core/calendar.ts';
import type { Speech } from '../formats/words/index.ts';
import type { Book } from '../store/night/book.ts';
import type { SignInRule } from '../store/people/persons.ts';
import type { PageSession } from '../store/people/sessions.ts';
import type { Shelf } from './cache.ts';

/** A refused form: which, why, and what had been typed, to be shown in it. */
export interface RefusedForm {
  readonly act: string;
  readonly sentence: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** Somebody's session, and what it still wants. */
export interface SignedIn {
  readonly person: Person;
  readonly session: PageSession;
  /** How people sign in; null where nobody has said it, as in a demonstration. */
  readonly rule: SignInRule | null;
  /** Whether the person has a passkey that this site can ask for. */
  readonly hasPasskey: boolean;
  /** Whether a passkey is asked for first, and until then no other page is open. */
  readonly isGated: boolean;
  /** Whether it was proved within ten minutes who it is; by a passkey, of who has one. */
  readonly isFresh: boolean;
}

/** Whoever sent a request, signed in or not. */
export interface Caller {
  readonly speech: Speech;
  /** The path and query asked for, to come back to after changing the language. */
  readonly at: string;
  readonly principal: Principal | null;
  /** The session of who is signed in, and whose it is. */
  readonly signedIn: SignedIn | null;
  /** What a form has to carry to be believed; empty for who is not signed in. */
  readonly token: string;
  /** The book, for who is signed in. */
  readonly book: Book | null;
}

/** Somebody who is signed in, on a page. */
export interface Visit extends Caller {
  readonly principal: Principal;
  readonly signedIn: SignedIn;
  /** The secret of the browser's session, to which what a passkey is asked is bound. */
  readonly browser: string;
  readonly book: Book;
  /** The path without its query, to which the page's forms are sent. */
  readonly path: string;
  /** The named parts of the path. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly now: Instant;
  /** Sums that are kept until the next night. */
  readonly shelf: Shelf;
  /** The form that was refused just now; null on a page that was only opened. */
  readonly refused: RefusedForm | null;
}

/** The seller or publisher who looks. @throws for a principal that is neither: its pages are not open to it */
export function partyOf({ principal }: Visit): string {
  if (principal.party === null) throw new Error(`a ${principal.role} has no party: the page must not be open to it`);
  return principal.party;
}
