/** The page of the rules: a draft's effect is what the command previews, adopting works once, and who may see and do what. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type * as Preview from '../../src/office/preview.ts';
import { commandLine } from '../cli/command-line.ts';
import { HAS_BROWSER, LOOKS, lookAt, openBrowser, signInWith, windowOf } from './browser.ts';
import { type House, openHouse, type Seen, type Visitor } from './house.ts';

/** How many lines are too many, so that a small book has a large month. */
const limit = vi.hoisted((): { most: number | null } => ({ most: null }));
vi.mock('../../src/office/preview.ts', async (original) => {
  const real = await original<typeof Preview>();
  const isMonthLarge: typeof real.isMonthLarge = (session, book, month, most) =>
    real.isMonthLarge(session, book, month, limit.most ?? most);
  return { ...real, isMonthLarge };
});

const MONTH = '2013-12';
const DRAFT = '{"name": "<i>stricter</i>",\n\t"crossStoreWindowDays": 0,\n\t"payDay": 15}';
const PAGE = '/operations/policy';
const preview = (document: string, month = MONTH): string =>
  `${PAGE}/preview?${new URLSearchParams({ document, month })}`;

let house: House;
let operator: Visitor;
beforeAll(async () => {
  house = await openHouse();
  operator = await house.visitor('operator');
});
afterAll(async () => {
  await house.close();
});

const count = async (sql: string): Promise<number> =>
  Number((await house.session.client.query<{ n: bigint }>(`select count(*) as n from ${sql}`)).rows[0]?.n);

/** The cells of a table's rows, by its caption. */
function cells({ text }: Seen, caption: string): string[][] {
  const table = text.split('<table').find((one) => one.includes(`>${caption}</caption>`)) ?? '';
  const body = table.slice(table.indexOf('<tbody>'), table.indexOf('</tbody>'));
  return [...body.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, row = '']) =>
    [...row.matchAll(/<td[^>]*>(.*?)<\/td>/gs)].map(([, cell = '']) => cell.replaceAll(/<[^>]*>/g, '').trim()),
  );
}

const plainText = (markup: string): string =>
  markup.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

/** An amount as the page writes it, as programs do. */
const plain = (amount = ''): string => amount.replaceAll(',', '').replace('\u2212', '-').replace('+', '');
const fault = ({ text }: Seen): string =>
  plainText(/<p class="fault" role="alert"[^>]*>(.*?)<\/p>/s.exec(text)?.[1] ?? '');

