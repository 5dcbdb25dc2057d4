/**
 * Webhooks against a real receiver: what is posted and how it is signed, what each answer leads to, in which order things
 * come, what others may not see or reach, and what is typed wrongly.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Audience } from '../../src/core/webhook/telling.ts';
import { MOST_ATTEMPTS } from '../../src/hooks/outcome.ts';
import { httpPoster } from '../../src/hooks/post.ts';
import { type Registered, registerEndpoint } from '../../src/hooks/register.ts';
import { type SendReport, sendDue } from '../../src/hooks/send.ts';
import { readBook } from '../../src/store/night/book.ts';
import { endpoints, listDeliveries, resumeEndpoint } from '../../src/store/outbox/webhooks.ts';
import { type OpenBook, openBook } from '../books/play.ts';
import { commandLine } from '../cli/command-line.ts';
import { BEGINNING, makeNews, refund } from './news-book.ts';
import { isSigned, type Receiver, startReceiver } from './receiver.ts';

const NEW_YEAR = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;
const OPERATOR: Audience = { role: 'operator', party: null };
const CHEN = { by: 'Chen', at: NEW_YEAR };
const BY = ['--as', 'Chen'];

let book: OpenBook;
let receiver: Receiver;
let folder = '';
let now = NEW_YEAR;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cps-hooks-'));
  book = await openBook();
  receiver = await startReceiver();
  now = NEW_YEAR;
});
afterEach(async () => {
  await receiver.close();
  await book.close();
  rmSync(folder, { recursive: true });
});

const cps = (...args: string[]) => commandLine(['--database', book.url, 'webhook', ...args]);

async function register(
  audience: Audience = OPERATOR,
  of: { url?: string; kinds?: string[] } = {},
): Promise<Registered> {
  const found = await readBook(book.session);
  if (found === undefined) throw new Error('there is no book');
  const order = { url: of.url ?? receiver.url, audience, kinds: of.kinds ?? null, from: BEGINNING, allowPrivate: true };
  const made = await registerEndpoint(book.session, found, { ...order, ...CHEN });
  if (typeof made === 'string') throw new Error(made);
  return made;
}

/** Sends what is due by the test's clock. */
async function send(of: { patience?: number; allowPrivate?: boolean; signal?: AbortSignal } = {}): Promise<SendReport> {
  const { patience = 5000, allowPrivate = true, signal } = of;
  const poster = httpPoster({ allowPrivate, patience });
  const order = { session: book.session, currency: 'CNY', digits: 2, poster, agent: 'cps-settlement/test' };
  try {
    return await sendDue({ ...order, now: () => now, ...(signal === undefined ? {} : { signal }) });
  } finally {
    poster.close();
  }
}

const standing = async (id: number) => {
  const [one] = await endpoints(book.session, { endpointId: id });
  if (one === undefined) throw new Error('there is no such endpoint');
  return one;
};
const told = () =>
  receiver.taken.map(({ message: { type, data } }) => `${type} ${data['order_line_id'] ?? data['deduction_id']}`);

