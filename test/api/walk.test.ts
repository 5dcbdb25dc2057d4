/** Every route with every role, and with the ids of other parties: who may not gets nothing, and learns nothing. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROLES, type Role, roleMay } from '../../src/core/access.ts';
import type { Route } from '../../src/http/route.ts';
import { ROUTES } from '../../src/http/v1/index.ts';
import { type Answer, type Ground, ground } from './ground.ts';

let at: Ground;
/** What is another party's: a publisher, a seller, a site, a line, of neither of which the keys are. */
let other: { publisher: string; seller: string; site: string; line: string; decision: string };
let hidden: { buyers: Set<string>; publishers: Set<string>; sellers: Set<string>; clicks: Set<string> };

beforeAll(async () => {
  at = await ground();
  const one = async (sql: string): Promise<string> =>
    (await at.owner.client.query<{ id: string }>(sql)).rows[0]?.id ?? '';
  const all = async (sql: string): Promise<Set<string>> =>
    new Set((await at.owner.client.query<{ id: string }>(sql)).rows.map(({ id }) => id));
  const { publisher, seller } = at;
  other = {
    publisher: await one(
      `select publisher_id as id from statement where publisher_id <> '${publisher}' and month = '2013-11' limit 1`,
    ),
    seller: await one(`select seller_id as id from attribution where seller_id <> '${seller}' limit 1`),
    site: await one(`select site_id as id from site where publisher_id <> '${publisher}' limit 1`),
    line: await one(
      `select a.order_line_id as id from attribution a where a.publisher_id <> '${publisher}' and a.seller_id <> '${seller}'
       and not exists (select from settlement s where s.order_line_id = a.order_line_id and s.publisher_id is not null) limit 1`,
    ),
    decision: await one(
      `select decision_id as id from case_decision where not publisher_ids @> array['${publisher}'] limit 1`,
    ),
  };
  hidden = {
    buyers: await all('select distinct buyer_id as id from order_line union select buyer_id from click'),
    publishers: await all(`select distinct publisher_id as id from publisher where publisher_id <> '${publisher}'`),
    sellers: await all(`select distinct seller_id as id from shop where seller_id <> '${seller}'`),
    clicks: await all(`select click_id as id from click where split_part(pid, '_', 2) <> '${publisher}'`),
  };
});
afterAll(() => at.close());

const MONTH = '2013-11';

/** An address of a route with ids of others, or with those of the keys' own parties. */
function addressOf(route: Route, whose: 'others' | 'own', ownLine: string): string {
  const party = whose === 'others' ? other : { ...other, publisher: at.publisher, seller: at.seller, line: ownLine };
  const values: Readonly<Record<string, string>> = {
    publisher: party.publisher,
    seller: party.seller,
    site: party.site,
    line: party.line,
    month: MONTH,
    case: 'dispute.Q1',
    decision: party.decision,
    application: 'A1',
    break: 'late-1',
    name: 'statements',
    feed: 'contacts',
  };
  return route.path.replace(/:(\w+)/g, (_, name: string) => values[name] ?? name);
}

function ask(route: Route, role: Role | undefined, address: string): Promise<Answer> {
  const key = role === undefined ? undefined : at.keys[role];
  return route.method === 'GET' ? at.get(address, key) : at.post(address, key ?? 'none', {});
}

/** Words of an answer. */
const words = (text: string): string[] => text.split(/[^A-Za-z0-9-]+/);

