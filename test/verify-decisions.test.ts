/**
 * Every field of every event altered one at a time, as somebody would who can seal the chain anew: either the decision no
 * longer follows from the facts beside it, or the field is on the list of those that only what was delivered can prove.
 */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Event, type EventOf, sealText } from '../src/core/event.ts';
import { post } from '../src/core/ledger.ts';
import { parsePolicy } from '../src/core/policy.ts';
import { readBody } from '../src/core/shapes.ts';
import { Checks } from '../src/core/verify/finding.ts';
import { after, checkDecision, checkParties, owedAfter, type Past, type VerifyTerms } from '../src/core/verify/past.ts';
import type { Adopted } from '../src/core/verify/policies.ts';
import { verify } from '../src/run/verify.ts';
import { genesis, readBook } from '../src/store/book.ts';
import { type LogRow, logRows } from '../src/store/proof.ts';
import type { Session } from '../src/store/session.ts';
import { type Copied, smallBookTemplate } from './small-book.ts';

let template: Awaited<ReturnType<typeof smallBookTemplate>>;
let copy: Copied;
beforeAll(async () => {
  template = await smallBookTemplate();
  copy = await template.copy();
});
afterAll(async () => {
  await copy.drop();
  await template.drop();
});

async function eventsOf(session: Session, partition: number): Promise<LogRow[]> {
  const all: LogRow[] = [];
  for await (const rows of logRows(session, partition, 5000)) all.push(...rows);
  return all;
}

const withBody = (row: LogRow, body: string): Event | undefined => {
  const read = readBody(row.type, body, 2);
  if ('unreadable' in read) return undefined;
  const { type, business_day: businessDay, occurred_at: occurredAt, subject } = row;
  return { type, businessDay, occurredAt, subject, sellerId: row.seller_id, publisherId: row.publisher_id, body: read } as Event;
};

/** Every leaf of a body with another value near to it. */
function* altered(value: unknown, path: string): Generator<{ path: string; other: unknown }> {
  if (typeof value === 'string') yield { path, other: otherText(value) };
  else if (typeof value === 'number') yield { path, other: value + 1 };
  else if (typeof value === 'boolean') yield { path, other: !value };
  else if (typeof value === 'object' && value !== null) {
    for (const [key, part] of Object.entries(value)) {
      for (const one of altered(part, `${path}.${/^\d+$/.test(key) ? '*' : key}`)) {
        const copied: unknown = Array.isArray(value) ? [...(value as unknown[])] : { ...value };
        (copied as Record<string, unknown>)[key] = one.other;
        yield { path: one.path, other: copied };
      }
    }
  }
}

function otherText(text: string): string {
  if (/^-?\d+\.\d\d$/.test(text)) return (Number(text) + 0.01).toFixed(2);
  if (/^\d{4}-\d\d-\d\dT/.test(text)) return new Date(Date.parse(text) + 1000).toISOString();
  if (/^0\.\d+$/.test(text)) return String(Number((Number(text) + 0.01).toFixed(6)));
  return `${text}x`;
}

/** What is found of an event whose body reads, given its past and the event right before it in the log. */
function findings(event: Event, past: Past | undefined, before: Event | undefined, terms: VerifyTerms, partition: number): number {
  const checks = new Checks(2);
  checkParties(event, partition, terms.partitions, checks);
  if (checks.findings.length > 0) return checks.findings.length;
  checkDecision(past, event, terms, checks);
  if (event.type === 'TaxWithheld' || event.type === 'PayoutInstructed') {
    const owed = before?.type === 'StatementIssued' ? owedAfter(before, terms) : [];
    if (owed[0]?.type === event.type) checks.alike('decisions', 'body', event.body, owed[0].body);
  }
  return checks.findings.length;
}

/** Fields that no other recorded fact bounds, or bounds on one side only: the chain seals them, and `--deep` derives them. */
const ONLY_FROM_DELIVERY: readonly string[] = [];

describe('a decision altered in one field', () => {
  it('does not follow any more, but for the fields that only the deliveries prove', async () => {
    const book = await readBook(copy.session);
    if (book === undefined) throw new Error('no book');
    const adopted: Adopted[] = [];
    const terms: VerifyTerms = { calendar: book.calendar, digits: 2, partitions: book.partitions, adopted };
    const open = new Set<string>();
    let tried = 0;
    for (const partition of [0, 1]) {
      const pasts = new Map<string, Past>();
      let before: Event | undefined;
      for (const row of await eventsOf(copy.session, partition)) {
        const event = withBody(row, row.body);
        if (event === undefined) throw new Error(row.body);
        if (event.type === 'PolicyAdopted') {
          const policy = parsePolicy(event.body.policy, 2);
          if (typeof policy !== 'string') adopted.push({ version: event.body.version, since: event.businessDay, policy });
        }
        const past = row.previous === null ? undefined : pasts.get(row.subject);
        expect(findings(event, past, before, terms, partition), row.body).toBe(0);
        const legs = JSON.stringify(post(event), (_key, one: unknown) => String(one) === '[object Object]' || Array.isArray(one) ? one : String(one));
        for (const { path, other } of altered(JSON.parse(row.body), event.type)) {
          tried++;
          const changed = withBody(row, JSON.stringify(other));
          if (changed === undefined || findings(changed, past, before, terms, partition) > 0) continue;
          const now = JSON.stringify(post(changed), (_key, one: unknown) => String(one) === '[object Object]' || Array.isArray(one) ? one : String(one));
          if (now === legs) open.add(path);
        }
        pasts.set(row.subject, after(past, event, row.position, row.ordinal));
        before = event;
      }
    }
    expect(tried).toBeGreaterThan(5000);
    expect([...open].sort()).toEqual([...ONLY_FROM_DELIVERY].sort());
  });
});
void createHash; void sealText; void genesis; void verify; type _X = EventOf<'DayOpened'>;
