/** The API described: the document and the client in the repository are those of the routes as they are. */
import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { clientSource } from '../../src/http/client-source.ts';
import { openApiOf } from '../../src/http/openapi.ts';
import { ROUTES } from '../../src/http/v1/index.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const document = openApiOf(ROUTES);

/** Holds a file of the repository to what it should be, or rewrites it with UPDATE=1. */
async function holds(path: string, text: string): Promise<void> {
  const file = resolve(ROOT, path);
  if (process.env['UPDATE'] === '1') await writeFile(file, text);
  expect(await readFile(file, 'utf8'), `${path} is stale: UPDATE=1 npx vitest run test/api/openapi.test.ts`).toBe(text);
}

describe('the API', () => {
  it('is described by src/http/published/openapi.json', () =>
    holds('src/http/published/openapi.json', `${JSON.stringify(document, null, 1)}\n`));

  it('has a client with its operations', async () => {
    const client = 'src/http/published/cps-client.ts';
    await holds(client, clientSource(document, await readFile(resolve(ROOT, client), 'utf8')));
  });

  it('names every operation once, and describes every part of its path', () => {
    const names = new Set<string>();
    for (const [path, methods] of Object.entries(
      document['paths'] as Record<
        string,
        Record<string, { operationId: string; parameters: { name: string; in: string }[] }>
      >,
    )) {
      for (const { operationId, parameters } of Object.values(methods)) {
        expect(names, operationId).not.toContain(operationId);
        names.add(operationId);
        const inPath = parameters.filter((one) => one.in === 'path').map((one) => one.name);
        expect([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)).toEqual(inPath);
      }
    }
    expect(names.size).toBe(ROUTES.length);
  });
});
