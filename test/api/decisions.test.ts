/** What people decide through the API: under their own name, once, and written down with the key and the request. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ground, ground } from './ground.ts';

let at: Ground;
beforeAll(async () => {
  at = await ground();
});
afterAll(() => at.close());

interface Entry {
  readonly action: string;
  readonly subject: string;
  readonly name: string;
  readonly role: string;
  readonly key: string;
  readonly request: string;
  readonly detail: Record<string, unknown>;
}

async function lastAudit(): Promise<Entry | undefined> {
  return (await at.get('/v1/audit?limit=1', at.keys.auditor)).json<{ items: Entry[] }>().items[0];
}

const idOf = (key: string): string => key.split('_')[1] ?? '';

/** A settled line of the seller that nobody has disputed. */
async function freshLine(): Promise<string> {
  const { rows } = await at.owner.client.query<{ id: string }>(
    `select a.order_line_id as id from attribution a join settlement s using (partition, order_line_id)
     where a.seller_id = $1 and s.state = 'settled' and s.hold = 'none'
       and not exists (select from dispute d where d.order_line_id = a.order_line_id) order by 1 limit 1`,
    [at.seller],
  );
  return rows[0]?.id ?? '';
}

describe('a case', () => {
  it('is opened by its seller, proposed by one and approved by another, each on record', async () => {
    const orderLine = await freshLine();
    const [chen, wu] = [await at.key('risk', null, { name: 'Chen' }), await at.key('risk', null, { name: 'Wu' })];
    const dispute = { dispute: 'Q7', orderLine, seller: at.seller, reason: 'never sent' };
    const opened = await at.post('/v1/disputes', at.keys.seller, dispute, {
      'idempotency-key': 'd7',
      'x-request-id': 'r-dispute',
    });
    expect([opened.status, opened.text]).toEqual([201, '{"dispute":"Q7","case":"dispute.Q7"}']);
    expect(await lastAudit()).toMatchObject({
      action: 'dispute',
      subject: 'Q7',
      role: 'seller',
      key: idOf(at.keys.seller),
      request: 'r-dispute',
    });
    const path = '/v1/cases/dispute.Q7';
    expect((await at.get(path, chen)).json()).toMatchObject({ id: 'dispute.Q7' });

    const proposed = await at.post(
      `${path}/decisions`,
      chen,
      { decision: 'forfeit', reason: 'so it is', points: 1 },
      { 'idempotency-key': 'p7' },
    );
    expect(proposed.status, proposed.text).toBe(201);
    const { holds } = proposed.json<{ holds: boolean }>();
    expect(await lastAudit()).toMatchObject({
      action: 'decide-case',
      subject: 'dispute.Q7',
      name: 'Chen',
      key: idOf(chen),
      detail: { decision: 'forfeit', points: 1 },
    });
    const again = await at.post(
      `${path}/decisions`,
      chen,
      { decision: 'forfeit', reason: 'so it is', points: 1 },
      { 'idempotency-key': 'p7' },
    );
    expect([again.text, again.headers.get('idempotency-replayed')]).toEqual([proposed.text, 'true']);
    if (!holds) {
      const alone = await at.post(`${path}/approvals`, chen, undefined);
      expect(alone.status).toBe(422);
      expect(await lastAudit()).toMatchObject({ action: 'decide-case' });
      const both = await at.post(`${path}/approvals`, wu, undefined);
      expect([both.status, both.json<{ holds: boolean }>().holds]).toEqual([201, true]);
      expect(await lastAudit()).toMatchObject({ action: 'approve-case', name: 'Wu', key: idOf(wu) });
    }
    const { rows } = await at.owner.client.query<{ by: string; n: bigint }>(
      `select decided_by as by, count(*) as n from case_decision where case_id = 'dispute.Q7' group by 1 order by 1`,
    );
    expect(rows).toEqual(
      holds
        ? [{ by: 'Chen', n: 1n }]
        : [
            { by: 'Chen', n: 1n },
            { by: 'Wu', n: 1n },
          ],
    );
  });

  it('that is not there, or a decision that cannot be, changes nothing and is not on record', async () => {
    const before = (await lastAudit())?.request;
    const decision = { decision: 'release', reason: 'x' };
    expect((await at.post('/v1/cases/dispute.nothing/decisions', at.keys.risk, decision)).status).toBe(404);
    expect((await at.post('/v1/cases/dispute.Q7/decisions', at.keys.risk, decision)).status).toBe(422);
    expect((await at.post('/v1/cases/dispute.Q7/approvals', at.keys.risk, undefined)).status).toBe(422);
    expect((await lastAudit())?.request).toBe(before);
  });
});

