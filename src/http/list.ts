/**
 * A route that answers with a page of a list, declared once: what narrows it, how it is read, and each field of its items
 * as its shape beside what a row has there. Totals are told on the first page.
 */
import { type Static, type TObject, type TProperties, type TSchema, Type } from 'typebox';
import type { Principal, Right } from '../core/access.ts';
import type { Session } from '../store/connection/session.ts';
import type { Book } from '../store/night/book.ts';
import { asParty } from '../store/people/access.ts';
import { type KeyPart, type PageAsked, page, pageAsked } from './page.ts';
import { type Route, route } from './route.ts';
import { closed, PAGE, pageOf } from './schemas.ts';

/** Who asks, what narrows the list, and the book it is of. */
interface Narrowed<Q extends TProperties> {
  readonly principal: Principal;
  readonly query: Static<TObject<Q>>;
  readonly book: Book;
}

interface ListSpec<Q extends TProperties, Row, Of> {
  readonly path: string;
  readonly right: Right;
  readonly summary: string;
  readonly notes?: string;
  /** What narrows the list. */
  readonly query?: Q;
  /** What is asked of the store. @throws Problem where the query asks for what is none, or another's */
  readonly of: (asked: Narrowed<Q>) => Of;
  /** What the texts are that a row's key has. */
  readonly key: readonly KeyPart[];
  readonly read: (session: Session, of: Of, wanted: PageAsked) => Promise<readonly Row[]>;
  readonly keyOf: (row: Row) => readonly string[];
  readonly fields: Readonly<Record<string, readonly [shape: TSchema, value: (row: Row, book: Book) => unknown]>>;
  readonly totals?: readonly [shape: TObject, read: (session: Session, of: Of, book: Book) => Promise<object>];
}

/** Makes the route of a list. */
export function listRoute<Row, Of, Q extends TProperties = Record<never, never>>(spec: ListSpec<Q, Row, Of>): Route {
  const fields = Object.entries(spec.fields);
  const item = Type.Object(Object.fromEntries(fields.map(([name, [shape]]) => [name, shape])));
  return route({
    method: 'GET',
    path: spec.path,
    right: spec.right,
    summary: spec.summary,
    ...(spec.notes === undefined ? {} : { notes: spec.notes }),
    query: closed({ ...spec.query, ...PAGE }),
    answer: pageOf(item, spec.totals?.[0]),
    handle: async ({ deps, principal, query }) => {
      const book = await deps.book();
      const of = spec.of({ principal, query: query as Static<TObject<Q>>, book });
      const wanted = pageAsked(query, spec.key);
      const itemOf = (row: Row) => Object.fromEntries(fields.map(([name, [, value]]) => [name, value(row, book)]));
      return deps.sessions.use((session) =>
        asParty(session, principal, async () => {
          const shown = page(await spec.read(session, of, wanted), wanted, spec.keyOf, itemOf);
          if (spec.totals === undefined || wanted.after !== null) return shown;
          return { ...shown, totals: await spec.totals[1](session, of, book) };
        }),
      );
    },
  });
}