describe.each(ROUTES.map((route) => [`${route.method} ${route.path}`, route] as const))('%s', (_name, route) => {
  it('is for who has the right alone', async () => {
    const address = addressOf(route, 'own', other.line);
    for (const role of ROLES) {
      const { status } = await ask(route, role, address);
      const may = route.right === null || roleMay(role, route.right);
      // A body of nothing is refused after the right was looked at.
      if (may) expect([200, 201, 400, 404, 409, 422], `${role} ${address}`).toContain(status);
      else expect(status, `${role} ${address}`).toBe(403);
    }
    const stranger = await ask(route, undefined, address);
    expect(stranger.status).toBe(401);
    expect(stranger.headers.get('www-authenticate')).toBe('Bearer');
  });

  it('tells no party of another', async () => {
    for (const role of ['publisher', 'seller'] as const) {
      const own =
        (
          await at.owner.client.query<{ id: string }>(
            `select order_line_id as id from attribution where ${role}_id = $1 order by held desc limit 1`,
            [at[role]],
          )
        ).rows[0]?.id ?? '';
      for (const whose of ['own', 'others'] as const) {
        const address = addressOf(route, whose, own);
        const span = route.path === '/v1/attributions' ? '?from=2013-11-15&through=2014-02-10&limit=500' : '';
        const answer = await ask(route, role, address + span);
        const said = words(answer.text);
        for (const word of said) {
          expect(hidden.buyers.has(word), `${role} ${address}: buyer ${word}`).toBe(false);
          if (role === 'publisher') {
            expect(hidden.publishers.has(word), `${address}: publisher ${word}`).toBe(false);
            expect(hidden.clicks.has(word), `${address}: click ${word}`).toBe(false);
          } else expect(hidden.sellers.has(word), `${address}: seller ${word}`).toBe(false);
        }
      }
    }
  });
});

describe('what is another’s', () => {
  const paths = (): [Role, string, string][] => [
    ['publisher', `/v1/publishers/${other.publisher}/statements/${MONTH}`, `/v1/publishers/nobody/statements/${MONTH}`],
    ['publisher', `/v1/order-lines/${other.line}/explanation`, '/v1/order-lines/nothing/explanation'],
    ['publisher', `/v1/sites/${other.site}/permissions`, '/v1/sites/nothing/permissions'],
    ['publisher', `/v1/payouts?publisher=${other.publisher}`, '/v1/payouts?publisher=nobody'],
    ['publisher', `/v1/statements?publisher=${other.publisher}`, '/v1/statements?publisher=nobody'],
    ['publisher', `/v1/sites?publisher=${other.publisher}`, '/v1/sites?publisher=nobody'],
    ['seller', `/v1/sellers/${other.seller}/deductions/${MONTH}`, `/v1/sellers/nobody/deductions/${MONTH}`],
    ['seller', `/v1/order-lines/${other.line}/explanation`, '/v1/order-lines/nothing/explanation'],
    ['seller', `/v1/deductions?seller=${other.seller}`, '/v1/deductions?seller=nobody'],
  ];

  it('is answered as what is not there, to the word', async () => {
    for (const [role, there, nowhere] of paths()) {
      expect((await at.get(there, at.keys.operator)).status, there).toBe(200);
      const [found, missing] = [await at.get(there, at.keys[role]), await at.get(nowhere, at.keys[role])];
      expect(found.status, there).toBe(404);
      const plain = (answer: Answer): unknown => ({ ...answer.json<object>(), instance: '' });
      expect(plain(found), there).toEqual(plain(missing));
      expect(Object.keys(Object.fromEntries(found.headers))).toEqual(Object.keys(Object.fromEntries(missing.headers)));
    }
  });

  it('is not to be acted on either', async () => {
    const { publisher, seller } = at.keys;
    const filing = {
      publisher: other.publisher,
      kind: 'website',
      name: 'x',
      domain: 'x.example',
      icpNumber: '',
      categories: [],
      description: '',
    };
    const tried = [
      await at.post(`/v1/sites/${other.site}/filings`, publisher, filing),
      await at.post(`/v1/sites/${other.site}/applications`, publisher, { permission: 'api', statement: 'x' }),
      await at.post(`/v1/decisions/${other.decision}/appeals`, publisher, { publisher: other.publisher, reason: 'x' }),
      await at.post('/v1/disputes', seller, {
        dispute: 'Q9',
        orderLine: other.line,
        seller: other.seller,
        reason: 'x',
      }),
      await at.post('/v1/disputes', seller, { dispute: 'Q9', orderLine: other.line, seller: at.seller, reason: 'x' }),
    ];
    expect(tried.map(({ status }) => status)).toEqual(tried.map(() => 404));
    // Whoever files a site of its own has to hear that its id is taken, and hears no more.
    const taken = await at.post(`/v1/sites/${other.site}/filings`, publisher, { ...filing, publisher: at.publisher });
    expect([taken.status, taken.json<{ detail: string }>().detail]).toEqual([
      422,
      `site ${other.site} is filed already, by somebody else: choose another id`,
    ]);
    const { rows } = await at.owner.client.query(
      `select 1 from audit where detail ->> 'door' = 'api' union all select 1 from delivery where file like 'api %'`,
    );
    expect(rows).toEqual([]);
  });
});

