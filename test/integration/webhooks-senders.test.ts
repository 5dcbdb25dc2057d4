/** Senders of webhooks that are killed at every point, and several at once: none lost, and few of them twice. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { httpPoster } from '../../src/hooks/post.ts';
import { sendDue } from '../../src/hooks/send.ts';
import { endpoints } from '../../src/store/outbox/webhooks.ts';
import { connectAsWriter } from '../../src/store/schema/roles.ts';
import { type OpenBook, openBook } from '../books/play.ts';
import { commandLine } from '../cli/command-line.ts';
import { cps } from './commands.ts';
import { BEGINNING, makeNews, refund } from './news-book.ts';
import { type Receiver, startReceiver } from './receiver.ts';

let book: OpenBook;
let receiver: Receiver;
let folder = '';

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cps-hooks-'));
  book = await openBook();
  receiver = await startReceiver();
});
afterEach(async () => {
  await receiver.close();
  await book.close();
  rmSync(folder, { recursive: true });
});

const LINES = 150;
/** Lines settled, the deductions of two sellers, and one line in three reversed. */
const MESSAGES = LINES + 2 + LINES / 3;

async function makeBook(...paths: string[]): Promise<void> {
  await makeNews(book, folder, LINES);
  await refund(
    book,
    folder,
    Array.from({ length: LINES / 3 }, (_, i) => 3 * i + 1),
  );
  for (const path of paths) {
    const args = [
      'add',
      `${receiver.url}/${path}`,
      '--operator',
      '--from',
      BEGINNING,
      '--allow-private',
      '--as',
      'Chen',
    ];
    const { code, err } = await commandLine(['--database', book.url, 'webhook', ...args]);
    expect(code, err).toBe(0);
  }
}

const ids = (path: string) => receiver.posted.filter((one) => one.path === `/hook/${path}`).map(({ id }) => id);
const lines = (path: string, type: string) =>
  receiver.posted
    .filter((one) => one.path === `/hook/${path}` && one.message.type === type)
    .map(({ message }) => message.data['order_line_id']);

describe('senders', () => {
  it('that are killed at any point lose nothing, keep the order, and send at most their rounds on the way twice', async () => {
    await makeBook('a', 'b');
    const args = ['--database', book.url, 'webhook', 'send', '--allow-private'];
    let kills = 0;
    for (const point of ['on arrival', 'after the answer'] as const) {
      for (const nth of [1, 2, 17, 40, 65]) {
        const sender = cps(args);
        const before = receiver.posted.length;
        receiver.answer = (_, all) => {
          if (all - before !== nth) return 200;
          if (point === 'on arrival') {
            sender.child.kill('SIGKILL');
            return () => undefined;
          }
          return (response) => response.writeHead(200).end(() => sender.child.kill('SIGKILL'));
        };
        if ((await sender.ended).code === null) kills++;
      }
    }
    receiver.answer = () => 200;
    const last = await cps([...args, '--json']).ended;
    expect(last.code, last.stderr).toBe(0);
    expect(kills).toBeGreaterThanOrEqual(6);
    for (const path of ['a', 'b']) {
      expect(new Set(ids(path)).size).toBe(MESSAGES);
      expect(ids(path).length - MESSAGES).toBeLessThanOrEqual(16 * kills);
      // A reversal is never the first that is heard of its line.
      const settled = lines(path, 'commission.settled');
      for (const line of lines(path, 'commission.reversed')) expect(settled).toContain(line);
      const first = (type: string, line: unknown) =>
        receiver.posted.findIndex(
          (one) =>
            one.path === `/hook/${path}` && one.message.type === type && one.message.data['order_line_id'] === line,
        );
      for (const line of new Set(lines(path, 'commission.reversed')))
        expect(first('commission.settled', line)).toBeLessThan(first('commission.reversed', line));
    }
    const standing = await endpoints(book.session);
    expect(standing.map(({ waiting, behind, failingSince }) => [waiting, behind, failingSince])).toEqual([
      [0, 0, null],
      [0, 0, null],
    ]);
  });

  it('that send at once never take one endpoint both', async () => {
    const paths = ['a', 'b', 'c', 'd'];
    await makeBook(...paths);
    const sessions = await Promise.all([1, 2, 3].map((n) => connectAsWriter(book.url, `sender ${n}`)));
    const poster = httpPoster({ allowPrivate: true, patience: 30_000 });
    try {
      const order = { currency: 'CNY', digits: 2, poster, agent: 'test', now: () => Date.UTC(2026, 0, 1) };
      const reports = await Promise.all(sessions.map((session) => sendDue({ ...order, session })));
      expect(reports.reduce((sum, one) => sum + one.taken, 0)).toBe(4 * MESSAGES);
      for (const path of paths) {
        expect(ids(path)).toHaveLength(MESSAGES);
        expect(new Set(ids(path)).size).toBe(MESSAGES);
      }
    } finally {
      poster.close();
      await Promise.all(sessions.map((session) => session.close()));
    }
  });

  it('may send while a night runs, which waits for none of them and ends in the same log', async () => {
    await makeBook('a');
    let isRun = false;
    receiver.answer = async () => {
      if (!isRun) {
        isRun = true;
        const { code, err } = await commandLine(['--database', book.url, 'run', '--through', '2013-12-20']);
        expect(code, err).toBe(0);
      }
      return 200;
    };
    const sent = await cps(['--database', book.url, 'webhook', 'send', '--allow-private']).ended;
    expect(sent.code, sent.stderr).toBe(0);
    const types = new Set(receiver.taken.map(({ message }) => message.type));
    expect(types).toContain('statement.issued');
    expect(types).toContain('payout.instructed');
    const verified = await commandLine(['--database', book.url, 'verify']);
    expect(verified.code, verified.out).toBe(0);
  });

  it('end with exit code 4 when the database goes away, and what they had on the way is sent again', async () => {
    await makeBook('a');
    let isCut = false;
    receiver.answer = async () => {
      if (!isCut) {
        isCut = true;
        await book.session.client.query('reset role');
        await book.session.client.query(
          "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'cps' and datname = current_database()",
        );
      }
      return 200;
    };
    const args = ['--database', book.url, 'webhook', 'send', '--allow-private'];
    const cut = await cps(args).ended;
    expect(cut.code).toBe(4);
    expect(cut.stderr).toContain('has gone away');
    expect((await cps(args).ended).code).toBe(0);
    expect(new Set(ids('a')).size).toBe(MESSAGES);
    expect(ids('a').length - MESSAGES).toBeLessThanOrEqual(16);
  });

  it('send while a server runs, and finish what is on its way when it is told to stop', async () => {
    await makeBook('a');
    const server = cps(['--database', book.url, 'serve', '--port', '0', '--webhooks', '1', '--allow-private']);
    await expect.poll(() => new Set(ids('a')).size, { timeout: 60_000 }).toBe(MESSAGES);
    expect((await commandLine(['--database', book.url, 'run', '--through', '2013-12-20'])).code).toBe(0);
    const heard = () => receiver.taken.map(({ message }) => message.type);
    await expect.poll(heard, { timeout: 60_000 }).toContain('statement.issued');
    server.child.kill('SIGTERM');
    expect(await server.ended).toMatchObject({ code: 0, stderr: '' });
    expect(new Set(ids('a')).size).toBe(ids('a').length);
    const refused = await cps(['--database', book.url, 'serve', '--allow-private']).ended;
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('say --webhooks too')]);
  });
});
