/** Money is decided within ten minutes of a proof of who decides it; sessions are listed, and end when told. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordRows } from '../../src/ingest/deliver/record.ts';
import { ACTS } from '../../src/office/acts/index.ts';
import { ROOMS } from '../../src/web/rooms.ts';
import { type House, NOW, type Visitor } from '../web/house.ts';
import { openStaffHouse } from '../web/staff-house.ts';

let house: House;
beforeAll(async () => {
  house = await openStaffHouse();
});
afterAll(() => house.close());

const rowsOf = async (sql: string): Promise<Record<string, unknown>[]> => (await house.session.client.query(sql)).rows;
const CASE = '/risk/cases/fast-order.9666.201401';
const ASKED = { status: 403, text: expect.stringContaining('Prove once more that it is you') };

it('is asked again for every act that confirms what somebody else has begun, and for what opens ways in', () => {
  const asking = ACTS.filter(({ asksAgain }) => asksAgain === true).map(({ name }) => name);
  const confirming = ACTS.filter(
    ({ secondPerson, name }) => secondPerson !== undefined && !name.includes('application'),
  );
  expect(asking).toEqual([...confirming.map(({ name }) => name), 'set-sign-in']);
  const forms = ROOMS.flatMap(({ pages }) =>
    pages.flatMap(({ path, acts }) =>
      Object.entries(acts).flatMap(([name, act]) => (act.asksAgain === true ? [`${path} ${name}`] : [])),
    ),
  );
  expect(forms).toEqual([
    '/operations/policy/preview adopt-policy',
    '/finance/seconds approve',
    '/finance/seconds sign-off',
    '/finance/files write',
    '/finance/breaks/:break approve',
    '/risk/cases/:case approve',
    '/risk/cases/:case appeal',
    '/me add',
    '/me remove',
    '/me prove',
    '/people/rules set',
    '/people/:person approve-reset',
    '/keys give',
  ]);
});

describe('ten minutes after the proof', () => {
  const send = async (visitor: Visitor, path: string, fields: Record<string, string>) =>
    visitor.post(path, { ...fields, token: await visitor.token() });

  it('an approval is kept and not done; after a new sign-in one is led back to it', async () => {
    const chen = await house.visitor('risk', null, { name: 'Chen' });
    const order = { act: 'propose', decision: 'forfeit', against: 'none', points: '', reason: 'it clicks by itself' };
    expect(await send(chen, CASE, order)).toMatchObject({ status: 303 });
    const li = await house.visitor('risk', null, { name: 'Li' });
    house.at(NOW + 600_000);
    // What proposes asks for nothing new; what approves does.
    expect(await send(li, CASE, { act: 'approve' })).toMatchObject(ASKED);
    expect(await send(li, CASE, { act: 'approve', passkey: '{}' })).toMatchObject(ASKED);
    expect(await rowsOf(`select action from audit where action = 'approve-case'`)).toEqual([]);
    expect(decodeURIComponent(li.cookies.get('cps_after') ?? '')).toBe(CASE);
    house.at(NOW + 599_000);
    expect(await send(li, CASE, { act: 'approve' })).toMatchObject({ status: 303 });
    expect(await rowsOf(`select name from audit where action = 'approve-case'`)).toEqual([{ name: 'Li' }]);
    house.at(NOW);
  });

  it('no payment file is written and no rules are adopted', async () => {
    const wu = await house.visitor('finance', null, { name: 'Wu' });
    const olga = await house.visitor('operator', null, { name: 'Olga' });
    house.at(NOW + 600_000);
    expect(await send(wu, '/finance/files', { act: 'write', format: 'csv', name: 'Alliance' })).toMatchObject(ASKED);
    expect(await rowsOf('select file_id from payment_file')).toEqual([]);
    const draft = { act: 'adopt-policy', document: '{"payDay": 7}', month: '2013-12', from: '2014-01-27' };
    const path = `/operations/policy/preview`;
    expect(await send(olga, path, draft)).toMatchObject(ASKED);
    expect(await rowsOf('select version from policy')).toHaveLength(1);
    // What was sent is kept for the proof, and nothing of it is a way into the page.
    const { text } = await send(wu, '/finance/files', { act: 'write', format: '"><script>', name: 'A' });
    expect(text).not.toContain('<script>');
    house.at(NOW);
  });
});

describe('what waits for a second person in finance', () => {
  it('is approved on a page by somebody else, while the proof is fresh', async () => {
    const { session } = house;
    const proposed_at = new Date(NOW - 1000).toISOString();
    const adjustment = {
      amount: '1.00',
      reason: 'as agreed',
      document: '0'.repeat(64),
      proposed_by: 'Fay',
      proposed_at,
    };
    const opening = { cut_over_id: 'C1', opening_id: 'OP1', publisher_id: '2002', account: 'payable', amount: '4.50' };
    await recordRows(session, 'test', [
      { feed: 'adjustments', rows: [{ adjustment_id: 'A1', publisher_id: '2002', ...adjustment }] },
      { feed: 'openings', rows: [{ ...opening, prepared_by: 'Fay' }] },
    ]);
    const [fay, wu] = [
      await house.visitor('finance', null, { name: 'Fay' }),
      await house.visitor('finance', null, { name: 'Wu' }),
    ];
    const page = '/finance/seconds';
    const send = async (visitor: Visitor, fields: Record<string, string>) =>
      visitor.post(page, { ...fields, token: await visitor.token() });
    const approve = { act: 'approve', adjustment: 'A1' };
    const sign = { act: 'sign-off', cutOver: 'C1', payable: '4.50', returned: '0.00', due: '0.00' };
    expect((await fay.get(page)).text.match(/You began it/g)).toHaveLength(2);
    for (const fields of [approve, sign]) {
      expect((await send(fay, fields)).text).toContain('somebody else has to');
      house.at(NOW + 600_000);
      expect(await send(wu, fields)).toMatchObject(ASKED);
      house.at(NOW);
    }
    expect((await send(wu, { ...sign, payable: '4.51' })).status).toBe(422);
    expect(await send(wu, approve)).toMatchObject({ to: `${page}?done=approved` });
    expect(await send(wu, sign)).toMatchObject({ to: `${page}?done=signed` });
    expect(await rowsOf('select approved_by from adjustment_approval')).toEqual([{ approved_by: 'Wu' }]);
    expect(await rowsOf('select approved_by from cut_over_approval')).toEqual([{ approved_by: 'Wu' }]);
    expect((await wu.get(page)).text).toContain('Nothing waits for a second person.');
  });
});

describe('sessions', () => {
  it('are listed with their browsers, and end when told: one, or all others', async () => {
    const of = { name: 'Ann of audit' };
    const [one, two, three] = [
      await house.visitor('auditor', null, of),
      await house.visitor('auditor', null, of),
      await house.visitor('auditor', null, of),
    ];
    const stranger = await house.visitor('auditor', null, { name: 'Somebody else' });
    const { text } = await one.get('/me');
    const labels = [...text.matchAll(/name="session" value="([0-9a-f]{12})"/g)].map(([, label = '']) => label);
    expect(labels).toHaveLength(2);
    const end = async (visitor: Visitor, session: string) =>
      visitor.post('/me', { act: 'end', session, token: await visitor.token() });
    // Another person's session is nobody's to end.
    expect(await end(stranger, labels[0] ?? '')).toMatchObject({ status: 404 });
    expect(await end(one, labels[0] ?? '')).toMatchObject({ to: '/me?done=ended' });
    const left = [await two.get('/operations'), await three.get('/operations')].map(({ status }) => status);
    expect(left.sort()).toEqual([200, 303]);
    expect(await end(one, 'others')).toMatchObject({ to: '/me?done=ended' });
    expect([(await two.get('/operations')).status, (await three.get('/operations')).status]).toEqual([303, 303]);
    expect((await one.get('/operations')).status).toBe(200);
    expect((await stranger.get('/operations')).status).toBe(200);
  });
});
