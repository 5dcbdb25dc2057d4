/** The door of the pages: who comes in, whose pages they see, and which forms are believed. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordRows } from '../../src/ingest/deliver/record.ts';
import { connect } from '../../src/store/connection/session.ts';
import { personNamed } from '../../src/store/people/persons.ts';
import { HOSTILE, type House, NOW, openHouse, type Seen, type Visitor } from './house.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(async () => {
  await house.close();
});

const SELLER_PAGES = [
  '/seller',
  '/seller/2013-12',
  '/seller/2013-12/lines',
  '/seller/lines/L4',
  '/seller/2013-12/files/csv',
];
const PUBLISHER_PAGES = [
  '/publisher',
  '/publisher/2013-12',
  '/publisher/2013-12/lines',
  '/publisher/2013-12/waiting',
  '/publisher/2013-12/missed',
  '/publisher/lines/L6',
  '/publisher/statements',
  '/publisher/sites',
  '/publisher/sites/602',
  '/publisher/2013-12/files/json',
  '/publisher/2013-12/proof',
];

const rowsOf = async (sql: string): Promise<Record<string, unknown>[]> => (await house.session.client.query(sql)).rows;

/** A page without what is drawn by chance: tokens, and the names of assets. */
const told = ({ text }: Seen): string => text.replaceAll(/name="token" value="[^"]*"|\/assets\/[^"]*/g, '');

describe('behind a proxy that is believed', () => {
  it('a cookie is of this host alone, and sent over https alone, where the visitor came by it', async () => {
    const given = async (headers: Record<string, string>) =>
      (await fetch(`${house.url}/sign-in`, { headers })).headers.getSetCookie()[0];
    expect(await given({ 'x-forwarded-proto': 'https' })).toMatch(
      /^__Host-cps_browser=[\w-]{43}; Path=\/; Max-Age=86400; HttpOnly; SameSite=Lax; Secure$/,
    );
    expect(await given({})).toMatch(/^cps_browser=[\w-]{43}; Path=\/; Max-Age=86400; HttpOnly; SameSite=Lax$/);
    const { pass } = await house.enter({ role: 'seller', party: 's3' });
    const shown = async (cookie: string) =>
      (
        await fetch(`${house.url}/seller/2013-12`, {
          redirect: 'manual',
          headers: { cookie, 'x-forwarded-proto': 'https' },
        })
      ).status;
    expect(await shown(`__Host-cps_pass=${pass}`)).toBe(200);
    // What a neighbouring host may have set is not looked at.
    expect(await shown(`cps_pass=${pass}`)).toBe(303);
  });
});

describe('signing out', () => {
  it('ends the session itself: a copy of its cookie is nobody, another session of the person goes on', async () => {
    const of = { name: 'Tea of s3' };
    const [visitor, other] = [await house.visitor('seller', 's3', of), await house.visitor('seller', 's3', of)];
    const copy = await house.visitor();
    copy.holds(visitor.cookies.get('cps_pass') ?? '');
    expect(await copy.get('/')).toMatchObject({ to: '/seller' });
    const token = await visitor.token();
    expect(await visitor.post('/sign-out', { token: 'x' })).toMatchObject({ status: 403 });
    expect(await visitor.post('/sign-out', { token })).toMatchObject({ to: '/sign-in?said=signed-out' });
    expect(visitor.cookies.has('cps_pass')).toBe(false);
    expect(await copy.get('/seller')).toMatchObject({ status: 303, to: '/sign-in?said=over' });
    expect(await other.get('/')).toMatchObject({ to: '/seller' });
    expect(await rowsOf(`select action from audit where name = 'Tea of s3' order by audit_id desc limit 1`)).toEqual([
      { action: 'sign-out' },
    ]);
  });
});

