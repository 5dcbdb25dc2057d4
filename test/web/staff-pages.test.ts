/** The rooms of the alliance's own people in a real browser: their main tasks to the end, and each page looked at. */
import { createHash } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Role } from '../../src/core/access.ts';
import { TESTS } from '../../src/core/attribution/tests/index.ts';
import { FEED_NAMES } from '../../src/core/feeds/index.ts';
import { SIGNALS } from '../../src/core/signals/index.ts';
import { SUBJECTS } from '../../src/formats/words/index.ts';
import { HAS_BROWSER, LOOKS, lookAt, openBrowser, picture, signInWith, violations, WIDE, windowOf } from './browser.ts';
import type { House } from './house.ts';
import { openStaffHouse } from './staff-house.ts';

const CASE = '/risk/cases/fast-order.9666.201401';

/** Every page by who opens it; `*` stands for what a list leads to first. */
const PAGES: readonly (readonly [role: Role, paths: readonly string[]])[] = [
  [
    'operator',
    [
      '/operations',
      '/operations/nights',
      '/operations/nights/2014-01-20',
      '/operations/deliveries',
      '/operations/deliveries*',
      '/operations/rejects',
      '/operations/rejects*',
      '/operations/parked',
    ],
  ],
  [
    'finance',
    [
      '/finance/months/2013-12',
      '/finance/payouts',
      '/finance/payouts?state=returned',
      '/finance/deductions',
      '/finance/seconds',
      '/finance/files',
      '/finance/reconciliation',
      '/finance/reconciliation?through=2013-12-20',
      '/finance/reconciliation*',
      '/finance/ageing',
      '/finance/balances',
    ],
  ],
  [
    'risk',
    [
      '/risk',
      '/risk?which=proposed',
      '/risk/cases/dispute.DX1',
      CASE,
      '/risk/sites',
      '/risk/sites/602',
      '/risk/sites/666',
      '/risk/site?site=none',
      '/risk/applications',
      '/risk/none',
    ],
  ],
  ['administrator', ['/people', '/people*', '/people/rules', '/keys', '/me']],
  ['auditor', ['/operations', '/finance/files', '/finance/reconciliation*', CASE]],
];

/** Many pages, and a machine that may be busy. */
const LONG = 600_000;

/** Names of the engine, which a reader of Chinese reads in Chinese: ids, file names and paths of accounts stay as they are. */
const ENGINE = [
  ...SIGNALS.map(({ name }) => name),
  ...TESTS.map(({ reason }) => reason),
  ...Object.keys(SUBJECTS.EVENTS).map((term) => term.slice('event-'.length)),
  ...FEED_NAMES.filter((name) => name.includes('-')),
  ...['missing-in-bank', 'missing-in-ledger', 'amount-differs', 'wrong-payee', 'no-click', 'below-minimum'],
  ...['attributed', 'unattributed', 'settled', 'voided', 'forfeited', 'hold', 'flag', 'payable', 'held', 'clearing'],
  ...['same-store', 'cross-store', 'paid', 'carried', 'frozen', 'confirmed', 'instructed', 'returned', 'overdue'],
];

/** What a page says of them, but for ids and what people may copy. */
async function engineEnglish(page: Page): Promise<string[]> {
  const text = await page.evaluate<string>(`(() => {
    const copy = document.querySelector('main').cloneNode(true);
    copy.querySelectorAll('.id, code, pre, textarea, input, option, .downloads, a[download]').forEach((one) => one.remove());
    return copy.textContent;
  })()`);
  return ENGINE.filter((name) => new RegExp(`(?<![\\w:./-])${name}(?![\\w:./-])`).test(text));
}

let house: House;
let browser: Browser;

