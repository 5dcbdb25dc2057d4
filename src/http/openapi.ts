/** The OpenAPI document of a set of routes, made from the very schemas that validate what comes in. It adds no route. */
import type { TSchema } from 'typebox';
import { RIGHTS } from '../core/access.ts';
import { PROBLEMS } from './problem.ts';
import type { Route } from './route.ts';
import { ProblemShape } from './schemas.ts';

/** The OpenAPI document of routes. */
export function openApiOf(routes: readonly Route[]): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const one of routes) {
    const path = one.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [one.method.toLowerCase()]: operationOf(one, path) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'CPS commission settlement',
      version: '1',
      description:
        'Who earned each sale, what sellers owe, what publishers are paid. Amounts are texts, exact to the minor unit. ' +
        'Lists come in pages: pass `next` as `cursor`. Sellers and publishers see their own alone; what is not theirs is not there (404).',
    },
    security: [{ bearer: [] }],
    paths,
    components: {
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description: 'An API key of `cps key create`, or a JWT where the server reads them.',
        },
      },
      schemas: { Problem: plain(ProblemShape) },
      responses: {
        Problem: {
          description: `A problem: ${Object.entries(PROBLEMS)
            .map(([kind, [status]]) => `${status} ${kind}`)
            .join(', ')}.`,
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      },
    },
  };
}

function operationOf(one: Route, path: string): Record<string, unknown> {
  const who =
    one.right === null ? 'everybody who has signed in' : `the right \`${one.right}\`: ${RIGHTS[one.right].join(', ')}`;
  const notes = one.notes === undefined ? '' : `${one.notes}\n\n`;
  const content = bodyContent(one);
  return {
    operationId: `${one.method.toLowerCase()}${path.replace(/\/v1/, '').replace(/[^A-Za-z]+(.)?/g, (_, next: string = '') => next.toUpperCase())}`,
    tags: [path.split('/')[2] ?? 'v1'],
    summary: one.summary,
    description: `${notes}For ${who}.`,
    parameters: parametersOf(one),
    ...(content === undefined ? {} : { requestBody: { required: true, content } }),
    responses: {
      [String(one.status ?? 200)]: { description: one.summary, content: answerContent(one) },
      default: { $ref: '#/components/responses/Problem' },
    },
  };
}

function parametersOf(one: Route): Record<string, unknown>[] {
  const of = (place: 'path' | 'query', schema: TSchema | undefined): Record<string, unknown>[] => {
    const { properties = {}, required = [] } = plain(schema ?? {}) as {
      properties?: Record<string, { description?: string }>;
      required?: readonly string[];
    };
    return Object.entries(properties).map(([name, { description, ...rest }]) => ({
      name,
      in: place,
      required: required.includes(name),
      ...(description === undefined ? {} : { description }),
      schema: rest,
    }));
  };
  const once = {
    name: 'Idempotency-Key',
    in: 'header',
    required: false,
    description:
      'Said twice with the same content it is done once and answered alike; with other content it is refused with 422.',
    schema: { type: 'string', pattern: '^[\\x21-\\x7e]{1,200}$' },
  };
  return [...of('path', one.params), ...of('query', one.query), ...(one.isOnce === true ? [once] : [])];
}

function bodyContent(one: Route): Record<string, unknown> | undefined {
  if (one.body === undefined && one.streams === undefined) return undefined;
  const json = one.body === undefined ? {} : { 'application/json': { schema: plain(one.body) } };
  const streams = (one.streams ?? []).map((type) => [type, {}]);
  return { ...json, ...Object.fromEntries(streams) };
}

function answerContent(one: Route): Record<string, unknown> {
  const json = one.answer === undefined ? {} : { 'application/json': { schema: plain(one.answer) } };
  const forms = (one.forms?.types ?? []).map((type) => [type, {}]);
  return { ...Object.fromEntries(forms), ...json };
}

/** A schema as JSON has it. */
function plain(schema: unknown): unknown {
  return JSON.parse(JSON.stringify(schema));
}