describe('a session', () => {
  it('leads whoever has none to the sign-in page', async () => {
    const nobody = await house.visitor();
    for (const path of ['/', '/me', '/people', '/keys', ...SELLER_PAGES, ...PUBLISHER_PAGES]) {
      expect(await nobody.get(path), path).toMatchObject({ status: 303, to: '/sign-in' });
    }
  });

  it('is over after half a day, and when its person is suspended', async () => {
    const visitor = await house.visitor('publisher', '2002', { name: 'Lin Two' });
    expect((await visitor.get('/publisher/2013-12')).status).toBe(200);
    house.at(NOW + 12 * 3600_000 + 1000);
    expect(await visitor.get('/publisher/2013-12')).toMatchObject({ status: 303, to: '/sign-in?said=over' });
    house.at(NOW);
    expect((await visitor.get('/publisher/2013-12')).status).toBe(200);
    const admin = await house.visitor('administrator', null, { name: 'Olga' });
    const person = (await personNamed(house.session, 'Lin Two'))?.personId ?? '';
    const suspend = { act: 'suspend', token: await admin.token() };
    expect((await admin.post(`/people/${person}`, suspend)).to).toContain('done=suspended');
    expect((await visitor.get('/publisher/2013-12')).status).toBe(303);
  });

  it('takes no cookie that was altered, and none is kept in the database', async () => {
    const mine = await house.visitor('publisher', '2002');
    const pass = mine.cookies.get('cps_pass') ?? '';
    for (const forged of ['x', `${pass}x`, pass.slice(1), pass.replace(/.$/, (last) => (last === 'A' ? 'E' : 'A'))]) {
      mine.holds(forged);
      expect((await mine.get('/publisher/2013-12')).status, forged).toBe(303);
    }
    mine.holds(pass);
    expect((await mine.get('/publisher/2013-12')).status).toBe(200);
    const kept = await rowsOf('select row_to_json(s)::text as row from page_session s');
    expect(kept.map(({ row }) => String(row)).join()).not.toContain(pass);
  });
});

describe('whose pages they are', () => {
  it('shows each party its own, and every page of the others as if there were none', async () => {
    const seller = await house.visitor('seller', 's3');
    const publisher = await house.visitor('publisher', '2002');
    for (const path of SELLER_PAGES) expect((await seller.get(path)).status, path).toBeLessThan(400);
    for (const path of PUBLISHER_PAGES) expect((await publisher.get(path)).status, path).toBeLessThan(400);
    for (const path of PUBLISHER_PAGES) expect((await seller.get(path)).status, path).toBe(404);
    for (const path of SELLER_PAGES) expect((await publisher.get(path)).status, path).toBe(404);
  });

  it("answers for a competitor's line and site as for one that does not exist, to the byte", async () => {
    const alike = async (visitor: Visitor, theirs: string, none: string): Promise<void> => {
      const [one, other] = [await visitor.get(theirs), await visitor.get(none)];
      expect([one.status, other.status], theirs).toEqual([404, 404]);
      expect(one.text.replaceAll(theirs, '*')).toBe(other.text.replaceAll(none, '*'));
    };
    const seller = await house.visitor('seller', 's3');
    for (const line of ['L1', 'L2', 'L3', 'L6']) await alike(seller, `/seller/lines/${line}`, '/seller/lines/nothing');
    const publisher = await house.visitor('publisher', '2002');
    await alike(publisher, '/publisher/sites/601', '/publisher/sites/nothing');
    await alike(publisher, '/publisher/lines/L3', '/publisher/lines/nothing');
    await alike(publisher, '/publisher/lines/LX1', '/publisher/lines/nothing');
  });

  it('names no rival to a publisher and no buyer to anybody', async () => {
    const lin = await house.visitor('publisher', '2002');
    // L9 was earned by Harbour News (2001), after a click of Lin's had been tested and failed.
    const text = told(await lin.get('/publisher/lines/L9'));
    expect(text).toContain('another publisher');
    expect(text).toContain('c8');
    for (const word of ['2001', 'c7', 'fay', 'Harbour']) expect(text, word).not.toContain(word);
    const tea = await house.visitor('seller', 's3');
    const charged = told(await tea.get('/seller/lines/L4'));
    expect(charged).toContain('mm_2003_603_9603');
    for (const word of ['2002', 'c3', 'cai']) expect(charged, word).not.toContain(word);
  });

  it('holds a narrowed person to the rights', async () => {
    const visitor = await house.visitor('seller', 's3', { scopes: ['see-deductions'] });
    expect((await visitor.get('/seller/2013-12')).status).toBe(200);
    expect((await visitor.get('/seller/lines/L8')).status).toBe(404);
  });
});

