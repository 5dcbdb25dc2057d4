/** Too many requests, clients that are slow, and an end in the middle of things. */
import { once } from 'node:events';
import { connect as dial } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Ground, ground } from './ground.ts';

let at: Ground;
const begin =
  (more: Parameters<typeof ground>[0] = {}) =>
  async () => {
    at = await ground(more);
  };
const end = () => at.close();

describe('too many requests', () => {
  beforeEach(begin({ rate: 5 }));
  afterEach(end);

  it('of one key are refused for a while, those of others are not', async () => {
    const states = [];
    for (let i = 0; i < 7; i++) states.push((await at.get('/v1/me', at.keys.risk)).status);
    expect(states).toEqual([200, 200, 200, 200, 200, 429, 429]);
    const refused = await at.get('/v1/me', at.keys.risk);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refused.json()).toMatchObject({ type: 'urn:cps:problem:too-many' });
    expect((await at.get('/v1/me', at.keys.finance)).status).toBe(200);
    const strangers = [];
    for (let i = 0; i < 7; i++) strangers.push((await at.get('/v1/me', 'none')).status);
    expect(strangers).toEqual([401, 401, 401, 401, 401, 429, 429]);
    expect((await at.get('/livez')).status).toBe(200);
  });
});

describe('a server', () => {
  beforeEach(begin());

  it('answers others while clients read slowly: nobody holds a session by taking time', async () => {
    const { hostname, port } = new URL(at.url);
    const slow = await Promise.all(
      Array.from({ length: 12 }, async () => {
        const socket = dial(Number(port), hostname);
        await once(socket, 'connect');
        socket.pause();
        socket.write(
          `GET /v1/exports/transfers HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${at.keys.operator}\r\n\r\n`,
        );
        return socket;
      }),
    );
    await sleep(300);
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => at.get('/v1/exports/balances', at.keys.operator)),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(at.deps.longSessions.usage()).toMatchObject({ busy: 0, waiting: 0 });
    for (const socket of slow) socket.destroy();
    await at.close();
  });

  it('that is told to stop finishes what is under way, and takes no more', async () => {
    const row = (i: number): string => `c${i},c${i}@example.org`;
    const { hostname, port } = new URL(at.url);
    const { rows } = await at.owner.client.query<{ id: string }>(
      'select distinct publisher_id as id from publisher limit 5',
    );
    const body = `publisher_id,email\n${rows.map(({ id }, i) => row(i).replace(/^c\d+/, id)).join('\n')}\n`;
    const socket = dial(Number(port), hostname);
    await once(socket, 'connect');
    let heard = '';
    socket.on('data', (piece: Buffer) => {
      heard += piece.toString();
    });
    const head = `POST /v1/feeds/contacts HTTP/1.1\r\nhost: x\r\ncontent-type: text/csv\r\nauthorization: Bearer ${at.keys.operator}\r\ncontent-length: ${body.length}\r\n\r\n`;
    socket.write(head + body.slice(0, 30));
    await sleep(200);
    const closed = at.app.close();
    await sleep(100);
    await expect(at.get('/livez')).rejects.toThrow();
    const ended = once(socket, 'close');
    socket.write(body.slice(30));
    await closed;
    await ended;
    expect(heard).toMatch(/^HTTP\/1.1 200/);
    expect(heard).toContain('"accepted":5');
    const { rows: taken } = await at.owner.client.query('select 1 from contact');
    expect(taken.length).toBe(5);
    await at.close();
  });
});
