/**
 * Every field of every event altered one at a time, as somebody would who can seal the chain anew: either the decision no
 * longer follows from the facts beside it, or the field is on the list of those that only what was delivered can prove.
 */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Event } from '../../src/core/events/event.ts';
import { post } from '../../src/core/ledger.ts';
import { owedAfter } from '../../src/core/month/statement.ts';
import { parsePolicy } from '../../src/core/policy/policy.ts';
import { Checks } from '../../src/core/verify/finding.ts';
import { after, checkDecision, checkParties, type Past, type VerifyTerms } from '../../src/core/verify/past.ts';
import { type Adopted, policyOn } from '../../src/core/verify/policies.ts';
import { readBook } from '../../src/store/night/book.ts';
import { verify } from '../../src/verify/verify.ts';
import { type Copied, smallBookTemplate } from '../support/small-book.ts';
import { eventsOf, reseal, withBody } from './reseal.ts';

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
function findings(
  event: Event,
  past: Past | undefined,
  before: Event | undefined,
  terms: VerifyTerms,
  partition: number,
): number {
  const checks = new Checks(2);
  checkParties(event, partition, terms.partitions, checks);
  if (checks.findings.length > 0) return checks.findings.length;
  checkDecision(past, event, terms, checks);
  if (event.type === 'TaxWithheld' || event.type === 'PayoutInstructed') {
    const taxProfile = policyOn(terms.adopted, event.businessDay)?.policy.taxProfile ?? 'none';
    const owed = before?.type === 'StatementIssued' ? owedAfter(before, taxProfile) : [];
    if (owed[0]?.type === event.type) checks.alike('decisions', 'body', event.body, owed[0].body);
  }
  return checks.findings.length;
}

const legsText = (event: Event): string =>
  post(event)
    .map(({ debit, credit, amount }) => `${debit} ${credit} ${amount}`)
    .join();

/** What `verify` proves from account days and transfers, from the chain and from the night's tree, not from the event alone. */
const FROM_THE_BOOK: readonly string[] = [
  ...['currency', 'digits', 'format', 'partitions', 'zone'].map((term) => `BookOpened.${term}`),
  'DeliveriesSealed.tables.*.rows',
  'DeliveriesSealed.tables.*.table',
  'RunCompleted.heads.*.*',
  ...['partition', 'events', 'transfers', 'amount'].map((figure) => `RunCompleted.tallies.*.${figure}`),
  'StatementIssued.lines.count',
  ...['opening', 'earnings', 'reversals', 'releases', 'forfeitures', 'adjustments', 'tax', 'payouts', 'closing'].map(
    (figure) => `StatementIssued.${figure}`,
  ),
  ...['gross', 'tax_due', 'returned', 'payout'].map((figure) => `StatementIssued.${figure}`),
];