describe('forms', () => {
  const disputes = () => rowsOf('select order_line_id, seller_id, reason from dispute');
  const audited = () =>
    rowsOf(
      `select action, subject, party_id from audit where action in ('dispute', 'appeal-application', 'apply', 'deliver')`,
    );

  it('are taken from this very session of this very site, and from nowhere else', async () => {
    const seller = await house.visitor('seller', 's3');
    const other = await house.visitor('seller', 's3');
    const token = await seller.token();
    const fields = { act: 'dispute', reason: 'not by a click of ours', token };
    const foreign = [
      [fields, { 'sec-fetch-site': 'cross-site' }],
      [fields, { 'sec-fetch-site': 'same-site' }],
      [{ ...fields, token: '' }, {}],
      [{ ...fields, token: await other.token() }, {}],
    ] as const;
    for (const [given, headers] of foreign) {
      expect((await seller.post('/seller/lines/L8', given, headers)).status).toBe(403);
    }
    const response = await fetch(`${house.url}/seller/lines/L8`, {
      method: 'POST',
      headers: { cookie: `cps_pass=${seller.cookies.get('cps_pass')}`, origin: 'https://evil.example' },
      body: new URLSearchParams(fields),
    });
    expect(response.status).toBe(403);
    expect(await disputes()).toEqual([]);
  });

  it('refuse what cannot be taken with what was typed still there, and leave nothing', async () => {
    const seller = await house.visitor('seller', 's3');
    const token = await seller.token();
    const empty = await seller.post('/seller/lines/L8', { act: 'dispute', reason: '  ', token });
    expect(empty.status).toBe(422);
    expect(empty.text).toContain('role="alert"');
    const long = await seller.post('/seller/lines/L8', { act: 'dispute', reason: `why? ${'x'.repeat(500)}`, token });
    expect(long.status).toBe(422);
    expect(long.text).toContain(`>why? ${'x'.repeat(500)}</textarea>`);
    for (const line of ['L1', 'nothing']) {
      expect((await seller.post(`/seller/lines/${line}`, { act: 'dispute', reason: 'mine', token })).status).toBe(404);
    }
    expect((await seller.post('/seller/lines/L8', { act: 'toString', reason: 'x', token })).status).toBe(404);
    expect(await disputes()).toEqual([]);
    expect(await audited()).toEqual([]);
  });

  it('record a dispute once, through the intake, with who made it', async () => {
    const seller = await house.visitor('seller', 's3');
    const token = await seller.token();
    const fields = { act: 'dispute', reason: 'the click was <b>not</b> ours', token };
    expect(await seller.post('/seller/lines/L8', fields)).toMatchObject({
      status: 303,
      to: '/seller/lines/L8?done=dispute#dispute',
    });
    expect((await seller.post('/seller/lines/L8', fields)).status).toBe(422);
    expect(await disputes()).toEqual([{ order_line_id: 'L8', seller_id: 's3', reason: fields.reason }]);
    expect(await audited()).toEqual([{ action: 'dispute', subject: 'dispute-L8', party_id: 's3' }]);
    const deliveries = await rowsOf(`select feed from delivery where file = 'pages dispute'`);
    expect(deliveries).toEqual([{ feed: 'disputes' }]);
    const after = (await seller.get('/seller/lines/L8?done=dispute')).text;
    expect(after).toContain('dispute-L8');
    expect(after).toContain('the click was &lt;b&gt;not&lt;/b&gt; ours');
    expect(after).not.toContain('<textarea');
  });

  it('record an application for a site of the publisher, and none for a site of another', async () => {
    const lin = await house.visitor('publisher', '2002');
    const token = await lin.token();
    const fields = { act: 'apply', permission: 'api', statement: 'a list of books', token };
    expect((await lin.post('/publisher/sites/601', fields)).status).toBe(404);
    expect((await lin.post('/publisher/sites/602', { ...fields, permission: 'all' })).status).toBe(422);
    expect(await lin.post('/publisher/sites/602', fields)).toMatchObject({
      status: 303,
      to: '/publisher/sites/602?done=apply',
    });
    const twice = await lin.post('/publisher/sites/602', fields);
    expect([twice.status, twice.text]).toEqual([422, expect.stringContaining('for api waits already')]);
    await lin.post('/language', { language: 'zh', at: '/publisher' });
    const inChinese = await lin.post('/publisher/sites/602', { ...fields, token: await lin.token() });
    expect([inChinese.status, inChinese.text]).toEqual([422, expect.stringContaining('这项权限已有申请在等待裁决。')]);
    expect(await rowsOf('select site_id, permission, statement from application')).toEqual([
      { site_id: '602', permission: 'api', statement: 'a list of books' },
    ]);
  });

  it('record an appeal against a rejection, once, and only while there is time', async () => {
    const lin = await house.visitor('publisher', '2002');
    const token = await lin.token();
    await lin.post('/publisher/sites/602', { act: 'apply', permission: 'taodianjin', statement: 'code', token });
    const [{ id } = { id: '' }] = await rowsOf(
      `select application_id as id from application where permission = 'taodianjin'`,
    );
    const cells = {
      application_id: String(id),
      decision: 'reject',
      decided_at: new Date(NOW).toISOString(),
      decided_by: 'Chen',
      reason: 'too little of it',
    };
    await recordRows(house.session, 'test', [{ feed: 'application-decisions', rows: [cells] }]);
    const page = (await lin.get('/publisher/sites/602')).text;
    expect(page).toContain('too little of it');
    expect(page).toContain(`name="application" value="${id}"`);
    house.at(NOW + 400 * 86_400_000);
    const late = await house.visitor('publisher', '2002');
    expect((await late.get('/publisher/sites/602')).text).not.toContain('name="application"');
    house.at(NOW + 60_000);
    const other = await house.visitor('publisher', '2003');
    const again = await house.visitor('publisher', '2002');
    const fields = { act: 'appeal', application: String(id), statement: 'there is more of it now' };
    expect((await other.post('/publisher/sites/602', { ...fields, token: await other.token() })).status).toBe(404);
    expect(
      (await again.post('/publisher/sites/602', { ...fields, statement: '', token: await again.token() })).status,
    ).toBe(422);
    expect(await again.post('/publisher/sites/602', { ...fields, token: await again.token() })).toMatchObject({
      status: 303,
      to: '/publisher/sites/602?done=appeal',
    });
    house.at(NOW + 120_000);
    expect((await again.post('/publisher/sites/602', { ...fields, token: await again.token() })).status).toBe(422);
    expect(await rowsOf('select appeal_of from application where appeal_of is not null')).toEqual([{ appeal_of: id }]);
    house.at(NOW);
  });
});

