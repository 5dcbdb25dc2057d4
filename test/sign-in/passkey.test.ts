/** Passkeys in a real browser with a virtual device: added, used, and refused where they were stolen, replayed, copied, or are of another host. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandLine } from '../cli/command-line.ts';
import { HAS_BROWSER, lookAt, openBrowser, signInWith, violations, WIDE, windowOf } from '../web/browser.ts';
import { type House, NOW, openHouse } from '../web/house.ts';

const FINGER = {
  protocol: 'ctap2',
  transport: 'internal',
  hasResidentKey: true,
  hasUserVerification: true,
  isUserVerified: true,
  automaticPresenceSimulation: true,
} as const;

describe.skipIf(!HAS_BROWSER)('a passkey', () => {
  let house: House;
  let browser: Browser;
  let base = '';
  beforeAll(async () => {
    house = await openHouse();
    browser = await openBrowser();
    base = house.url.replace('127.0.0.1', 'localhost');
    await rules(base, 'free');
  });
  afterAll(async () => {
    await browser.close();
    await house.close();
  });

  const rules = async (url: string, passkey: 'required' | 'free'): Promise<void> => {
    const args = ['person', 'rules', '--url', url, '--passkey', passkey];
    expect(await commandLine(['--database', house.databaseUrl, ...args])).toMatchObject({ code: 0, err: '' });
  };
  const rowsOf = async (sql: string): Promise<Record<string, unknown>[]> =>
    (await house.session.client.query(sql)).rows;

  /** A window with a device of its own. */
  async function open(at = base): Promise<{ page: Page; device: CDPSession; id: string; complaints: string[] }> {
    const { page, complaints } = await windowOf(browser, at, WIDE);
    const device = await page.context().newCDPSession(page);
    await device.send('WebAuthn.enable');
    const { authenticatorId: id } = await device.send('WebAuthn.addVirtualAuthenticator', { options: FINGER });
    return { page, device, id, complaints };
  }

  async function add(page: Page, name: string): Promise<void> {
    await page.goto('/me');
    await page.getByLabel('Its name').fill(name);
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    await page.getByRole('heading', { name }).waitFor();
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    await page.getByText('It is added.').waitFor();
  }

  async function signOut(page: Page): Promise<void> {
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('You are signed out.').waitFor();
  }

  const isRefused = (page: Page) => page.locator('[role=alert]:visible', { hasText: 'was not accepted' }).waitFor();
  const use = (page: Page) => page.getByRole('button', { name: 'Sign in with a passkey' }).click();

  it('is added on the own account, signs in without a name, and is removed', async () => {
    const { page, complaints } = await open();
    await signInWith(page, await house.enter({ role: 'finance', name: 'Wu' }));
    await add(page, 'laptop');
    expect(await lookAt(page, 'me', 'passkey')).toEqual([]);
    await signOut(page);
    expect(await violations(page)).toEqual([]);
    await use(page);
    await page.waitForURL('**/finance/**');
    expect(await rowsOf(`select way from page_session order by passkey_at is null limit 1`)).toEqual([
      { way: 'passkey' },
    ]);
    await page.goto('/me');
    await page.getByRole('button', { name: 'Remove' }).click();
    await page.getByText('It is removed.').waitFor();
    await signOut(page);
    await use(page);
    await isRefused(page);
    expect(await rowsOf(`select action from audit where action like '%passkey' order by audit_id`)).toEqual([
      { action: 'add-passkey' },
      { action: 'remove-passkey' },
    ]);
    expect(complaints).toEqual([]);
    expect((await commandLine(['--database', house.databaseUrl, 'verify'])).out).toContain('No difference');
  });

  it('answers a question once, and only in the browser that was asked', async () => {
    const { page } = await open();
    await signInWith(page, await house.enter({ role: 'risk', name: 'Chen' }));
    await add(page, 'phone');
    await signOut(page);
    let sent = '';
    await page.route('**/sign-in/passkey', async (route) => {
      sent = new URLSearchParams(route.request().postData() ?? '').get('passkey') ?? '';
      await route.abort();
    });
    await use(page);
    await expect.poll(() => sent).not.toBe('');
    const thief = await house.visitor();
    await thief.get('/sign-in');
    expect(await thief.post('/sign-in/passkey', { passkey: sent })).toMatchObject({ status: 401 });
    // The thief's try did not use the question up; its own browser answers it, and only once.
    const own = await house.visitor();
    for (const { name, value } of await page.context().cookies()) own.cookies.set(name, value);
    expect(await own.post('/sign-in/passkey', { passkey: sent })).toMatchObject({ status: 303, to: '/' });
    // Many devices count nothing: it is not the count that refuses it a second time.
    await house.session.client.query('update passkey_use set counter = 0');
    own.cookies.delete('cps_pass');
    expect(await own.post('/sign-in/passkey', { passkey: sent })).toMatchObject({ status: 401 });
    for (const forged of ['', '{}', 'x', sent.replace(/"signature":"..../, '"signature":"AAAA')])
      expect(await own.post('/sign-in/passkey', { passkey: forged }), forged.slice(0, 20)).toMatchObject({
        status: 401,
      });
    // A question that lay open for an hour is over.
    sent = '';
    await page.goto('/sign-in');
    await use(page);
    await expect.poll(() => sent).not.toBe('');
    house.at(NOW + 3_600_000);
    expect(await own.post('/sign-in/passkey', { passkey: sent })).toMatchObject({ status: 401 });
    house.at(NOW);
  });

  it('does not sign for another site, nor for another host', async () => {
    const { page } = await open();
    await signInWith(page, await house.enter({ role: 'auditor', name: 'Ann' }));
    await add(page, 'phone');
    await signOut(page);
    const asked = await page.locator('form[data-passkey]').getAttribute('data-question');
    // A page of somebody else's, which passes the real question on to whoever it has lured.
    const lure = createServer((_, answer) => answer.setHeader('content-type', 'text/html').end('<title>lure</title>'));
    await new Promise<void>((ready) => lure.listen(0, '127.0.0.1', ready));
    const { port } = lure.address() as AddressInfo;
    const cookies = await page.context().cookies();
    await page.goto(`http://localhost:${port}/`);
    const signed = await page.evaluate<string>(`navigator.credentials
      .get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(${asked}) })
      .then((answer) => JSON.stringify(answer))`);
    lure.close();
    const own = await house.visitor();
    for (const { name, value } of cookies) own.cookies.set(name, value);
    expect(await own.post('/sign-in/passkey', { passkey: signed })).toMatchObject({ status: 401 });
    // The pages move: what was made for the old host is not even asked for.
    const moved = base.replace('localhost', 'moved.localhost');
    await rules(moved, 'free');
    await page.goto(`${moved}/sign-in`);
    await use(page);
    await isRefused(page);
    await rules(base, 'free');
  });

  it('is refused without its holder, and of a copied device', async () => {
    const { page, device, id } = await open();
    await signInWith(page, await house.enter({ role: 'operator', name: 'Ole' }));
    await add(page, 'key');
    await signOut(page);
    await use(page);
    await page.waitForURL('**/operations');
    const { credentials } = await device.send('WebAuthn.getCredentials', { authenticatorId: id });
    const [credential] = credentials;
    if (credential === undefined) throw new Error('the device holds no passkey');
    await signOut(page);
    await device.send('WebAuthn.setUserVerified', { authenticatorId: id, isUserVerified: false });
    await use(page);
    await isRefused(page);
    await device.send('WebAuthn.setUserVerified', { authenticatorId: id, isUserVerified: true });
    // A copy that is behind the count of the real one.
    await device.send('WebAuthn.clearCredentials', { authenticatorId: id });
    await device.send('WebAuthn.addCredential', { authenticatorId: id, credential: { ...credential, signCount: 0 } });
    await page.goto('/sign-in');
    await use(page);
    await isRefused(page);
    expect(page.url()).toContain('/sign-in');
  });

  it('opens the other pages, where staff need one: whoever has none adds it, whoever has one shows it', async () => {
    await rules(base, 'required');
    const { page, complaints } = await open();
    await signInWith(page, await house.enter({ role: 'finance', name: 'Fay' }));
    await page.goto('/finance');
    expect(new URL(page.url()).pathname).toBe('/me');
    expect(await page.locator('nav.sections').count()).toBe(0);
    expect(await lookAt(page, 'me', 'gated')).toEqual([]);
    await add(page, 'laptop');
    await page.goto('/finance/files');
    await page.getByRole('heading', { level: 1 }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/finance/files');
    // The only one stays.
    await page.goto('/me');
    await page.getByRole('button', { name: 'Remove' }).click();
    await page.getByText('add another before you remove this one').waitFor();
    // By a link alone: nothing but the account is open, and no passkey can be added without the one that is there.
    const link = await house.enter({ role: 'finance', name: 'Fay' });
    await signInWith(page, link);
    await page.goto('/finance/files');
    expect(new URL(page.url()).pathname).toBe('/me');
    const thief = await house.visitor();
    thief.holds(link.pass);
    const added = await thief.post('/me', { act: 'add', name: 'mine', token: await thief.token() });
    expect([added.status, added.text]).toEqual([403, expect.stringContaining('Prove once more')]);
    await page.getByRole('button', { name: 'Confirm with a passkey' }).click();
    await page.getByRole('button', { name: 'Confirm with a passkey, and do it' }).click();
    await page.getByText('You are confirmed.').waitFor();
    await page.goto('/finance/files');
    expect(new URL(page.url()).pathname).toBe('/finance/files');
    // A seller or publisher is not asked.
    const lin = await house.visitor('publisher', '2002');
    expect((await lin.get('/publisher/2013-12')).status).toBe(200);
    await rules(base, 'free');
    expect(complaints).toEqual([]);
  });

  it('of the last ten minutes is asked for before money is decided, and does what was sent', async () => {
    const { page } = await open();
    await signInWith(page, await house.enter({ role: 'operator', name: 'Olga' }));
    await add(page, 'laptop');
    house.at(NOW + 700_000);
    const draft = new URLSearchParams({ document: '{"payDay": 7}', month: '2013-12' });
    await page.goto(`/operations/policy/preview?${draft}`);
    await page.getByRole('button', { name: /Adopt/ }).click();
    await page.getByText('Nothing was done yet').waitFor();
    expect(await lookAt(page, 'prove', 'passkey')).toEqual([]);
    expect(await rowsOf('select version from policy')).toHaveLength(1);
    await page.getByRole('button', { name: 'Confirm with a passkey, and do it' }).click();
    await page.waitForURL('**/operations/policy?done=adopt');
    expect(await rowsOf('select version from policy')).toHaveLength(2);
    house.at(NOW);
  });

  it('of somebody else proves nothing in a session whose cookie was stolen', async () => {
    const own = await open();
    const olga = await house.enter({ role: 'operator', name: 'Olga of policies' });
    await signInWith(own.page, olga);
    await add(own.page, 'laptop');
    const { page } = await open();
    await signInWith(page, await house.enter({ role: 'auditor', name: 'Otto' }));
    await add(page, 'own');
    await signInWith(page, olga);
    house.at(NOW + 700_000);
    const before = await rowsOf('select version from policy');
    const draft = new URLSearchParams({ document: '{"payDay": 9}', month: '2013-12' });
    await page.goto(`/operations/policy/preview?${draft}`);
    await page.getByRole('button', { name: /Adopt/ }).click();
    await page.getByText('Nothing was done yet').waitFor();
    const asked = await page.locator('form[data-passkey]').getAttribute('data-question');
    const signed = await page.evaluate<string>(`navigator.credentials
      .get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON({ ...${asked}, allowCredentials: [] }) })
      .then((answer) => JSON.stringify(answer))`);
    const thief = await house.visitor();
    thief.holds(olga.pass);
    const form = { act: 'adopt-policy', document: '{"payDay": 9}', month: '2013-12', from: '2014-01-25' };
    const sent = { ...form, passkey: signed, token: await thief.token() };
    expect(await thief.post('/operations/policy/preview', sent)).toMatchObject({ status: 403 });
    expect(await rowsOf('select version from policy')).toEqual(before);
    house.at(NOW);
  });
});
