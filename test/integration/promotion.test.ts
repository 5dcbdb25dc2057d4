/**
 * What an operator does about permissions: reviews of some sites, notices listed and cancelled, several decisions at once,
 * letters in the language of the contact, and a threshold tried before it is adopted.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { commandDoor } from '../../src/cli/person.ts';
import { parsePolicy } from '../../src/core/policy/policy.ts';
import { statusStory } from '../../src/formats/status.ts';
import { storyText } from '../../src/formats/story/text.ts';
import { SPEECH } from '../../src/formats/words/index.ts';
import { theBook } from '../../src/night/terms.ts';
import { perform } from '../../src/office/acts/act.ts';
import { decideApplications } from '../../src/office/acts/applications.ts';
import { cancelNotice, decidePermission, decidePermissions } from '../../src/office/acts/sites.ts';
import { isUnheard, pendingNotices } from '../../src/office/notices.ts';
import { type ReviewOrder, review } from '../../src/office/review.ts';
import { statusOf } from '../../src/office/status.ts';
import { supposedReviews } from '../../src/office/suppose-reviews.ts';
import { letterOf, listMail } from '../../src/store/outbox/mail.ts';
import { deliverFolder, makeBook, type OpenBook, openBook, runThrough } from '../books/play.ts';

const AT = Date.parse('2013-12-06T17:31:00+08:00');
const TMALL = 'cross-store:tmall';
const SITES = ['601', '602', '603'];
let folder = '';
let book: OpenBook;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cps-promotion-'));
  book = await openBook();
  await makeBook(book.session);
  file(
    'publishers',
    'publisher_id,name,kind,payee_name,payee_account,registered_at',
    '2,Lin,individual,x,y,2013-01-01',
  );
  file('contacts', 'publisher_id,email,language', '2,lin@example.com,en');
  const sites = SITES.map((id) => `${id},2,${id === '603' ? 'app' : 'website'},S${id},s${id}.example,2013-01-10`);
  file('sites', 'site_id,publisher_id,kind,name,domain,filed_at', ...sites);
  file('site-reviews', 'site_id,status,score,at', ...SITES.map((id) => `${id},approved,,2013-01-12`));
  file('permissions', 'site_id,permission,action,at', ...SITES.map((id) => `${id},${TMALL},grant,2013-01-20`));
  await deliverFolder(book.session, folder);
});
afterEach(async () => {
  await book.close();
  rmSync(folder, { recursive: true, force: true });
});

function file(feed: string, header: string, ...rows: string[]): void {
  // A day is written for its first moment.
  const timed = rows.map((row) => row.replaceAll(/(\d{4}-\d\d-\d\d)(?=,|$)/g, '$1 00:00:00'));
  writeFileSync(join(folder, `${feed}.csv`), `${[header, ...timed].join('\n')}\n`);
}

async function reviewed(order: Partial<ReviewOrder>) {
  const made = await review(book.session, { asOf: AT, noticeDays: null, apply: true, by: 'Chen', ...order });
  await made.remove();
  return made;
}

const notices = () => pendingNotices(book.session, AT + 1000);
const door = (by: string, at = AT + 60_000) => commandDoor({ user: 'test' }, 'test', by, at);

it('reviews the sites that are named, for one permission, with an end of its own', async () => {
  const endsAt = Date.parse('2013-12-15T00:00:00+08:00');
  const reach = { permission: TMALL, kind: 'website', exempt: new Set(['602']) } as const;
  expect(await reviewed({ reach, endsAt })).toMatchObject({
    sites: 1,
    notices: 1,
    grants: 0,
    letters: { neverTried: 1 },
  });
  expect((await notices()).map(({ site, effectiveAt, left }) => [site, effectiveAt, left])).toEqual([
    ['601', endsAt, [TMALL]],
  ]);
  const early = { endsAt: Date.parse('2013-12-10T00:00:00+08:00') };
  await expect(reviewed(early)).rejects.toThrow('2013-12-11 00:00:00+08:00 is the earliest');
  await expect(reviewed({ reach: { exempt: new Set(['999']) } })).rejects.toThrow('site 999 is not known');
});

it('lists the notices that run, and cancels one', async () => {
  await reviewed({});
  expect((await notices()).map(({ site }) => site)).toEqual(SITES);
  expect((await notices()).every(({ letter }) => isUnheard(letter))).toBe(true);
  const id = 'N-601-20131206173100';
  const given = { notice: id, permission: null, reason: 'by mistake' };
  const { answer } = await perform(book.session, door('Chen'), cancelNotice, given);
  expect(answer).toMatchObject({ site: '601', permissions: [TMALL] });
  expect((await notices()).map(({ site }) => site)).toEqual(['602', '603']);
  const letter = await letterOf(book.session, `${id}.cancelled.cross-store-tmall`);
  expect(letter?.subject).toBe('Notice cancelled: S601 (601)');
  expect(letter?.body).toContain('cross-store settlement on Tmall stays');
  await expect(perform(book.session, door('Chen'), cancelNotice, given)).rejects.toThrow(`no notice ${id} runs`);
});

it('names in the status the letters that nobody has, in either language', async () => {
  file('shops', 'shop_id,seller_id,mall,name', 'silk,s1,tmall,Silk');
  const order = 'order_line_id,order_id,buyer_id,shop_id,item_id,category_id,quantity,paid_amount,paid_at';
  file('orders', order, 'L1,L1,ann,silk,i,c,1,100.00,2013-12-06 11:00:00');
  await deliverFolder(book.session, folder);
  await reviewed({});
  const told = async (tongue: 'en' | 'zh'): Promise<string> => {
    const terms = await theBook(book.session);
    return storyText(statusStory(await statusOf(book.session, terms), SPEECH[tongue], terms), terms);
  };
  expect(await told('en')).toContain('Letters of notice that were not heard: 3 never tried yet.');
  expect(await told('zh')).toContain('未送达的通知信：3 封尚未尝试。');
  await book.session.client.query(
    "update mail set state = 'sent', ended_at = now() where message_id <> 'N-603-20131206173100'",
  );
  await book.session.client.query('update mail set attempts = 1');
  expect(await told('en')).toContain('not heard: 1 to be tried again.');
  const id = 'N-603-20131206173100';
  await perform(book.session, door('Chen'), cancelNotice, { notice: id, permission: null, reason: 'by mistake' });
  expect(await told('en')).not.toContain('Letters of notice');
});

it('makes exceptions for several sites in one act, all or none, and says what they come to', async () => {
  await reviewed({});
  const given = { permission: TMALL, action: 'grant', reason: 'portals' } as const;
  const wrong = perform(book.session, door('Chen'), decidePermissions, { ...given, sites: ['601', '999'] });
  await expect(wrong).rejects.toThrow('site 999 is not known');
  expect(await notices()).toHaveLength(3);
  const { answer } = await perform(book.session, door('Chen'), decidePermissions, { ...given, sites: ['601', '602'] });
  expect(answer.decided.map(({ site, until }) => [site, until])).toEqual([
    ['601', null],
    ['602', null],
  ]);
  expect((await notices()).map(({ site }) => site)).toEqual(['603']);
  // Said of a time before what was said already, it holds until then, and says so.
  const before = { site: '603', ...given, action: 'revoke', permission: TMALL } as const;
  const revoked = await perform(
    book.session,
    door('Chen', Date.parse('2013-01-15T00:00:00+08:00')),
    decidePermission,
    before,
  );
  expect(revoked.answer.until).toBe('2013-01-20 00:00:00+08:00');
  const subjects = (await listMail(book.session, undefined, 100)).map(({ subject }) => subject);
  expect(subjects).toEqual(
    expect.arrayContaining(['Permission granted: S601 (601)', 'Permission revoked: S603 (603)']),
  );
});

it('decides several applications in one act; one is open at a time, and the next waits', async () => {
  const header = 'application_id,site_id,permission,applied_at,statement';
  for (const feed of ['publishers', 'contacts', 'sites', 'site-reviews', 'permissions'])
    rmSync(join(folder, `${feed}.csv`));
  const asked = (id: string, site: string, at: string) => `${id},${site},api,${at},please`;
  file(
    'applications',
    header,
    asked('A1', '601', '2013-12-01'),
    asked('A2', '602', '2013-12-01'),
    asked('A3', '601', '2013-12-02'),
  );
  const [first] = await deliverFolder(book.session, folder);
  expect(first).toMatchObject({ accepted: 2, rejected: 1 });
  const given = { applications: ['A1', 'A2'], decision: 'reject', reason: 'not now' } as const;
  const { answer } = await perform(
    book.session,
    door('Chen', Date.parse('2013-12-03T00:00:00+08:00')),
    decideApplications,
    given,
  );
  expect(answer.decided).toHaveLength(2);
  expect((await letterOf(book.session, 'A1.decided'))?.body).toContain('again from 2013-12-18 00:00:00+08:00 on');
  file('applications', header, asked('A4', '601', '2013-12-17'), asked('A5', '602', '2013-12-18'));
  const [again] = await deliverFolder(book.session, folder);
  expect(again).toMatchObject({ accepted: 1, rejected: 1 });
});

it('shows moments as moments where a row is refused', async () => {
  for (const feed of ['publishers', 'contacts', 'site-reviews', 'permissions', 'sites'])
    rmSync(join(folder, `${feed}.csv`));
  const header = 'application_id,site_id,permission,applied_at,statement';
  file('applications', header, 'A1,601,api,2013-12-01 10:00:00,please');
  await deliverFolder(book.session, folder);
  file('applications', header, 'A1,601,api,2013-12-02 10:00:00,please');
  await deliverFolder(book.session, folder);
  const { rows } = await book.session.client.query<{ reason: string }>('select reason from refusal');
  expect(rows[0]?.reason).toContain('applied_at 2013-12-01 10:00:00+08:00 and not');
});

it('says before a policy is adopted whom its notices would reach', async () => {
  file('adzones', 'adzone_id,site_id,name', '9601,601,a');
  file('shops', 'shop_id,seller_id,mall,name', 'silk,s1,tmall,Silk', 'books,s2,tmall,Books');
  file('programme', 'shop_id,action,at', 'silk,join,2013-01-01', 'books,join,2013-01-01');
  file('plans', 'plan_id,shop_id,kind', 'silk-g,silk,general', 'books-g,books,general');
  file(
    'rates',
    'plan_id,scope,scope_id,rate,valid_from',
    'silk-g,shop,silk,10%,2013-01-01',
    'books-g,shop,books,4%,2013-01-01',
  );
  file('site-reviews', 'site_id,status,score,at', ...SITES.map((id) => `${id},approved,65,2013-01-13`));
  const click = 'c1,2013-12-01 10:00:00,mm_2_601_9601,ann,silk,http://s601.example/';
  file('clicks', 'click_id,clicked_at,pid,buyer_id,shop_id,referrer', click);
  const order = 'order_line_id,order_id,buyer_id,shop_id,item_id,category_id,quantity,paid_amount,paid_at';
  const line = (id: string, shop: string) => `${id},${id},ann,${shop},i,c,1,100.00,2013-12-01 11:00:00`;
  file('orders', order, line('L1', 'books'), line('L2', 'silk'));
  file('receipts', 'order_line_id,confirmed_at', 'L1,2013-12-02 10:00:00', 'L2,2013-12-02 10:00:00');
  await deliverFolder(book.session, folder);
  await runThrough(book, '2013-12-05');
  const span = { asOf: AT, from: '2013-11-01', to: '2013-12-05' };
  const asking = (leastScore: number) => {
    const policy = parsePolicy(JSON.stringify({ permissions: { [TMALL]: { leastScore } } }), 2);
    if (typeof policy === 'string') throw new Error(policy);
    return supposedReviews(book.session, { ...span, policy });
  };
  const { noticed } = await asking(66);
  expect(noticed.map(({ site, lines, earned }) => [site, lines, earned])).toEqual([
    ['601', 1, 360n],
    ['602', 0, 0n],
    ['603', 0, 0n],
  ]);
  expect(noticed[0]?.sellers).toEqual([{ seller: 's2', lines: 1, earned: 360n }]);
  expect((await asking(65)).noticed).toEqual([]);
});
