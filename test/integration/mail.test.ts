/**
 * The outbox against a real SMTP server: what is sent, refused, deferred and recorded; senders killed at every point,
 * two at once, lines cut, servers gone; passwords that nobody else sees.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pauseAfter } from '../../src/core/retry.ts';
import { deliver } from '../../src/ingest/deliver/deliver.ts';
import { sendMail } from '../../src/mail/send.ts';
import { parseSmtpUrl, smtpSender } from '../../src/mail/smtp.ts';
import { connect } from '../../src/store/connection/session.ts';
import { listMail, mailCounts, queueMail } from '../../src/store/outbox/mail.ts';
import { makeBook, type OpenBook, openBook } from '../books/play.ts';
import { commandLine } from '../cli/command-line.ts';
import { cps } from './commands.ts';
import { answer, CERTIFICATE, type Loopback, POINTS, startSmtp } from './smtp.ts';

const NOON = Date.UTC(2013, 10, 12, 4);
const SENDER = ['--from', 'desk@cps.example'];
let book: OpenBook;
let smtp: Loopback;
let folder = '';

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cps-mail-'));
  book = await openBook();
  await makeBook(book.session);
  smtp = await startSmtp();
});
afterEach(async () => {
  await smtp.close();
  await book.close();
  rmSync(folder, { recursive: true });
});

async function feed(name: string, ...rows: string[]): Promise<void> {
  const path = join(folder, `${name}.csv`);
  writeFileSync(path, `${rows.join('\n')}\n`);
  const receipt = await deliver(book.session, { path, feed: name }, () => {});
  expect(receipt).toMatchObject({ rejected: 0, conflict: 0 });
}

/** Publishers 1 to n with an address each, and a letter for each. */
async function letters(n: number): Promise<string[]> {
  const ids = Array.from({ length: n }, (_, i) => String(i + 1));
  const person = (id: string) => `${id},P${id},individual,P,acc,,2013-01-01 00:00:00`;
  await feed(
    'publishers',
    'publisher_id,name,kind,payee_name,payee_account,own_buyer_ids,registered_at',
    ...ids.map(person),
  );
  await feed('contacts', 'publisher_id,email', ...ids.map((id) => `${id},p${id}@pub.example`));
  await queueMail(book.session, ids.map(letter));
  return ids.map((id) => `m${id}@cps-settlement`);
}

const letter = (id: string) => ({
  messageId: `m${id}`,
  publisherId: id,
  subject: `Entscheidung ü 决定 ${id}`,
  body: `To P${id}\n\n.a line that begins with a dot\n决定\n`,
  queuedAt: NOON,
});

const send = (...more: string[]) =>
  commandLine(['--database', book.url, 'mail', 'send', '--smtp', smtp.url, '--rate', '60000', ...SENDER, ...more]);
const list = async () =>
  (await listMail(book.session, undefined, 100)).map(({ messageId, state, attempts }) => [messageId, state, attempts]);
const ids = () => smtp.taken.map((one) => one.messageId);