describe('a site', () => {
  it('is filed by its publisher, judged by risk, and granted what it applied for', async () => {
    const { publisher, risk } = at.keys;
    const filing = {
      publisher: at.publisher,
      kind: 'website',
      name: 'new',
      domain: 'new.example.org',
      icpNumber: '',
      categories: ['books', 'tea'],
      description: 'reviews',
      dailyVisitors: 7,
    };
    expect((await at.post('/v1/sites/n1/filings', publisher, filing)).status).toBe(201);
    expect(await lastAudit()).toMatchObject({ action: 'file-site', subject: 'n1', role: 'publisher' });
    expect((await at.post('/v1/sites/n1/states', risk, { status: 'approved', reason: 'looked at' })).status).toBe(201);
    expect(await lastAudit()).toMatchObject({
      action: 'decide-site',
      subject: 'n1',
      role: 'risk',
      detail: { status: 'approved' },
    });
    const applied = await at.post('/v1/sites/n1/applications', publisher, { permission: 'api', statement: 'please' });
    expect(applied.status, applied.text).toBe(201);
    const { application } = applied.json<{ application: string }>();
    const waiting = (await at.get('/v1/applications', risk)).json<{ items: { application: string }[] }>().items;
    expect(JSON.stringify(waiting)).toContain(application);
    const path = `/v1/applications/${application}/decision`;
    expect((await at.post(path, risk, { decision: 'approve', reason: 'good' })).status).toBe(201);
    expect((await at.post('/v1/applications/none/decision', risk, { decision: 'approve', reason: 'x' })).status).toBe(
      404,
    );
    const granted = await at.post('/v1/sites/n1/permissions', risk, {
      permission: 'taodianjin',
      action: 'grant',
      reason: 'too',
    });
    expect(granted.status).toBe(201);
    const held = (await at.get('/v1/sites/n1/permissions', publisher)).text;
    expect(held).toContain('"state":"approved"');
    expect(held).toMatch(/"permission":"api","held":true[^}]*"good"|"good"/);
    const site = (await at.get('/v1/sites?limit=500', publisher)).json<{ items: { site: string }[] }>();
    expect(site.items.map((one) => one.site)).toContain('n1');
  });
});

describe('a break', () => {
  it('is given to somebody and resolved by finance, under its own name', async () => {
    const wu = await at.key('finance', null, { name: 'Wu' });
    const { breaks } = (await at.get('/v1/breaks', wu)).json<{ breaks: { break?: string; id?: string }[] }>();
    const id = breaks[0]?.id ?? breaks[0]?.break ?? '';
    expect(id).not.toBe('');
    expect((await at.post(`/v1/breaks/${id}/notes`, wu, { step: 'assign', owner: 'Zhao' })).status).toBe(201);
    expect((await at.post(`/v1/breaks/${id}/notes`, wu, { step: 'assign', reason: 'x' })).status).toBe(422);
    const resolved = await at.post(`/v1/breaks/${id}/notes`, wu, { step: 'resolve', reason: 'known' });
    expect(resolved.json()).toMatchObject({ break: id, step: 'resolve', by: 'Wu' });
    expect(await lastAudit()).toMatchObject({
      action: 'note-break',
      subject: id,
      name: 'Wu',
      detail: { step: 'resolve' },
    });
    expect((await at.post(`/v1/breaks/${id}/notes`, wu, { step: 'resolve', reason: 'again' })).status).toBe(422);
    expect((await at.post('/v1/breaks/late-nothing/notes', wu, { step: 'resolve', reason: 'x' })).status).toBe(404);
  });
});

describe('the record', () => {
  it('cannot be changed, and tells the newest first', async () => {
    await expect(at.owner.client.query(`update audit set name = 'nobody'`)).rejects.toThrow('append-only');
    const { items } = (await at.get('/v1/audit', at.keys.operator)).json<{ items: (Entry & { number: number })[] }>();
    expect(items.length).toBeGreaterThan(5);
    expect(items.map(({ number }) => number)).toEqual(items.map(({ number }) => number).sort((a, b) => b - a));
  });
});
