/** The pages in a real browser: each party's main tasks, every page looked at wide and narrow, and nothing that axe objects to. */
import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Role } from '../../src/core/access.ts';
import { readStatementProof } from '../../src/core/proof/statement-proof.ts';
import { proofFindings } from '../../src/core/verify/statement-proof.ts';
import { recordRows } from '../../src/ingest/deliver/record.ts';
import { HAS_BROWSER, LOOKS, lookAt, openBrowser, picture, signInWith, violations, WIDE, windowOf } from './browser.ts';
import { type House, NOW, openHouse } from './house.ts';

/** Every page by who opens it. A room's pages are added here, and are then looked at. */
const PAGES: readonly (readonly [role: Role, party: string | null, paths: readonly string[]])[] = [
  [
    'seller',
    's3',
    [
      '/seller/2013-12',
      '/seller/2014-01',
      '/seller/2013-12/lines',
      '/seller/2013-12/lines?kind=back',
      '/seller/lines/L4',
      '/seller/lines/L8',
      '/seller/lines/none',
    ],
  ],
  [
    'publisher',
    '2002',
    [
      '/publisher/2013-12',
      '/publisher/2014-01',
      '/publisher/2013-12/lines',
      '/publisher/2013-12/waiting',
      '/publisher/2013-12/missed',
      '/publisher/lines/L1',
      '/publisher/lines/L6',
      '/publisher/lines/L9',
      '/publisher/statements',
      '/publisher/sites',
      '/publisher/sites/602',
    ],
  ],
  ['publisher', '2003', ['/publisher/2013-12', '/publisher/lines/L4', '/publisher/statements']],
  ['publisher', '2666', ['/publisher/2014-01', '/publisher/lines/LX1', '/publisher/sites', '/publisher/sites/666']],
];

/** Many pages, and a machine that may be busy. */
const LONG = 600_000;

let house: House;
let browser: Browser;

