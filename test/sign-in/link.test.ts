/** Links by mail: sent through the outbox, once, for ten minutes, in the browser that asked; and nobody is told who exists. */
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendMail } from '../../src/mail/send.ts';
import { parseSmtpUrl, smtpSender } from '../../src/mail/smtp.ts';
import { ASKS_AN_ORIGIN, LINKS_AN_ADDRESS } from '../../src/sign-in/link.ts';
import { connect } from '../../src/store/connection/session.ts';
import { commandLine } from '../cli/command-line.ts';
import { type Loopback, startSmtp } from '../integration/smtp.ts';
import { type House, NOW, openHouse, type Visitor } from '../web/house.ts';

let house: House;
let smtp: Loopback;
beforeAll(async () => {
  house = await openHouse();
  smtp = await startSmtp();
  await cps('person', 'rules', '--url', 'https://cps.example.org', '--passkey', 'free');
  await cps('person', 'invite', 'Lin', '--address', 'lin@example.org', '--role', 'publisher', '--party', '2002');
  await cps('person', 'invite', 'Wu', '--address', 'Wu@example.org', '--role', 'finance,risk');
});
afterAll(async () => {
  await smtp.close();
  await house.close();
});

const cps = async (...args: string[]): Promise<string> => {
  const { code, err, out } = await commandLine(['--database', house.databaseUrl, ...args]);
  expect([code, err]).toEqual([0, '']);
  return out;
};
const rowsOf = async (sql: string): Promise<Record<string, unknown>[]> => (await house.session.client.query(sql)).rows;

/** Somebody who comes from an address of their own, behind the proxy. */
let origins = 0;
const from = (): Record<string, string> => ({ 'x-forwarded-for': `10.0.${origins >> 8}.${origins++ % 256}` });

/** Waits until nobody's asking is unanswered, and delivers what there is. @returns the letters to an address, as text */
async function letters(to: string, now = NOW): Promise<string[]> {
  for (let round = 0; round < 200; round++) {
    const [{ n } = { n: 1n }] = await rowsOf('select count(*) as n from sign_in_ask where not is_answered');
    if (n === 0n) break;
    await setTimeout(20);
  }
  const server = parseSmtpUrl(smtp.url);
  if (typeof server === 'string') throw new Error(server);
  const order = { sender: smtpSender(server), from: 'cps@example.org', perMinute: 60_000, now: () => now };
  await sendMail(house.session, { ...order, wait: async () => undefined, onLetter: () => undefined });
  return smtp.taken
    .filter((one) => one.to.toLowerCase() === to)
    .map(({ text }) => text.replaceAll('=\r\n', '').replaceAll('=3D', '='));
}

/** Asks for a link, and answers its path. */
async function linkFor(visitor: Visitor, address: string, now = NOW): Promise<string> {
  const answer = await visitor.post('/sign-in', { address }, from());
  expect(answer).toMatchObject({ status: 303, to: '/sign-in/asked' });
  const links = (await letters(address, now)).flatMap(
    (text) => /https:\/\/cps\.example\.org(\/sign-in\/link\/[\w-]{43})/.exec(text)?.[1] ?? [],
  );
  return links.at(-1) ?? '/none';
}

