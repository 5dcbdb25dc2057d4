/** Who is let in: keys that have ended, tokens that are forged, bodies that are too large, and what every answer carries. */
import { generateKeyPairSync } from 'node:crypto';
import { exportJWK, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tokenReader } from '../../src/http/tokens.ts';
import { revokeKey } from '../../src/store/people/access.ts';
import { type Ground, ground, NOW } from './ground.ts';

const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 });
const TERMS = { issuer: 'https://login.example.org', audience: 'cps' };

let at: Ground;
beforeAll(async () => {
  const jwk = { ...(await exportJWK(pair.publicKey)), kid: 'one', use: 'sig' };
  const document = JSON.stringify({ keys: [jwk] });
  at = await ground({ readToken: tokenReader({ document, ...TERMS, now: () => NOW }), rate: 100_000 });
});
afterAll(() => at.close());

describe('a key', () => {
  it('that is nobody’s, has ended or was revoked lets nobody in', async () => {
    const good = await at.key('finance');
    expect((await at.get('/v1/me', good)).status).toBe(200);
    const wrong = `${good.slice(0, -1)}${good.endsWith('A') ? 'B' : 'A'}`;
    const ended = await at.key('finance', null, { expiresAt: NOW });
    const id = good.split('_')[1] ?? '';
    const tried = [wrong, ended, 'x', `cps_${id}_`, '', ' '];
    for (const key of tried) expect((await at.get('/v1/me', key)).status, key).toBe(401);
    expect(await revokeKey(at.owner, id, 'test', NOW)).toBe(true);
    expect((await at.get('/v1/me', good)).status).toBe(401);
    expect(await revokeKey(at.owner, id, 'test', NOW)).toBe(false);
  });

  it('is narrowed to its scopes', async () => {
    const key = await at.key('auditor', null, { scopes: ['see-audit'] });
    expect((await at.get('/v1/audit', key)).status).toBe(200);
    expect((await at.get('/v1/book', key)).status).toBe(403);
    expect((await at.get('/v1/me', key)).json<{ rights: string[] }>().rights).toEqual(['see-audit']);
    const beyond = await at.key('seller', at.seller, { scopes: ['see-book'] });
    expect((await at.get('/v1/book', beyond)).status).toBe(403);
  });

  it('is kept as a hash alone', async () => {
    const key = await at.key('risk');
    const { rows } = await at.owner.client.query<{ row: string }>('select to_json(k)::text as row from api_key k');
    expect(rows.length).toBeGreaterThan(5);
    for (const { row } of rows) expect(row).not.toContain(key.split('_').slice(2).join('_'));
  });
});

interface Claims {
  readonly role?: unknown;
  readonly party?: unknown;
  readonly scope?: unknown;
  readonly name?: unknown;
  readonly sub?: string;
}

function token(claims: Claims, { issuer, audience, exp }: { issuer?: string; audience?: string; exp?: number } = {}) {
  return new SignJWT({ ...claims })
    .setSubject(claims.sub ?? 'li')
    .setIssuer(issuer ?? TERMS.issuer)
    .setAudience(audience ?? TERMS.audience)
    .setExpirationTime(exp ?? NOW / 1000 + 60);
}