describe.skipIf(!HAS_BROWSER)('in a browser', () => {
  beforeAll(async () => {
    house = await openStaffHouse();
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser.close();
    await house.close();
  });

  const signIn = async (page: Page, role: Role, name: string): Promise<void> =>
    signInWith(page, await house.enter({ role, name }));

  const open = async (page: Page, path: string): Promise<void> => {
    const response = await page.goto(path.replace('*', ''));
    expect(response?.status(), path).toBe(path.endsWith('/none') ? 404 : 200);
    if (!path.endsWith('*')) return;
    const first = await page.locator('main tbody a').first().getAttribute('href');
    expect((await page.goto(first ?? ''))?.status(), path).toBe(200);
  };

  describe.each(LOOKS)('$name', (look) => {
    it(
      'every page stands in its window, is accessible and complains of nothing',
      async () => {
        const { context, page, complaints } = await windowOf(browser, house.url, look);
        const found: string[] = [];
        for (const [role, paths] of PAGES) {
          await signIn(page, role, `${role} <script>window.pwned=1</script>`);
          for (const path of paths) {
            await open(page, path);
            found.push(...(await lookAt(page, `${role}${path}`, look.name)));
            if (look.locale === 'zh-CN') found.push(...(await engineEnglish(page)).map((one) => `${path} says ${one}`));
          }
        }
        expect(found).toEqual([]);
        expect(complaints).toEqual([]);
        expect(await page.evaluate('window.pwned')).toBeUndefined();
        await context.close();
      },
      LONG,
    );
  });

  it('on paper a page has its tables and totals, and nothing to be pressed', async () => {
    const { context, page } = await windowOf(browser, house.url, WIDE);
    await page.emulateMedia({ media: 'print' });
    await signIn(page, 'auditor', 'Print');
    for (const path of ['/finance/months/2013-12', '/finance/reconciliation', '/finance/balances', '/risk']) {
      await page.goto(path);
      expect(await page.locator('main tfoot').first().isVisible(), path).toBe(true);
      for (const pressed of await page.locator('.local, form, .downloads, .ways').all())
        expect(await pressed.isVisible(), path).toBe(false);
      await picture(page, `auditor${path}-print`);
    }
    await context.close();
  });

  it('finance works a break to its end: owned, commented on, resolved', async () => {
    const { context, page } = await windowOf(browser, house.url, WIDE);
    await signIn(page, 'finance', 'Wu');
    await page.getByRole('link', { name: 'Reconcile', exact: true }).click();
    const open = await page.locator('tbody tr').count();
    await page.getByRole('link', { name: 'missing in ledger' }).click();
    await page.getByLabel('Owner').fill('Mei');
    await page.getByRole('button', { name: 'Assign' }).click();
    expect(await page.getByRole('status').first().textContent()).toBe('It is recorded.');
    await page.getByLabel('What is known of it').fill('a fee of the bank <b>again</b>');
    await page.getByRole('button', { name: 'Add the comment' }).click();
    expect(await page.getByText('a fee of the bank <b>again</b>').count()).toBe(1);
    await page.getByLabel('How it is explained').fill('the fee of January');
    await page.getByRole('button', { name: 'Resolve the break' }).click();
    expect(await page.getByText('resolved by Wu').count()).toBe(1);
    expect(await page.locator('form.fields').count()).toBe(0);
    expect(await violations(page)).toEqual([]);
    await picture(page, 'finance-resolved');
    await page.getByRole('link', { name: '← Reconciliation' }).click();
    expect(await page.locator('section', { hasText: 'Open breaks' }).locator('tbody tr').count()).toBe(open - 1);
    const { rows } = await house.session.client.query(
      `select step, by, owner, reason from break_note order by batch, n`,
    );
    expect(rows).toEqual([
      { step: 'assign', by: 'Wu', owner: 'Mei', reason: '' },
      { step: 'comment', by: 'Wu', owner: null, reason: 'a fee of the bank <b>again</b>' },
      { step: 'resolve', by: 'Wu', owner: null, reason: 'the fee of January' },
    ]);
    await context.close();
  });

  it('two people decide a case: one proposes, and only the other approves', async () => {
    const { context, page } = await windowOf(browser, house.url, WIDE);
    await signIn(page, 'risk', 'Chen');
    await page.getByRole('link', { name: 'Orders too soon after clicks' }).click();
    await page.getByLabel('Decision').selectOption('forfeit');
    await page.getByLabel('Reason').fill('two seconds is no reader');
    await page.getByRole('button', { name: 'Propose' }).click();
    expect(await page.getByRole('status').first().textContent()).toContain('second person');
    expect(await page.getByRole('button', { name: 'Approve' }).count()).toBe(0);
    expect(await page.getByText('You proposed this').count()).toBe(1);
    await picture(page, 'risk-proposed');
    await signIn(page, 'risk', 'Li');
    await page.getByRole('link', { name: 'For a second person' }).click();
    await page.getByRole('link', { name: 'Orders too soon after clicks' }).click();
    await page.getByRole('button', { name: 'Approve' }).click();
    expect(await page.getByRole('status').first().textContent()).toContain('holds');
    expect(await page.locator('dt', { hasText: 'Approved' }).count()).toBe(1);
    expect(await violations(page)).toEqual([]);
    await picture(page, 'risk-approved');
    await context.close();
  });

  it('an operator mends a reject and delivers it again, by hand and as a file', async () => {
    const { context, page } = await windowOf(browser, house.url, WIDE);
    await signIn(page, 'operator', 'Olga');
    await page.getByRole('link', { name: 'Rejects', exact: true }).click();
    await page.locator('tbody a').first().click();
    await page.getByLabel('shop_id').fill('silk');
    await page.getByRole('button', { name: 'Deliver again' }).click();
    expect(await page.getByRole('status').first().textContent()).toBe('The row was accepted.');
    await page.getByRole('link', { name: '← Rejects' }).click();
    const waiting = page.waitForEvent('download');
    await page.getByRole('link', { name: 'orders-rejects.csv' }).click();
    const text = await readFile(await (await waiting).path(), 'utf8');
    const [header = '', ...lines] = text.trim().split('\n');
    expect(header).toBe(
      'order_line_id,order_id,buyer_id,shop_id,item_id,category_id,quantity,paid_amount,paid_at,coupon_pid,why',
    );
    const bad = lines.find((line) => line.startsWith('LB2')) ?? '';
    const mended = bad.replace(/silk,.*,scarves/, 'silk,scarf,scarves').replace('-5.00', '5.00');
    const path = join(tmpdir(), `cps-mended-${process.pid}.csv`);
    await writeFile(path, `${header}\n${mended}\n`);
    await page.getByRole('link', { name: 'Deliver a file →' }).click();
    await page.getByLabel('Feed').selectOption('orders');
    await page.locator('input[type=file]').setInputFiles(path);
    await page.getByRole('button', { name: 'Deliver', exact: true }).click();
    expect(await page.getByRole('status').first().textContent()).toContain('Rows accepted: 1.');
    expect(await page.getByText(createHash('sha256').update(`${header}\n${mended}\n`).digest('hex')).count()).toBe(1);
    expect(await violations(page)).toEqual([]);
    await picture(page, 'operator-delivered');
    await writeFile(path, `${header}\n${bad.replace('LB2', 'LB4')}\n`);
    await page.goto(`${house.url}/operations/deliveries`);
    await page.getByLabel('Feed').selectOption('orders');
    await page.locator('input[type=file]').setInputFiles(path);
    await page.getByRole('button', { name: 'Deliver', exact: true }).click();
    await page.getByRole('link', { name: 'Rejects', exact: true }).click();
    await page.locator('tbody a').first().click();
    const dismissing = page.locator('section', { hasText: 'Dismiss it' }).last();
    await dismissing.getByRole('textbox').fill('the shop sent it twice');
    await dismissing.getByRole('button').click();
    expect(await page.locator('main').textContent()).toContain('dismissed by Olga: the shop sent it twice');
    expect(await violations(page)).toEqual([]);
    await rm(path);
    const { rows } = await house.session.client.query(
      `select order_line_id as id, shop_id as shop from order_line where order_line_id in ('LB2', 'LB3') order by 1`,
    );
    expect(rows).toEqual([
      { id: 'LB2', shop: 'silk' },
      { id: 'LB3', shop: 'silk' },
    ]);
    await context.close();
  });

  it('everything is done without a script, and by keyboard', async () => {
    const { context, page } = await windowOf(browser, house.url, WIDE, { javaScriptEnabled: false });
    await signIn(page, 'finance', 'Wu');
    await page.goto('/finance/files');
    await page.getByLabel('Format').selectOption('withholding');
    await page.getByLabel('Format').press('Tab');
    await page.getByRole('button', { name: 'Write and record' }).press('Enter');
    await page.waitForURL('**/finance/files/F-*');
    await page.getByLabel('Why it was not sent').fill('only to try');
    await page.getByRole('button', { name: 'Cancel the file' }).press('Enter');
    expect(await page.getByRole('status').first().textContent()).toContain('waits again');
    await context.close();
  });
});