describe('letters', () => {
  it('are sent once, whole, under their Message-ID, to the address known now; one without an address waits', async () => {
    await letters(2);
    await feed('contacts', 'publisher_id,email', '2,second@pub.example');
    await queueMail(book.session, [letter('9'), { ...letter('1'), subject: 'another' }]);
    const first = await send('--json');
    expect(first.code, first.err).toBe(0);
    expect(JSON.parse(first.out)).toEqual({ sent: 2, refused: 0, deferred: 0, waiting: 1 });
    expect(smtp.taken.map((one) => [one.messageId, one.to])).toEqual([
      ['m1@cps-settlement', 'p1@pub.example'],
      ['m2@cps-settlement', 'second@pub.example'],
    ]);
    const text = smtp.taken[0]?.text ?? '';
    expect(text).toContain('From: desk@cps.example');
    expect(text).toContain('Date: Tue, 12 Nov 2013 04:00:00 +0000');
    expect(text).toMatch(/^Subject: =\?UTF-8\?/m);
    expect(text).toContain('\r\n\r\nTo P1\r\n\r\n.a line that begins with a dot\r\n=E5=86=B3=E5=AE=9A');
    const again = await send();
    expect(again.out).toContain('0 sent');
    expect(smtp.taken).toHaveLength(2);
    const shown = await commandLine(['--database', book.url, 'mail']);
    expect(shown.out).toContain('no address known');
    expect(shown.out).toContain('0 queued, 1 waiting, 2 sent, 0 refused.');
    const waiting = await commandLine(['--database', book.url, 'mail', '--state', 'waiting', '--json']);
    expect(JSON.parse(waiting.out)).toMatchObject({
      letters: [{ messageId: 'm9', state: 'waiting', recipient: null }],
    });
  });

  it('say nothing that turns a line around or moves a terminal, whatever a name in them holds', async () => {
    await letters(1);
    const hostile = 'To \u202e\u2066\u009b2J\u001b[2J\u0085';
    await queueMail(book.session, [
      { ...letter('1'), messageId: 'odd', subject: `S ${hostile}`, body: `${hostile}\n\tsecond\n` },
    ]);
    expect((await send()).code).toBe(0);
    const text = smtp.taken.find(({ messageId }) => messageId.startsWith('odd'))?.text ?? '';
    const [, words = ''] = /=\?UTF-8\?B\?(.*?)\?=/.exec(text) ?? [];
    expect(Buffer.from(words, 'base64').toString()).toBe('S To ���2J␛[2J�');
    const body = text.slice(text.indexOf('\r\n\r\n') + 4);
    const bytes = body.replaceAll('=\r\n', '').replace(/=([0-9A-F]{2})/g, '%$1');
    expect(decodeURIComponent(bytes)).toBe('To ���2J␛[2J�\r\n\tsecond\r\n');
  });

  it('are queued exactly once, and only when what they tell of is committed', async () => {
    await letters(1);
    await queueMail(book.session, [letter('1'), letter('1')]);
    const undone = book.session.transaction(async () => {
      await queueMail(book.session, [letter('2')]);
      throw new Error('taken back');
    });
    await expect(undone).rejects.toThrow('taken back');
    expect(await list()).toEqual([['m1', 'queued', 0]]);
    await expect(queueMail(book.session, [{ ...letter('3'), messageId: 'a\r\nBcc: x' }])).rejects.toThrow(
      'no Message-ID',
    );
  });

  it('are refused for good by 5xx to the recipient or the letter, and tried again later after 4xx, under the same id', async () => {
    await letters(4);
    smtp.at = async (point, to) => {
      if (point === 'recipient' && to === 'p1@pub.example') return answer(550, 'no such mailbox');
      if (point === 'body' && to === 'p2@pub.example') return answer(554, 'we think this is spam');
      if (point === 'recipient' && to === 'p3@pub.example') return answer(450, 'come back later');
      return undefined;
    };
    const first = await send();
    expect(first.code).toBe(1);
    expect(first.out).toContain('1 sent, 2 refused, 1 to be tried again, 0 without an address. See cps mail.');
    expect(await list()).toEqual([
      ['m1', 'refused', 1],
      ['m2', 'refused', 1],
      ['m3', 'queued', 1],
      ['m4', 'sent', 1],
    ]);
    const [refused, , deferred] = await listMail(book.session, undefined, 10);
    expect(refused?.lastAnswer).toContain('550 no such mailbox');
    expect((deferred?.nextAttempt ?? 0) - Date.UTC(2026, 0, 1)).toBe(60_000);
    smtp.at = async () => undefined;
    expect((await send()).out).toContain('0 sent');
    await book.session.client.query("update mail set next_attempt = '2025-12-31'");
    expect((await send()).out).toContain('1 sent');
    expect(ids()).toEqual(['m4@cps-settlement', 'm3@cps-settlement']);
  });

  it('are not blamed for a refused sender: they stay queued', async () => {
    await letters(1);
    smtp.at = async (point) => (point === 'sender' ? answer(553, 'who are you') : undefined);
    expect((await send()).code).toBe(1);
    expect(await list()).toEqual([['m1', 'queued', 1]]);
  });

  it('are tried again when the line is cut in the middle of one; a server that is gone ends the pass', async () => {
    await letters(6);
    let cuts = 0;
    smtp.at = async (point, to) => {
      if (point !== 'data' || to === 'p6@pub.example' || cuts === 2) return undefined;
      cuts++;
      return 'drop';
    };
    const first = await send();
    expect(first.code, first.err).toBe(1);
    expect(first.out).toContain('4 sent, 0 refused, 2 to be tried again');
    await book.session.client.query("update mail set state = 'queued', next_attempt = null");
    smtp.at = async (point) => (point === 'data' ? 'drop' : undefined);
    const gone = await send();
    expect(gone.code).toBe(4);
    expect(gone.err).toContain('went away after 0 sent');
    expect((await mailCounts(book.session)).queued).toBe(6);
    const { port } = smtp;
    await smtp.close();
    smtp = await startSmtp();
    const away = await commandLine([
      '--database',
      book.url,
      'mail',
      'send',
      '--smtp',
      `smtp://127.0.0.1:${port}`,
      ...SENDER,
    ]);
    expect(away.code).toBe(4);
    expect(away.err).toContain(`the SMTP server 127.0.0.1:${port} is not to be had`);
    expect((await mailCounts(book.session)).queued).toBe(6);
  });

  it('leave no faster than they may', async () => {
    await letters(3);
    const waits: number[] = [];
    const server = parseSmtpUrl(smtp.url);
    if (typeof server === 'string') throw new Error(server);
    const order = {
      sender: smtpSender(server),
      from: 'desk@cps.example',
      perMinute: 7,
      now: () => NOON,
      wait: async (milliseconds: number) => waits.push(milliseconds),
      onLetter: () => {},
    };
    expect(await sendMail(book.session, order)).toMatchObject({ sent: 3 });
    expect(waits).toEqual([8572, 8572]);
    expect([1, 2, 3, 8, 9, 10, 500].map((attempts) => pauseAfter(attempts) / 60_000)).toEqual([
      1, 2, 4, 128, 256, 360, 360,
    ]);
  });
});

