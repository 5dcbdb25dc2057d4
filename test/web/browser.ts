/**
 * A real browser, where the machine has one: Debian's chromium, or what CHROMIUM names. Tests that need it skip without it,
 * and say so. What it saw is left as pictures in test/output.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import axe from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

const PLACES = [process.env['CHROMIUM'] ?? '', '/usr/bin/chromium', '/usr/bin/chromium-browser'];
const CHROMIUM = PLACES.find((path) => path !== '' && existsSync(path));
if (CHROMIUM === undefined) console.warn('no chromium here: the pages are not looked at (apt-get install chromium)');

/** Whether there is a browser. */
export const HAS_BROWSER = CHROMIUM !== undefined;

const OUTPUT = resolve(import.meta.dirname, '../output/pages');

export function openBrowser(): Promise<Browser> {
  // Tests may run as root, where its sandbox does not.
  return chromium.launch({ executablePath: CHROMIUM ?? '', args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}

/** How somebody looks at pages. */
export interface Look {
  readonly name: string;
  readonly locale: 'en-GB' | 'zh-CN';
  readonly width: number;
  readonly scheme: 'light' | 'dark';
}

export const LOOKS: readonly Look[] = [
  { name: 'wide-en', locale: 'en-GB', width: 1280, scheme: 'light' },
  { name: 'narrow-zh', locale: 'zh-CN', width: 390, scheme: 'light' },
  { name: 'narrow-en-dark', locale: 'en-GB', width: 390, scheme: 'dark' },
];

/** A window in which somebody looks; what its pages complained of, and any dialog, is kept in `complaints`. */
export async function windowOf(
  browser: Browser,
  base: string,
  look: Look,
  more: { javaScriptEnabled?: boolean } = {},
): Promise<{ context: BrowserContext; page: Page; complaints: string[] }> {
  const context = await browser.newContext({
    baseURL: base,
    viewport: { width: look.width, height: 900 },
    locale: look.locale,
    colorScheme: look.scheme,
    acceptDownloads: true,
    ...more,
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('console', (message) => {
    // A page that is answered with 404 or 422 is told of by the browser itself.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      complaints.push(message.text());
  });
  return { context, page, complaints };
}

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** What axe finds against a page, a line each; none is what there should be. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = (await page.evaluate('axe.run(document).then(({ violations }) => violations)')) as Violation[];
  return found.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.html.slice(0, 160)}: ${node.failureSummary}`),
  );
}

/** Pixels by which a page is wider than its window; 0 is what there should be. */
function overflow(page: Page): Promise<number> {
  return page.evaluate(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  ) as Promise<number>;
}

/** Keeps a picture of the whole page. */
export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(OUTPUT, { recursive: true });
  await page.screenshot({ path: join(OUTPUT, `${name.replaceAll(/[^\w.-]+/g, '_')}.png`), fullPage: true });
}

/** Keeps a picture of a page, and answers what is wrong with it, a line each: too wide, or what axe finds. */
export async function lookAt(page: Page, name: string, of: string): Promise<string[]> {
  await picture(page, `${name}-${of}`);
  const over = await overflow(page);
  const wide = over > 0 ? [`is ${over} px too wide`] : [];
  return [...wide, ...(await violations(page))].map((one) => `${name}: ${one}`);
}

/** Holds a session, whoever was signed in before. */
export async function signInWith(page: Page, { pass }: { readonly pass: string }): Promise<void> {
  const context = page.context();
  await context.clearCookies();
  await page.goto('/sign-in');
  await context.addCookies([{ name: 'cps_pass', value: pass, url: page.url(), httpOnly: true, sameSite: 'Lax' }]);
  await page.goto('/');
}

/** Where what is done is tried once. */
export const WIDE: Look = LOOKS[0] ?? { name: '', locale: 'en-GB', width: 1280, scheme: 'light' };
