/**
 * Acts through every door: each is declared whole, leaves the same line of the audit wherever it came in, and needs a second
 * person though the first came by another door. Feeds of decisions ask for the decision's right, and name who signed in.
 */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { play } from '../../src/cli/scenario/play.ts';
import { isRight, RIGHTS, ROLES, type Role, roleMay } from '../../src/core/access.ts';
import { FEED_NAMES, FEEDS } from '../../src/core/feeds/index.ts';
import { SPEECH } from '../../src/formats/words/index.ts';
import { bookOf, makeServer } from '../../src/http/server.ts';
import { apiRoom } from '../../src/http/v1/index.ts';
import { FEED_RULES, ruleOf } from '../../src/office/acts/feeds.ts';
import { ACTS } from '../../src/office/acts/index.ts';
import { poolOf, type SessionPool } from '../../src/store/connection/pool.ts';
import { createKey } from '../../src/store/people/access.ts';
import { pagesRoom } from '../../src/web/server-room.ts';
import { type OpenBook, openBook } from '../books/play.ts';
import { commandLine } from '../cli/command-line.ts';
import { signedIn } from '../support/sign-in.ts';
import { Visitor } from '../web/house.ts';

const SCENARIO = resolve(import.meta.dirname, '../../scenarios/40-a-hijacker-found.md');
const CASE = 'overwritten-click.9003.201311';
const NOW = Date.UTC(2026, 0, 1);
const COMMAND = { door: 'command', issuer: 'os', identity: 'tester' };
const KEY = { issuer: 'key' };

let book: OpenBook;
let folder = '';
let app: FastifyInstance;
let url = '';
let pools: SessionPool[] = [];
beforeAll(async () => {
  book = await openBook();
  folder = await mkdtemp(join(tmpdir(), 'cps-acts-'));
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
  await rm(folder, { recursive: true });
});

const cps = (...args: string[]) => commandLine(['--database', book.url, ...args]);

async function key(role: Role, name: string, party: string | null = null): Promise<string> {
  const terms = { scopes: null, createdAt: NOW - 1000, createdBy: 'test', expiresAt: null };
  return (await createKey(book.session, { role, party, name, ...terms })).text;
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
  visitor.holds((await signedIn(book.session, { role, name }, NOW)).pass);
  return visitor.post(path, { ...fields, token: await visitor.token() });
}

async function audits(action: string): Promise<Record<string, unknown>[]> {
  const { rows } = await book.session.client.query<Record<string, unknown>>(
    `select name, subject, detail ->> 'door' as door, issuer, identity from audit where action = '${action}' order by audit_id`,
  );
  return rows;
}

