/** Verifying from what was delivered finds events about sites that differ from their facts, are missing, or have none. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { verify } from '../../src/verify/verify.ts';
import { smallBookTemplate } from '../support/small-book.ts';

let template: Awaited<ReturnType<typeof smallBookTemplate>>;
beforeAll(async () => {
  template = await smallBookTemplate();
});
afterAll(() => template.drop());

it.each([
  ['a fact altered', "update notice set reason = 'another' where notice_id = 'N1'", 'notice:N1', 'body.reason'],
  ['a fact moved', 'update withdrawal set due_day = due_day + 1', 'site:', 'businessDay'],
  [
    'a fact that no event tells of',
    "delete from promotion where subject = 'application:A1'",
    'application:A1',
    'events about the site',
  ],
  [
    'a decision that was not delivered',
    "delete from application_decision where application_id = 'A3'",
    'application:A3',
    'events about the site',
  ],
  [
    'a matter that was not delivered',
    "delete from notice_cancellation where notice_id = 'N2'; delete from notice where notice_id = 'N2'",
    'notice:N2',
    'promotion',
  ],
])('finds %s', async (_what, change, subject, field) => {
  const copy = await template.copy();
  try {
    const order = { url: copy.url, workers: 1, deep: true, onProgress: () => {} };
    expect((await verify(copy.session, order)).differences).toEqual([]);
    await copy.session.client.query('set session_replication_role = replica');
    await copy.session.client.query(change);
    const found = (await verify(copy.session, order)).differences.find(({ kind }) => kind === 'intake');
    expect(found?.first.subject).toContain(subject);
    expect(found?.first.field).toBe(field);
  } finally {
    await copy.drop();
  }
});
