import { expect, it } from 'vitest';
import { ground } from './ground.ts';
it('tries', async () => {
  const g = await ground();
  try {
    const out = async (path: string, key?: string) => { const t = Date.now(); const a = await g.get(path, key); console.log(path, a.status, Date.now()-t, a.text.slice(0, 300)); };
    await out('/livez'); await out('/readyz'); await out('/v1/me'); await out('/nowhere');
    for (const p of ['/v1/me','/v1/book','/v1/runs','/v1/attributions?from=2013-12-01&through=2014-02-21&limit=2','/v1/statements?limit=2','/v1/payouts?limit=2','/v1/deductions?limit=1','/v1/cases','/v1/sites','/v1/breaks','/v1/audit','/v1/rejects','/v1/deliveries?limit=1','/v1/exports/balances','/v1/applications', `/v1/publishers/${g.publisher}/statements/2013-12?format=text`,`/v1/sellers/${g.seller}/deductions/2013-12?format=text`])
      { await out(p, g.keys.operator); await out(p, g.keys.publisher); await out(p, g.keys.seller); await out(p, g.keys.auditor); }
    const a = await g.get('/v1/attributions?from=2013-12-01&through=2014-02-21&limit=1', g.keys.publisher);
    const line = (a.json() as any).items[0].orderLine;
    for (const k of [g.keys.operator, g.keys.publisher, g.keys.seller]) { const e = await g.get(`/v1/order-lines/${line}/explanation?format=text`, k); console.log(e.status, e.text); }
    expect(1).toBe(1);
  } finally { await g.close(); }
});