describe('a token', () => {
  const signed = (claims: Claims, more = {}, key = pair.privateKey): Promise<string> =>
    token(claims, more).setProtectedHeader({ alg: 'RS256', kid: 'one' }).sign(key);

  it('says who somebody is', async () => {
    const me = async (claims: Claims): Promise<unknown> => (await at.get('/v1/me', await signed(claims))).json();
    expect(await me({ role: 'risk', name: 'Li' })).toMatchObject({ role: 'risk', party: null, name: 'Li', key: null });
    expect(await me({ role: 'publisher', party: at.publisher })).toMatchObject({ party: at.publisher, name: 'li' });
    expect(await me({ role: 'auditor', scope: 'openid see-audit' })).toMatchObject({ rights: ['see-audit'] });
  });

  it('of another issuer, audience, key or time, or that says no role, lets nobody in', async () => {
    const tried = [
      await signed({ role: 'risk' }, { issuer: 'https://elsewhere.example.org' }),
      await signed({ role: 'risk' }, { audience: 'other' }),
      await signed({ role: 'risk' }, { exp: NOW / 1000 - 1 }),
      await signed({ role: 'risk' }, {}, stranger.privateKey),
      await signed({ role: 'king' }),
      await signed({}),
      await signed({ role: 'publisher' }),
      await signed({ role: 'risk', party: at.publisher }),
      await signed({ role: 'seller', party: "x' or true" }),
      await signed({ role: 'seller', party: 7 }),
      await signed({ role: 'risk', scope: 7 }),
      await new SignJWT({ role: 'risk', sub: 'li', iss: TERMS.issuer, aud: TERMS.audience })
        .setProtectedHeader({ alg: 'RS256', kid: 'one' })
        .sign(pair.privateKey),
    ];
    for (const [i, one] of tried.entries()) expect((await at.get('/v1/me', one)).status, `token ${i}`).toBe(401);
    expect((await at.get('/v1/me', await signed({ role: 'risk' }))).status).toBe(200);
  });

  it('is one person under whatever name it has, and is refused under one that cannot be told from others', async () => {
    const adjust = { publisher: at.publisher, amount: '1.00', reason: 'as agreed', document: '0'.repeat(64) };
    const chen = await signed({ role: 'finance', sub: 'u1', name: 'Chen' });
    const proposed = await at.post('/v1/adjustments', chen, adjust);
    expect(proposed.status, proposed.text).toBe(201);
    const path = `/v1/adjustments/${proposed.json<{ adjustment: string }>().adjustment}/approval`;
    for (const name of ['Chen W.', 'CHEN', 'Ｃｈｅｎ', 'Wu']) {
      const again = await signed({ role: 'finance', sub: 'u1', name });
      expect((await at.get('/v1/me', again)).json()).toMatchObject({ name: 'Chen' });
      const own = await at.post(path, again, undefined);
      expect([own.status, own.text], name).toEqual([422, expect.stringContaining('somebody else has to approve it')]);
    }
    // Another who is called so is told apart by nobody who reads the books.
    const namesake = await signed({ role: 'finance', sub: 'u2', name: 'Chén' });
    expect((await at.post(path, namesake, undefined)).status).toBe(422);
    for (const name of ['Сhen', 'Ch\u034fen', 'Chen\u3164', ' Chen'])
      expect((await at.get('/v1/me', await signed({ role: 'finance', sub: 'u3', name }))).status, name).toBe(401);
    expect((await at.get('/v1/me', await signed({ role: 'finance', sub: ' ' }))).status).toBe(401);
    const other = await signed({ role: 'finance', sub: 'u4', name: 'Wu' });
    expect((await at.post(path, other, undefined)).status).toBe(201);
    const { rows } = await at.owner.client.query(
      `select name, issuer, identity from audit where action like '%-adjustment' order by audit_id`,
    );
    expect(rows).toEqual([
      { name: 'Chen', issuer: TERMS.issuer, identity: 'u1' },
      { name: 'Wu', issuer: TERMS.issuer, identity: 'u4' },
    ]);
  });

  it('that is not signed, or signed with the public key as a secret, lets nobody in', async () => {
    const claims = { role: 'operator', sub: 'li', iss: TERMS.issuer, aud: TERMS.audience, exp: NOW / 1000 + 60 };
    const none = new UnsecuredJWT(claims).encode();
    expect((await at.get('/v1/me', none)).status).toBe(401);
    const pem = pair.publicKey.export({ type: 'spki', format: 'pem' });
    const jwk = JSON.stringify(await exportJWK(pair.publicKey));
    for (const secret of [pem, jwk]) {
      const forged = await token({ role: 'operator' })
        .setProtectedHeader({ alg: 'HS256', kid: 'one' })
        .sign(new TextEncoder().encode(String(secret)));
      expect((await at.get('/v1/me', forged)).status).toBe(401);
    }
    const [head, , mark] = (await signed({ role: 'publisher', party: at.publisher })).split('.');
    const body = Buffer.from(JSON.stringify(claims)).toString('base64url');
    expect((await at.get('/v1/me', `${head}.${body}.${mark}`)).status).toBe(401);
  });
});