describe.each(ACTS.map((act) => [act.name, act] as const))('the act %s', (_name, act) => {
  it('has a right, a command and a route or a reason why not, and words in both languages', () => {
    expect(isRight(act.right)).toBe(true);
    expect('none' in act.commands ? act.commands.none : act.commands).not.toHaveLength(0);
    expect(typeof act.route === 'string' ? act.route : act.route.none).not.toBe('');
    for (const speech of Object.values(SPEECH)) expect(speech.word(`deed-${act.name}`)).not.toBe(`deed-${act.name}`);
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
      const { right, persons } = ruleOf(feed);
      const rights = ACTS.filter(({ feeds }) => feeds.includes(feed)).map((one) => one.right);
      if (persons > 0) expect(rights).toContain(right);
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
    expect((await cps('decide', CASE, '--as', 'Chen', ...forfeit, ...at)).code).toBe(0);
    const path = `/v1/cases/${CASE}/approvals`;
    const own = await post(path, await key('risk', 'CHEN'));
    expect([own.status, own.text]).toEqual([422, expect.stringContaining('somebody else has to approve it')]);
    const paged = await page(`/risk/cases/${CASE}`, 'risk', 'Ｃｈｅｎ', { act: 'approve' });
    expect([paged.status, paged.text]).toEqual([422, expect.stringContaining('somebody else has to approve it')]);
    expect((await cps('decide', CASE, '--as', 'chen', '--approve')).code).toBe(2);
    // Proposed again on a page: now whoever did is not the second at the command line.
    const order = { act: 'propose', decision: 'forfeit', against: 'none', points: '', reason: 'seen' };
    expect((await page(`/risk/cases/${CASE}`, 'risk', 'Wu', order)).status).toBe(303);
    expect((await cps('decide', CASE, '--as', 'wu', '--approve')).code).toBe(2);
    expect((await post(path, await key('risk', 'Zhao'))).status).toBe(201);
    expect(await audits('decide-case')).toEqual([
      { ...COMMAND, name: 'Chen', subject: CASE },
      { issuer: 'person', name: 'Wu', identity: expect.stringMatching(/^[0-9a-f]{12}$/), subject: CASE, door: 'pages' },
    ]);
    expect(await audits('approve-case')).toEqual([
      { ...KEY, name: 'Zhao', identity: 'zhao', subject: CASE, door: 'api' },
    ]);
  });

  it('has to approve an adjustment, whichever doors the two come by', async () => {
    const document = ['--document', SCENARIO];
    const proposal = ['--publisher', '1003', '--amount', '1.00', '--reason', 'as agreed', ...document];
    const { out } = await cps('adjust', 'propose', ...proposal, '--as', 'Chen', '--json');
    const { adjustment } = JSON.parse(out) as { adjustment: string };
    const own = await post(`/v1/adjustments/${adjustment}/approval`, await key('finance', 'chen'));
    expect([own.status, own.text]).toEqual([422, expect.stringContaining('somebody else has to approve it')]);
    const body = { publisher: '1003', amount: '2.00', reason: 'as agreed', document: '0'.repeat(64) };
    const proposed = await post('/v1/adjustments', await key('finance', 'Wu'), body);
    const { adjustment: second } = JSON.parse(proposed.text) as { adjustment: string };
    expect((await cps('adjust', 'approve', second, '--as', 'WU')).code).toBe(2);
    expect((await post(`/v1/adjustments/${adjustment}/approval`, await key('finance', 'Wu'))).status).toBe(201);
    expect((await cps('adjust', 'approve', second, '--as', 'Chen')).code).toBe(0);
    expect(await audits('propose-adjustment')).toEqual([
      { ...COMMAND, name: 'Chen', subject: adjustment },
      { ...KEY, name: 'Wu', identity: 'wu', subject: second, door: 'api' },
    ]);
    expect(await audits('approve-adjustment')).toEqual([
      { ...KEY, name: 'Wu', identity: 'wu', subject: adjustment, door: 'api' },
      { ...COMMAND, name: 'Chen', subject: second },
    ]);
  });
});

/** A cell that parses, whatever the column. */
const CELL: Readonly<Record<string, string>> = {
  text: 'x',
  instant: '2013-11-11 15:00:00',
  money: '1.00',
  count: '1',
  set: '',
  rate: '0.1',
  score: '60',
};

/** What the bounds of a row ask for. */
const OWN: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'case-decisions': { step: 'approve' },
  appeals: { step: 'grant' },
  adjustments: { publisher_id: '1003' },
  openings: { publisher_id: '1003' },
  'bank-postings': { step: 'approve' },
};

/** A file of a feed with one row that names somebody; what is wrong with it otherwise is not looked at first. */
async function fileOf(feed: string, column: string | null, name: string): Promise<string> {
  const columns = FEEDS.find((one) => one.name === feed)?.columns ?? {};
  const row = Object.entries(columns).map(([called, { kind, expected, empty }]) => {
    if (called === column) return name;
    const own = OWN[feed]?.[called];
    if (own !== undefined || empty !== undefined) return own ?? '';
    const [, first = ''] = /^one of (\w[^,]*)/.exec(expected) ?? [];
    return first === '' ? (expected.startsWith('a SHA-256') ? '0'.repeat(64) : CELL[kind]) : first;
  });
  const path = join(folder, `${feed}.csv`);
  await writeFile(path, `${Object.keys(columns).join(',')}\n${row.join(',')}\n`);
  return path;
}