describe.skipIf(!HAS_BROWSER)('in a browser', () => {
  beforeAll(async () => {
    house = await openHouse();
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser.close();
    await house.close();
  });

  const signIn = async (page: Page, role: Role, party: string | null): Promise<void> =>
    signInWith(page, await house.enter({ role, party, ...(party === null ? {} : { name: party }) }));

  describe.each(LOOKS)('$name', (look) => {
    it(
      'every page stands in its window, is accessible and complains of nothing',
      async () => {
        const { context, page, complaints } = await windowOf(browser, house.url, look);
        const found: string[] = [];
        await page.goto('/sign-in');
        found.push(...(await lookAt(page, 'sign-in', look.name)));
        for (const [role, party, paths] of PAGES) {
          await signIn(page, role, party);
          for (const path of paths) {
            const response = await page.goto(path);
            expect(response?.status(), path).toBe(path.endsWith('/none') ? 404 : 200);
            found.push(...(await lookAt(page, `${role}-${party}${path}`, look.name)));
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

  it('a seller finds why a charge was made, disputes it, and sees that it is recorded', async () => {
    const { context, page } = await windowOf(browser, house.url, WIDE);
    await signIn(page, 'seller', 's3');
    expect(new URL(page.url()).pathname).toBe('/seller/2014-01');
    await page.getByRole('link', { name: '← 2013-12' }).click();
    await page.getByRole('link', { name: 'L8' }).click();
    expect(await page.getByText('passed: it earns the line').count()).toBe(1);
    await page.getByLabel('Reason').fill('this buyer came by our own letter');
    await page.getByRole('button', { name: 'Send the dispute' }).click();
    expect(await page.getByRole('status').first().textContent()).toContain('dispute-L8');
    expect(await page.getByText('this buyer came by our own letter').count()).toBe(1);
    expect(await violations(page)).toEqual([]);
    await picture(page, 'seller-disputed');
    await context.close();
  });

  it("a seller who tries a competitor's address sees what anybody sees where nothing is", async () => {
    const { context, page } = await windowOf(browser, house.url, WIDE);
    await signIn(page, 'seller', 's3');
    for (const path of ['/seller/lines/L1', '/publisher/2013-12', '/publisher/lines/L1', '/publisher/sites/602']) {
      expect((await page.goto(path))?.status(), path).toBe(404);
      expect(await page.locator('h1').textContent()).toBe('There is no such page');
    }
    await context.close();
  });

  it('a publisher finds what a sale failed by, and a statement that proves itself', async () => {
    const { context, page } = await windowOf(browser, house.url, WIDE);
    await signIn(page, 'publisher', '2002');
    await page.goto('/publisher/2013-12');
    await page.getByRole('link', { name: 'Lines you did not get' }).click();
    await page.getByRole('link', { name: 'L6' }).click();
    expect(await page.locator('.tests li.is-bad').textContent()).toContain('cross-store:tmall');
    expect(await page.getByText('Site 602 would have had to hold cross-store:tmall').count()).toBe(1);
    await page.getByRole('link', { name: 'Statements' }).click();
    const waiting = page.waitForEvent('download');
    await page.getByRole('link', { name: 'proof', exact: true }).click();
    const text = await readFile(await (await waiting).path(), 'utf8');
    const proof = readStatementProof(JSON.parse(text));
    if (typeof proof === 'string') throw new Error(proof);
    const { rows } = await house.session.client.query<{ root: string }>(
      `select encode(root, 'hex') as root from night_root where business_day = '2014-01-20'`,
    );
    expect(proofFindings(proof, rows[0]?.root ?? '')).toEqual([]);
    await context.close();
  });

  it('a publisher applies for a permission, and is told what is missing', async () => {
    const { context, page } = await windowOf(browser, house.url, WIDE);
    await signIn(page, 'publisher', '2002');
    await page.getByRole('link', { name: 'Sites' }).click();
    await page.getByRole('link', { name: "Lin's shopping notes" }).click();
    await page.getByLabel('Permission').selectOption('api');
    await page.getByLabel('What it is for').fill('  ');
    await page.getByRole('button', { name: 'Send the application' }).click();
    expect(await page.getByRole('alert').textContent()).toContain('Say something');
    await page.getByLabel('Permission').selectOption('api');
    await page.getByLabel('What it is for').fill('a list of books');
    await page.getByRole('button', { name: 'Send the application' }).click();
    expect(await page.getByRole('status').first().textContent()).toContain('is recorded');
    expect(await page.getByText('waits for its decision').count()).toBeGreaterThan(0);
    await picture(page, 'publisher-applied');
    await context.close();
  });

  it('a publisher files a site, reads what its checks saw, and amends it', async () => {
    const { context, page } = await windowOf(browser, house.url, { ...WIDE, locale: 'zh-CN' });
    await signIn(page, 'publisher', '2002');
    await page.goto('/publisher/sites');
    const file = async (id: string): Promise<void> => {
      await page.getByLabel('网站', { exact: true }).fill(id);
      await page.getByLabel('类型').selectOption('website');
      await page.getByLabel('名称').fill('新书架');
      await page.getByLabel('域名').fill('shelf.example');
      await page.getByRole('button', { name: '提交', exact: true }).click();
    };
    await file('601');
    expect(await page.getByRole('alert').textContent()).toBe('编号 601 已被使用：请另选一个编号。');
    await file('lin-new');
    expect(await page.getByRole('status').first().textContent()).toContain('等待审核');
    await page.getByRole('link', { name: '新书架' }).click();
    await page.getByText('没有 ICP 备案号').waitFor();
    expect(await page.getByText('缺少类目、说明、日访客、证明').count()).toBe(1);
    expect(await violations(page)).toEqual([]);
    await picture(page, 'publisher-filed');
    house.at(NOW + 60_000);
    await page.getByLabel('ICP 备案号').fill('沪ICP备13000009号');
    await page.getByLabel('类目').fill('books;tea');
    await page.getByRole('button', { name: '提交', exact: true }).click();
    expect(await page.getByRole('status').first().textContent()).toContain('等待审核');
    expect(await page.getByText('缺少说明、日访客、证明').count()).toBe(1);
    house.at(NOW);
    await context.close();
  });

  it('a publisher appeals against a rejection', async () => {
    const at = (minutes: number): string => new Date(NOW - minutes * 60_000).toISOString();
    const id = { application_id: 'AP-BOOKS' };
    const asked = {
      ...id,
      site_id: '602',
      permission: 'taodianjin',
      applied_at: at(9),
      statement: 'code',
      appeal_of: '',
    };
    const decided = { ...id, decision: 'reject', decided_at: at(5), decided_by: 'Chen', reason: 'no' };
    await recordRows(house.session, 'test', [{ feed: 'applications', rows: [asked] }]);
    await recordRows(house.session, 'test', [{ feed: 'application-decisions', rows: [decided] }]);
    const { context, page } = await windowOf(browser, house.url, WIDE);
    await signIn(page, 'publisher', '2002');
    await page.goto('/publisher/sites/602');
    const form = page.locator('form', { has: page.locator('input[value="AP-BOOKS"]') });
    await form.getByRole('textbox').fill('it was mended');
    await form.getByRole('button').click();
    expect(await page.getByRole('status').first().textContent()).toContain('is recorded');
    expect(await page.getByText('appeal against AP-BOOKS').count()).toBe(1);
    await context.close();
  });

  it('the keyboard goes past the navigation, and through a page to its links', async () => {
    const { context, page } = await windowOf(browser, house.url, WIDE);
    await signIn(page, 'seller', 's3');
    await page.goto('/seller/2013-12');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.className')).toBe('skip');
    expect(await page.locator('.skip').boundingBox()).toMatchObject({ x: 0 });
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.id')).toBe('to-month');
    await context.close();
  });

  it('a month is gone to by choosing it, and without script by a button', async () => {
    for (const javaScriptEnabled of [true, false]) {
      const { context, page } = await windowOf(browser, house.url, WIDE, { javaScriptEnabled });
      await signIn(page, 'seller', 's3');
      await page.locator('#to-month').selectOption('2013-12');
      if (!javaScriptEnabled) await page.getByRole('button', { name: 'Go' }).click();
      await page.waitForURL('**/seller/2013-12');
      await context.close();
    }
  });

  it('another language is chosen on the page one is on, and kept', async () => {
    const { context, page } = await windowOf(browser, house.url, WIDE);
    await signIn(page, 'seller', 's3');
    await page.goto('/seller/2013-12/lines?kind=back');
    await page.getByRole('button', { name: '中文' }).click();
    expect(page.url()).toContain('/seller/2013-12/lines?kind=back');
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
    await page.getByRole('button', { name: '退出' }).click();
    expect(await page.locator('h1').textContent()).toBe('登录');
    await context.close();
  });
});
