/**
 * Acts through every door: each is declared whole, leaves the same line of the audit wherever it came in, and needs a second
 * person though the first came by another door. Feeds of decisions ask for the decision's right, and name who signed in.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { play } from '../../src/cli/scenario/play.ts';
import { isRight, RIGHTS, type Role } from '../../src/core/access.ts';
import { FEED_NAMES } from '../../src/core/feeds/index.ts';
import { SPEECH } from '../../src/formats/words/index.ts';
import { bookOf, makeServer } from '../../src/http/server.ts';
import { apiRoom } from '../../src/http/v1/index.ts';
import { DECISION_FEEDS } from '../../src/office/acts/feeds.ts';
import { ACTS } from '../../src/office/acts/index.ts';
import { poolOf, type SessionPool } from '../../src/store/connection/pool.ts';
import { createKey } from '../../src/store/people/access.ts';
import { pagesRoom } from '../../src/web/server-room.ts';
import { type OpenBook, openBook } from '../books/play.ts';
import { commandLine } from '../cli/command-line.ts';
import { Visitor } from '../web/house.ts';

const SCENARIO = resolve(import.meta.dirname, '../../scenarios/40-a-hijacker-found.md');
const CASE = 'overwritten-click.9003.201311';
const NOW = Date.UTC(2026, 0, 1);

let book: OpenBook;
let app: FastifyInstance;
let url = '';
let pools: SessionPool[] = [];
beforeAll(async () => {
  book = await openBook();
  // One case of four lines, above the amount from which a second person has to approve.
  await play(SCENARIO, readFileSync(SCENARIO, 'utf8').split('```decide')[0] ?? '', { url: book.url, now: NOW });
  pools = [1, 2].map(() => poolOf({ url: book.url, application: 'acts test', size: 2 }));
  const [sessions, longSessions] = pools as [SessionPool, SessionPool];
  const world = { now: () => NOW, ticks: () => performance.now(), log: pino({ level: 'silent' }), version: 'test' };
  app = await makeServer({ sessions, longSessions, book: () => bookOf(sessions), ...world }, [apiRoom, pagesRoom()]);
  url = await app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await app.close();
  for (const pool of pools) await pool.close();
  await book.close();
});

const cps = (...args: string[]) => commandLine(['--database', book.url, ...args]);

async function key(role: Role, name: string): Promise<string> {
  const terms = { scopes: null, createdAt: NOW - 1000, createdBy: 'test', expiresAt: null };
  return (await createKey(book.session, { role, party: null, name, ...terms })).text;
}

async function post(path: string, by: string, body?: unknown): Promise<{ status: number; text: string }> {
  const headers = { authorization: `Bearer ${by}`, 'content-type': 'application/json' };
  const sent = body === undefined ? '{}' : JSON.stringify(body);
  const answer = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: body === undefined ? { authorization: headers.authorization } : headers,
    ...(body === undefined ? {} : { body: sent }),
  });
  return { status: answer.status, text: await answer.text() };
}

async function page(path: string, role: Role, name: string, fields: Record<string, string>) {
  const visitor = new Visitor(url);
  await visitor.post('/sign-in', { key: await key(role, name) });
  return visitor.post(path, { ...fields, token: await visitor.token() });
}

async function audits(action: string): Promise<Record<string, unknown>[]> {
  const { rows } = await book.session.client.query<Record<string, unknown>>(
    `select name, subject, detail ->> 'door' as door from audit where action = '${action}' order by audit_id`,
  );
  return rows;
}

describe.each(ACTS.map((act) => [act.name, act] as const))('the act %s', (_name, act) => {
  it('has a right, a command and a route or a reason why not, and words in both languages', () => {
    expect(isRight(act.right)).toBe(true);
    expect('none' in act.commands ? act.commands.none : act.commands).not.toHaveLength(0);
    expect(typeof act.route === 'string' ? act.route : act.route.none).not.toBe('');
    const said = [act.send, ...Object.values(act.done), ...Object.values(act.fields).map(({ label }) => label)];
    for (const [zh, en] of said) {
      expect(zh).toMatch(/\p{Script=Han}/u);
      expect(en).not.toMatch(/^$|\p{Script=Han}/u);
    }
    expect(Object.keys(act.done)).not.toHaveLength(0);
  });

  it('delivers feeds that are there; one of decisions asks for a right that an act with it has', () => {
    for (const feed of act.feeds) {
      expect(FEED_NAMES).toContain(feed);
      const right = DECISION_FEEDS[feed]?.right;
      const rights = ACTS.filter(({ feeds }) => feeds.includes(feed)).map((one) => one.right);
      if (right !== undefined) expect(rights).toContain(right);
    }
  });
});

it('the choices of a form are called something in both languages', () => {
  for (const act of ACTS)
    for (const { choices = [], words } of Object.values(act.fields))
      for (const one of choices.filter(
        (value) => !['submitted', 'website', 'app', 'guide', 'software'].includes(value),
      ))
        for (const speech of Object.values(SPEECH)) expect(speech.word(`${words}-${one}`)).not.toBe(`${words}-${one}`);
});

describe('a second person', () => {
  it('has to approve a case, whichever doors the two come by', async () => {
    const at = ['--at', '2013-11-11 15:00:00'];
    const forfeit = ['--decision', 'forfeit', '--reason', 'it clicks by itself'];
    expect((await cps('decide', CASE, '--by', 'Chen', ...forfeit, ...at)).code).toBe(0);
    const path = `/v1/cases/${CASE}/approvals`;
    const own = await post(path, await key('risk', 'CHEN'));
    expect([own.status, own.text]).toEqual([422, expect.stringContaining('somebody else has to approve it')]);
    const paged = await page(`/risk/cases/${CASE}`, 'risk', 'Ｃｈｅｎ', { act: 'approve' });
    expect([paged.status, paged.text]).toEqual([422, expect.stringContaining('somebody else has to approve it')]);
    expect((await cps('decide', CASE, '--by', 'chen', '--approve')).code).toBe(2);
    // Proposed again on a page: now whoever did is not the second at the command line.
    const order = { act: 'propose', decision: 'forfeit', against: 'none', points: '', reason: 'seen' };
    expect((await page(`/risk/cases/${CASE}`, 'risk', 'Wu', order)).status).toBe(303);
    expect((await cps('decide', CASE, '--by', 'wu', '--approve')).code).toBe(2);
    expect((await post(path, await key('risk', 'Zhao'))).status).toBe(201);
    expect(await audits('decide-case')).toEqual([
      { name: 'Chen', subject: CASE, door: 'command' },
      { name: 'Wu', subject: CASE, door: 'pages' },
    ]);
    expect(await audits('approve-case')).toEqual([{ name: 'Zhao', subject: CASE, door: 'api' }]);
  });

  it('has to approve an adjustment, whichever doors the two come by', async () => {
    const document = ['--document', SCENARIO];
    const proposal = ['--publisher', '1003', '--amount', '1.00', '--reason', 'as agreed', ...document];
    const { out } = await cps('adjust', 'propose', ...proposal, '--by', 'Chen', '--json');
    const { adjustment } = JSON.parse(out) as { adjustment: string };
    const own = await post(`/v1/adjustments/${adjustment}/approval`, await key('finance', 'chen'));
    expect([own.status, own.text]).toEqual([422, expect.stringContaining('somebody else has to approve it')]);
    const body = { publisher: '1003', amount: '2.00', reason: 'as agreed', document: '0'.repeat(64) };
    const proposed = await post('/v1/adjustments', await key('finance', 'Wu'), body);
    const { adjustment: second } = JSON.parse(proposed.text) as { adjustment: string };
    expect((await cps('adjust', 'approve', second, '--by', 'WU')).code).toBe(2);
    expect((await post(`/v1/adjustments/${adjustment}/approval`, await key('finance', 'Wu'))).status).toBe(201);
    expect((await cps('adjust', 'approve', second, '--by', 'Chen')).code).toBe(0);
    expect(await audits('propose-adjustment')).toEqual([
      { name: 'Chen', subject: adjustment, door: 'command' },
      { name: 'Wu', subject: second, door: 'api' },
    ]);
    expect(await audits('approve-adjustment')).toEqual([
      { name: 'Wu', subject: adjustment, door: 'api' },
      { name: 'Chen', subject: second, door: 'command' },
    ]);
  });
});

describe.each(Object.entries(DECISION_FEEDS))('the feed %s', (feed, { right, by }) => {
  it('is not delivered by who may deliver facts alone, and names nobody but who signed in', async () => {
    expect((await post(`/v1/feeds/${feed}`, await key('operator', 'Olga'), { x: 'y' })).status).toBe(403);
    const [role] = RIGHTS[right].filter((one) => one !== 'operator');
    const theirs = await key(role as Role, 'Li');
    const other = await post(`/v1/feeds/${feed}`, theirs, by === null ? {} : { [by]: 'Chen' });
    expect(other.status).toBe(422);
    if (by === null) return;
    expect(other.text).toContain('a decision is delivered by who made it');
    const own = await post(`/v1/feeds/${feed}`, theirs, { [by]: 'Li' });
    expect([own.status, own.text]).toEqual([422, expect.not.stringContaining('who made it')]);
  });
});

it('a file of decisions is taken but for the rows that name somebody else', async () => {
  const row = {
    publisher_id: '1003',
    amount: '1.00',
    reason: 'x',
    document: '0'.repeat(64),
    proposed_at: '2013-11-11 15:00:00',
  };
  const file = await fetch(`${url}/v1/feeds/adjustments`, {
    method: 'POST',
    headers: { authorization: `Bearer ${await key('finance', 'Li')}`, 'content-type': 'application/x-ndjson' },
    body: ['Li', 'Chen']
      .map((by, i) => `${JSON.stringify({ ...row, adjustment_id: `J${i}`, proposed_by: by })}\n`)
      .join(''),
  });
  expect(await file.json()).toMatchObject({ accepted: 1, rejected: 1 });
  const { rows } = await book.session.client.query('select reason from refusal order by refusal_id desc limit 1');
  expect(rows).toEqual([{ reason: expect.stringContaining('a decision is delivered by who made it') }]);
});
