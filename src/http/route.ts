/**
 * A route of the API as one value: its address, who may ask, the schemas that validate, type and document what comes in
 * and goes out, and what answers. The server and the OpenAPI document are both made from these.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Static, type TObject, type TSchema, Type } from 'typebox';
import type { Principal, Right } from '../core/access.ts';
import { goneOf } from './body.ts';
import { holding, principalOf } from './identity.ts';
import type { RoomDeps } from './server.ts';

/** Who asks, and what, once it has been checked against the route's schemas. */
export interface Asked<P, Q, B> {
  readonly principal: Principal;
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly deps: RoomDeps;
  /** Aborted when whoever asked has gone. */
  readonly gone: AbortSignal;
}

/** A form of an answer that is not JSON: its content types, and what it is. */
interface OtherForms {
  readonly types: readonly string[];
}

export interface RouteSpec<P extends TObject, Q extends TObject, B extends TSchema> {
  readonly method: 'GET' | 'POST';
  /** As in `/v1/cases/:case`. */
  readonly path: string;
  /** What whoever asks has to hold; null where it is enough to have signed in. */
  readonly right: Right | null;
  /** What it asks for instead, where that depends on its address. */
  readonly rightOf?: (params: Readonly<Record<string, string>>) => Right;
  /** What it does, in a few words. */
  readonly summary: string;
  /** What else is to be known of it. */
  readonly notes?: string;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  /** Content types that are taken as a stream, instead of or beside the body. */
  readonly streams?: readonly string[];
  /** What a good answer holds as JSON; none where it is only in other forms. */
  readonly answer?: TSchema;
  readonly status?: 200 | 201;
  readonly forms?: OtherForms;
  /** Takes an Idempotency-Key: said twice with the same content it is done once. */
  readonly isOnce?: boolean;
  readonly handle: (asked: Asked<Static<P>, Static<Q>, Static<B>>) => Promise<unknown>;
}

/** A route whose own types nobody needs any more. */
export type Route = Omit<RouteSpec<TObject, TObject, TSchema>, 'handle'> & {
  readonly handle: (asked: Asked<never, never, never>) => Promise<unknown>;
};

/** Makes a route; the schemas give its handler its types. */
export function route<
  P extends TObject = TObject<Record<never, never>>,
  Q extends TObject = TObject<Record<never, never>>,
  B extends TSchema = TSchema,
>(spec: RouteSpec<P, Q, B>): Route {
  return spec as unknown as Route;
}

/** Nothing may be asked that a route does not know. */
const NOTHING = Type.Object({}, { additionalProperties: false });

/** Puts routes on a server. Who may ask is looked at before a body is read. */
export function addRoutes(app: FastifyInstance, deps: RoomDeps, routes: readonly Route[]): void {
  for (const one of routes) {
    const who = (request: FastifyRequest): Principal => {
      const right = one.rightOf?.(request.params as Record<string, string>) ?? one.right;
      return right === null ? principalOf(request) : holding(request, right);
    };
    app.route({
      method: one.method,
      url: one.path,
      schema: {
        querystring: one.query ?? NOTHING,
        ...(one.params === undefined ? {} : { params: one.params }),
        ...(one.body === undefined || one.streams !== undefined ? {} : { body: one.body }),
        ...(one.answer === undefined ? {} : { response: { [one.status ?? 200]: one.answer } }),
      },
      config: { isDelivery: one.streams !== undefined },
      onRequest: async (request) => {
        who(request);
      },
      handler: async (request, reply) => {
        const principal = who(request);
        const { params, query, body } = request;
        const gone = goneOf(reply);
        const asked = { principal, params, query, body, request, reply, deps, gone } as unknown as Asked<
          never,
          never,
          never
        >;
        const answer = await one.handle(asked);
        if (reply.sent || answer === reply) return reply;
        return reply.code(one.status ?? 200).send(answer);
      },
    });
  }
}