const delivered = async (feed: string): Promise<unknown> =>
  (await audits('deliver')).filter(({ subject }) => subject === feed).at(-1);

describe('the table of who may deliver a feed', () => {
  it('has every feed, and every column that names who decided', () => {
    expect(Object.keys(FEED_RULES)).toEqual(FEED_NAMES);
    const naming = /^(decided|verified|issued|cancelled|proposed|approved|prepared)_by$|^withdrawn_by$|^by$/;
    for (const { name, columns } of FEEDS) {
      const [by = null] = Object.keys(columns).filter((column) => naming.test(column));
      // That a publisher takes a site back is its own to say.
      expect([name, ruleOf(name).by]).toEqual([name, name === 'withdrawals' ? null : by]);
      expect(ruleOf(name).persons > 0, name).toBe(ruleOf(name).right !== 'deliver');
    }
  });
});

describe.each(Object.entries(FEED_RULES))('the feed %s', (feed, { right, by, persons, doors }) => {
  it.each(ROLES)('is delivered by %s through the API or the pages where the table says so', async (role) => {
    const party = role === 'seller' ? 's1' : role === 'publisher' ? '1001' : null;
    const theirs = await key(role, 'Li', party);
    const sent = await post(`/v1/feeds/${feed}`, theirs, { x: 'y' });
    const may = roleMay(role, right);
    expect(sent.status, sent.text).toBe(may ? 422 : 403);
    if (may) expect(sent.text.includes('not delivered here')).toBe(!doors.includes('api'));
    const visitor = new Visitor(url);
    visitor.holds((await signedIn(book.session, { role, party, name: `Li of ${role}` }, NOW)).pass);
    const shown = (await visitor.get('/operations/deliveries')).text.includes(`value="${feed}"`);
    expect(shown).toBe(may && doors.includes('pages') && roleMay(role, 'see-deliveries') && roleMay(role, 'deliver'));
  });

  it('names nobody but who signed in, where a row names somebody', async () => {
    const [role] = RIGHTS[right].filter((one) => one !== 'operator');
    if (by === null || role === undefined || !doors.includes('api')) return;
    const theirs = await key(role, 'Li');
    const other = await post(`/v1/feeds/${feed}`, theirs, { [by]: 'Chen' });
    expect([other.status, other.text]).toEqual([
      422,
      expect.stringContaining('a decision is delivered by who made it'),
    ]);
    const own = await post(`/v1/feeds/${feed}`, theirs, { [by]: 'Li' });
    expect([own.status, own.text]).toEqual([422, expect.not.stringContaining('who made it')]);
  });

  it('says at the command line for whom it is, with the user, and where two persons decide names nobody else', async () => {
    const path = await fileOf(feed, by, 'Chen');
    const unsaid = await cps('ingest', path);
    if (persons === 2)
      expect([unsaid.code, unsaid.err]).toEqual([2, expect.stringContaining('say --as PERSON, or set CPS_AS')]);
    else expect(await delivered(feed)).toMatchObject({ name: 'tester', issuer: 'os', identity: 'tester' });
    await cps('ingest', path, '--as', 'Ｌｉ');
    expect(await delivered(feed)).toMatchObject({ name: 'Li', issuer: 'os', identity: 'tester', door: 'command' });
    const { rows } = await book.session.client.query(
      'select by_name, by_issuer, by_identity from delivery order by delivery_id desc limit 1',
    );
    expect(rows).toEqual([{ by_name: 'Li', by_issuer: 'os', by_identity: 'tester' }]);
    const refused = await book.session.client.query<{ reason: string }>(
      'select reason from refusal where delivery_id = (select max(delivery_id) from delivery)',
    );
    const named = refused.rows.filter(({ reason }) => reason.includes('a decision is delivered by who made it'));
    expect(named).toHaveLength(persons === 2 ? 1 : 0);
    const set = await commandLine(['--database', book.url, 'ingest', path], { CPS_AS: 'Zhao' });
    expect([set.code < 2, await delivered(feed)]).toEqual([true, expect.objectContaining({ name: 'Zhao' })]);
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