describe('what is sent', () => {
  it('carries a strict policy of content, is kept by nobody, and holds no script or style of its own', async () => {
    const lin = await house.visitor('publisher', '2002');
    for (const path of [...PUBLISHER_PAGES.filter((one) => !/proof|files/.test(one)), '/sign-in', '/nowhere']) {
      const { headers, text } = await lin.get(path);
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy, path).toContain("default-src 'none'");
      expect(policy).not.toContain('unsafe');
      expect(headers.get('cache-control'), path).toBe('no-store');
      expect(text, path).not.toMatch(/<script>|<style|\sstyle=|\son\w+=/);
    }
  });

  it('renders scripts in names and referrers harmless', async () => {
    const evil = await house.visitor('publisher', '2666');
    const silk = await house.visitor('seller', 's1');
    const pages = [
      await evil.get('/publisher/2014-01'),
      await evil.get('/publisher/sites'),
      await evil.get('/publisher/sites/666'),
      await evil.get('/publisher/lines/LX1'),
      await silk.get('/seller/lines/LX1'),
      await silk.get('/seller/2014-01/lines?publisher=%22%3E%3Cscript%3E'),
      await silk.get('/nowhere/%22%3E%3Cscript%3Ealert(1)%3C/script%3E'),
    ];
    for (const { text } of pages) {
      expect(text).not.toContain(HOSTILE);
      // What stands in quotation marks is a value: it can end at another mark alone, and those in it are escaped.
      expect(text.replaceAll(/="[^"]*"/g, '=""')).not.toMatch(/<img src=x|<script>|<[^>]*\sonerror=/);
      expect(text).not.toMatch(/href="javascript:/);
    }
    expect(pages[0]?.text).toContain('&quot;&gt;&lt;img src=x');
  });

  it('gives assets that may be kept, under names made of what is in them', async () => {
    const nobody = await house.visitor();
    const { text } = await nobody.get('/sign-in');
    const paths = [...text.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map(([, path = '']) => path);
    expect(new Set(paths).size).toBe(3);
    for (const path of paths) {
      const { status, headers } = await nobody.get(path);
      expect(status).toBe(200);
      expect(headers.get('cache-control')).toContain('immutable');
    }
  });

  it('speaks the language that was chosen, else that of the browser, and leads nowhere else for it', async () => {
    const visitor = await house.visitor();
    const html = async (accepted: string): Promise<string> =>
      (await visitor.get('/sign-in', { 'accept-language': accepted })).text;
    expect(await html('zh-CN,zh;q=0.9,en;q=0.8')).toContain('<html lang="zh-CN">');
    expect(await html('de, zh;q=0.5, en;q=0.4')).toContain('<html lang="zh-CN">');
    expect(await html('en-GB, zh;q=0.5')).toContain('<html lang="en">');
    expect(await html('de')).toContain('<html lang="en">');
    expect(await visitor.post('/language', { language: 'zh', at: '/seller?x=1' })).toMatchObject({ to: '/seller?x=1' });
    expect(await html('en')).toContain('<html lang="zh-CN">');
    for (const at of ['//evil.example', '/\\evil.example', 'https://evil.example', 'x', '/a\r\nb']) {
      expect((await visitor.post('/language', { language: 'en', at })).to, at).toBe('/');
    }
  });

  it('says of a fault only its number', async () => {
    const lin = await house.visitor('publisher', '2002');
    const owner = await connect(house.databaseUrl, 'pages test owner');
    await owner.client.query('alter table account_day rename to account_day_away');
    try {
      const { status, text, headers } = await lin.get('/publisher/2014-01/lines');
      expect(status).toBe(500);
      expect(text).toContain(headers.get('x-request-id'));
      expect(text).not.toMatch(/relation|account_day|select/);
    } finally {
      await owner.client.query('alter table account_day_away rename to account_day');
      await owner.close();
    }
  });
});
