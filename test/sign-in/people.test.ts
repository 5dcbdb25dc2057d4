/** People's accounts, on the pages and by the command line: who lets whom in, what two decide, keys of programs, and what each did. */
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Principal } from '../../src/core/access.ts';
import { bookOf, makeServer } from '../../src/http/server.ts';
import { apiRoom } from '../../src/http/v1/index.ts';
import { poolOf, type SessionPool } from '../../src/store/connection/pool.ts';
import { principalOfKey } from '../../src/store/people/access.ts';
import { writePasskey } from '../../src/store/people/passkeys.ts';
import { personNamed, writePerson } from '../../src/store/people/persons.ts';
import { commandLine } from '../cli/command-line.ts';
import { type House, NOW, openHouse, type Seen, type Visitor } from '../web/house.ts';

let house: House;
let admin: Visitor;
let other: Visitor;
beforeAll(async () => {
  house = await openHouse();
  admin = await house.visitor('administrator', null, { name: 'Ada' });
  other = await house.visitor('administrator', null, { name: 'Otto' });
});
afterAll(() => house.close());

const rowsOf = async (sql: string): Promise<Record<string, unknown>[]> => (await house.session.client.query(sql)).rows;
const cps = (...args: string[]) => commandLine(['--database', house.databaseUrl, ...args]);
const idOf = async (name: string): Promise<string> => (await personNamed(house.session, name))?.personId ?? '';
const send = async (visitor: Visitor, path: string, fields: Record<string, string>): Promise<Seen> =>
  visitor.post(path, { ...fields, token: await visitor.token() });
const alert = ({ text }: Seen): string => /role="alert"[^>]*>([^<]*)</.exec(text)?.[1] ?? '';

describe('accounts', () => {
  it('are made by an administrator on the page, and by the command line alike', async () => {
    const of = { act: 'invite', name: 'Wu', address: 'Wu@Example.org', roles: 'finance;risk', party: '', scopes: '' };
    expect(await send(admin, '/people', of)).toMatchObject({ to: '/people?done=invited' });
    const args = [
      '--address',
      'lin@example.org',
      '--role',
      'publisher',
      '--party',
      '2002',
      '--scope',
      'see-statements',
    ];
    expect((await cps('person', 'invite', 'Lin', ...args)).out).toContain('Lin is invited');
    expect(
      await rowsOf(
        `select name, address, roles, party_id, scopes, state from person where name in ('Wu', 'Lin') order by name`,
      ),
    ).toEqual([
      {
        name: 'Lin',
        address: 'lin@example.org',
        roles: ['publisher'],
        party_id: '2002',
        scopes: ['see-statements'],
        state: 'invited',
      },
      {
        name: 'Wu',
        address: 'wu@example.org',
        roles: ['finance', 'risk'],
        party_id: null,
        scopes: null,
        state: 'invited',
      },
    ]);
    expect((await admin.get('/people')).text).toContain('wu@example.org');
    expect((await cps('person', 'list')).out).toMatch(/Wu +wu@example\.org +finance, risk/);
  });

  it.each([
    [{ name: 'ＷＵ' }, 'has an account already'],
    [{ address: 'wu@example.org' }, 'is the address of Wu'],
    [{ address: 'nowhere' }, 'no e-mail address'],
    [{ roles: 'finance;seller', party: 's3' }, 'has that role alone'],
    [{ roles: 'seller' }, 'needs the id of that seller'],
    [{ roles: 'seller', party: 's99' }, 'is not known'],
    [{ roles: 'finance', party: 's3' }, 'leave the id out'],
    [{ scopes: 'deliver' }, 'have no right deliver'],
    [{ roles: '' }, 'Say why'],
  ])('are refused where %j', async (more, why) => {
    const of = {
      act: 'invite',
      name: 'New',
      address: 'new@example.org',
      roles: 'finance',
      party: '',
      scopes: '',
      ...more,
    };
    const answer = await send(admin, '/people', of);
    expect(answer.status).toBe(422);
    if (why !== 'Say why') expect(alert(answer)).toContain(why);
    expect(await idOf('New')).toBe('');
  });

  it('are changed, suspended and let in again by another administrator, and by nobody else', async () => {
    const path = `/people/${await idOf('Wu')}`;
    expect(
      await send(admin, path, { act: 'change', roles: 'finance', party: '', scopes: 'see-breaks;adjust' }),
    ).toMatchObject({
      status: 303,
    });
    expect(
      (await rowsOf(`select roles, scopes, by_name from person where name = 'Wu' order by version`)).at(-1),
    ).toEqual({
      roles: ['finance'],
      scopes: ['see-breaks', 'adjust'],
      by_name: 'Ada',
    });
    const own = await send(admin, `/people/${await idOf('Ada')}`, { act: 'suspend' });
    expect([own.status, alert(own)]).toEqual([422, expect.stringContaining('your own account')]);
    const auditor = await house.visitor('auditor', null, { name: 'Ann' });
    expect((await auditor.get(path)).status).toBe(200);
    expect((await send(auditor, path, { act: 'suspend' })).status).toBe(404);
    for (const role of ['operator', 'finance', 'risk'] as const)
      expect((await (await house.visitor(role)).get('/people')).status, role).toBe(404);
    expect(await send(admin, path, { act: 'suspend' })).toMatchObject({ status: 303 });
    // Suspended by whatever door: the command line does nothing in that name, nor does a key.
    const decided = await cps('policy', 'adopt', 'nothing.json', '--as', 'wu');
    expect(decided.code).toBe(2);
    const note = await cps('key', 'create', '--role', 'risk', '--name', 'x', '--as', 'WU');
    expect([note.code, note.err]).toEqual([2, expect.stringContaining('WU is suspended')]);
    expect(await send(admin, path, { act: 'restore' })).toMatchObject({ status: 303 });
  });

  it('keep the address of who has come in, but for a reset', async () => {
    const { err, code } = await cps('person', 'change', 'Wu', '--role', 'finance', '--address', 'x@example.org');
    expect([code, err]).toEqual([2, expect.stringContaining('two administrators')]);
    const lin = ['--role', 'publisher', '--party', '2002', '--address', 'lin@new.example'];
    expect((await cps('person', 'change', 'Lin', ...lin)).code).toBe(0);
  });

  it('lose all ways in where two administrators say so, whichever doors they come by', async () => {
    const person = await personNamed(house.session, 'Wu');
    if (person === undefined) throw new Error('Wu is not there');
    const passkey = { passkeyId: 'p1', host: 'cps.example.org', name: 'lost', publicKey: Buffer.from('k') };
    await house.session.transaction(async () => {
      await writePasskey(house.session, { ...passkey, personId: person.personId, transports: [] }, NOW);
    });
    const wu = await house.visitor('finance', null, { name: 'Wu' });
    const path = `/people/${person.personId}`;
    expect((await send(other, path, { act: 'approve-reset' })).status).toBe(422);
    expect((await cps('person', 'reset', 'Wu', '--address', 'wu@new.example', '--as', 'Ada')).code).toBe(0);
    const own = await send(admin, path, { act: 'approve-reset' });
    expect([own.status, alert(own)]).toEqual([422, expect.stringContaining('another administrator')]);
    expect((await cps('person', 'approve-reset', 'Wu', '--as', 'ADA')).code).toBe(2);
    expect((await wu.get('/me')).status).toBe(200);
    expect(await send(other, path, { act: 'approve-reset' })).toMatchObject({ status: 303 });
    expect((await wu.get('/me')).status).toBe(303);
    expect((await personNamed(house.session, 'Wu'))?.address).toBe('wu@new.example');
    expect(await rowsOf('select by_name from passkey_end')).toEqual([{ by_name: 'Otto' }]);
    expect((await send(other, path, { act: 'approve-reset' })).status).toBe(422);
  });
});

