/** Feeds through the API: the same intake as files, whole or not at all, once however often they are sent. */
import { once } from 'node:events';
import { connect as dial } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiProblem, type Call, client } from '../../src/http/published/cps-client.ts';
import { type Ground, ground } from './ground.ts';

let at: Ground;
let call: Call;
let publishers: string[];
beforeAll(async () => {
  at = await ground({ mostBytes: 4_000_000 });
  call = client(at.url, at.keys.operator);
  const { rows } = await at.owner.client.query<{ id: string }>(
    'select distinct publisher_id as id from publisher order by 1',
  );
  publishers = rows.map(({ id }) => id);
});
afterAll(() => at.close());

const contacts = (name: string, count = publishers.length): string[] =>
  publishers.slice(0, count).map((id) => `${id},${name}-${id}@example.org`);
const HEADER = 'publisher_id,email';

const deliver = (body: string | Uint8Array<ArrayBuffer>, type: string) =>
  call('POST /v1/feeds/{feed}', { path: { feed: 'contacts' }, body, headers: { 'content-type': type } });

async function count(sql: string): Promise<number> {
  return Number((await at.owner.client.query<{ n: bigint }>(`select count(*) as n from (${sql}) x`)).rows[0]?.n);
}

describe('a file', () => {
  it('is taken as CSV, NDJSON or gzip, its receipt counts every row, and sent again it changes nothing', async () => {
    const csv = [HEADER, ...contacts('a'), 'nobody,x@example.org', ''].join('\n');
    const first = await deliver(csv, 'text/csv');
    expect(first).toMatchObject({
      feed: 'contacts',
      read: publishers.length + 1,
      accepted: publishers.length,
      rejected: 1,
      amount: '0.00',
    });
    const again = await deliver(csv, 'text/csv');
    expect(again).toMatchObject({ accepted: 0, duplicate: publishers.length, rejected: 1, sha256: first.sha256 });
    const lines = publishers.map((id) => JSON.stringify({ publisher_id: id, email: `b-${id}@example.org` })).join('\n');
    expect(await deliver(lines, 'application/x-ndjson')).toMatchObject({ accepted: publishers.length });
    const packed = Uint8Array.from(gzipSync([HEADER, ...contacts('c'), ''].join('\n')));
    expect(await deliver(packed, 'application/gzip')).toMatchObject({
      accepted: publishers.length,
      bytes: packed.length,
    });
    const { items } = await call('GET /v1/rejects', { query: { feed: 'contacts' } });
    expect(items.map(({ line, verdict }) => [line, verdict])).toEqual([
      [publishers.length + 2, 'rejected'],
      [publishers.length + 2, 'rejected'],
    ]);
    const { rows } = await at.owner.client.query<{ who: string; n: bigint }>(
      `select name as who, count(*) as n from audit where action = 'deliver' group by 1`,
    );
    expect(rows).toEqual([{ who: expect.stringMatching(/^operator/), n: 4n }]);
  });

  it('that cannot be taken as a whole leaves nothing, and says why', async () => {
    const before = await count('select 1 from delivery');
    await expect(deliver('a,b\n1,2\n', 'text/csv')).rejects.toMatchObject({
      status: 422,
      detail: expect.stringContaining('publisher_id'),
    });
    await expect(deliver('', 'text/csv')).rejects.toMatchObject({ status: 422 });
    await expect(deliver(`${HEADER}\n${'x'.repeat(5_000_000)}`, 'text/csv')).rejects.toMatchObject({ status: 413 });
    await expect(deliver(`${HEADER}\n`, 'text/plain')).rejects.toMatchObject({ status: 415 });
    expect(await count('select 1 from delivery')).toBe(before);
  });

  it('that breaks off on its way leaves nothing half done, and can be sent again', async () => {
    const csv = [HEADER, ...contacts('d'), ''].join('\n');
    const before = await count('select 1 from delivery');
    const { hostname, port } = new URL(at.url);
    for (const part of [0, 40, csv.length - 1]) {
      const socket = dial(Number(port), hostname);
      await once(socket, 'connect');
      socket.write(
        `POST /v1/feeds/contacts HTTP/1.1\r\nhost: x\r\ncontent-type: text/csv\r\nauthorization: Bearer ${at.keys.operator}\r\ncontent-length: ${csv.length}\r\n\r\n${csv.slice(0, part)}`,
      );
      await sleep(100);
      socket.destroy();
    }
    await sleep(300);
    expect(await count('select 1 from delivery')).toBe(before);
    expect(await deliver(csv, 'text/csv')).toMatchObject({ accepted: publishers.length, resumedAfter: 0 });
  });

  it('may come in pieces, without saying how long it is', async () => {
    const pieces = function* (): Generator<Buffer> {
      yield Buffer.from(`${HEADER}\n`);
      for (let i = 0; i < 20; i++) yield Buffer.from(`${contacts(`p${i}`, 2).join('\n')}\n`);
    };
    const answer = await fetch(`${at.url}/v1/feeds/contacts`, {
      method: 'POST',
      headers: { authorization: `Bearer ${at.keys.operator}`, 'content-type': 'text/csv' },
      body: Readable.toWeb(Readable.from(pieces())) as ReadableStream,
      duplex: 'half',
    } as RequestInit);
    expect(await answer.json()).toMatchObject({ read: 40, accepted: 40 });
  });
});

