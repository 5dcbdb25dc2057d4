/**
 * What webhooks decide without a network: which addresses are public, how a message is signed, what it never holds, and
 * what follows from a round.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventType } from '../../src/core/events/event.ts';
import { messageOf } from '../../src/core/webhook/message.ts';
import { type Audience, kindOf, kindsFor, typesOf } from '../../src/core/webhook/telling.ts';
import { isPublic } from '../../src/hooks/address.ts';
import { urlFault } from '../../src/hooks/endpoint.ts';
import { outcomeOf, type Tried } from '../../src/hooks/outcome.ts';
import { newSecret, signatureOf } from '../../src/hooks/signature.ts';
import { partitionHeads } from '../../src/store/night/progress.ts';
import { type News, newsIn } from '../../src/store/outbox/webhook-turns.ts';
import { type Copied, smallBookTemplate } from '../support/small-book.ts';

describe('an address', () => {
  it.each(['8.8.8.8', '1.1.1.1', '172.15.0.1', '172.32.0.1', '100.63.0.1', '2606:4700::1111', '2a00:1450:4001::1'])(
    '%s is public',
    (address) => {
      expect(isPublic(address)).toBe(true);
    },
  );
  it.each([
    ...[
      '0.0.0.0',
      '10.0.0.1',
      '100.64.0.1',
      '127.0.0.1',
      '127.255.0.1',
      '169.254.169.254',
      '172.16.0.1',
      '172.31.255.1',
    ],
    ...['192.0.0.1', '192.0.2.1', '192.88.99.1', '192.168.1.1', '198.18.0.1', '198.51.100.1', '203.0.113.1'],
    ...['224.0.0.1', '240.0.0.1', '255.255.255.255', '::', '::1', '::ffff:10.0.0.1', '::ffff:8.8.8.8', '::7f00:1'],
    ...['64:ff9b::a00:1', '100::1', '2001::1', '2001:db8::1', '2002:a00:1::', 'fc00::1', 'fd12::1', 'fe80::1'],
    ...['ff02::1', '3fff::1', 'localhost', '', '8.8.8.8.8'],
  ])('%s is not public', (address) => {
    expect(isPublic(address)).toBe(false);
  });

  it('is read in every way a URL can write it', () => {
    for (const host of ['2130706433', '0x7f000001', '017700000001', '127.1', '[::ffff:127.0.0.1]', '0'])
      expect(urlFault(`https://${host}/`, { allowPrivate: false }), host).toContain('not a public one');
    expect(urlFault('https://8.8.8.8/', { allowPrivate: false })).toBeUndefined();
    expect(urlFault('http://127.0.0.1/', { allowPrivate: true })).toBeUndefined();
  });
});

describe('a signature', () => {
  it('is that of the convention: its published example', () => {
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    const body = '{"test": 2432232314}';
    expect(signatureOf(secret, 'msg_p5jXN8AQM9LWM0D4loKWxJek', 1614265330, body)).toBe(
      'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    );
  });

  it('is made with 32 bytes that are never the same', () => {
    const secrets = Array.from({ length: 50 }, newSecret);
    expect(new Set(secrets).size).toBe(50);
    for (const secret of secrets) expect(Buffer.from(secret.replace('whsec_', ''), 'base64')).toHaveLength(32);
  });
});

describe('messages of a book with every kind of event', () => {
  let template: Awaited<ReturnType<typeof smallBookTemplate>>;
  let book: Copied;
  beforeAll(async () => {
    template = await smallBookTemplate();
    book = await template.copy();
  });
  afterAll(async () => {
    await book.drop();
    await template.drop();
  });

  const TERMS = { currency: 'CNY', digits: 2 };

  async function newsOf(audience: Audience): Promise<News[]> {
    const heads = await partitionHeads(book.session);
    const stretches = [...heads].map(([partition, { position }]) => ({ partition, after: 0n, through: position }));
    const types = typesOf(kindsFor(audience.role));
    return newsIn(book.session, stretches, { endpointId: 0, types, audience, limit: 100_000, digits: 2 });
  }

  async function column(sql: string): Promise<string[]> {
    const { rows } = await book.session.client.query<{ id: string }>(sql);
    return rows.map((row) => row.id);
  }

  it('are of every kind that the book has, one for each entry that posted but tax, and one for each statement', async () => {
    const audience: Audience = { role: 'operator', party: null };
    const news = await newsOf(audience);
    const messages = news.map(({ logged, winner }) => messageOf(logged, winner, audience, TERMS));
    const kinds = new Set(messages.map(({ kind }) => kind));
    const types = await column('select distinct type::text as id from log');
    const expected = types.flatMap((type) => kindOf(type as EventType) ?? []);
    expect([...kinds].sort()).toEqual([...new Set(expected)].sort());
    expect(expected.length).toBeGreaterThan(11);
    const [count] = await column(
      `select count(*)::text as id from log
       where (ordinal > 0 and type not in ('TaxWithheld')) or type = 'StatementIssued'`,
    );
    expect(messages).toHaveLength(Number(count));
    expect(new Set(messages.map(({ id }) => id)).size).toBe(messages.length);
    for (const { id, body } of messages) {
      expect(id).not.toContain('.');
      expect(body).not.toContain('\n');
      const line = JSON.parse(body) as { type: string; data: { order_line_id?: string; pid?: string } };
      expect(line.data.order_line_id !== undefined).toBe(/^(commission|earning)/.test(line.type));
      if (line.data.order_line_id !== undefined) expect(line.data.pid).toMatch(/^mm_/);
    }
  });

  it('hold every sum that was posted to a party, and nothing of anybody else', async () => {
    const buyers = await column('select distinct buyer_id as id from order_line');
    const publishers = await column('select distinct publisher_id as id from publisher');
    const sellers = await column('select distinct seller_id as id from shop');
    const reasons = ['looked at', 'nobody sent this buyer', 'Chen', 'Wu'];
    const isIn = (text: string, id: string): boolean => new RegExp(`(?<![A-Za-z0-9])${id}(?![A-Za-z0-9])`).test(text);
    const parties = [
      ...publishers.map((party) => ({ role: 'publisher' as const, party })),
      ...sellers.map((party) => ({ role: 'seller' as const, party })),
    ];
    let seen = 0;
    for (const audience of parties) {
      const others = [
        ...buyers,
        ...(audience.role === 'publisher' ? publishers : sellers).filter((one) => one !== audience.party),
        ...(audience.role === 'publisher' ? sellers : []),
      ];
      for (const { logged, winner } of await newsOf(audience)) {
        const { body } = messageOf(logged, winner, audience, TERMS);
        // Ids of lines and decisions hold numbers of their own.
        const { data } = JSON.parse(body) as { data: Record<string, unknown> };
        const { order_line_id, refund_id, decision_id, deduction_id, payout_id, click_id, ...told } = data;
        seen++;
        for (const other of others) expect(isIn(JSON.stringify(told), other), `${other} in ${body}`).toBe(false);
        for (const reason of reasons) expect(body).not.toContain(reason);
      }
    }
    expect(seen).toBeGreaterThan(150);
  });
});

describe('what follows from a round', () => {
  const endpoint = {
    endpointId: 1,
    url: 'https://e.example',
    audience: { role: 'operator', party: null },
    kinds: [],
    generation: 1,
    failingSince: null,
    failures: 0,
    lastDelivered: null,
    secrets: [],
  } as const;
  const newsAt = (n: number): News => ({
    logged: { partition: 0, position: BigInt(n), ordinal: 1, event: { subject: `L${n}` } } as unknown as News['logged'],
    winner: { pid: null, clickId: null, trace: null, subId: null },
    isBehind: false,
  });
  const answers = fc.array(fc.constantFrom('taken' as const, 'failed' as const, 'gone' as const), { maxLength: 16 });

  it('accounts for every delivery, and blames the endpoint only where nothing was taken', () => {
    fc.assert(
      fc.property(answers, fc.nat(30), fc.nat(6), fc.nat(1_000_000), (kinds, failures, days, pause) => {
        const tried = kinds.map((kind, i): Tried => {
          const news = i % 2 === 0 ? newsAt(i) : { ...newsAt(i), attempts: i, firstFailed: 5 };
          return { news, answer: { kind, text: kind, pause: kind === 'failed' ? pause : 0 } };
        });
        const at = 1_000_000_000;
        const round = {
          endpoint: { ...endpoint, failures, failingSince: at - days * 86_400_000 },
          at,
          tried,
          behind: [newsAt(99)],
          cursors: new Map(),
        };
        const outcome = outcomeOf(round);
        expect(outcome.taken + outcome.failed.length).toBe(tried.length + 1);
        const isAllLost = tried.length > 0 && outcome.taken === 0;
        if (isAllLost) expect(outcome.failures).toBe(failures + 1);
        if (outcome.taken > 0) expect([outcome.failures, outcome.failingSince]).toEqual([0, null]);
        expect(outcome.paused !== null).toBe(kinds.includes('gone') || (isAllLost && days >= 3));
        for (const one of outcome.failed) {
          if (one.state === 'given-up') expect([one.nextAttempt, outcome.taken > 0]).toEqual([null, true]);
          else if (one.attempts > 0) expect(one.nextAttempt).toBeGreaterThanOrEqual(at + 60_000);
        }
      }),
    );
  });
});
