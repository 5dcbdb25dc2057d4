/** `cps serve --demo` as a newcomer starts it: one link for each party, each of which leads to that party's pages. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { expect, inject, it } from 'vitest';
import { openHouse, Visitor } from './house.ts';

const CPS = resolve(import.meta.dirname, '../../dist/main.js');

it('serves December 2013 with a link for each party, until told to stop', async () => {
  const child = spawn(process.execPath, [CPS, '--database', inject('serverUrl'), 'serve', '--demo', '--port', '0']);
  let out = '';
  child.stdout.on('data', (piece: Buffer) => {
    out += piece.toString();
  });
  const ended = once(child, 'close') as Promise<[number]>;
  while (!out.includes('Ctrl-C') && child.exitCode === null) await Promise.race([once(child.stdout, 'data'), ended]);
  const links = [...out.matchAll(/(http:\/\/[^/\s]+)(\/demo\/([a-z]+)(?:-(\w+))?)/g)];
  expect(links.map(([, , , role]) => role)).toEqual([
    'publisher',
    'publisher',
    'publisher',
    'seller',
    'seller',
    'seller',
    'operator',
    'finance',
    'risk',
    'risk',
    'auditor',
    'administrator',
  ]);
  const parties = { publisher: '49.50', seller: 'click c6' } as const;
  for (const [, base = '', link = '', role = '', party] of links) {
    const visitor = new Visitor(base);
    expect(await visitor.get(link), link).toMatchObject({ status: 303, to: '/' });
    if (role !== 'publisher' && role !== 'seller') continue;
    expect(await visitor.get('/'), link).toMatchObject({ to: `/${role}` });
    const page = await visitor.get(`/${role}/2013-12`);
    expect(page.status).toBe(200);
    if (party === '2002' || party === 's3') expect(page.text).toContain(parties[role]);
  }
  const seen = async (who: string, path: string): Promise<string> => {
    const visitor = new Visitor(links[0]?.[1] ?? '');
    await visitor.get(`/demo/${who}`);
    return (await visitor.get(path)).text;
  };
  // Something to mend, one break to work through, and nothing unexplained; Chen and Wu are two persons.
  expect(await seen('operator', '/operations/rejects')).toContain('shop slik');
  const reconciliation = await seen('finance', '/finance/reconciliation');
  expect(reconciliation.match(/href="\/finance\/breaks\//g)?.length).toBe(1);
  expect(reconciliation).toContain('that no instruction explains');
  expect(await seen('finance', '/finance')).not.toContain('class="fault"');
  expect(await seen('risk', '/risk')).toContain('Chen');
  expect(await seen('risk-wu', '/risk')).toContain('Wu');
  const stranger = new Visitor(links[0]?.[1] ?? '');
  expect((await stranger.get('/demo/publisher-9')).status).toBe(404);
  expect((await stranger.get('/sign-in')).text).toContain('was given a hijacked sale back');
  child.kill('SIGTERM');
  expect((await ended)[0]).toBe(0);
});

it('lets nobody in by a link where it is no demonstration', async () => {
  const house = await openHouse();
  const stranger = await house.visitor();
  expect((await stranger.get('/demo/publisher-2002')).status).toBe(404);
  expect((await stranger.post('/demo', { who: 'publisher-2002' })).status).toBe(404);
  expect(stranger.cookies.size).toBe(0);
  await house.close();
});