describe('what somebody did', () => {
  it('is shown of one person by whatever door and spelling, and of nobody else', async () => {
    await cps('key', 'create', '--role', 'risk', '--name', 'probe', '--as', 'ａｄａ');
    const { out } = await cps('audit', '--person', 'ADA', '--json');
    const { entries } = JSON.parse(out) as { entries: { name: string; action: string; detail: { door: string } }[] };
    expect(new Set(entries.map(({ name }) => name))).toEqual(new Set(['Ada', 'ada']));
    expect(entries[0]).toMatchObject({ action: 'create-key', detail: { door: 'command' } });
    expect(entries.map(({ action }) => action)).toEqual(expect.arrayContaining(['invite-person', 'suspend-person']));
    const page = (await other.get(`/people/${await idOf('Ada')}`)).text;
    for (const deed of ['gave a key', 'invited', 'proposed a reset']) expect(page).toContain(deed);
    expect(page).not.toContain('approved a reset');
    expect((await cps('audit', '--last', '1')).out.trim().split('\n')).toHaveLength(3);
  });
});

describe('keys of programs', () => {
  let app: FastifyInstance;
  let url = '';
  let pools: SessionPool[] = [];
  /** Who asked, by what the server took each for. */
  const asked: (Principal | null)[] = [];
  beforeAll(async () => {
    pools = [1, 2].map(() => poolOf({ url: house.databaseUrl, application: 'keys test', size: 2 }));
    const [sessions, longSessions] = pools as [SessionPool, SessionPool];
    const log = { info: () => undefined, warn: () => undefined, error: () => undefined } as never;
    const world = { now: () => NOW, ticks: () => performance.now(), log, version: 'test' };
    // A token here says whose it is by itself.
    const readToken = async (subject: string): Promise<Principal> => {
      const identity = { issuer: 'https://login.example.org', subject };
      return { role: 'auditor', party: null, name: `called ${subject}`, identity, key: null, scopes: null };
    };
    const deps = { sessions, longSessions, book: () => bookOf(sessions), readToken, ...world };
    app = await makeServer(deps, [apiRoom]);
    app.addHook('onResponse', async ({ principal }) => void asked.push(principal));
    url = await app.listen({ host: '127.0.0.1', port: 0 });
  });
  afterAll(async () => {
    await app.close();
    for (const pool of pools) await pool.close();
  });

  const give = async (visitor: Visitor, fields: Record<string, string>): Promise<{ seen: Seen; key: string }> => {
    const seen = await send(visitor, '/keys', { act: 'give', days: '90', ...fields });
    return { seen, key: /cps_[0-9a-f]{12}_[\w-]{43}/.exec(seen.text)?.[0] ?? '' };
  };
  const ask = async (path: string, key: string) =>
    (await fetch(url + path, { headers: { authorization: `Bearer ${key}` } })).status;

  it('are given on the page with scope and end, shown once, and count as done by who gave them', async () => {
    const { seen, key } = await give(admin, { name: 'night feeds', role: 'operator', scopes: 'deliver;see-book' });
    expect([seen.status, key]).toEqual([200, expect.stringMatching(/^cps_/)]);
    expect((await admin.get('/keys')).text).not.toContain(key);
    expect(await principalOfKey(house.session, key, NOW)).toEqual({
      name: 'Ada',
      identity: { issuer: 'person', subject: await idOf('Ada') },
      role: 'operator',
      party: null,
      scopes: ['deliver', 'see-book'],
      key: key.slice(4, 16),
    });
    expect(await principalOfKey(house.session, key, NOW + 91 * 86_400_000)).toBeUndefined();
    expect((await admin.get('/keys')).text).toContain('2014-02-22');
  });

  it('have no right by which money is decided, nor one over people, nor none', async () => {
    for (const [role, scopes] of [
      ['finance', 'adjust'],
      ['finance', 'see-breaks;write-payments'],
      ['risk', 'decide-cases'],
      ['operator', 'adopt-policies'],
      ['administrator', 'manage-people'],
      ['finance', 'deliver'],
      ['finance', ''],
    ] as const) {
      const { seen, key } = await give(admin, { name: 'too much', role, scopes });
      expect([seen.status, key], scopes).toEqual([422, '']);
    }
  });

  it("are a party's own by its people, who neither see nor end another's", async () => {
    const lin = await house.visitor('publisher', '2002', { name: 'Lin B' });
    const quick = await house.visitor('publisher', '2003', { name: 'Quick B' });
    const { key } = await give(lin, { name: 'accountant', scopes: 'see-statements' });
    expect(await ask('/v1/publishers/2002/statements/2013-12', key)).toBe(200);
    expect(await ask('/v1/publishers/2003/statements/2013-12', key)).toBe(404);
    const id = key.slice(4, 16);
    expect((await lin.get('/keys')).text).toContain(id);
    expect((await quick.get('/keys')).text).not.toContain(id);
    expect((await send(quick, '/keys', { act: 'revoke', key: id })).status).toBe(404);
    expect(await send(lin, '/keys', { act: 'revoke', key: id })).toMatchObject({ to: '/keys?done=revoked' });
    expect(await ask('/v1/publishers/2002/statements/2013-12', key)).toBe(401);
    // A narrowed person gives no more than they have.
    const narrow = await house.visitor('publisher', '2002', { name: 'Lin C', scopes: ['manage-keys', 'see-sites'] });
    expect((await give(narrow, { name: 'more', scopes: 'see-statements' })).key).toBe('');
    expect((await give(narrow, { name: 'own', scopes: 'see-sites' })).key).not.toBe('');
  });

  it("are not the only way to be a person here: a token of the company's is one too, and ends with the person", async () => {
    asked.length = 0;
    const company = { issuer: 'https://login.example.org', subject: 'tess' };
    await house.enter({ role: 'auditor', name: 'Tess' });
    const tess = await personNamed(house.session, 'Tess');
    if (tess === undefined) throw new Error('Tess is not there');
    await writePerson(house.session, { ...tess, company }, { by: 'test', at: NOW });
    expect(await ask('/v1/audit', 'tess')).toBe(200);
    expect(await ask('/v1/audit', 'theo')).toBe(200);
    expect(asked.map((one) => [one?.name, one?.identity.issuer])).toEqual([
      ['Tess', 'person'],
      ['called theo', 'https://login.example.org'],
    ]);
    await cps('person', 'suspend', 'Tess', '--as', 'Ada');
    expect(await ask('/v1/audit', 'tess')).toBe(401);
  });

  it('end with their person, and say when they were used last', async () => {
    const sam = await house.visitor('seller', 's3', { name: 'Sam' });
    const { key } = await give(sam, { name: 'shop', scopes: 'see-deductions' });
    expect(await ask('/v1/sellers/s3/deductions/2013-12', key)).toBe(200);
    const listed = JSON.parse((await cps('key', 'list', '--json')).out) as {
      keys: { id: string; usedAt: string | null }[];
    };
    expect(listed.keys.find(({ id }) => id === key.slice(4, 16))?.usedAt).toContain('2014-02-22');
    await cps('person', 'suspend', 'Sam', '--as', 'Ada');
    expect(await ask('/v1/sellers/s3/deductions/2013-12', key)).toBe(401);
  });
});
