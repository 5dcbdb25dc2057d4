/** The pages of the alliance's own people, asked as a browser asks: who sees what, who may decide, and what a page adds up. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Role } from '../../src/core/access.ts';
import { SPEECH } from '../../src/formats/words/index.ts';
import { STEPS } from '../../src/night/steps.ts';
import { nightOfDay } from '../../src/store/night/night-work.ts';
import { type House, NOW, type Visitor } from './house.ts';
import { openStaffHouse } from './staff-house.ts';

let house: House;
beforeAll(async () => {
  house = await openStaffHouse();
});
afterAll(async () => {
  await house.close();
});

const rowsOf = async (sql: string): Promise<Record<string, unknown>[]> => (await house.session.client.query(sql)).rows;
const CASE = '/risk/cases/fast-order.9666.201401';

async function named(role: Role, name: string): Promise<Visitor> {
  const visitor = await house.visitor();
  visitor.holds((await house.enter({ role, name })).pass);
  return visitor;
}

/** Sends a form with a file, as a browser does. */
async function sendFile(visitor: Visitor, path: string, fields: Record<string, string>, bytes: string, token?: string) {
  const form = new FormData();
  const all = { ...fields, token: token ?? (await visitor.token()) };
  for (const [name, value] of Object.entries(all)) form.set(name, value);
  form.set('file', new File([bytes], 'mended.csv'));
  const cookie = [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const answer = await fetch(house.url + path, {
    method: 'POST',
    headers: { cookie, 'sec-fetch-site': 'same-origin' },
    body: form,
    redirect: 'manual',
  });
  return { status: answer.status, to: answer.headers.get('location'), text: await answer.text() };
}

const MONEY = ['/finance/months/2013-12', '/finance/payouts', '/finance/deductions', '/finance/files'];
const BANK = [
  '/finance/reconciliation',
  '/finance/ageing',
  '/finance/ageing/csv',
  '/finance/balances',
  '/finance/reconciliation/csv',
  '/finance/balances/csv',
];
const DESK = ['/risk', CASE, '/risk/csv'];
const SITES = ['/risk/sites', '/risk/sites/602', '/risk/applications'];
const BOOK = ['/operations', '/operations/nights', '/operations/nights/2014-01-20'];
const INTAKE = [
  '/operations/deliveries',
  '/operations/rejects',
  '/operations/parked',
  '/operations/rejects/files/orders',
];
const ALL = [...MONEY, ...BANK, ...DESK, ...SITES, ...BOOK, ...INTAKE];

describe('who sees what', () => {
  const OPEN: readonly (readonly [Role, readonly string[]])[] = [
    ['operator', ALL],
    ['auditor', ALL],
    ['finance', [...MONEY, ...BANK, ...BOOK]],
    ['risk', [...DESK, ...SITES, ...BOOK]],
  ];
  it.each(OPEN)('%s: its own rooms, and every other page as if there were none', async (role, open) => {
    const visitor = await house.visitor(role);
    for (const path of ALL) expect((await visitor.get(path)).status, path).toBe(open.includes(path) ? 200 : 404);
  });

  it('none of it is open to sellers and publishers, or to who has not signed in', async () => {
    const parties = [await house.visitor('seller', 's3'), await house.visitor('publisher', '2002')];
    const nobody = await house.visitor();
    for (const path of ALL) {
      for (const party of parties) expect((await party.get(path)).status, path).toBe(404);
      expect((await nobody.get(path)).status, path).toBe(303);
    }
  });

  it('an auditor finds no form that decides anything, and none is taken from one', async () => {
    const auditor = await house.visitor('auditor');
    const token = await auditor.token();
    const [first] = await rowsOf('select min(refusal_id)::int as id from refusal');
    const reject = `/operations/rejects/${first?.['id']}`;
    for (const path of [...ALL.filter((one) => !/csv|files\//.test(one)), reject])
      expect((await auditor.get(path)).text, path).not.toContain('name="act"');
    const acts = { [CASE]: 'propose', [reject]: 'mend', '/finance/files': 'write', '/risk/sites/602': 'decide' };
    for (const [path, act] of Object.entries(acts)) {
      expect((await auditor.post(path, { act, token, decision: 'release', reason: 'x' })).status, path).toBe(404);
    }
    const operator = await house.visitor('operator');
    const break1 = /\/finance\/breaks\/[\w.-]+/.exec((await operator.get('/finance/reconciliation')).text)?.[0] ?? '';
    const asked = { act: 'comment', words: 'x', token: await operator.token() };
    expect((await operator.post(break1, asked)).status).toBe(404);
  });

  it('what does not exist is not there', async () => {
    const auditor = await house.visitor('auditor');
    const none = [
      '/operations/nights/2013-01-01',
      '/operations/nights/today',
      '/operations/deliveries/999999',
      '/operations/deliveries/x',
      '/operations/rejects/999999',
      '/operations/rejects/files/nothing',
      '/finance/months/2014-01',
      '/finance/months/2013-12/statements/9/pdf',
      '/finance/files/F-20140101-0001',
      '/finance/breaks/late-000000000000',
      '/risk/cases/fast-order.1.201401',
      '/risk/cases/none',
      '/risk/sites/nothing',
    ];
    for (const path of none) expect((await auditor.get(path)).status, path).toBe(404);
  });
});

describe('totals', () => {
  /** Hundredths of an amount as a page or a file writes it. */
  const cents = (amount: string): bigint => BigInt(amount.replace('\u2212', '-').replaceAll(/[,.]/g, ''));
  const table = async (visitor: Visitor, path: string): Promise<Record<string, string>[]> => {
    const [header = '', ...lines] = (await visitor.get(path)).text.trim().split('\n');
    return lines.map((line) => {
      const cells = line.split(',');
      return Object.fromEntries(header.split(',').map((name, at) => [name, cells[at] ?? '']));
    });
  };
  const sumOf = (rows: readonly Record<string, string>[], column: string): bigint =>
    rows.reduce((all, row) => all + cents(row[column] ?? ''), 0n);
  const footOf = (text: string): string[] => {
    const foot = text.slice(text.lastIndexOf('<tfoot>'));
    return [...foot.matchAll(/<td[^>]*>([^<]*)<\/td>/g)].map(([, cell = '']) => cell).filter((cell) => cell !== '');
  };

  it("of statements, payouts, deductions and cases are their files'", async () => {
    const auditor = await house.visitor('auditor');
    const listed = [
      [
        '/finance/months/2013-12',
        '/finance/months/2013-12/csv',
        'opening earnings reversals releases forfeitures adjustments tax closing payout',
      ],
      ['/finance/payouts', '/finance/payouts/csv', 'amount'],
      ['/finance/deductions', '/finance/deductions/csv', 'amount'],
      ['/finance/deductions?state=confirmed', '/finance/deductions/csv?state=confirmed', 'amount'],
      ['/finance/ageing', '/finance/ageing/csv', 'below_30 from_30 from_60 from_90 total'],
      ['/risk', '/risk/csv', 'held at_stake'],
    ] as const;
    for (const [page, file, columns] of listed) {
      const rows = await table(auditor, file);
      const [count, ...amounts] = footOf((await auditor.get(page)).text);
      expect(rows.length, page).toBeGreaterThan(0);
      expect(count, page).toBe(`Total (${rows.length})`);
      const sums = columns.split(' ').map((column) => sumOf(rows, column));
      expect(amounts.map(cents), page).toEqual(sums);
    }
  });

  it('of the trial balance are even, and are those of the balances export of the same day', async () => {
    const finance = await house.visitor('finance');
    for (const day of ['2013-12-19', '2014-01-20', '2014-01-26']) {
      const [name, debit = '', credit = ''] = footOf((await finance.get(`/finance/balances?day=${day}`)).text);
      const balances = (await table(finance, `/finance/balances/csv?day=${day}`)).map((row) =>
        cents(row['balance'] ?? ''),
      );
      expect(name).toBe('Total');
      expect(debit).toBe(credit);
      expect(cents(debit), day).toBe(balances.filter((one) => one > 0n).reduce((all, one) => all + one, 0n));
      expect(cents(debit), day).toBeGreaterThan(0n);
    }
  });

  it("of a night's steps are the log's, and those of all nights all of it", async () => {
    const days = (await rowsOf('select business_day::text as day from night_root order by 1')).map((row) =>
      String(row['day']),
    );
    let [events, transfers] = [0, 0];
    for (const day of days) {
      const work = (await nightOfDay(house.session, day))?.work ?? [];
      const counted = (
        await rowsOf(`select count(*)::int as n from log where business_day = '${day}' and type <> 'RunCompleted'`)
      )[0];
      expect(
        work.reduce((all, one) => all + one.events, 0),
        day,
      ).toBe(counted?.['n']);
      events += work.reduce((all, one) => all + one.events, 0);
      transfers += work.reduce((all, one) => all + one.transfers, 0);
    }
    const [whole] = await rowsOf(`select (select count(*)::int from log where type <> 'RunCompleted') as events,
      (select count(*)::int from transfer) as transfers`);
    expect({ events, transfers }).toEqual(whole);
  });

  it("of a night's steps are all of them, in the order in which a night takes them", async () => {
    const operator = await house.visitor('operator');
    const { text } = await operator.get('/operations/nights/2014-01-20');
    const shown = [...(text.split('</tbody>')[0] ?? '').matchAll(/<tr><td[^>]*>([^<]+)<\/td>/g)].map(
      ([, step]) => step,
    );
    expect([...new Set(shown)]).toEqual(STEPS.map(({ name }) => SPEECH.en.t(`step-${name}`)));
  });
});

describe('an operator', () => {
  it('mends a refused row and delivers it again, once, and what is refused again leaves nothing', async () => {
    const operator = await named('operator', 'Olga');
    const token = await operator.token();
    const [bad] = await rowsOf(`select refusal_id::int as id from refusal where raw like 'LB3%'`);
    const path = `/operations/rejects/${bad?.['id']}`;
    const cells = {
      'cell-order_line_id': 'LB3',
      'cell-order_id': 'OB3',
      'cell-buyer_id': 'gus',
      'cell-shop_id': 'silk',
      'cell-item_id': 'scarf',
      'cell-category_id': 'scarves',
      'cell-quantity': '1',
      'cell-paid_amount': '12.00',
      'cell-paid_at': '2014-01-25 11:06:00',
    };
    const still = await operator.post(path, { act: 'mend', token, ...cells, 'cell-shop_id': 'elsewhere' });
    expect(still.status).toBe(422);
    expect(still.text).toContain('shop elsewhere is not known');
    expect(still.text).toContain('value="elsewhere"');
    expect(await rowsOf(`select 1 from order_line where order_line_id = 'LB3'`)).toEqual([]);
    expect(await operator.post(path, { act: 'mend', token, ...cells })).toMatchObject({ to: `${path}?done=accepted` });
    expect(await operator.post(path, { act: 'mend', token, ...cells })).toMatchObject({ to: `${path}?done=duplicate` });
    expect(await rowsOf(`select shop_id from order_line where order_line_id = 'LB3'`)).toEqual([{ shop_id: 'silk' }]);
    const audited = await rowsOf(`select name, action, subject from audit where action = 'mend' order by audit_id`);
    expect(audited).toEqual([1, 2].map(() => ({ name: 'Olga', action: 'mend', subject: 'orders' })));
    expect(await rowsOf(`select count(*)::int as n from delivery where file = 'pages mended orders'`)).toEqual([
      { n: 2 },
    ]);
  });

  const HEAD = 'order_line_id,order_id,buyer_id,shop_id,item_id,category_id,quantity,paid_amount,paid_at';
  const order = (id: string, paid: string): string =>
    `${id},O${id},gus,silk,scarf,scarves,1,${paid},2014-01-27 11:00:00`;
  const PLACE = '/operations/deliveries';

  it('delivers a file with its good rows, and sees a receipt that counts every row', async () => {
    const operator = await named('operator', 'Olga');
    const file = [HEAD, order('LU1', '5.00'), order('LU2', '-1.00'), ''].join('\n');
    const sent = await sendFile(operator, PLACE, { act: 'deliver', feed: 'orders' }, file);
    expect(sent).toMatchObject({
      status: 303,
      to: expect.stringMatching(/^\/operations\/deliveries\/\d+\?done=deliver$/),
    });
    const { text } = await operator.get(sent.to ?? '');
    expect(text).toContain('pages mended.csv');
    expect(text).toContain('Rows accepted: 1; refused, see below: 1.');
    expect(text).toContain(createHash('sha256').update(file).digest('hex'));
    expect(await rowsOf(`select paid_amount::int as paid from order_line where order_line_id = 'LU1'`)).toEqual([
      { paid: 500 },
    ]);
  });

  it('is told why a file is not taken, in its own name, and nothing of it is', async () => {
    const operator = await named('operator', 'Olga');
    const before = await rowsOf('select count(*)::int as n from delivery');
    const wrong = await sendFile(operator, PLACE, { act: 'deliver', feed: 'orders' }, 'a,b\n1,2\n');
    expect(wrong.status).toBe(422);
    expect(wrong.text).toContain('mended.csv');
    expect(wrong.text).not.toContain('/tmp');
    expect((await sendFile(operator, PLACE, { act: 'deliver', feed: 'orders' }, '')).status).toBe(422);
    const strange = await sendFile(operator, PLACE, { act: 'deliver', feed: 'orders', encoding: 'klingon' }, HEAD);
    expect(strange).toMatchObject({
      status: 422,
      text: expect.stringContaining('is no encoding: name one such as gb18030, big5'),
    });
    expect((await sendFile(operator, PLACE, { act: 'deliver', feed: 'nothing' }, 'x')).status).toBe(422);
    expect((await sendFile(operator, PLACE, { act: 'deliver', feed: 'orders' }, HEAD, 'forged')).status).toBe(403);
    const large = await sendFile(
      operator,
      PLACE,
      { act: 'deliver', feed: 'orders' },
      'x'.repeat(9 * 1024 * 1024),
    ).catch(() => ({ status: 413 }));
    expect(large.status).toBe(413);
    // Of who may not deliver nothing is read, however large it is.
    const auditor = await house.visitor('auditor');
    expect((await sendFile(auditor, PLACE, { act: 'deliver', feed: 'orders' }, HEAD)).status).toBe(404);
    expect(await rowsOf('select count(*)::int as n from delivery')).toEqual(before);
  });
});

describe('finance', () => {
  it('writes a payment file, fetches the very bytes, and cancels it so that what is in it waits again', async () => {
    const finance = await named('finance', 'Wu');
    const token = await finance.token();
    const missing = await finance.post('/finance/files', { act: 'write', format: 'pain001', token });
    expect(missing.status).toBe(422);
    expect(missing.text).toContain('names who pays');
    const written = await finance.post('/finance/files', { act: 'write', format: 'withholding', token });
    const path = (written.to ?? '').split('?')[0] ?? '';
    expect(path).toMatch(/^\/finance\/files\/F-20140222-\d{4}$/);
    const content = (await finance.get(`${path}/content`)).text;
    const [record] = await rowsOf(`select sha256, by, rows::int as rows from payment_file where step = 'write'`);
    expect(record).toEqual({ sha256: createHash('sha256').update(content).digest('hex'), by: 'Wu', rows: 1 });
    expect(content).toContain('2998.00');
    expect((await finance.post('/finance/files', { act: 'write', format: 'withholding', token })).status).toBe(422);
    const auditor = await house.visitor('auditor');
    expect((await auditor.get(path)).status).toBe(200);
    expect((await auditor.get(`${path}/content`)).status).toBe(404);
    expect((await finance.post(path, { act: 'cancel', reason: '', token })).status).toBe(422);
    expect((await finance.post(path, { act: 'cancel', reason: 'not sent', token })).to).toBe(`${path}?done=cancel`);
    expect((await finance.get(path)).text).toContain('cancelled by Wu');
    expect((await finance.get('/finance/files')).text).toContain('2,998.00');
  });

  it('takes in the answers of the bank, all of them or none', async () => {
    const finance = await named('finance', 'Wu');
    const id = (await rowsOf(`select instruction_id as id from instruction where state = 'instructed'`))[0]?.['id'];
    const head = 'reference,status,at,reason\n';
    const strange = await sendFile(
      finance,
      '/finance/files',
      { act: 'results' },
      `${head}D-none,confirmed,2014-01-27 10:00:00,\n`,
    );
    expect(strange.status).toBe(422);
    expect(strange.text).toContain('D-none');
    expect(strange.text).not.toContain('/tmp');
    const good = await sendFile(
      finance,
      '/finance/files',
      { act: 'results' },
      `${head}${id},confirmed,2014-01-27 10:00:00,\n`,
    );
    expect(good.text + good.to).toContain('took=1');
    expect(await rowsOf(`select status from result where instruction_id = '${id}'`)).toEqual([{ status: 'confirmed' }]);
  });
});

describe('the risk desk', () => {
  it('lets nobody approve what is their own, however they spell their name, and a second person once', async () => {
    const chen = await named('risk', 'Chen');
    const token = await chen.token();
    const order = { act: 'propose', decision: 'forfeit', against: 'freeze', points: '', reason: 'by a script', token };
    expect((await chen.post(CASE, { ...order, decision: '' })).status).toBe(422);
    expect((await chen.post(CASE, { ...order, points: 'many' })).status).toBe(422);
    expect((await chen.post(CASE, { ...order, decision: 'reject' })).status).toBe(422);
    expect(await chen.post(CASE, order)).toMatchObject({ status: 303, to: `${CASE}?done=proposed` });
    for (const visitor of [chen, await named('risk', 'CHEN')]) {
      expect((await visitor.get(CASE)).text).not.toContain('value="approve"');
      const own = await visitor.post(CASE, { act: 'approve', token: await visitor.token() });
      expect(own.status).toBe(422);
      expect(own.text).toContain('proposed this decision');
    }
    const wu = await named('risk', 'Li');
    expect((await wu.post(CASE, { act: 'approve', token: await wu.token() })).to).toBe(`${CASE}?done=decided`);
    expect((await wu.post(CASE, { act: 'approve', token: await wu.token() })).status).toBe(422);
    const facts = await rowsOf(
      `select count(*)::int as n from trade_fact where order_line_id = 'LZ1' and kind = 'decision'`,
    );
    expect(facts).toEqual([{ n: 1 }]);
    expect(await rowsOf(`select status from publisher_status where publisher_id = '2666'`)).toEqual([
      { status: 'frozen' },
    ]);
    const audited = await rowsOf(
      `select name, action from audit where subject = '${CASE.split('/').at(-1)}' order by audit_id`,
    );
    expect(audited).toEqual([
      { name: 'Chen', action: 'decide-case' },
      { name: 'Li', action: 'approve-case' },
    ]);
  });

  it('decides an application and a site under the name that signed in', async () => {
    const chen = await named('risk', 'Chen');
    const token = await chen.token();
    const path = '/risk/applications';
    const order = { act: 'decide', application: 'A-601-api', decision: 'approve', reason: 'looked at', token };
    expect((await chen.post(path, { ...order, reason: '' })).status).toBe(422);
    expect((await chen.post(path, { ...order, application: 'A-none' })).status).toBe(404);
    expect((await chen.post(path, order)).to).toBe(`${path}?done=application`);
    expect(await rowsOf(`select decision, decided_by from application_decision`)).toEqual([
      { decision: 'approve', decided_by: 'Chen' },
    ]);
    const site = '/risk/sites/602';
    expect(
      (await chen.post(site, { act: 'turn', permission: 'api', action: 'grant', reason: 'asked', token })).to,
    ).toBe(`${site}?done=site`);
    expect((await chen.post(site, { act: 'decide', status: 'none', reason: 'x', token })).status).toBe(422);
    const at = new Date(NOW).toISOString().slice(0, 10);
    const granted = await rowsOf(
      `select reason from permission where site_id = '602' and permission = 'api' and at::date >= '${at}'`,
    );
    expect(granted).toEqual([{ reason: 'Chen: asked' }]);
  });
});
