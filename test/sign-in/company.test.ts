/** The company's own sign-in, against a real issuer: who was invited comes in, and an answer to another question opens nothing. */
import { resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CALLBACK, companyOf } from '../../src/sign-in/company.ts';
import { commandLine } from '../cli/command-line.ts';
import { type House, openHouse, type Visitor } from '../web/house.ts';
import { CLIENT, type Issuer, startIssuer } from './issuer.ts';

const URL_OF_PAGES = 'https://cps.example.org';
const STORY = resolve(import.meta.dirname, '../../scenarios/34-december-2013.md');

let house: House;
let issuer: Issuer;
beforeAll(async () => {
  issuer = await startIssuer([URL_OF_PAGES + CALLBACK]);
  house = await openHouse(STORY, [], { company: companyOf(issuer.url, CLIENT.id, CLIENT.secret) });
  await cps('person', 'rules', '--url', URL_OF_PAGES, '--passkey', 'free');
  await cps('person', 'invite', 'Wu', '--address', 'wu@example.org', '--role', 'finance');
  await cps('person', 'invite', 'Chen', '--address', 'chen@example.org', '--role', 'risk');
});
afterAll(async () => {
  await house.close();
  await issuer.close();
});

const cps = async (...args: string[]): Promise<void> => {
  expect(await commandLine(['--database', house.databaseUrl, ...args])).toMatchObject({ code: 0, err: '' });
};
let origins = 0;
const from = (): Record<string, string> => ({ 'x-forwarded-for': `10.1.0.${origins++}` });

/** Goes to the issuer, and answers the path with which one comes back. */
async function wayBack(visitor: Visitor, more = ''): Promise<string> {
  const away = await visitor.get(`/sign-in/company${more}`, from());
  expect([away.status, away.to]).toEqual([303, expect.stringContaining(`${issuer.url}/auth?`)]);
  expect(away.headers.getSetCookie().join()).toMatch(/cps_trip=[^;]+; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax/);
  for (const part of ['code_challenge_method=S256', 'state=', 'nonce=', 'scope=openid+email'])
    expect(away.to).toContain(part);
  const back = new URL(await issuer.signIn(away.to ?? ''));
  expect(back.origin + back.pathname).toBe(URL_OF_PAGES + CALLBACK);
  return back.pathname + back.search;
}

const refused = { status: 401, text: expect.stringContaining('or nobody invited it') };

it('lets in whoever was invited, and knows them by the account from then on', async () => {
  const wu = await house.visitor();
  const back = await wayBack(wu);
  expect(await wu.get(back, from())).toMatchObject({ status: 303, to: '/' });
  expect(await wu.get('/')).toMatchObject({ to: '/finance' });
  // Used once: neither by the same browser, nor by one to which the cookies were copied.
  expect(await wu.get(back, from())).toMatchObject(refused);
  // The address may change there; another account with the address is not Wu.
  issuer.comes = { sub: 'u1', email: 'wu.new@example.org', verified: true };
  const again = await house.visitor();
  expect(await again.get(await wayBack(again), from())).toMatchObject({ status: 303, to: '/' });
  issuer.comes = { sub: 'u2', email: 'wu@example.org', verified: true };
  const other = await house.visitor();
  expect(await other.get(await wayBack(other), from())).toMatchObject(refused);
});

it('takes no answer that was forged, stolen, or asked for by another browser', async () => {
  issuer.comes = { sub: 'u1', email: 'wu@example.org', verified: true };
  const [wu, thief] = [await house.visitor(), await house.visitor()];
  const back = await wayBack(wu);
  const trip = wu.cookies.get('cps_trip') ?? '';
  // In a browser that asked for nothing, and in one that asked for itself.
  expect(await thief.get(back, from())).toMatchObject(refused);
  await wayBack(thief);
  expect(await thief.get(back, from())).toMatchObject(refused);
  const params = new URL(back, URL_OF_PAGES).searchParams;
  for (const [name, value] of [
    ['code', 'x'],
    ['state', 'x'],
    ['iss', 'https://evil.example'],
  ] as const) {
    const forged = new URLSearchParams(params);
    forged.set(name, value);
    wu.cookies.set('cps_trip', trip);
    expect(await wu.get(`${CALLBACK}?${forged}`, from()), name).toMatchObject(refused);
  }
  expect(wu.cookies.has('cps_pass')).toBe(false);
  wu.cookies.set('cps_trip', trip);
  expect(await wu.get(`${CALLBACK}?error=access_denied&state=${params.get('state')}`, from())).toMatchObject(refused);
});

it('lets nobody in whose address is not verified, who was not invited, or was suspended', async () => {
  for (const comes of [
    { sub: 'u3', email: 'chen@example.org', verified: false },
    { sub: 'u4', email: 'nobody@example.org', verified: true },
  ]) {
    issuer.comes = comes;
    const visitor = await house.visitor();
    expect(await visitor.get(await wayBack(visitor), from()), comes.sub).toMatchObject(refused);
  }
  issuer.comes = { sub: 'u5', email: 'Chen@example.org', verified: true };
  const chen = await house.visitor();
  expect(await chen.get(await wayBack(chen), from())).toMatchObject({ status: 303 });
  await cps('person', 'suspend', 'Chen', '--as', 'Olga');
  const late = await house.visitor();
  expect(await late.get(await wayBack(late), from())).toMatchObject(refused);
});

it('asks there once more, where a fresh proof is asked for', async () => {
  issuer.comes = { sub: 'u1', email: 'wu@example.org', verified: true };
  const proved = async () =>
    (
      await house.session.client.query(
        `select proved_at = started_at as fresh from page_session order by started_at desc, fresh desc`,
      )
    ).rows;
  const wu = await house.visitor();
  await wu.get(await wayBack(wu), from());
  expect((await proved()).some((row: { fresh: boolean }) => row.fresh)).toBe(false);
  const away = await wu.get('/sign-in/company?again', from());
  expect(away.to).toContain('max_age=60');
  const back = new URL(await issuer.signIn(away.to ?? ''));
  house.at(Date.now());
  // What was asked for as a plain sign-in is no fresh proof, whatever the cookie is made to say.
  const trip = wu.cookies.get('cps_trip') ?? '';
  wu.cookies.set('cps_trip', trip.replace('.again', ''));
  expect(await wu.get(back.pathname + back.search, from())).toMatchObject(refused);
});