describe('news', () => {
  it('is posted once, signed, in a documented shape', async () => {
    await makeNews(book, folder, 3);
    const { secret } = await register();
    const first = await cps('send', '--allow-private', '--json');
    expect(first, first.err).toMatchObject({ code: 0 });
    expect(JSON.parse(first.out)).toEqual({ taken: 5, failed: 0, givenUp: 0, paused: [] });
    expect(told().sort()).toEqual([
      'commission.settled L1',
      'commission.settled L2',
      'commission.settled L3',
      'deduction.instructed D-s1-20131107',
      'deduction.instructed D-s2-20131107',
    ]);
    const line = receiver.taken.find(({ message }) => message.data['order_line_id'] === 'L1');
    expect(line?.message).toEqual({
      version: 1,
      id: line?.id,
      type: 'commission.settled',
      timestamp: '2013-11-07T02:00:00.000Z',
      business_day: '2013-11-07',
      entry: '2013-11-07.CommissionSettled.L1.1',
      currency: 'CNY',
      data: {
        order_line_id: 'L1',
        seller_id: 's1',
        publisher_id: '1001',
        pid: 'mm_1001_501_9001',
        click_id: 'c1',
        trace: 'same-store',
        base: '100.00',
        rate: '0.05',
        commission: '5.00',
        fee: '0.50',
        earning: '4.50',
        pocket: 'payable',
      },
    });
    for (const posted of receiver.posted) {
      expect(posted.id).toMatch(/^evt_[0-9a-f]{32}$/);
      expect(posted.headers).toMatchObject({
        'content-type': 'application/json',
        'user-agent': 'cps-settlement/test',
        'webhook-timestamp': String(NEW_YEAR / 1000),
      });
      expect(isSigned(posted, secret)).toBe(true);
      expect(isSigned({ ...posted, body: posted.body.replace('CNY', 'USD') }, secret)).toBe(false);
      expect(isSigned(posted, `whsec_${Buffer.alloc(32).toString('base64')}`)).toBe(false);
    }
    expect((await cps('send', '--allow-private')).out).toContain('0 delivered, 0 failed');
    await refund(book, folder, [1]);
    expect(await send()).toMatchObject({ taken: 1, failed: 0 });
    expect(receiver.taken.at(-1)?.message.data).toMatchObject({
      refund_id: 'R1',
      refund_amount: '20.00',
      base: '80.00',
      commission: '-1.00',
      fee: '-0.10',
      earning: '-0.90',
      left: { commission: '4.00', fee: '0.40', earning: '3.60' },
    });
  });

  it('goes to whom it is about, of the kinds asked for, and from the moment asked for', async () => {
    await makeNews(book, folder, 4);
    await register({ role: 'seller', party: 's1' }, { url: `${receiver.url}/s1` });
    await register({ role: 'publisher', party: '1002' }, { url: `${receiver.url}/1002` });
    await register(OPERATOR, { url: `${receiver.url}/few`, kinds: ['deduction.instructed'] });
    const late = await cps('add', `${receiver.url}/late`, '--operator', '--allow-private', ...BY);
    expect(late.out).toContain('from now on');
    await send();
    await refund(book, folder, [2]);
    await send();
    const at = (path: string) =>
      receiver.taken
        .filter((one) => one.path === `/hook/${path}`)
        .map(({ message }) => String(message.data['order_line_id'] ?? message.data['deduction_id']))
        .sort();
    expect(at('s1')).toEqual(['D-s1-20131107', 'L1', 'L3']);
    expect(at('1002')).toEqual(['L2', 'L2', 'L4']);
    expect(at('few')).toEqual(['D-s1-20131107', 'D-s2-20131107']);
    expect(at('late')).toEqual(['L2']);
    const one = receiver.taken.find(({ path, message }) => path === '/hook/1002' && message.data['rate'] !== undefined);
    expect(one?.message.data).not.toHaveProperty('seller_id');
  });

  it('has one id and one body whoever is told of it, however often', async () => {
    await makeNews(book, folder, 6);
    const { endpointId } = await register();
    await register(OPERATOR, { url: `${receiver.url}/other` });
    receiver.answer = (_, nth) => (nth % 3 === 0 ? 503 : 204);
    await send();
    now += 2 * MINUTE;
    await send();
    receiver.answer = () => 204;
    now += 10 * MINUTE;
    await send();
    const replayed = await cps('replay', String(endpointId), '--from', BEGINNING, ...BY, '--json');
    expect(JSON.parse(replayed.out)).toMatchObject({ endpoint: endpointId, from: BEGINNING });
    await send();
    const bodies = new Map<string, Set<string>>();
    for (const { id, body } of receiver.posted) bodies.set(id, (bodies.get(id) ?? new Set()).add(body));
    expect(bodies.size).toBe(8);
    expect([...bodies.values()].every((one) => one.size === 1)).toBe(true);
    for (const id of bodies.keys())
      expect(
        receiver.taken
          .filter((one) => one.id === id)
          .map(({ path }) => path)
          .sort(),
      ).toEqual(['/hook', '/hook', '/hook/other']);
  });
});

