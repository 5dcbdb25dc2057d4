/** As an administrator sets it up: rules and the first person from the command line, a server that sends its letters, and a link that lets in. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { makeBook, openBook } from '../books/play.ts';
import { commandLine } from '../cli/command-line.ts';
import { startSmtp } from '../integration/smtp.ts';
import { Visitor } from '../web/house.ts';

const CPS = resolve(import.meta.dirname, '../../dist/main.js');

it('a first administrator comes in by a link that the server sends, and invites somebody', async () => {
  const book = await openBook();
  await makeBook(book.session);
  const smtp = await startSmtp();
  const cps = (...args: string[]) => commandLine(['--database', book.url, ...args]);
  expect((await cps('person', 'list')).out).toContain('cps person invite lets the first administrator in');
  const unset = await cps('serve', '--mail', '1', '--port', '0');
  expect([unset.code, unset.err]).toEqual([2, expect.stringContaining('CPS_SMTP_URL')]);
  const unnamed = await cps('serve', '--company', 'https://login.example.org', '--port', '0');
  expect([unnamed.code, unnamed.err]).toEqual([2, expect.stringContaining('--company-client')]);
  await cps('person', 'rules', '--url', 'http://localhost:8013', '--passkey', 'free');
  await cps('person', 'invite', 'Ada', '--address', 'ada@example.org', '--role', 'administrator');
  const args = ['--database', book.url, 'serve', '--port', '0', '--mail', '1', '--from', 'cps@example.org'];
  const child = spawn(process.execPath, [CPS, ...args], { env: { ...process.env, CPS_SMTP_URL: smtp.url } });
  const ended = once(child, 'close') as Promise<[number]>;
  let out = '';
  child.stdout.on('data', (piece: Buffer) => {
    out += piece.toString();
  });
  while (!out.includes('Serving at') && child.exitCode === null)
    await Promise.race([once(child.stdout, 'data'), ended]);
  const visitor = new Visitor(/http:\/\/\S+/.exec(out)?.[0] ?? '');
  const letter = async (subject: string): Promise<string> => {
    for (let round = 0; round < 300; round++) {
      const text = smtp.taken.map((one) => one.text.replaceAll('=\r\n', '')).find((one) => one.includes(subject));
      if (text !== undefined) return text;
      await setTimeout(100);
    }
    return '';
  };
  try {
    expect(await letter('To: ada@example.org')).toContain('http://localhost:8013/sign-in');
    expect(await visitor.post('/sign-in', { address: 'Ada@example.org' })).toMatchObject({ to: '/sign-in/asked' });
    const link = /http:\/\/localhost:8013(\/sign-in\/link\/[\w-]{43})/.exec(await letter('Your link to sign in'))?.[1];
    expect(await visitor.get(link ?? '/none')).toMatchObject({ status: 303, to: '/' });
    expect(await visitor.get('/')).toMatchObject({ to: '/people' });
    const of = { act: 'invite', name: 'Wu', address: 'wu@example.org', roles: 'finance', party: '', scopes: '' };
    expect(await visitor.post('/people', { ...of, token: await visitor.token() })).toMatchObject({ status: 303 });
    expect(await letter('To: wu@example.org')).toContain('http://localhost:8013/sign-in');
  } finally {
    child.kill('SIGTERM');
    expect((await ended)[0]).toBe(0);
    await smtp.close();
    await book.close();
  }
}, 120_000);