describe('a link', () => {
  it('lets in whoever asked for it, takes up the invitation, and works once', async () => {
    const lin = await house.visitor();
    expect((await rowsOf(`select state from person where name = 'Lin'`)).map(({ state }) => state)).toEqual([
      'invited',
    ]);
    const link = await linkFor(lin, 'lin@example.org');
    expect(await lin.get(link, from())).toMatchObject({ status: 303, to: '/' });
    expect(await lin.get('/')).toMatchObject({ to: '/publisher' });
    expect((await rowsOf(`select state from person where name = 'Lin' order by version`)).at(-1)).toEqual({
      state: 'active',
    });
    expect(await rowsOf(`select name, issuer, detail ->> 'way' as way from audit where action = 'sign-in'`)).toEqual([
      { name: 'Lin', issuer: 'person', way: 'link' },
    ]);
    const again = await lin.get(link, from());
    expect([again.status, again.text]).toEqual([401, expect.stringContaining('This link was used')]);
    expect(await cps('verify')).toContain('No difference');
  });

  it('opens nothing in another browser, and is not used up there', async () => {
    const [wu, thief] = [await house.visitor(), await house.visitor()];
    const link = await linkFor(wu, 'wu@example.org');
    for (let time = 0; time < 2; time++) {
      const stolen = await thief.get(link, from());
      expect([stolen.status, stolen.text]).toEqual([401, expect.stringContaining('in the browser in which you asked')]);
      expect(thief.cookies.has('cps_pass')).toBe(false);
    }
    expect(await wu.get(link, from())).toMatchObject({ status: 303 });
    // Two roles are one person's: both rooms are open.
    expect((await wu.get('/finance/files')).status).toBe(200);
    expect((await wu.get('/risk')).status).toBe(200);
    expect((await wu.get('/people')).status).toBe(404);
  });

  it('is over after ten minutes, and so is its letter', async () => {
    const lin = await house.visitor();
    const link = await linkFor(lin, 'lin@example.org');
    house.at(NOW + 600_000);
    expect((await lin.get(link, from())).status).toBe(401);
    house.at(NOW + 599_000);
    expect((await lin.get(link, from())).status).toBe(303);
    house.at(NOW);
    const before = smtp.taken.length;
    await lin.post('/sign-in', { address: 'lin@example.org' }, from());
    await letters('lin@example.org', NOW + 600_000);
    expect(smtp.taken.length).toBe(before);
  });

  it('stands nowhere in the database once its letter is sent, but as a hash', async () => {
    const link = await linkFor(await house.visitor(), 'wu@example.org');
    const secret = link.split('/').at(-1) ?? '';
    const all = await rowsOf(
      'select row_to_json(m)::text as row from mail m union all select row_to_json(a)::text from sign_in_ask a',
    );
    expect(all.map(({ row }) => String(row)).join()).not.toContain(secret);
  });

  it('is sent to nobody who was suspended, and opens nothing that was sent before', async () => {
    await cps('person', 'invite', 'Quick', '--address', 'quick@example.org', '--role', 'publisher', '--party', '2003');
    const quick = await house.visitor();
    const link = await linkFor(quick, 'quick@example.org');
    await cps('person', 'suspend', 'Quick', '--as', 'Olga');
    expect((await quick.get(link, from())).status).toBe(401);
    const sent = (await letters('quick@example.org')).length;
    await quick.post('/sign-in', { address: 'quick@example.org' }, from());
    expect((await letters('quick@example.org')).length).toBe(sent);
    await cps('person', 'restore', 'Quick', '--as', 'Olga');
    expect(await quick.get(await linkFor(quick, 'quick@example.org'), from())).toMatchObject({ status: 303 });
  });
});

describe('nobody is told who exists', () => {
  it('by what is answered: known, unknown, suspended, once too often are the same to the byte', async () => {
    const ask = async (address: string) => {
      const visitor = await house.visitor();
      const answer = await visitor.post('/sign-in', { address }, from());
      const { status, to } = answer;
      return { status, to, text: answer.text, page: (await visitor.get('/sign-in/asked')).text };
    };
    const known = await ask('lin@example.org');
    expect(await ask('nobody@example.org')).toEqual(known);
    for (let time = 0; time < LINKS_AN_ADDRESS; time++) expect(await ask('lin@example.org')).toEqual(known);
  });

  it('by what is done before the answer: the same statements for everybody', async () => {
    const rows = () => rowsOf(`select person_id, link from sign_in_ask order by ask_id desc limit 1`);
    // Whose address it is, is looked up by what goes on after the answer.
    const owner = await connect(house.databaseUrl, 'sign-in test');
    await owner.client.query('begin');
    await owner.client.query('lock table person in access exclusive mode');
    const visitor = await house.visitor();
    const answer = await visitor.post('/sign-in', { address: 'wu@example.org' }, from());
    expect(answer).toMatchObject({ status: 303, to: '/sign-in/asked' });
    expect(await rows()).toEqual([{ person_id: null, link: null }]);
    await owner.client.query('rollback');
    await owner.close();
    await letters('wu@example.org');
  });

  it('bounds what one address is sent, and what one origin asks', async () => {
    await cps(
      'person',
      'invite',
      'Harbour',
      '--address',
      'harbour@example.org',
      '--role',
      'publisher',
      '--party',
      '2001',
    );
    const invited = (await letters('harbour@example.org')).length;
    const visitor = await house.visitor();
    for (let time = 0; time < LINKS_AN_ADDRESS + 3; time++)
      await visitor.post('/sign-in', { address: 'harbour@example.org' }, from());
    expect((await letters('harbour@example.org')).length - invited).toBe(LINKS_AN_ADDRESS);
    const one = from();
    const statuses: number[] = [];
    for (let time = 0; time < 31; time++)
      statuses.push((await visitor.post('/sign-in', { address: `a${time}@example.org` }, one)).status);
    // Thirty attempts a minute of any kind; sixty an hour of those that ask for links.
    expect(statuses.filter((status) => status === 303).length).toBe(30);
    expect(statuses.at(-1)).toBe(429);
    const [{ n } = { n: 0n }] = await rowsOf(
      `select count(*) as n from sign_in_ask where origin = '${one['x-forwarded-for']}'`,
    );
    expect(Number(n)).toBeLessThanOrEqual(ASKS_AN_ORIGIN);
  });

  it('and what is no address, or comes from another site, asks nothing', async () => {
    const visitor = await house.visitor();
    expect((await visitor.post('/sign-in', { address: 'nobody' }, from())).status).toBe(422);
    const foreign = { ...from(), 'sec-fetch-site': 'cross-site' };
    expect((await visitor.post('/sign-in', { address: 'lin@example.org' }, foreign)).status).toBe(403);
  });
});