describe('who sees it', () => {
  it('the alliance’s people do; to sellers and publishers it is like any unknown page', async () => {
    for (const role of ['finance', 'risk', 'auditor', 'operator'] as const) {
      const visitor = role === 'operator' ? operator : await house.visitor(role);
      for (const path of [PAGE, preview(DRAFT)]) {
        const seen = await visitor.get(path);
        expect(seen.status, `${role} ${path}`).toBe(200);
        expect(seen.text.includes('value="adopt-policy"'), role).toBe(role === 'operator' && path !== PAGE);
      }
    }
    for (const party of [await house.visitor('seller', 's3'), await house.visitor('publisher', '2002')]) {
      const unknown = (await party.get('/operations/nothing')).text.replaceAll('/operations/nothing', '');
      for (const path of [PAGE, `${PAGE}/preview`]) {
        const seen = await party.get(path);
        expect([seen.status, seen.text.replaceAll(path, '')]).toEqual([404, unknown]);
      }
      const form = { act: 'adopt-policy', document: DRAFT, month: MONTH, token: await party.token() };
      expect((await party.post(`${PAGE}/preview`, form)).status).toBe(404);
    }
  });

  it('who may not adopt is refused as if there were no such form, and so is a form of another site', async () => {
    const auditor = await house.visitor('auditor');
    const form = { act: 'adopt-policy', document: DRAFT, month: MONTH, from: '2014-01-25' };
    const answers = [
      await auditor.post(`${PAGE}/preview`, { ...form, token: await auditor.token() }),
      await operator.post(`${PAGE}/preview`, { ...form, token: 'x' }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([404, 403]);
    expect(await count('policy')).toBe(1);
  });
});

describe('what is typed', () => {
  it.each([
    ['{"crossStoreWindowDays": -1}', MONTH, /^Draft: crossStoreWindowDays is "-1": it must be/],
    ['{"windows": 3}', MONTH, /^Draft: "windows" is no setting of a policy/],
    ['cross-store: no', MONTH, /^Draft: the policy is not JSON/],
    [DRAFT, '2013-02', /^No day of "2013-02" has been run/],
    [DRAFT, 'soon', /^No day of "soon" has been run/],
    ['', MONTH, /^Write a draft first/],
    [`{"name": "${'x'.repeat(4000)}"}`, MONTH, /^The draft is longer than 4000 characters/],
  ])('%#: a bad draft or month is refused in one sentence, and stands there still', async (document, month, says) => {
    const seen = await operator.get(preview(document, month));
    expect(fault(seen)).toMatch(says);
    expect(seen.text).not.toContain('value="adopt-policy"');
    expect(plainText(/<textarea[^>]*>([^<]*)</.exec(seen.text)?.[1] ?? '')).toBe(document);
    expect(seen.text).toContain(`<option value="${month}" selected>`);
  });
});

describe('a month too large to wait for', () => {
  it('is told of, with the command that shows it', async () => {
    const lines = await count(`attribution where to_char(business_day, 'YYYY-MM') = '${MONTH}'`);
    limit.most = lines - 1;
    const seen = await operator.get(preview(DRAFT));
    limit.most = lines;
    const whole = await operator.get(preview(DRAFT));
    limit.most = null;
    expect(fault(seen)).toBe(
      `${MONTH} has more than 200,000 order lines, too many to decide while you wait. Run cps policy adopt FILE --preview ${MONTH}: it shows the effect and asks.`,
    );
    expect([seen.text, whole.text].map((text) => text.includes('The four interests'))).toEqual([false, true]);
  });
});

describe('a draft', () => {
  it('that changes nothing of the month says so, and offers nothing to adopt', async () => {
    const seen = await operator.get(preview('{}'));
    expect(seen.text).toContain('No line comes out otherwise.');
    expect(seen.text).toContain('The draft says the same as the policy last adopted.');
    expect(seen.text).not.toContain('value="adopt-policy"');
  });

  it('is shown as the command previews it, and adopted once', async () => {
    const shown = await operator.get(preview(DRAFT));
    expect(shown.text).not.toContain('<i>');
    const document = plainText(/name="document" value="([^"]+)"/.exec(shown.text)?.[1] ?? '');
    expect(document).toBe(DRAFT);
    const from = /name="from" value="([^"]+)"/.exec(shown.text)?.[1] ?? '';
    expect(from).toBe('2014-01-25');
    const form = { act: 'adopt-policy', document, month: MONTH, from, token: await operator.token() };

    const stale = await operator.post(`${PAGE}/preview`, { ...form, from: '2014-01-24' });
    expect([stale.status, fault(stale)]).toEqual([422, expect.stringContaining('would now hold from 2014-01-25')]);
    expect([stale.text.includes('value="adopt-policy"'), await count('policy')]).toEqual([true, 1]);

    const adopted = await operator.post(`${PAGE}/preview`, form);
    expect([adopted.status, adopted.to]).toEqual([303, `${PAGE}?done=adopt`]);
    const after = await operator.get(`${PAGE}?done=adopt`);
    expect(after.text).toContain('is adopted. It holds from 2014-01-25.');
    expect(cells(after, 'Settings in force, and the next')).toContainEqual([
      'day of the month that closes months payDay',
      '20',
      '15',
    ]);
    expect(await count("audit where action = 'adopt-policy' and subject = 'policy 2' and role = 'operator'")).toBe(1);

    const again = await operator.post(`${PAGE}/preview`, form);
    expect([again.status, fault(again)]).toEqual([422, expect.stringContaining('says the same already')]);
    expect([await count('policy'), await count("audit where action = 'adopt-policy'")]).toEqual([2, 1]);

    const folder = await mkdtemp(join(tmpdir(), 'cps-policy-page-'));
    const file = join(folder, 'draft.json');
    await writeFile(file, DRAFT);
    const args = ['--database', house.databaseUrl, '--json', 'policy', 'adopt', file, '--preview', MONTH, '--yes'];
    const { out } = await commandLine(args).finally(() => rm(folder, { recursive: true }));
    expectSame(shown, JSON.parse(out) as Said);
  });
});

