/**
 * The routes of the API that do acts, made from their declarations: the fields named in an address are its parameters, the
 * others its body. Who signed in is who does it; nobody acts under another name.
 */
import { type TObject, type TSchema, Type } from 'typebox';
import { partyOf } from '../core/access.ts';
import { quote } from '../core/feeds/feed.ts';
import { closed } from '../formats/shapes.ts';
import { type Act, perform } from '../office/acts/act.ts';
import { ACTS } from '../office/acts/index.ts';
import type { Door } from '../store/people/audit.ts';
import { once } from './once.ts';
import { Problem } from './problem.ts';
import { type Asked, type Route, route } from './route.ts';

/** A route for every act that has an address. */
export const actRoutes: readonly Route[] = ACTS.flatMap((act) =>
  typeof act.route === 'string' ? [routeOf(act, act.route)] : [],
);

function routeOf(act: Act, path: string): Route {
  const inPath = [...path.matchAll(/:(\w+)/g)].map(([, name]) => name ?? '');
  const shape = (names: readonly string[]): TObject =>
    closed(Object.fromEntries(names.map((name) => [name, schemaOf(act, name)])));
  const inBody = Object.keys(act.fields).filter((name) => !inPath.includes(name));
  return route({
    method: 'POST',
    path,
    right: act.right,
    summary: act.summary,
    ...(act.notes === undefined ? {} : { notes: act.notes }),
    ...(inPath.length === 0 ? {} : { params: shape(inPath) }),
    ...(inBody.length === 0 ? {} : { body: shape(inBody) }),
    status: 201,
    answer: act.answer,
    isOnce: true,
    handle: async (asked: Asked<unknown, unknown, unknown>) => {
      const book = await asked.deps.book();
      const told = { ...(asked.params as object), ...(asked.body as object) } as Readonly<Record<string, unknown>>;
      const given: Record<string, unknown> = {};
      for (const [name, field] of Object.entries(act.fields)) {
        const value = told[name] ?? null;
        // What is no text was read by its schema.
        given[name] = typeof value === 'string' && field.kind !== 'words' ? field.read(value, book) : value;
        if (given[name] === undefined)
          throw new Problem('bad-request', `${name} is ${quote(String(value))}: it must be ${field.expected}`);
      }
      return once(asked, 201, async (session) => (await perform(session, apiDoor(asked), act, given)).answer);
    },
  });
}

function schemaOf(act: Act, name: string): TSchema {
  const field = act.fields[name];
  if (field === undefined) throw new Error(`the act ${act.name} has no field ${name}`);
  return field.isOptional === true ? Type.Optional(field.schema) : field.schema;
}

/** The door of the API, at the clock's moment to the second. */
export function apiDoor({
  principal,
  request,
  deps,
}: Pick<Asked<unknown, unknown, unknown>, 'principal' | 'request' | 'deps'>): Door {
  const now = deps.now();
  return { name: 'api', who: principal, own: partyOf(principal), at: now - (now % 1000), requestId: request.id };
}
