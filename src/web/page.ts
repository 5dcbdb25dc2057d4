/**
 * What a page is: a path, who may open it, what it reads, how that is shown, and what its forms do. It knows no cookies
 * and headers (door.ts does), and decides nothing about money.
 */
import type { Right, Role } from '../core/access.ts';
import { isNotThere } from '../core/refusal.ts';
import type { Markup } from '../formats/files/markup.ts';
import type { PlainTerm } from '../formats/words/index.ts';
import type { Session } from '../store/connection/session.ts';
import type { SentFile } from './request.ts';
import type { Visit } from './visit.ts';

/** What a page puts into the frame. */
export interface Content {
  /** Of the window; the body has a heading of its own. */
  readonly title: string;
  /** The section of the navigation that is lit; null for none. */
  readonly section: PlainTerm | null;
  readonly body: Markup;
}

/**
 * What a form came to: done, and where to go, or what is shown once and never again; or refused, with one sentence, and nothing
 * changed.
 */
export type Acted = { readonly to: string } | { readonly show: Content } | { readonly refused: string };

/**
 * Does what a form asks, and records who did it. The session writes: whose the thing is has to be checked first, in the same act, and null says
 * that it is another's.
 * @param fields what was typed, trimmed, without the form's own name and token
 * @param file what was sent with it, where its form sends one
 */
export interface Act {
  /** Null of what everybody does for themselves. */
  readonly right: Right | null;
  /** It is only done within ten minutes of a proof of who does it: money, and ways in. */
  readonly asksAgain?: true;
  /** Whether its form sends a file. */
  readonly takesFile?: true;
  readonly do: (
    session: Session,
    visit: Visit,
    fields: Readonly<Record<string, string>>,
    file: SentFile | null,
    requestId: string,
  ) => Promise<Acted | null>;
}

/** A file, read while it is sent. */
export interface Download {
  readonly name: string;
  readonly mime: string;
  readonly pieces: AsyncIterable<string | Uint8Array>;
}

export interface Place {
  /** Such as `/seller/lines/:line`. */
  readonly path: string;
  readonly roles: readonly Role[];
  /** What they have to be allowed to do; null of what everybody sees of themselves. */
  readonly right: Right | null;
  /** Open before a passkey was shown that is asked for. */
  readonly isBeforeGate?: true;
}

export interface Page extends Place {
  /** Reads and shows, in one snapshot, as the party's own role; null where there is no such thing, or it is another's. */
  readonly render: (session: Session, visit: Visit) => Promise<Content | { readonly to: string } | null>;
  /**
   * Whose rows it reads: the party's own, to which PostgreSQL holds it; or all, and then the page itself has to check
   * what it shows of them.
   */
  readonly reads: 'own' | 'all';
  /** Whether it takes a session of those for what may take long. */
  readonly takesLong: boolean;
  /** The forms on it by name; each is sent to the page's own path with its name in the field `act`. */
  readonly acts: Readonly<Record<string, Act>>;
}

/** A page: what it reads becomes a model, and the model markup. */
export function page<Model>(
  of: Place & {
    readonly load: (session: Session, visit: Visit) => Promise<Model | null>;
    readonly show: (model: Model, visit: Visit) => Content;
    readonly reads?: 'all';
    readonly takesLong?: true;
    readonly acts?: Readonly<Record<string, Act>>;
  },
): Page {
  return {
    path: of.path,
    roles: of.roles,
    right: of.right,
    ...(of.isBeforeGate === undefined ? {} : { isBeforeGate: of.isBeforeGate }),
    reads: of.reads ?? 'own',
    takesLong: of.takesLong ?? false,
    acts: of.acts ?? {},
    render: async (session, visit) => {
      const model = await of.load(session, visit);
      return model === null ? null : of.show(model, visit);
    },
  };
}

/** What was looked for; null where there is no such thing. */
export async function nullWhereNotThere<T>(look: () => Promise<T>): Promise<T | null> {
  try {
    return await look();
  } catch (error) {
    if (isNotThere(error)) return null;
    throw error;
  }
}

/** A path that redirects to another, such as to the latest month. */
export function signpost(
  of: Place & {
    readonly lead: (session: Session, visit: Visit) => Promise<string | Content | null>;
  },
): Page {
  return {
    path: of.path,
    roles: of.roles,
    right: of.right,
    reads: 'own',
    takesLong: false,
    acts: {},
    render: async (session, visit) => {
      const led = await of.lead(session, visit);
      return typeof led === 'string' ? { to: led } : led;
    },
  };
}

/** A file that can be downloaded at a path. */
export interface Counter extends Place {
  /** As of a page; its own where nothing is said. */
  readonly reads?: 'all';
  readonly open: (session: Session, visit: Visit) => Promise<Download | null>;
}

/** A section of the navigation. */
export interface Section {
  readonly term: PlainTerm;
  readonly path: string;
  readonly roles: readonly Role[];
}

/** A room of pages: its sections, pages and files. `src/web/rooms.ts` lists them. */
export interface Room {
  readonly sections: readonly Section[];
  readonly pages: readonly Page[];
  readonly counters: readonly Counter[];
}