interface Sides {
  readonly book: string;
  readonly whatIf: string;
  readonly change: string;
}
interface Said {
  readonly adopted: boolean;
  readonly preview: {
    readonly interests: {
      readonly alliance: Sides;
      readonly sellers: Record<string, Sides>;
      readonly good: { readonly earnings: Sides };
      readonly irregular: { readonly earnings: Sides };
    };
    readonly sellers: { readonly largest: readonly { readonly id: string; readonly commission: Sides }[] };
    readonly publishers: { readonly largest: readonly { readonly id: string; readonly earning: Sides }[] };
    readonly changed: Record<string, { readonly whatIf: { readonly lines: number } }>;
    readonly lines: { readonly largest: readonly { readonly line: string }[] };
  };
}

/** The page has, row by row, what the command's document has. */
function expectSame(page: Seen, { adopted, preview: said }: Said): void {
  expect(adopted).toBe(false);
  const { alliance, sellers, good, irregular } = said.interests;
  const three = ({ book, whatIf, change }: Sides): string[] => [book, whatIf, change];
  const amounts = (row: string[]): string[] => row.slice(-3).map(plain);
  const whole = cells(page, 'The four interests').filter(([who = '']) => !/held|forfeited/.test(who));
  const interests = [alliance, ...Object.values(sellers), good.earnings, irregular.earnings];
  expect(whole.map(amounts)).toEqual(interests.map(three));
  const parties = (caption: string) => cells(page, caption).map((row) => [row[0]?.split(' ')[0], ...amounts(row)]);
  expect(said.sellers.largest.length).toBeGreaterThan(0);
  expect(parties('Sellers, by change of commission')).toEqual(
    said.sellers.largest.map(({ id, commission }) => [id, ...three(commission)]),
  );
  expect(said.publishers.largest.length).toBeGreaterThan(0);
  expect(parties('Publishers, by change of earnings')).toEqual(
    said.publishers.largest.map(({ id, earning }) => [id, ...three(earning)]),
  );
  const counts = Object.values(said.changed).flatMap(({ whatIf }) =>
    whatIf.lines === 0 ? [] : [String(whatIf.lines)],
  );
  expect(cells(page, 'Lines that come out otherwise').map((row) => row[1])).toEqual(counts);
  expect(cells(page, 'Order lines, by the commission that moves').map((row) => row[0])).toEqual(
    said.lines.largest.map(({ line }) => line),
  );
}

describe.skipIf(!HAS_BROWSER)('in a browser', () => {
  it('a draft is tried and looked at, wide and narrow', async () => {
    const browser = await openBrowser();
    try {
      for (const look of LOOKS) {
        const { context, page, complaints } = await windowOf(browser, house.url, look);
        await signInWith(page, await house.enter({ role: 'operator' }));
        await page.goto(PAGE);
        expect(await lookAt(page, 'policy', look.name)).toEqual([]);
        await page.locator('#ask-document').fill('{"crossStoreWindowDays": 0,\n "payDay": 16}');
        await page.locator('#ask-month').selectOption(MONTH);
        await page.locator('main form.fields button.primary').click();
        await page.waitForURL((url) => url.pathname === `${PAGE}/preview`);
        await page.locator('[name=act][value=adopt-policy]').waitFor({ state: 'attached' });
        expect([await lookAt(page, 'policy-preview', look.name), complaints]).toEqual([[], []]);
        await context.close();
      }
    } finally {
      await browser.close();
    }
  }, 300_000);
});
