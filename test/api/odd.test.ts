/** Odd requests: whatever stands in an address, a query, a cursor or a body, made from the published document, none fails. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FEEDS } from '../../src/core/feeds/index.ts';
import { ODD_BODIES, ODD_CURSORS, ODD_TEXTS, ODD_VALUES } from '../support/odd.ts';
import { type Ground, ground } from './ground.ts';

interface Schema {
  readonly enum?: readonly string[];
  readonly examples?: readonly string[];
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
}
interface Operation {
  readonly parameters: readonly { name: string; in: 'path' | 'query' | 'header'; required: boolean; schema: Schema }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { schema?: Schema }>> };
}
const { paths } = JSON.parse(readFileSync('src/http/published/openapi.json', 'utf8')) as {
  paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
};
const OPERATIONS = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, of]) => ({ method: method.toUpperCase(), path, of })),
);

let at: Ground;
beforeAll(async () => {
  at = await ground({ rate: 1_000_000 });
});
afterAll(() => at.close());

const usual = ({ enum: words, examples }: Schema): string => examples?.[0] ?? words?.[0] ?? 'x';

/** Sends a request as the role that may; answers it in short where the server failed. */
async function fails(method: string, url: string, body?: string, type = 'application/json'): Promise<string[]> {
  const found: string[] = [];
  for (const role of method === 'GET'
    ? (['auditor', 'publisher', 'operator'] as const)
    : (['operator', 'risk', 'finance'] as const)) {
    const answer = await at.app.inject({
      method: method as 'GET' | 'POST',
      url,
      headers: {
        authorization: `Bearer ${at.keys[role]}`,
        ...(body === undefined ? {} : { 'content-type': type }),
      },
      ...(body === undefined ? {} : { payload: body }),
    });
    if (answer.statusCode >= 500)
      found.push(`${role} ${method} ${url} ${body?.slice(0, 200) ?? ''}: ${answer.statusCode}`);
    if (answer.statusCode === 403) continue;
    break;
  }
  return found;
}

/** An address with usual values, but for those that are given. */
function address(path: string, { parameters }: Operation, other: Readonly<Record<string, string>>): string {
  const of = (place: string) => parameters.filter((one) => one.in === place);
  const filled = of('path').reduce(
    (text, { name, schema }) => text.replace(`{${name}}`, other[name] ?? encodeURIComponent(usual(schema))),
    path,
  );
  const query = of('query').flatMap(({ name, schema, required }) => {
    const value = other[name] ?? (required ? encodeURIComponent(usual(schema)) : undefined);
    return value === undefined ? [] : [`${name}=${value}`];
  });
  return query.length === 0 ? filled : `${filled}?${query.join('&')}`;
}

it.each(OPERATIONS)('$method $path', async ({ method, path, of }) => {
  const found: string[] = [];
  const json = of.requestBody?.content['application/json']?.schema;
  const fields = Object.entries(json?.properties ?? {});
  const good = JSON.stringify(Object.fromEntries(fields.map(([name, schema]) => [name, usual(schema)])));
  const body = of.requestBody === undefined ? undefined : good;
  for (const { name } of of.parameters.filter(({ in: place }) => place !== 'header')) {
    for (const odd of [...ODD_TEXTS, ...(name === 'cursor' ? ODD_CURSORS : [])])
      found.push(...(await fails(method, address(path, of, { [name]: odd }), body)));
    found.push(...(await fails(method, `${address(path, of, {})}?${name}=a&${name}=b`, body)));
  }
  if (body !== undefined) {
    for (const odd of ODD_BODIES) found.push(...(await fails(method, address(path, of, {}), odd)));
    found.push(...(await fails(method, address(path, of, {}), body, 'text/csv; charset=x')));
    for (const [name] of fields) {
      for (const odd of ODD_VALUES)
        found.push(
          ...(await fails(method, address(path, of, {}), JSON.stringify({ ...JSON.parse(body), [name]: odd }))),
        );
    }
  }
  expect(found).toEqual([]);
});

it('POST /v1/feeds/{feed}, every column of every feed', async () => {
  const found: string[] = [];
  for (const { name: feed, columns } of FEEDS) {
    const names = Object.keys(columns);
    const row = Object.fromEntries(names.map((name) => [name, '1']));
    for (const name of names) {
      for (const odd of ODD_VALUES.filter((value) => typeof value === 'string'))
        found.push(...(await fails('POST', `/v1/feeds/${feed}`, JSON.stringify({ ...row, [name]: odd }))));
    }
  }
  expect(found).toEqual([]);
});