describe('a file under an Idempotency-Key', () => {
  const send = (key: string, name: string) =>
    at.post('/v1/feeds/contacts', at.keys.operator, [HEADER, ...contacts(name), ''].join('\n'), {
      'content-type': 'text/csv',
      'idempotency-key': key,
    });

  it('is taken once and answered alike, and another file under it is refused', async () => {
    const first = await send('f1', 'q');
    expect(first.json()).toMatchObject({ accepted: publishers.length, duplicate: 0 });
    const again = await send('f1', 'q');
    expect([again.status, again.text]).toEqual([200, first.text]);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    const before = await count('select 1 from delivery');
    const other = await send('f1', 'r');
    expect(other.status).toBe(422);
    expect(other.json()).toMatchObject({ type: 'urn:cps:problem:key-reused' });
    expect(await count('select 1 from delivery')).toBe(before);
    const both = await Promise.all([send('f2', 's'), send('f2', 't')]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 422]);
  });
});

describe('a fact', () => {
  const fact = (key: string, email: string, feed: 'contacts' | 'refunds' = 'contacts') =>
    at.post(
      `/v1/feeds/${feed}`,
      at.keys.operator,
      { publisher_id: publishers[0] ?? '', email },
      { 'idempotency-key': key },
    );

  it('is delivered once under its Idempotency-Key, and answered alike', async () => {
    const first = await fact('k1', 'once@example.org');
    expect(first.status).toBe(200);
    expect(first.json()).toMatchObject({ accepted: 1, duplicate: 0 });
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    const before = await count('select 1 from delivery');
    const again = await fact('k1', 'once@example.org');
    expect([again.status, again.text]).toEqual([200, first.text]);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(await count('select 1 from delivery')).toBe(before);
    const other = await fact('k1', 'other@example.org');
    expect(other.status).toBe(422);
    expect(other.json()).toMatchObject({ type: 'urn:cps:problem:key-reused' });
    expect((await fact('a b', 'x@example.org')).status).toBe(400);
  });

  it('is delivered once by two that come at once, and each owner has keys of its own', async () => {
    const both = await Promise.all([fact('k2', 'two@example.org'), fact('k2', 'two@example.org')]);
    expect(both.map(({ status }) => status)).toEqual([200, 200]);
    expect(both[0]?.text).toBe(both[1]?.text);
    const other = await at.key('operator');
    const elses = await at.post(
      '/v1/feeds/contacts',
      other,
      { publisher_id: publishers[1] ?? '', email: 'e@example.org' },
      { 'idempotency-key': 'k2' },
    );
    expect(elses.json()).toMatchObject({ accepted: 1 });
  });

  it('that the intake refuses is not kept, so that it can be mended under the same key', async () => {
    const before = await count('select 1 from delivery union all select 1 from refusal');
    const wrong = await fact('k3', 'not an address');
    expect(wrong.status).toBe(422);
    expect(wrong.json()).toMatchObject({ type: 'urn:cps:problem:not-taken', detail: expect.stringContaining('email') });
    expect(await count('select 1 from delivery union all select 1 from refusal')).toBe(before);
    expect((await fact('k3', 'right@example.org')).status).toBe(200);
    const amount = await at.post('/v1/feeds/refunds', at.keys.operator, {
      refund_id: 'R',
      order_line_id: 'L',
      amount: 1,
      refunded_at: '2014-01-01 00:00:00',
    });
    expect(amount.status).toBe(400);
  });

  it('through the client tells a problem as an error', async () => {
    const tried = client(at.url, at.keys.seller)('GET /v1/audit');
    await expect(tried).rejects.toBeInstanceOf(ApiProblem);
    await expect(tried).rejects.toMatchObject({ status: 403, type: 'urn:cps:problem:forbidden' });
  });
});