describe('an answer', () => {
  it.each([
    ['HTTP 500', () => 500],
    ['HTTP 404', () => 404],
    ['HTTP 400 what is this', () => (response) => response.writeHead(400).end('what\nis\u0000this')],
    ['HTTP 302: a redirect', () => (response) => response.writeHead(302, { location: receiver.url }).end()],
    ['no answer within 0.3 s', () => () => undefined],
    ['closed before an answer', () => (_, socket) => socket.destroy()],
    ['no HTTP', () => (_, socket) => socket.end('hello\r\n\r\n')],
  ] satisfies [string, Receiver['answer']][])('%s is tried again later', async (says, answer) => {
    await makeNews(book, folder, 1);
    const { endpointId } = await register(OPERATOR, { kinds: ['commission.settled'] });
    receiver.answer = answer;
    expect(await send({ patience: 300 })).toEqual({ taken: 0, failed: 1, givenUp: 0, paused: [] });
    const [waiting] = await listDeliveries(book.session, endpointId, undefined, 10);
    expect(waiting).toMatchObject({ state: 'waiting', attempts: 1, nextAttempt: NEW_YEAR + MINUTE });
    expect(waiting?.lastAnswer).toContain(says);
    expect(receiver.posted).toHaveLength(1);
    receiver.answer = () => 200;
    expect(await send()).toMatchObject({ taken: 0, failed: 0 });
    now += MINUTE;
    expect(await send()).toMatchObject({ taken: 1, failed: 0 });
    expect(await standing(endpointId)).toMatchObject({ delivered: 1, waiting: 0, behind: 0, failingSince: null });
  });

  it('of 2xx counts by its status alone, however long or slow what follows, and little of it is read', async () => {
    await makeNews(book, folder, 3);
    await register(OPERATOR, { kinds: ['commission.settled'] });
    let written = 0;
    let isClosed = false;
    receiver.answer =
      ({ message }) =>
      (response, socket) => {
        response.writeHead(200);
        if (message.data['order_line_id'] === 'L1') response.write('and then nothing');
        else if (message.data['order_line_id'] === 'L2') {
          response.write('cut');
          socket.destroySoon();
        } else {
          const piece = 'x'.repeat(64 * 1024);
          const more = (): void => {
            if (written > 400_000_000) return;
            written += piece.length;
            response.write(piece, more);
          };
          response.on('close', () => {
            isClosed = true;
          });
          more();
        }
      };
    expect(await send()).toMatchObject({ taken: 3, failed: 0 });
    await expect.poll(() => isClosed).toBe(true);
    expect(written).toBeLessThan(50_000_000);
  });

  it('of 410 pauses the endpoint, which loses nothing', async () => {
    await makeNews(book, folder, 2);
    const { endpointId } = await register(OPERATOR, { kinds: ['commission.settled'] });
    receiver.answer = () => 410;
    expect(await send()).toMatchObject({ taken: 0, paused: [endpointId] });
    expect(await standing(endpointId)).toMatchObject({ state: 'paused', reason: 'HTTP 410', waiting: 2 });
    receiver.answer = () => 200;
    now += 1000 * MINUTE;
    expect(await send()).toMatchObject({ taken: 0, failed: 0 });
    const shown = await cps();
    expect(shown.code).toBe(1);
    expect(shown.out).toContain(`Endpoint ${endpointId} was paused by cps webhook send`);
    await resumeEndpoint(book.session, endpointId, { ...CHEN, at: now });
    expect(await send()).toMatchObject({ taken: 2, failed: 0 });
  });

  it('may ask to be left alone for a time', async () => {
    await makeNews(book, folder, 2);
    const { endpointId } = await register(OPERATOR, { kinds: ['commission.settled'] });
    receiver.answer = () => (response) => response.writeHead(429, { 'retry-after': '7200' }).end();
    await send();
    expect(await standing(endpointId)).toMatchObject({ nextAttempt: NEW_YEAR + 120 * MINUTE, waiting: 2 });
    now += 119 * MINUTE;
    await send();
    expect(receiver.posted).toHaveLength(2);
    receiver.answer = () => 200;
    now += MINUTE;
    expect(await send()).toMatchObject({ taken: 2 });
  });
});