/** Fields that no other recorded fact bounds, or bounds on one side only: the chain seals them, and `--deep` derives them. */
const FROM_DELIVERY: readonly string[] = [
  'AdjustmentPosted.adjustment',
  'AdjustmentPosted.approved_by',
  'AdjustmentPosted.proposed_by',
  'AdjustmentPosted.reason',
  'AppealDecided.decided_by',
  'AppealDecided.decision',
  'AppealDecided.publisher',
  'AppealDecided.reason',
  'AppealLodged.by',
  'AppealLodged.decision',
  'AppealLodged.publisher',
  'AppealLodged.reason',
  'CaseDecided.amount',
  'CaseDecided.appeal_until',
  'CaseDecided.approved_by',
  'CaseDecided.lines',
  'CaseDecided.points',
  'CaseDecided.proposed_by',
  'CaseDecided.publishers.*',
  'CaseDecided.reason',
  'CommissionForfeited.decided_by',
  'CommissionForfeited.decision',
  'CommissionForfeited.reason',
  'CommissionReleased.decided_by',
  'CommissionReleased.decision',
  'CommissionReleased.reason',
  'CommissionRestored.source.plan',
  'CommissionRestored.source.valid_from',
  'CommissionRestored.tested.*.programme.since',
  'CommissionRestored.tested.*.site.since',
  'CommissionReversed.refund.correction',
  'CommissionReversed.refund.refund',
  'CommissionVoided.because',
  'DeductionConfirmed.reason',
  'DeductionFailed.reason',
  'DueAdjusted.adjustment',
  'DueAdjusted.approved_by',
  'DueAdjusted.proposed_by',
  'DueAdjusted.reason',
  'LineBroughtIn.approved_by',
  'LineBroughtIn.cut_over',
  'LineBroughtIn.order.buyer',
  'LineBroughtIn.order.category',
  'LineBroughtIn.order.item',
  'LineBroughtIn.order.mall',
  'LineBroughtIn.order.order_id',
  'LineBroughtIn.order.paid',
  'LineBroughtIn.order.shop',
  'LineBroughtIn.pid',
  'LineBroughtIn.prepared_by',
  'LineBroughtIn.settled.confirmed_at',
  'NoticeCancelled.cancelled_by',
  'NoticeCancelled.reason',
  'NoticeIssued.effective_at',
  'NoticeIssued.issued_by',
  'NoticeIssued.reason',
  'NoticeIssued.score',
  'NoticeIssued.site',
  'DisputeOpened.line',
  'DisputeOpened.reason',
  'DisputeOpened.seller',
  'OpeningPosted.approved_by',
  'OpeningPosted.cut_over',
  'OpeningPosted.prepared_by',
  'OrderAttributed.order.buyer',
  'OrderAttributed.order.category',
  'OrderAttributed.order.item',
  'OrderAttributed.order.order_id',
  'OrderAttributed.order.paid',
  'OrderAttributed.order.shop',
  'OrderAttributed.rest.count',
  'OrderAttributed.signals.*.evidence.clicks.*.click',
  'OrderAttributed.signals.*.evidence.clicks.*.item',
  'OrderAttributed.signals.*.evidence.clicks.*.pid',
  'OrderAttributed.signals.*.evidence.domain',
  'OrderAttributed.signals.*.evidence.publisher',
  'OrderAttributed.source.member_since',
  'OrderAttributed.source.plan',
  'OrderAttributed.source.valid_from',
  'OrderAttributed.source.valid_to',
  'OrderAttributed.tested.*.candidate.at',
  'OrderAttributed.tested.*.candidate.click',
  'OrderAttributed.tested.*.candidate.item',
  'OrderAttributed.tested.*.candidate.pid',
  'OrderAttributed.tested.*.candidate.shop',
  'OrderAttributed.tested.*.permission.since',
  'OrderAttributed.tested.*.programme.since',
  'OrderAttributed.tested.*.site.since',
  'OrderAttributed.unknown_pids',
  'OrderUnattributed.order.buyer',
  'OrderUnattributed.order.category',
  'OrderUnattributed.order.item',
  'OrderUnattributed.order.order_id',
  'OrderUnattributed.order.paid',
  'OrderUnattributed.order.shop',
  'OrderUnattributed.tested.*.candidate.at',
  'OrderUnattributed.tested.*.candidate.click',
  'OrderUnattributed.tested.*.candidate.item',
  'OrderUnattributed.tested.*.candidate.pid',
  'OrderUnattributed.tested.*.candidate.shop',
  'OrderUnattributed.tested.*.permission.since',
  'OrderUnattributed.tested.*.programme.since',
  'OrderUnattributed.tested.*.site.since',
  'PayoutConfirmed.reason',
  'PayoutReturned.reason',
  'PermissionApplied.appeal_of',
  'PermissionApplied.site',
  'PermissionApplied.statement',
  'PermissionApproved.decided_by',
  'PermissionApproved.reason',
  'PermissionRejected.decided_by',
  'PermissionRejected.reason',
  'SiteWithdrawn.reason',
  'SiteWithdrawn.withdrawn_by',
];

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
          if (typeof policy !== 'string')
            adopted.push({ version: event.body.version, since: event.businessDay, policy });
        }
        const past = row.previous === null ? undefined : pasts.get(row.subject);
        expect(findings(event, past, before, terms, partition), row.body).toBe(0);
        const legs = legsText(event);
        for (const { path, other } of altered(JSON.parse(row.body), event.type)) {
          tried++;
          const changed = withBody(row, JSON.stringify(other));
          if (changed === undefined || findings(changed, past, before, terms, partition) > 0) continue;
          if (legsText(changed) === legs) open.add(path);
        }
        pasts.set(row.subject, after(past, event, row.position, row.ordinal));
        before = event;
      }
    }
    expect(tried).toBeGreaterThan(5000);
    expect([...open].sort()).toEqual([...FROM_THE_BOOK, ...FROM_DELIVERY].sort());
  });
});
describe('a log sealed anew', () => {
  it('verifies when nothing was altered', async () => {
    const own = await template.copy();
    try {
      await own.session.client.query('set session_replication_role = replica');
      await own.session.client.query("update partition_head set hash = '' where partition = 1");
      await reseal(own.session, 2);
      const order = { url: own.url, workers: 1, deep: false, onProgress: () => {} };
      expect((await verify(own.session, order)).differences).toEqual([]);
    } finally {
      await own.drop();
    }
  });

  it.each([
    'OrderAttributed.order.item',
    'OrderAttributed.source.valid_from',
    'OrderAttributed.tested.*.site.since',
    'OrderUnattributed.order.buyer',
    'CommissionReleased.decided_by',
    'CommissionReversed.refund.refund',
    'CommissionVoided.because',
    'CommissionRestored.source.plan',
    'CaseDecided.points',
    'DisputeOpened.line',
    'AppealLodged.by',
    'AppealDecided.reason',
    'DeductionFailed.reason',
  ])('and altered in %s is found by what was delivered, and not by the log', async (path) => {
    expect(FROM_DELIVERY).toContain(path);
    const own = await template.copy();
    try {
      await own.session.client.query('set session_replication_role = replica');
      const place = await alterOne(own, path);
      await reseal(own.session, 2);
      const order = { url: own.url, workers: 1, onProgress: () => {} };
      expect((await verify(own.session, { ...order, deep: false })).differences).toEqual([]);
      const { differences } = await verify(own.session, { ...order, deep: true });
      expect(differences.map(({ kind, first }) => ({ kind, subject: first.subject }))).toEqual([
        { kind: 'intake', subject: place },
      ]);
    } finally {
      await own.drop();
    }
  });
});

