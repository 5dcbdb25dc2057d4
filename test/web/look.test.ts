import { it } from 'vitest';
import { LOOKS, openBrowser, overflow, picture, violations, windowOf } from './browser.ts';
import { openStaffHouse } from './staff-house.ts';

const ONLY = (process.env['LOOK'] ?? '').split(',').filter((x) => x !== '');
it('look', async () => {
  const house = await openStaffHouse();
  const browser = await openBrowser();
  const bid = async () => {
    const r = await house.session.client.query(`select refusal_id from refusal order by 1 desc limit 1`);
    return r.rows[0].refusal_id;
  };
  const PAGES: [string, string[]][] = [
    [
      'operator',
      [
        '/operations',
        '/operations/nights',
        '/operations/nights/2014-01-20',
        '/operations/deliveries',
        '/operations/rejects',
        `/operations/rejects/${await bid()}`,
        '/operations/parked',
      ],
    ],
    [
      'finance',
      [
        '/finance/months/2013-12',
        '/finance/payouts',
        '/finance/deductions',
        '/finance/files',
        '/finance/reconciliation',
        '/finance/balances',
      ],
    ],
    [
      'risk',
      [
        '/risk',
        '/risk?which=over',
        '/risk/cases/dispute.DX1',
        '/risk/cases/fast-order.9666.201401',
        '/risk/sites',
        '/risk/sites/602',
        '/risk/applications',
      ],
    ],
    ['auditor', ['/operations', '/finance/files', '/risk/cases/fast-order.9666.201401']],
  ];
  for (const look of LOOKS.filter((l) => (process.env['LOOKS'] ?? 'wide-en').includes(l.name))) {
    const { context, page, complaints } = await windowOf(browser, house.url, look);
    for (const [role, paths] of PAGES) {
      if (ONLY.length > 0 && !ONLY.some((o) => paths.some((p) => p.includes(o)))) continue;
      await context.clearCookies();
      const { text } = await house.key(role as never, null, { name: role });
      await page.goto('/sign-in');
      await page.locator('#key').fill(text);
      await page.locator('main button.primary').click();
      await page.waitForURL((url) => url.pathname !== '/sign-in');
      console.log(role, page.url());
      for (const path of paths) {
        if (ONLY.length > 0 && !ONLY.some((o) => path.includes(o))) continue;
        const response = await page.goto(path);
        console.log(
          look.name,
          path,
          response?.status(),
          await overflow(page),
          (await violations(page)).join('\n').slice(0, 600),
        );
        await picture(page, `${role}${path}-${look.name}`);
      }
    }
    console.log(complaints);
    await context.close();
  }
  await browser.close();
  await house.close();
}, 600000);