describe('an explanation', () => {
  it('names another publisher and no buyer where candidates were others’, and is told in full to staff', async () => {
    const { rows } = await at.owner.client.query<{ line: string; publisher: string; seller: string }>(
      `select a.order_line_id as line, a.publisher_id as publisher, a.seller_id as seller from attribution a
       join log l on l.partition = a.partition and l.position = a.position
       where a.outcome = 'attributed' and exists (select from json_array_elements(l.body -> 'tested') t
         where split_part(t -> 'candidate' ->> 'pid', '_', 2) <> a.publisher_id) limit 3`,
    );
    expect(rows.length).toBeGreaterThan(0);
    for (const { line, publisher, seller } of rows) {
      const address = `/v1/order-lines/${line}/explanation?format=text`;
      const full = (await at.get(address, at.keys.risk)).text;
      expect(full).toMatch(/by buyer /);
      for (const [role, party] of [
        ['publisher', publisher],
        ['seller', seller],
      ] as const) {
        const { text, status } = await at.get(address, await at.key(role, party));
        expect(status).toBe(200);
        expect(text).toContain('another publisher');
        expect(text).not.toMatch(/by buyer /);
        const named = new Set([...text.matchAll(/mm_([A-Za-z0-9-]+)_/g)].map(([, id]) => id));
        expect([...named]).toEqual([publisher]);
      }
    }
  });

  it('shows each side its own money: no deduction to a publisher, no statement to a seller', async () => {
    const { rows } = await at.owner.client.query<{ line: string; publisher: string; seller: string }>(
      `select a.order_line_id as line, a.publisher_id as publisher, a.seller_id as seller from attribution a
       join settlement s using (partition, order_line_id) where s.state = 'settled' limit 1`,
    );
    const [{ line, publisher, seller } = { line: '', publisher: '', seller: '' }] = rows;
    const told = async (role: Role, party: string | null): Promise<string> =>
      (await at.get(`/v1/order-lines/${line}/explanation`, await at.key(role, party))).text;
    const [full, toPublisher, toSeller] = [
      await told('operator', null),
      await told('publisher', publisher),
      await told('seller', seller),
    ];
    expect(full).toMatch(/DeductionInstructed/);
    expect(full).toMatch(/StatementIssued/);
    expect(toPublisher).toMatch(/StatementIssued/);
    expect(toPublisher).not.toMatch(/Deduction|"dueAfter":"/);
    expect(toSeller).toMatch(/DeductionInstructed/);
    expect(toSeller).not.toMatch(/StatementIssued|Payout/);
  });

  it('of a line given back tells its two publishers each their own part', async () => {
    const { rows } = await at.owner.client.query<{ line: string; first: string; second: string }>(
      `select a.order_line_id as line, a.publisher_id as first, s.publisher_id as second
       from attribution a join settlement s using (partition, order_line_id) where s.publisher_id is not null limit 1`,
    );
    const [{ line, first, second } = { line: '', first: '', second: '' }] = rows;
    expect(line).not.toBe('');
    for (const [own, rival] of [
      [first, second],
      [second, first],
    ]) {
      const { text, status } = await at.get(
        `/v1/order-lines/${line}/explanation?format=text`,
        await at.key('publisher', own ?? ''),
      );
      expect(status, text).toBe(200);
      expect(text).not.toContain(rival);
      expect(text).toContain(own);
      const json = await at.get(`/v1/order-lines/${line}/explanation`, await at.key('publisher', own ?? ''));
      expect(json.text).not.toContain(rival);
    }
  });
});