describe('what a signal saw, altered and the log sealed anew', () => {
  it('is named by its field, from the log alone', async () => {
    const own = await template.copy();
    try {
      await own.session.client.query('set session_replication_role = replica');
      const subject = await alterOne(own, 'OrderAttributed.signals.*.evidence.gap_ms');
      await reseal(own.session, 2);
      const order = { url: own.url, workers: 1, deep: false, onProgress: () => {} };
      const { differences } = await verify(own.session, order);
      expect(differences.map(({ kind, first }) => [kind, first.subject, first.field])).toEqual([
        ['decisions', subject, expect.stringMatching(/^body\.signals\.\d\.evidence$/)],
      ]);
    } finally {
      await own.drop();
    }
  });
});

describe('a statement altered in the log and in its table, the log sealed anew', () => {
  it.each(['opening', 'earnings', 'closing', 'gross', 'returned'])(
    'is found in %s by account days and transfers',
    async (figure) => {
      expect(FROM_THE_BOOK).toContain(`StatementIssued.${figure}`);
      const own = await template.copy();
      try {
        await own.session.client.query('set session_replication_role = replica');
        const { rows } = await own.session.client.query<{ conname: string }>(
          "select conname from pg_constraint where conrelid = 'statement'::regclass and contype = 'c'",
        );
        for (const { conname } of rows)
          await own.session.client.query(`alter table statement drop constraint ${conname}`);
        const subject = await alterOne(own, `StatementIssued.${figure}`);
        await own.session.client.query(
          `update statement set ${figure} = ${figure} + 1 where publisher_id || '-' || month = $1`,
          [subject],
        );
        await reseal(own.session, 2);
        const { differences } = await verify(own.session, {
          url: own.url,
          workers: 1,
          deep: false,
          onProgress: () => {},
        });
        expect(differences[0]).toMatchObject({ kind: 'statements', first: { subject, field: `statement.${figure}` } });
      } finally {
        await own.drop();
      }
    },
  );
});

describe("a statement's digest of its lines", () => {
  it.each(['count', 'digest'])('altered in its %s, the log sealed anew, is found from the entries', async (field) => {
    const own = await template.copy();
    try {
      await own.session.client.query('set session_replication_role = replica');
      const { rows } = await own.session.client.query<{ subject: string }>(
        `update log set body = case $1 when 'count' then regexp_replace(body::text, '"count":\\d+', '"count":77')
           else regexp_replace(body::text, '"digest":"....', '"digest":"0000') end::json
         where (partition, position) = (select partition, position from log where type = 'StatementIssued'
           order by partition desc, position desc limit 1) returning subject`,
        [field],
      );
      await reseal(own.session, 2, true);
      const order = { url: own.url, workers: 1, deep: false, onProgress: () => {} };
      const { differences } = await verify(own.session, order);
      expect(differences.map(({ kind, first }) => [kind, first.field, first.subject])).toEqual([
        ['statements', 'StatementIssued.lines', rows[0]?.subject],
      ]);
    } finally {
      await own.drop();
    }
  });
});

/** Alters the last event with such a field; returns its subject. */
async function alterOne({ session }: Copied, path: string): Promise<string> {
  const rows = (
    await Promise.all(
      [0, 1].map(async (partition) => (await eventsOf(session, partition)).map((row) => ({ partition, row }))),
    )
  ).flat();
  for (const { partition, row } of rows.reverse()) {
    if (row.type !== path.split('.')[0] || row.body.includes('below-minimum')) continue;
    const found = [...altered(JSON.parse(row.body), row.type)].find((one) => one.path === path);
    if (found === undefined) continue;
    await session.client.query('update log set body = $1 where partition = $2 and position = $3', [
      JSON.stringify(found.other),
      partition,
      row.position,
    ]);
    return row.subject;
  }
  throw new Error(`no event of the small book has ${path}`);
}