describe('senders', () => {
  it('that are killed at any point lose no letter, and send at most the one on its way twice', async () => {
    const expected = await letters(12);
    const args = ['--database', book.url, 'mail', 'send', '--smtp', smtp.url, '--rate', '60000', ...SENDER];
    let kills = 0;
    for (const point of POINTS) {
      for (const nth of [1, 2]) {
        let seen = 0;
        const sender = cps(args);
        smtp.at = async (at) => {
          // The first connection of a sender is its check.
          if (at === point && ++seen === (point === 'connected' ? nth + 1 : nth)) sender.child.kill('SIGKILL');
          return undefined;
        };
        const ended = await sender.ended;
        if (ended.code === null) kills++;
      }
    }
    smtp.at = async () => undefined;
    const last = await cps(args).ended;
    expect(last.code, last.stderr).toBe(0);
    expect(kills).toBeGreaterThan(8);
    expect([...new Set(ids())].sort()).toEqual([...expected].sort());
    expect(ids().length - expected.length).toBeLessThanOrEqual(kills);
    const repeated = ids().filter((id, i) => ids().indexOf(id) !== i);
    // What was sent twice was sent twice in a row: the one on its way.
    for (const id of repeated) expect(ids()[ids().indexOf(id) + 1]).toBe(id);
    expect(await mailCounts(book.session)).toEqual({ queued: 0, waiting: 0, sent: 12, refused: 0 });
  });

  it('that send at once never take one letter both', async () => {
    const expected = await letters(20);
    const others = [connect(book.url, 'one'), connect(book.url, 'two'), connect(book.url, 'three')];
    const sessions = await Promise.all(others);
    try {
      const server = parseSmtpUrl(smtp.url);
      if (typeof server === 'string') throw new Error(server);
      const order = { sender: smtpSender(server), from: 'desk@cps.example', perMinute: 60_000, now: () => NOON };
      const reports = await Promise.all(
        sessions.map((one) => sendMail(one, { ...order, wait: async () => {}, onLetter: () => {} })),
      );
      expect(reports.reduce((sum, one) => sum + one.sent, 0)).toBe(20);
      expect(reports.filter((one) => one.sent > 0).length).toBeGreaterThan(1);
      expect([...ids()].sort()).toEqual([...expected].sort());
    } finally {
      await Promise.all(sessions.map((one) => one.close()));
    }
  });
});