describe('a party', () => {
  it('is turned away where the database cannot keep it apart from others', async () => {
    const { makeServer } = await import('../../src/http/server.ts');
    const { apiRoom } = await import('../../src/http/v1/index.ts');
    const app = await makeServer({ ...at.deps, keepsApart: false }, [apiRoom]);
    const me = async (key: string) =>
      (await app.inject({ url: '/v1/me', headers: { authorization: `Bearer ${key}` } })).statusCode;
    expect([await me(at.keys.publisher), await me(at.keys.seller), await me(at.keys.risk)]).toEqual([503, 503, 200]);
    await app.close();
  });
});

describe('what is sent', () => {
  it('is refused where it is too large, no JSON, of no known kind, or more than is known', async () => {
    const { risk, operator } = at.keys;
    const decision = { decision: 'forfeit', reason: 'x' };
    const path = '/v1/cases/dispute.Q1/decisions';
    const large = await at.post(path, risk, { ...decision, reason: 'x'.repeat(300_000) });
    expect(large.status).toBe(413);
    expect((await at.post(path, risk, '{')).status).toBe(400);
    expect((await at.post(path, risk, 'a=1', { 'content-type': 'application/x-www-form-urlencoded' })).status).toBe(
      415,
    );
    expect((await at.post(path, risk, { ...decision, more: 1 })).status).toBe(400);
    expect((await at.post(path, risk, { ...decision, points: '3' })).status).toBe(400);
    for (const query of [
      'limit=0',
      'limit=501',
      'limit=x',
      'cursor=x',
      'cursor=WyJhIiwiYiIsImMiXQ',
      'other=1',
      'limit=1&limit=2',
    ])
      expect((await at.get(`/v1/statements?${query}`, operator)).status, query).toBe(400);
    for (const address of [
      '/v1/attributions?from=2013-02-30',
      '/v1/attributions?from=2013-12-02&through=2013-12-01',
      '/v1/attributions?from=2012-01-01&through=2013-01-01',
      '/v1/exports/journal?format=csv',
      '/v1/exports/nothing',
      `/v1/publishers/${at.publisher}/statements/2013-13`,
    ])
      expect((await at.get(address, operator)).status, address).toBe(400);
  });

  it('is answered as a problem with the request’s id, and never with a stack', async () => {
    const answer = await at.get('/v1/exports/nothing', at.keys.operator, { 'x-request-id': 'mine-1' });
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(answer.headers.get('x-request-id')).toBe('mine-1');
    expect(answer.json()).toMatchObject({
      type: 'urn:cps:problem:bad-request',
      status: 400,
      instance: 'urn:cps:request:mine-1',
    });
    expect(answer.text).not.toMatch(/\.ts|node_modules| at /);
    const forged = await at.get('/v1/me', at.keys.operator, { 'x-request-id': 'a b' });
    expect(forged.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('comes back with the headers that keep it from being misused', async () => {
    for (const [path, key] of [
      ['/v1/me', at.keys.operator],
      ['/v1/me', 'none'],
      ['/nowhere', ''],
      ['/livez', ''],
      ['/v1', ''],
    ]) {
      const { headers } = await at.get(path ?? '', key);
      expect(headers.get('x-content-type-options'), path).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
    }
  });
});

describe('the server', () => {
  it('says that it lives and is ready, and its metrics to who may see the book', async () => {
    expect((await at.get('/livez')).json()).toEqual({ alive: true });
    expect((await at.get('/readyz')).json()).toEqual({ ready: true });
    expect((await at.get('/metrics')).status).toBe(401);
    expect((await at.get('/metrics', at.keys.seller)).status).toBe(403);
    const { text } = await at.get('/metrics', at.keys.auditor);
    expect(text).toMatch(/^cps_last_night_end_seconds 1392998400$/m);
    expect(text).toMatch(/^cps_open_breaks \d+$/m);
    expect(text).toMatch(/^cps_held_amount \d+\.\d\d$/m);
    expect(text).toMatch(/^cps_http_request_seconds_count\{method="GET",route="\/v1\/me",status="200"\} \d+$/m);
    for (const line of text.trim().split('\n'))
      expect(line).toMatch(/^(# (HELP|TYPE) |[a-z_]+(\{[^}]*\})? -?[0-9.e+-]+$)/);
  });

  it('describes itself to everybody, and tells nothing else', async () => {
    expect((await at.get('/v1/openapi.json')).json()).toMatchObject({ openapi: '3.1.0' });
    expect((await at.get('/v1')).text).toContain('/v1/order-lines/:line/explanation');
  });
});
