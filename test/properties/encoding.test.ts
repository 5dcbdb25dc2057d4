/**
 * What an event is sealed as can be read back into the event, all of it. So no two different events, and no event in two
 * different places, are ever sealed as the same text.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bodyText, type Event, type EventType, sealText, selfDelimited } from '../../src/core/events/event.ts';
import { readBody } from '../../src/core/events/event-body.ts';
import { eventWith } from '../../src/core/events/read-body.ts';

/** Reads self-delimited fields back; throws where the text is no such fields. */
function fieldsIn(text: string): (string | null)[] {
  const fields: (string | null)[] = [];
  for (let at = 0; at < text.length; ) {
    if (text.startsWith('-,', at)) {
      fields.push(null);
      at += 2;
      continue;
    }
    const length = /^\d+(?=:)/.exec(text.slice(at, at + 12))?.[0];
    if (length === undefined) throw new Error(`no field at ${at}`);
    const from = at + length.length + 1;
    const to = from + Number(length);
    if (text[to] !== ',') throw new Error(`no end at ${to}`);
    fields.push(text.slice(from, to));
    at = to + 1;
  }
  return fields;
}

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom('', '-', '-,', '1:a,', '0:,', '12:', ',', ':', '|', '\0', '"', '\\', 'null', '淘宝', '💸'),
);
const place = fc.record({
  partition: fc.nat(255),
  position: fc.bigInt({ min: 1n, max: 2n ** 60n }),
  ordinal: fc.nat(99),
  previous: fc.option(fc.bigInt({ min: 1n, max: 2n ** 60n })),
});
const hex = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('hex'));
const money = fc.bigInt({ min: -(10n ** 11n), max: 10n ** 11n });
const day = fc.constantFrom('2013-12-11', '2013-12-12', '2014-01-20');
const refund = fc.record({ refund: text, amount: money, refunded_at: fc.constant('2013-12-11T02:00:00.000Z') });
const amounts = { commission: money, fee: money, earning: money };

const adjustment = fc.record({
  adjustment: text,
  amount: money,
  reason: text,
  document: hex,
  proposed_by: text,
  approved_by: text,
});

/** Bodies of every way a field can be: amounts, nested amounts, lists, texts, flags, counts, null, left out. */
const BODIES = {
  BookOpened: fc.record({
    format: fc.nat(),
    currency: text,
    digits: fc.nat(),
    zone: text,
    partitions: fc.nat(),
    digest_key: hex,
  }),
  PolicyAdopted: fc.record({ version: fc.nat(), name: text, rules: fc.nat(), policy: text }),
  DeliveriesSealed: fc.record({ tables: fc.array(fc.record({ table: text, rows: fc.nat(), digest: hex })) }),
  DayOpened: fc.record({ policy: fc.nat() }),
  RunCompleted: fc.record({
    policy: fc.nat(),
    heads: fc.array(fc.tuple(fc.nat(15), fc.nat(), hex), { maxLength: 3 }),
    tallies: fc.array(
      fc.record({ partition: fc.nat(15), events: fc.nat(), transfers: fc.nat(), amount: money, tree: hex }),
      { maxLength: 3 },
    ),
    root: hex,
  }),
  CommissionSettled: fc.record({
    pocket: fc.constantFrom('payable', 'held'),
    paid: money,
    received: fc.option(money),
    refunds: fc.array(refund, { maxLength: 3 }),
    base: money,
    rate: fc.constantFrom('0.05', '0.1'),
    fee_rate: fc.constantFrom('0.1', '0'),
    ...amounts,
    policy: fc.nat(),
  }),
  CommissionVoided: fc.record(
    {
      reason: fc.constantFrom('below-minimum', 'forfeited'),
      minimum: money,
      base: money,
      decision: text,
      because: text,
    },
    { requiredKeys: ['reason'] },
  ),
  CommissionReversed: fc.record({
    pocket: fc.constantFrom('payable', 'held'),
    refund,
    base: money,
    rate: fc.constant('0.05'),
    fee_rate: fc.constant('0.1'),
    ...amounts,
    left: fc.record(amounts),
  }),
  DeductionFailed: fc.record({ amount: money, reason: text, after_confirmation: fc.boolean() }),
  AdjustmentPosted: adjustment,
  DueAdjusted: adjustment,
} as const;

const anyEvent: fc.Arbitrary<Event> = fc
  .constantFrom(...(Object.keys(BODIES) as (keyof typeof BODIES)[]))
  .chain((type) =>
    fc.record({
      type: fc.constant<EventType>(type),
      businessDay: day,
      occurredAt: fc.nat(2_000_000_000_000),
      subject: text,
      sellerId: fc.option(text),
      publisherId: fc.option(text),
      body: BODIES[type] as fc.Arbitrary<object>,
    }),
  )
  .map((event) => JSON.parse(JSON.stringify(event, kept), revived) as Event);

/** Records of fast-check have no prototype; through JSON they are plain, bigints kept. */
const kept = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? { minor: String(value) } : value);
const revived = (_key: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'minor' in value ? BigInt(String(value.minor)) : value;

describe('fields', () => {
  it('are read back as they were written, in their number and order', () => {
    fc.assert(
      fc.property(fc.array(fc.option(text), { maxLength: 8 }), (fields) => {
        expect(fieldsIn(selfDelimited(fields))).toEqual(fields);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('an event', () => {
  it('is read back from what it is sealed as, with its place and the hash before it, to the byte in UTF-8', () => {
    fc.assert(
      fc.property(anyEvent, place, hex, (event, at, before) => {
        const body = bodyText(event, 2);
        const sealed = Buffer.from(sealText(event, at, body, before)).toString();
        const [
          hash,
          partition,
          position,
          type,
          businessDay,
          occurredAt,
          subject,
          ordinal,
          seller,
          publisher,
          previous,
          own,
        ] = fieldsIn(sealed);
        expect(fieldsIn(sealed)).toHaveLength(12);
        const read = readBody(type as EventType, own ?? '', 2);
        expect(
          eventWith(
            {
              type: type as EventType,
              business_day: businessDay ?? '',
              occurred_at: Number(occurredAt),
              subject: subject ?? '',
              seller_id: seller ?? null,
              publisher_id: publisher ?? null,
            },
            read,
          ),
        ).toEqual(event);
        expect([hash, partition, position, ordinal, previous]).toEqual([
          before,
          ...[at.partition, at.position, at.ordinal].map(String),
          at.previous === null ? null : String(at.previous),
        ]);
      }),
      { numRuns: 3000 },
    );
  });

  it('is not sealed as its twin, of which a character stands in the next field', () => {
    fc.assert(
      fc.property(anyEvent, place, hex, text, text, (event, at, before, subject, seller) => {
        const sealed = (one: string, other: string): string => {
          const twin = { ...event, subject: one, sellerId: other };
          return sealText(twin, at, bodyText(twin, 2), before);
        };
        expect(sealed(`${subject},`, seller)).not.toBe(sealed(subject, `,${seller}`));
        expect(sealed(`${subject}1:x`, seller)).not.toBe(sealed(subject, `1:x${seller}`));
      }),
      { numRuns: 1000 },
    );
  });
});