describe('an endpoint', () => {
  it('hears of each subject in the order of the log, also where an earlier event has to wait', async () => {
    await makeNews(book, folder, 40);
    await refund(book, folder, [1, 2, 3, 4]);
    const { endpointId } = await register(OPERATOR, { kinds: ['commission.settled', 'commission.reversed'] });
    const isL1 = ({ data }: { data: Readonly<Record<string, unknown>> }) => data['order_line_id'] === 'L1';
    receiver.answer = ({ message }) => (isL1(message) ? 500 : 200);
    expect(await send()).toMatchObject({ taken: 42, failed: 1 });
    expect(
      (await listDeliveries(book.session, endpointId, 'waiting', 10)).map(({ type, attempts }) => [type, attempts]),
    ).toEqual([
      ['CommissionSettled', 1],
      ['CommissionReversed', 0],
    ]);
    receiver.answer = () => 200;
    now += MINUTE;
    expect(await send()).toMatchObject({ taken: 2, failed: 0 });
    for (const line of ['L1', 'L2', 'L3', 'L4'])
      expect(told().filter((one) => one.endsWith(` ${line}`))).toEqual([
        `commission.settled ${line}`,
        `commission.reversed ${line}`,
      ]);
    expect(new Set(told()).size).toBe(44);
  });

  it('hears of one subject one message at a time', async () => {
    await makeNews(book, folder, 2);
    await refund(book, folder, [1, 2]);
    await register(OPERATOR, { kinds: ['commission.settled', 'commission.reversed'] });
    receiver.answer = ({ message }) => (message.type === 'commission.settled' ? 500 : 200);
    expect(await send()).toMatchObject({ taken: 0, failed: 2 });
    receiver.answer = () => 200;
    now += MINUTE;
    expect(await send()).toMatchObject({ taken: 4 });
  });

  it('hears of everything in a log that is longer than what is read at once', async () => {
    await makeNews(book, folder, 600, 1);
    const { client } = book.session;
    await client.query('reset role');
    await client.query(`insert into log
      select 0, position + n, 'OrderUnattributed', '2013-11-07', '2013-11-07', 'X' || n, 0, null, null, null, '{}', ''
      from partition_head, generate_series(1, 9000) n`);
    await client.query('update partition_head set position = position + 9000');
    await refund(book, folder, [1]);
    const { endpointId } = await register();
    expect(await send()).toMatchObject({ taken: 603, failed: 0 });
    expect(new Set(told()).size).toBe(603);
    expect(told().at(-1)).toBe('commission.reversed L1');
    expect(await standing(endpointId)).toMatchObject({ behind: 0 });
  });

  it('may close a connection that is kept, and the message goes over another', async () => {
    await makeNews(book, folder, 40);
    await register(OPERATOR, { kinds: ['commission.settled'] });
    const used = new Set<unknown>();
    let cut = 0;
    receiver.answer = () => (response, socket) => {
      if (used.has(socket) && cut < 1) {
        cut++;
        socket.destroy();
      } else response.writeHead(200).end();
      used.add(socket);
    };
    expect(await send()).toMatchObject({ taken: 40, failed: 0 });
    expect([cut, receiver.posted.length]).toEqual([1, 41]);
  });

  it('that is slow holds up no other', async () => {
    await makeNews(book, folder, 60);
    await register(OPERATOR, { url: `${receiver.url}/slow` });
    await register(OPERATOR, { url: `${receiver.url}/quick` });
    const isHeard = () => receiver.posted.filter(({ path }) => path === '/hook/quick').length === 62;
    const waiting: (() => void)[] = [];
    // Nothing is answered to the slow one before the quick one has heard everything.
    receiver.answer = async ({ path }) => {
      if (isHeard()) for (const done of waiting.splice(0)) done();
      else if (path === '/hook/slow') await new Promise<void>((done) => waiting.push(done));
      return 200;
    };
    expect(await send({ patience: 60_000 })).toMatchObject({ taken: 124, failed: 0 });
  });

  it('that is dead is tried now and then, holds up no other, and is paused in the end with nothing lost', async () => {
    await makeNews(book, folder, 80);
    const dead = await register(OPERATOR, { url: `${receiver.url}/dead` });
    await register(OPERATOR, { url: `${receiver.url}/live` });
    receiver.answer = ({ path }) => (path === '/hook/dead' ? 500 : 200);
    expect(await send()).toMatchObject({ taken: 82, failed: 48 });
    expect(await standing(dead.endpointId)).toMatchObject({ failingSince: NEW_YEAR, nextAttempt: NEW_YEAR + MINUTE });
    const pauses: number[] = [];
    for (;;) {
      const { nextAttempt, state } = await standing(dead.endpointId);
      if (state === 'paused') break;
      pauses.push(((nextAttempt ?? 0) - now) / MINUTE);
      now = (nextAttempt ?? 0) - 1;
      expect(await send()).toMatchObject({ taken: 0, failed: 0 });
      now++;
      const { failed } = await send();
      expect(failed).toBeGreaterThan(0);
      expect(failed).toBeLessThanOrEqual(2);
    }
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, ...Array<number>(11).fill(360)]);
    expect(await standing(dead.endpointId)).toMatchObject({
      reason: expect.stringContaining('three days'),
      givenUp: 0,
    });
    expect(await send()).toMatchObject({ taken: 0, failed: 0 });
    receiver.answer = () => 200;
    await resumeEndpoint(book.session, dead.endpointId, { ...CHEN, at: now });
    expect(await send()).toMatchObject({ taken: 82, failed: 0 });
    expect(new Set(receiver.taken.filter(({ path }) => path === '/hook/dead').map(({ id }) => id)).size).toBe(82);
  });

  it('that never takes one message while it takes others is told the rest, and the one is given up', async () => {
    await makeNews(book, folder, 20);
    const { endpointId } = await register(OPERATOR, { kinds: ['commission.settled', 'commission.reversed'] });
    receiver.answer = ({ message }) => (message.entry.includes('CommissionSettled.L1.') ? 500 : 200);
    await send();
    for (let attempts = 2; attempts <= MOST_ATTEMPTS; attempts++) {
      // News is not kept waiting by the one that is tried in vain.
      if (attempts === 8) {
        await refund(book, folder, [1, 2]);
        expect(await send()).toMatchObject({ taken: 1, failed: 0 });
      }
      now += 360 * MINUTE;
      expect((await send()).failed).toBe(1);
    }
    const lost = await listDeliveries(book.session, endpointId, undefined, 10);
    expect(lost.map(({ state, subject, attempts }) => [state, subject, attempts])).toEqual([
      ['given-up', 'L1', MOST_ATTEMPTS],
    ]);
    // What waited behind it went out.
    expect(told()).toContain('commission.reversed L1');
    const shown = await cps('deliveries', String(endpointId));
    expect(shown.code).toBe(1);
    expect(shown.out).toMatch(/given-up +commission\.settled +2013-11-07\.CommissionSettled\.L1\.1 +12/);
    receiver.answer = () => 200;
    await cps('replay', String(endpointId), '--from', BEGINNING, ...BY);
    expect(await send()).toMatchObject({ taken: 22 });
    expect(await standing(endpointId)).toMatchObject({ givenUp: 0, waiting: 0 });
  });

  it('is told again from the day asked for, and not from before it', async () => {
    await makeNews(book, folder, 5);
    await refund(book, folder, [3]);
    const { endpointId } = await register();
    await send();
    const before = receiver.taken.length;
    expect((await cps('replay', String(endpointId), '--from', '2013-11-08', ...BY)).code).toBe(0);
    expect(await send()).toMatchObject({ taken: 1, failed: 0 });
    expect(told().slice(before)).toEqual(['commission.reversed L3']);
  });

  it('can be told again while a round is on its way, and hears everything from that day', async () => {
    await makeNews(book, folder, 30);
    const { endpointId } = await register(OPERATOR, { kinds: ['commission.settled'] });
    let isReplayed = false;
    receiver.answer = async () => {
      if (!isReplayed) {
        isReplayed = true;
        expect((await cps('replay', String(endpointId), '--from', BEGINNING, ...BY)).code).toBe(0);
      }
      return 200;
    };
    await send();
    expect(new Set(receiver.taken.map(({ id }) => id)).size).toBe(30);
    // The round that was on its way was told once more.
    expect(receiver.taken).toHaveLength(46);
    expect(await standing(endpointId)).toMatchObject({ delivered: 30, behind: 0 });
  });

  it('that is paused or removed in the middle is sent nothing more than the round on its way', async () => {
    await makeNews(book, folder, 60);
    const { endpointId } = await register(OPERATOR, { kinds: ['commission.settled'] });
    let change = ['pause', String(endpointId), '--reason', 'moving house'];
    receiver.answer = async (_, nth) => {
      if (nth % 20 === 1) expect((await cps(...change, ...BY)).code).toBe(0);
      return 200;
    };
    await send();
    expect(receiver.taken).toHaveLength(16);
    expect(await standing(endpointId)).toMatchObject({ state: 'paused', reason: 'moving house', delivered: 16 });
    expect((await cps('resume', String(endpointId), ...BY)).code).toBe(0);
    change = ['remove', String(endpointId)];
    await send();
    expect(receiver.taken).toHaveLength(32);
    expect(await standing(endpointId)).toMatchObject({ state: 'removed', delivered: 16, waiting: 0 });
    const { rows } = await book.session.client.query('select * from webhook_secret');
    expect(rows).toEqual([]);
    expect((await cps('resume', String(endpointId), ...BY)).code).toBe(2);
    expect((await cps()).out).toContain('No endpoint is registered');
  });

  it('has two valid secrets after a rotation, until the older one ends', async () => {
    await makeNews(book, folder, 1);
    const { endpointId, secret } = await register(OPERATOR, { kinds: ['commission.settled'] });
    const rotated = await cps('rotate', String(endpointId), ...BY, '--keep-hours', '2', '--json');
    const second = (JSON.parse(rotated.out) as { secret: string }).secret;
    expect(second).not.toBe(secret);
    await send();
    now += 121 * MINUTE;
    await cps('replay', String(endpointId), '--from', BEGINNING, ...BY);
    await send();
    const [before, after] = receiver.taken;
    if (before === undefined || after === undefined) throw new Error('nothing was sent');
    expect([isSigned(before, secret), isSigned(before, second)]).toEqual([true, true]);
    expect([isSigned(after, secret), isSigned(after, second)]).toEqual([false, true]);
    const listed = await cps('--json');
    const log = await cps('deliveries', String(endpointId), '--json');
    for (const text of [listed.out, log.out]) expect(text).not.toContain('whsec_');
  });

  it('stops between rounds when it is told to', async () => {
    await makeNews(book, folder, 60);
    await register(OPERATOR, { kinds: ['commission.settled'] });
    const stop = new AbortController();
    receiver.answer = (_, nth) => {
      if (nth === 20) stop.abort();
      return 200;
    };
    expect(await send({ signal: stop.signal })).toMatchObject({ taken: 32 });
    expect(await send()).toMatchObject({ taken: 28 });
  });
});