describe('a password', () => {
  const login = { user: 'desk@cps.example', password: 'tea & silk/7' };
  const urlOf = (port: number, password = login.password) =>
    `smtp://${encodeURIComponent(login.user)}:${encodeURIComponent(password)}@localhost:${port}`;
  const trusting = { NODE_EXTRA_CA_CERTS: CERTIFICATE };

  it('goes over STARTTLS to a server that is trusted, and the letters with it', async () => {
    await letters(2);
    const secure = await startSmtp({ tls: true, login });
    try {
      const more = { ...trusting, CPS_SMTP_URL: urlOf(secure.port) };
      const sent = await cps(['--database', book.url, 'mail', 'send', '--rate', '60000'], { more }).ended;
      expect(sent.code, sent.stderr).toBe(0);
      expect(secure.taken.map(({ secure, user }) => [secure, user])).toEqual([
        [true, login.user],
        [true, login.user],
      ]);
      const stranger = await cps(['--database', book.url, 'mail', 'send'], {
        more: { CPS_SMTP_URL: urlOf(secure.port) },
      }).ended;
      expect(stranger.code).toBe(4);
      expect(stranger.stderr).toMatch(/certificate/);
    } finally {
      await secure.close();
    }
  });

  it('is never sent to a server without TLS, and never shown, whatever the server says', async () => {
    await letters(1);
    const plain = await startSmtp({ login });
    const rude = await startSmtp({
      tls: true,
      login,
      refusal: (user, pass) =>
        `${pass} ${encodeURIComponent(pass)} ${Buffer.from(`\0${user}\0${pass}`).toString('base64')} is wrong`,
    });
    try {
      const wrong = 'wr0ng & secret';
      const runs = [
        await cps(['--database', book.url, 'mail', 'send'], {
          log: 'trace',
          more: { ...trusting, CPS_SMTP_URL: urlOf(plain.port) },
        }).ended,
        await cps(['--database', book.url, 'mail', 'send', '--smtp', urlOf(rude.port, wrong)], {
          log: 'trace',
          more: trusting,
        }).ended,
        await cps(['--database', book.url, 'mail', 'send', '--smtp', `http://u:${encodeURIComponent(wrong)}@h`]).ended,
        await cps(['--database', book.url, 'mail', 'send', '--smtp', `smtp://u:${encodeURIComponent(wrong)}@h:99999`])
          .ended,
      ];
      expect(runs.map(({ code }) => code)).toEqual([4, 4, 2, 2]);
      expect(runs[1]?.stderr).toContain('is wrong');
      const secrets = [login.password, wrong].flatMap((one) => [
        one,
        encodeURIComponent(one),
        Buffer.from(`\0${login.user}\0${one}`).toString('base64'),
      ]);
      for (const { stdout, stderr } of runs)
        for (const secret of secrets) expect(stdout + stderr).not.toContain(secret);
      expect(plain.taken).toEqual([]);
      expect(await list()).toEqual([['m1', 'queued', 0]]);
    } finally {
      await plain.close();
      await rude.close();
    }
  });
});

describe('what is typed', () => {
  it.each([
    [['--smtp', 'mail.example.com', ...SENDER], 'is no URL'],
    [['--smtp', 'smtp://', ...SENDER], 'names no host'],
    [['--smtp', 'http://h', ...SENDER], 'neither smtp:// nor smtps://'],
    [['--smtp', 'smtp://h/inbox', ...SENDER], 'something after host and port'],
    [['--smtp', 'smtp://user@h', ...SENDER], 'a user and a password, or neither'],
    [['--smtp', 'smtp://u%ZZ:p@h', ...SENDER], 'badly encoded'],
    [['--smtp', 'smtp://h'], 'say --from ADDRESS'],
    [['--smtp', 'smtp://h', '--from', 'desk@x, other@y'], 'say --from ADDRESS'],
    [SENDER, 'say which server sends'],
    [['--smtp', 'smtp://h', '--rate', '0', ...SENDER], 'a whole number from 1'],
  ])('%j is refused with exit code 2', async (args, sentence) => {
    const { code, err } = await commandLine(['--database', book.url, 'mail', 'send', ...args]);
    expect(code).toBe(2);
    expect(err).toContain(sentence);
  });

  it('an address is one mailbox, and of a known publisher', async () => {
    await letters(1);
    const path = join(folder, 'bad.csv');
    const bad = [
      '1,p1',
      '1,a@b@c',
      '1,a b@c.example',
      '1,"a@b.example, c@d.example"',
      '1,"a@b.example\r\nBcc: x@y.example"',
      '7,p7@pub.example',
    ];
    writeFileSync(path, `publisher_id,email\n${bad.join('\n')}\n`);
    const receipt = await deliver(book.session, { path, feed: 'contacts' }, () => {});
    expect(receipt).toMatchObject({ read: 6, accepted: 0, rejected: 6 });
  });
});
