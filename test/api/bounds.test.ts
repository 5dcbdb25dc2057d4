/** No delivery exhausts the machine: what is too much is refused before a row is taken, and work ends with who waits for it. */
import { once } from 'node:events';
import { connect as dial, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MIB } from '../../src/ingest/bounds.ts';
import { type Ground, ground } from './ground.ts';

const HEADER = 'publisher_id,email\n';
/** A header, a quote that nothing closes, and lines of one letter. */
const bomb = (lines: number): Buffer => gzipSync(`${HEADER}"${'a\n'.repeat(lines)}`);

let at: Ground;
const begin =
  (more: Parameters<typeof ground>[0] = {}) =>
  async () => {
    at = await ground(more);
  };
const end = () => at.close();

const deliver = async (body: Buffer) => {
  const answer = await fetch(`${at.url}/v1/feeds/contacts`, {
    method: 'POST',
    headers: { authorization: `Bearer ${at.keys.operator}`, 'content-type': 'application/gzip' },
    body: Uint8Array.from(body),
  });
  return { status: answer.status, ...((await answer.json()) as Record<string, unknown>) };
};

const deliveries = async () =>
  (
    await at.owner.client.query<{ rows_read: bigint; finished: boolean }>(
      'select rows_read, finished from delivery order by delivery_id desc',
    )
  ).rows;

describe('a small file that unpacks to a large one', () => {
  afterAll(end);
  beforeAll(begin({ bounds: { bytes: MIB, lines: 5000, refusals: 20 } }));

  it('is refused as a whole beyond the bounds, and leaves nothing', async () => {
    const before = await deliveries();
    expect(await deliver(bomb(5000))).toMatchObject({
      status: 422,
      detail: 'api contacts has more than 5000 lines: cut it into files of fewer rows',
    });
    expect(await deliver(gzipSync(HEADER + 'x'.repeat(2 * MIB)))).toMatchObject({
      status: 422,
      detail: 'api contacts unpacks to more than 1 MiB: cut it into files of fewer rows',
    });
    expect(await deliveries()).toEqual(before);
  });

  it('keeps some of its refused rows, and counts the others', async () => {
    const receipt = await deliver(bomb(4000));
    expect(receipt).toMatchObject({ status: 200, read: 4000, rejected: 4000, accepted: 0, unkept: 3980 });
    const { rows } = await at.owner.client.query('select 1 from refusal');
    expect(rows).toHaveLength(20);
  });
});

/** Sends a request's head and the beginning of its body, and leaves the connection open. */
async function open(path: string, type: string, begun: string | Buffer, length: number): Promise<Socket> {
  const { hostname, port } = new URL(at.url);
  const socket = dial(Number(port), hostname);
  await once(socket, 'connect');
  socket.on('error', () => undefined);
  socket.write(
    `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: ${type}\r\nauthorization: Bearer ${at.keys.operator}\r\ncontent-length: ${length}\r\n\r\n`,
  );
  socket.write(begun);
  return socket;
}

const LONG = 300_000;

/** Waits until a delivery has taken some rows. */
async function underWay(): Promise<void> {
  while (!(await deliveries()).some(({ rows_read, finished }) => rows_read > 0n && !finished)) await sleep(10);
}

describe('a delivery under way', () => {
  afterEach(end);
  beforeEach(begin({ lastWords: 50 }));

  it('ends when its client has gone, and goes on there when it is sent again', async () => {
    const body = bomb(LONG);
    const socket = await open('/v1/feeds/contacts', 'application/gzip', body, body.length);
    await underWay();
    socket.destroy();
    while (at.deps.longSessions.usage().busy > 0) await sleep(10);
    const [cut] = await deliveries();
    expect(cut).toMatchObject({ finished: false });
    expect(Number(cut?.rows_read)).toBeLessThan(LONG);
    expect(await deliver(body)).toMatchObject({
      status: 200,
      read: LONG,
      resumedAfter: Number(cut?.rows_read),
      unkept: LONG - 10_000,
    });
  });

  it('ends when the server closes, and says so', async () => {
    const delivering = deliver(bomb(LONG));
    await underWay();
    await at.app.close();
    expect(await delivering).toMatchObject({ status: 503, detail: 'the server is closing: ask again shortly' });
    expect((await deliveries())[0]).toMatchObject({ finished: false });
  });

  it('ends when the server closes while its file is still coming', async () => {
    const socket = await open('/v1/feeds/contacts', 'text/csv', HEADER, 1_000_000);
    const answer = once(socket, 'data');
    while ((await new Promise<number>((done) => at.app.server.getConnections((_, n) => done(n)))) === 0)
      await sleep(10);
    await sleep(100);
    await at.app.close();
    expect(String(await answer)).toMatch(/^HTTP\/1\.1 503 /);
  });
});

describe('a body that comes too slowly', () => {
  afterAll(end);
  beforeAll(begin({ bodyTime: 400 }));

  it.each([
    ['a fact', 'application/json', '{'],
    ['a delivery', 'text/csv', HEADER],
  ])('is given up: %s', async (_, type, begun) => {
    const sockets = await Promise.all(
      Array.from({ length: 20 }, async () => open('/v1/feeds/contacts', type, begun, 200_000)),
    );
    const trickling = setInterval(() => {
      for (const socket of sockets) if (socket.writable) socket.write(' ');
    }, 50);
    const answers = await Promise.all(
      sockets.map(async (socket) => {
        let text = '';
        socket.on('data', (piece) => {
          text += String(piece);
        });
        await once(socket, 'close');
        return text.slice(0, 12);
      }),
    );
    clearInterval(trickling);
    expect(new Set(answers)).toEqual(new Set(['HTTP/1.1 408']));
  });

  it('is no fault where nobody reads it', async () => {
    const unread = await open('/v1/feeds/contacts', 'text/plain', 'x', 200_000);
    expect(String((await once(unread, 'data'))[0])).toMatch(/^HTTP\/1\.1 415 /);
    // Whatever was left to happen to it has happened: an error that nobody hears would fail the whole run.
    await sleep(600);
    expect((await at.get('/livez')).status).toBe(200);
  });

  it('but not a delivery that goes on', async () => {
    const row = `${'x'.repeat(32_000)},a@example.org\n`;
    const socket = await open('/v1/feeds/contacts', 'text/csv', HEADER, HEADER.length + 30 * row.length);
    const answer = once(socket, 'data');
    for (let i = 0; i < 30; i++) {
      socket.write(row);
      await sleep(50);
    }
    expect(String(await answer)).toMatch(/^HTTP\/1\.1 200 /);
    socket.destroy();
  });
});
