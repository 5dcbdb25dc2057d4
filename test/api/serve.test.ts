/** `cps key` and `cps serve` as an operator uses them: a real process, a key from the command line, told to stop. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandLine } from '../cli/command-line.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';

const CPS = resolve(import.meta.dirname, '../../dist/main.js');

let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
  expect((await cps('init')).code).toBe(0);
});
afterAll(() => database.drop());

const cps = (...args: string[]) => commandLine(['--database', database.url, ...args]);
const made = async (...args: string[]): Promise<{ id: string; key: string }> =>
  JSON.parse((await cps('key', 'create', ...args, '--json')).out);

describe('cps key', () => {
  it('makes, lists and ends keys, each on record', async () => {
    const { id, key } = await made('--role', 'finance', '--name', 'Wu', '--scope', 'see-payouts', '--as', 'Chen');
    expect(key).toMatch(new RegExp(`^cps_${id}_[\\w-]{43}$`));
    const listed = await cps('key', 'list');
    expect(listed.out).toContain(id);
    expect(listed.out).toContain('see-payouts');
    expect(listed.out).not.toContain(key.slice(-20));
    expect(await cps('key', 'revoke', id, '--as', 'Chen')).toMatchObject({ code: 0, out: `Key ${id} is revoked.\n` });
    expect(await cps('key', 'revoke', id)).toMatchObject({ code: 2 });
    expect((await cps('key', 'list')).out).toContain('by Chen');
  });

  it('refuses what does not go together, in a sentence', async () => {
    const refused: [string[], string][] = [
      [['--role', 'publisher', '--name', 'x'], 'needs the id of that publisher'],
      [['--role', 'risk', '--name', 'x', '--party', '1'], 'leave the id out'],
      [['--role', 'seller', '--name', 'x', '--party', 'nobody'], 'seller nobody is not known'],
      [['--role', 'risk', '--name', 'x', '--scope', 'deliver'], 'has no right deliver'],
      [['--role', 'risk', '--name', 'x', '--scope', 'fly'], '--scope is "fly": it must be rights, separated by commas'],
      [['--role', 'king', '--name', 'x'], 'king'],
      [['--role', 'risk', '--name', ' '], '1 to 60 characters'],
    ];
    for (const [args, says] of refused) {
      const { code, err } = await cps('key', 'create', ...args);
      expect([code, err], args.join(' ')).toEqual([2, expect.stringContaining(says)]);
    }
  });
});

describe('cps serve', () => {
  it('serves until told to stop, and ends with 0', async () => {
    const { key } = await made('--role', 'operator', '--name', 'night feeds');
    const child = spawn(process.execPath, [CPS, '--database', database.url, '--json', 'serve', '--port', '0']);
    let err = '';
    child.stderr.on('data', (piece: Buffer) => {
      err += piece.toString();
    });
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const { address } = JSON.parse(line.toString()) as { address: string };
    const get = (path: string) => fetch(address + path, { headers: { authorization: `Bearer ${key}` } });
    expect((await fetch(`${address}/readyz`)).status).toBe(200);
    expect(await (await get('/v1/book')).json()).toMatchObject({ zone: 'Asia/Shanghai', lastDayRun: null });
    expect((await get('/v1/runs')).status).toBe(200);
    expect((await get('/v1/breaks')).status).toBe(409);
    expect((await get('/v1/publishers/1/statements/2013-12')).status).toBe(404);
    const taken = await cps('serve', '--port', new URL(address).port);
    expect(taken).toMatchObject({
      code: 2,
      err: expect.stringContaining('cannot be listened on (another program listens there)'),
    });
    child.kill('SIGTERM');
    const [code] = (await once(child, 'close')) as [number];
    expect([code, err]).toEqual([0, '']);
    await expect(get('/livez')).rejects.toThrow();
  });

  it('refuses tokens without an issuer, and keys that cannot be read', async () => {
    expect(await cps('serve', '--jwks', 'package.json')).toMatchObject({
      code: 2,
      err: expect.stringContaining('--issuer'),
    });
    const terms = ['--issuer', 'https://x.example.org', '--audience', 'cps'];
    expect(await cps('serve', '--jwks', 'nowhere.json', ...terms)).toMatchObject({
      code: 2,
      err: expect.stringContaining('there is no such path'),
    });
    expect(await cps('serve', '--jwks', 'package.json', ...terms)).toMatchObject({
      code: 2,
      err: expect.stringContaining('JWKS'),
    });
  });
});