describe('the inside', () => {
  it('is not reached: an address that is not public is never connected to', async () => {
    await makeNews(book, folder, 1);
    const { port } = receiver;
    for (const [i, url] of [
      `http://127.0.0.1:${port}/`,
      `https://127.0.0.1:${port}/`,
      `https://localhost:${port}/`,
      `https://[::1]:${port}/`,
    ].entries()) {
      const { endpointId } = await register(OPERATOR, { url, kinds: ['commission.settled'] });
      expect(await send({ allowPrivate: false }), url).toMatchObject({ taken: 0, failed: 1 });
      const [waiting] = await listDeliveries(book.session, endpointId, undefined, 1);
      expect(waiting?.lastAnswer, url).toMatch(i === 0 ? /http:\/\// : /not (public|a public one)/);
      expect(waiting?.lastAnswer).not.toContain('127.0.0.1');
    }
    expect(receiver.connections).toBe(0);
  });

  it('keeps its secrets: the role that sees every table sees none of them', async () => {
    await makeNews(book, folder, 1);
    await register();
    const { client } = book.session;
    const count = async (): Promise<unknown> =>
      (await client.query('select count(*)::int as count from webhook_secret')).rows[0];
    expect(await count()).toEqual({ count: 1 });
    await client.query('reset role');
    await client.query('set role cps_auditor');
    expect(await count()).toEqual({ count: 0 });
    expect((await client.query('select count(*)::int as count from webhook_endpoint')).rows).toEqual([{ count: 1 }]);
    await client.query('reset role');
  });
});

describe('what is typed', () => {
  const URL_OF = 'https://shop.example.com/cps';
  const WRONG: readonly (readonly [string[], string])[] = [
    [['add', 'shop.example.com', '--operator', ...BY], 'is no URL'],
    [['add', 'ftp://shop.example.com', '--operator', ...BY], 'neither https:// nor http://'],
    [['add', 'http://shop.example.com', '--operator', ...BY], 'use https://'],
    [['add', 'https://u:p@shop.example.com', '--operator', ...BY], 'a user or password'],
    [['add', 'https://shop.example.com/#a', '--operator', ...BY], 'a part after #'],
    [['add', 'https://10.1.2.3/', '--operator', ...BY], 'not a public one'],
    [['add', `https://shop.example.com/${'a'.repeat(2000)}`, '--operator', ...BY], 'longer than 2000'],
    [['add', URL_OF, ...BY], 'say whose endpoint it is'],
    [['add', URL_OF, '--seller', 's1', '--operator', ...BY], 'cannot be used with'],
    [['add', URL_OF, '--seller', 's9', ...BY], 'there is no seller s9'],
    [['add', URL_OF, '--publisher', '77', ...BY], 'there is no publisher 77'],
    [['add', URL_OF, '--seller', 's1', '--kinds', 'payout.confirmed', ...BY], 'is no kind of message for a seller'],
    [['add', URL_OF, '--operator', '--kinds', 'x', ...BY], '"x" is no kind of message for an operator'],
    [['add', URL_OF, '--operator', '--from', '2013-12-24', ...BY], 'is after 2013-11-08'],
    [['add', URL_OF, '--operator', '--from', 'soon', ...BY], 'an existing day'],
    [['add', URL_OF, '--operator'], 'say --as PERSON, or set CPS_AS'],
    [['pause', 'x', '--reason', 'r', ...BY], 'the number of an endpoint'],
    [['pause', '7', '--reason', ' ', ...BY], '--reason is empty'],
    [['pause', '7', '--reason', 'r', ...BY], 'there is no endpoint 7 that is active'],
    [['resume', '7', ...BY], 'there is no endpoint 7 that is paused'],
    [['rotate', '7', ...BY], 'there is no endpoint 7'],
    [['rotate', '7', '--keep-hours', '9999', ...BY], 'a whole number from 0 to 720'],
    [['replay', '7', '--from', '2013-11-07', ...BY], 'there is no endpoint 7'],
    [['replay', '7', '--from', '2014-11-07', ...BY], 'is after 2013-11-08'],
    [['remove', '7', ...BY], 'there is no endpoint 7'],
    [['deliveries', '7'], 'there is no endpoint 7'],
    [['deliveries', '7', '--state', 'lost'], 'it must be one of waiting, given-up'],
  ];

  it('is refused with exit code 2 and a sentence where it is wrong', async () => {
    await makeNews(book, folder, 1);
    for (const [args, sentence] of WRONG) {
      const { code, err } = await cps(...args);
      expect(err, args.join(' ')).toContain(sentence);
      expect(code, args.join(' ')).toBe(2);
    }
    expect(await endpoints(book.session)).toEqual([]);
  });

  it('is registered once for each party', async () => {
    await makeNews(book, folder, 1);
    const first = await cps('add', URL_OF, '--seller', 's1', ...BY);
    expect(first.code, first.err).toBe(0);
    expect(first.out).toMatch(/shown this once: whsec_[A-Za-z0-9+/]{43}=\n$/);
    const again = await cps('add', URL_OF, '--seller', 's1', ...BY);
    expect(again.code).toBe(2);
    expect(again.err).toContain('this URL is endpoint 1 already');
    expect((await cps('add', URL_OF, '--publisher', '1001', ...BY)).code).toBe(0);
    expect((await cps('remove', '1', ...BY)).code).toBe(0);
    expect((await cps('add', URL_OF, '--seller', 's1', ...BY)).code).toBe(0);
    expect(await endpoints(book.session, { audience: { role: 'seller', party: 's1' } })).toHaveLength(1);
  });
});
