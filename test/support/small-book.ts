/**
 * A small book of its own making with every kind of event a night writes: generated feeds with amounts a hundred times as
 * large, so that there is tax, and the bank's results for what was instructed.
 */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { generateBook } from '../../src/cli/generate/book.ts';
import { commandDoor } from '../../src/cli/person.ts';
import { type Policy, parsePolicy } from '../../src/core/policy/policy.ts';
import { deliver } from '../../src/ingest/deliver/deliver.ts';
import { perform } from '../../src/office/acts/act.ts';
import { approveCase, decideAppeal, decideCase, lodgeAppeal } from '../../src/office/acts/cases.ts';
import { caseSummaries } from '../../src/office/cases.ts';
import { connect, type Session } from '../../src/store/connection/session.ts';
import { adoptPolicy, createBook, readBook } from '../../src/store/night/book.ts';
import { deliverFolder, runThrough } from '../books/play.ts';
import { freshDatabase, within } from './database.ts';

const LAST_DAY = '2014-02-21';
const POLICY = JSON.stringify({
  taxProfile: 'cn-labour',
  minimumCommission: '40.00',
  actions: { 'referrer-mismatch': 'hold', 'no-referrer': 'hold' },
});

const LATER = JSON.stringify({
  name: 'later',
  taxProfile: 'cn-labour',
  restoreOverwritten: true,
  clearingDays: 3,
  payWhenCollected: true,
});

function policyOf(document: string): Policy {
  const policy = parsePolicy(document, 2);
  if (typeof policy === 'string') throw new Error(policy);
  return policy;
}

/** Makes the small book, its partitions two, and delivers it; `then` is given the folder of its feeds. */
export async function deliverSmallBook(session: Session, then: (out: string) => Promise<void>): Promise<void> {
  const policy = policyOf(POLICY);
  const terms = { zone: 'Asia/Shanghai', currency: 'CNY', digits: 2, partitions: 2, digestKey: Buffer.alloc(32, 1) };
  await createBook(session, { ...terms, policy });
  const out = await mkdtemp(join(tmpdir(), 'cps-small-'));
  try {
    await generateBook({ lines: 90, seed: 7, out, days: 3, clicksPerLine: 6, publishers: 20 });
    await enlarge(out);
    await deliverFolder(session, out);
    await then(out);
  } finally {
    await rm(out, { recursive: true });
  }
}

/** Plays the small book in the database of a session. */
async function playSmallBook(session: Session, url: string): Promise<void> {
  await deliverSmallBook(session, async (out) => {
    await runThrough({ session, url }, '2013-12-21', { smallNight: 20 });
    await adoptPolicy(session, policyOf(LATER));
    await deliverResults(session, out);
    await deliverDecisions(session, out);
    await deliverMatters(session, out);
    await decideAtDesk(session, out);
    await deliverFinance(session, out);
    await runThrough({ session, url }, LAST_DAY);
  });
}

/** Makes every amount of the trade a hundred times as large. */
async function enlarge(out: string): Promise<void> {
  const columns: Readonly<Record<string, string>> = {
    'orders.csv': 'paid_amount',
    'receipts.csv': 'received_amount',
    'refunds.csv': 'amount',
  };
  for (const name of (await readdir(out)).filter((file) => file in columns)) {
    const [header = '', ...rows] = (await readFile(join(out, name), 'utf8')).trimEnd().split('\n');
    const at = header.split(',').indexOf(columns[name] ?? '');
    const larger = rows.map((row) =>
      row
        .split(',')
        .map((cell, i) => (i === at && cell !== '' ? `${cell.replace('.', '')}.00` : cell))
        .join(','),
    );
    await writeFile(join(out, name), [header, ...larger, ''].join('\n'));
  }
}

/** Of every four instructions one is confirmed, one fails, one fails after it was confirmed, and one waits. */
async function deliverResults(session: Session, out: string): Promise<void> {
  for (const [kind, after] of [
    ['deduction', 'failed'],
    ['payout', 'returned'],
  ] as const) {
    const made = await session.db
      .selectFrom('instruction')
      .select('instruction_id')
      .where('kind', '=', kind)
      .orderBy('instruction_id')
      .execute();
    const rows = made.flatMap(({ instruction_id: id }, i) => [
      ...(i % 4 === 0 || i % 4 === 2 ? [`${id},confirmed,2013-12-23 10:00:00,`] : []),
      ...(i % 4 === 1 || i % 4 === 2 ? [`${id},${after},2013-12-24 10:00:00,no such account`] : []),
    ]);
    const path = join(out, `${kind}-results.csv`);
    await writeFile(path, [`${kind}_id,status,at,reason`, ...rows, ''].join('\n'));
    await deliver(session, { path, feed: `${kind}-results` }, () => {});
  }
}

/** Of the lines held, settled or not, in turn one is forfeited and one released. */
async function deliverDecisions(session: Session, out: string): Promise<void> {
  const lines = await session.db
    .selectFrom('attribution')
    .leftJoin('settlement', 'settlement.order_line_id', 'attribution.order_line_id')
    .select(['attribution.order_line_id', 'settlement.state'])
    .where('held', '=', true)
    .orderBy('settlement.state')
    .orderBy('attribution.order_line_id')
    .execute();
  const rows = lines.map(({ order_line_id: line }, i) => {
    const decision = i % 2 === 0 ? 'forfeit' : 'release';
    return `X${i},${line},${decision},2013-12-25 09:00:00,somebody,looked at`;
  });
  const path = join(out, 'risk-decisions.csv');
  await writeFile(path, ['decision_id,order_line_id,decision,decided_at,decided_by,reason', ...rows, ''].join('\n'));
  await deliver(session, { path, feed: 'risk-decisions' }, () => {});
}

/** Two adjustments of a publisher in one month and one of a seller; old books; of settled lines one corrected up, one down. */
async function deliverFinance(session: Session, out: string): Promise<void> {
  const settled = await session.db
    .selectFrom('settlement')
    .innerJoin('attribution', 'attribution.order_line_id', 'settlement.order_line_id')
    .innerJoin('order_line', 'order_line.order_line_id', 'settlement.order_line_id')
    .select(['settlement.order_line_id as line', 'attribution.publisher_id as publisher', 'seller_id as seller'])
    .select(['attribution.pid', 'order_line.shop_id as shop'])
    .where('state', '=', 'settled')
    .orderBy('settlement.order_line_id')
    .limit(2)
    .execute();
  const [up, down] = settled;
  const document = 'ab'.repeat(32);
  const files: readonly (readonly [feed: string, columns: string, ...rows: string[]])[] = [
    [
      'adjustments',
      'adjustment_id,publisher_id,seller_id,amount,reason,document,proposed_by,proposed_at',
      `J1,${up?.publisher},,12.34,bonus,${document},Chen,2013-12-23 10:00:00`,
      `J2,${up?.publisher},,-5.00,taken back,${document},Chen,2013-12-23 10:00:00`,
      `J3,,${up?.seller},3.00,a gift,${document},Wu,2013-12-23 10:00:00`,
    ],
    [
      'adjustment-approvals',
      'adjustment_id,approved_by,approved_at',
      'J1,Wu,2013-12-23 11:00:00',
      'J2,Wu,2013-12-24 11:00:00',
      'J3,Chen,2013-12-24 11:00:00',
    ],
    [
      'openings',
      'opening_id,cut_over_id,publisher_id,seller_id,account,amount,prepared_by',
      `o1,old,${up?.publisher},,payable,12.00,Chen`,
      `o2,old,${down?.publisher},,returned,7.50,Chen`,
      `o3,old,,${down?.seller},due,-2.00,Chen`,
    ],
    [
      'opening-lines',
      'order_line_id,cut_over_id,order_id,buyer_id,shop_id,item_id,category_id,quantity,paid_amount,paid_at,pid,trace,rate,confirmed_at,fee_rate,prepared_by',
      `old-1,old,old,b,${up?.shop},i,c,1,5000.00,2013-11-20 10:00:00,${up?.pid},same-store,0.05,,,Chen`,
      `old-2,old,old,b,${down?.shop},i,c,1,3000.00,2013-11-21 10:00:00,${down?.pid},coupon,0.1,2013-11-25 10:00:00,0.1,Chen`,
    ],
    ['receipts', 'order_line_id,confirmed_at', 'old-1,2013-12-23 13:00:00'],
    ['refunds', 'refund_id,order_line_id,amount,refunded_at', 'old-R,old-2,100.00,2013-12-23 14:00:00'],
    [
      'cut-over-approvals',
      'cut_over_id,openings,payable,returned,due,lines,lines_paid,approved_by,approved_at',
      'old,3,12.00,7.50,-2.00,2,8000.00,Wu,2013-12-23 11:00:00',
    ],
    [
      'corrections',
      'correction_id,order_line_id,amount,corrected_at,reason',
      `K1,${up?.line},700.00,2013-12-23 12:00:00,a second piece`,
      `K2,${down?.line},-1.00,2013-12-23 12:00:00,a discount`,
    ],
  ];
  for (const [feed, ...lines] of files) {
    const path = join(out, `${feed}.csv`);
    await writeFile(path, [...lines, ''].join('\n'));
    await deliver(session, { path, feed }, () => {});
  }
}

/** Of three sites one has a notice and an application, one applies in vain and appeals, one is withdrawn. */
async function deliverMatters(session: Session, out: string): Promise<void> {
  const rows = await session.db.selectFrom('site').select('site_id').distinct().orderBy('site_id').limit(3).execute();
  const [a, b, c] = rows.map((row) => row.site_id);
  const files: readonly (readonly [feed: string, columns: string, ...rows: string[]])[] = [
    [
      'notices',
      'notice_id,site_id,permissions,issued_at,effective_at,issued_by,score,short,reason',
      `N1,${a},api;taodianjin,2013-12-23 17:31:00,2013-12-28 00:00:00,Chen,40,icp;fields,low`,
      `N2,${b},api,2013-12-23 17:31:00,2013-12-28 00:00:00,Chen,,state,seen`,
    ],
    [
      'notice-cancellations',
      'notice_id,permission,cancelled_at,cancelled_by,reason',
      'N1,api,2013-12-24 10:00:00,Chen,mended',
      'N1,taodianjin,2013-12-24 10:00:00,Chen,mended too',
      'N2,api,2013-12-23 18:00:00,Chen,an error',
    ],
    [
      'applications',
      'application_id,site_id,permission,applied_at,statement',
      `A1,${a},api,2013-12-24 10:00:00,for prices`,
      `A2,${b},taodianjin,2013-12-24 10:00:00,for links`,
    ],
    [
      'application-decisions',
      'application_id,decision,decided_at,decided_by,reason',
      'A1,approve,2013-12-25 10:00:00,Chen,fine',
      'A2,reject,2013-12-24 10:00:00,Chen,not so fine',
    ],
    [
      'applications',
      'application_id,site_id,permission,applied_at,statement,appeal_of',
      `A3,${b},taodianjin,2013-12-26 10:00:00,once more,A2`,
    ],
    [
      'application-decisions',
      'application_id,decision,decided_at,decided_by,reason',
      'A3,reject,2013-12-27 10:00:00,Sun,no',
    ],
    ['withdrawals', 'site_id,withdrawn_at,withdrawn_by,reason', `${c},2014-01-15 10:00:00,its owner,sold`],
  ];
  for (const [feed, ...lines] of files) {
    const path = join(out, `${feed}.csv`);
    await writeFile(path, [...lines, ''].join('\n'));
    await deliver(session, { path, feed }, () => {});
  }
}

/** A seller disputes a line and is right; the publisher appeals, and is not; a case of signals is decided by two. */
async function decideAtDesk(session: Session, out: string): Promise<void> {
  const { rows } = await session.client.query<{ line: string; seller: string }>(
    `select a.order_line_id as line, a.seller_id as seller from attribution a
     join settlement s using (partition, order_line_id)
     where s.state = 'settled' and a.signals = '' order by a.order_line_id limit 1`,
  );
  const path = join(out, 'disputes.csv');
  const dispute = `Q1,${rows[0]?.line},${rows[0]?.seller},2013-12-24 10:00:00,nobody sent this buyer`;
  await writeFile(path, `dispute_id,order_line_id,seller_id,disputed_at,reason\n${dispute}\n`);
  await deliver(session, { path, feed: 'disputes' }, () => {});
  const at = Date.parse('2013-12-25T02:00:00Z');
  const order = { decision: 'forfeit', reason: 'looked at', against: 'none', points: null } as const;
  const decided = async (id: string, more: { points?: number; against?: 'freeze' }) => {
    const given = { ...order, ...more, case: id };
    const { answer } = await perform(session, commandDoor({ user: 'tester' }, 'decide', 'Chen', at), decideCase, given);
    if (!answer.holds)
      await perform(session, commandDoor({ user: 'tester' }, 'decide', 'Wu', at + 1000), approveCase, { case: id });
    return answer.decision;
  };
  const { decisionId, publishers } = await decided('dispute.Q1', {});
  const publisher = String((publishers as string[])[0]);
  const appeal = { decision: String(decisionId), publisher, reason: 'I did' };
  await perform(session, commandDoor({ user: 'tester' }, 'appeal', publisher, at + 2000), lodgeAppeal, appeal);
  const end = { ...appeal, outcome: 'rejected' } as const;
  await perform(session, commandDoor({ user: 'tester' }, 'appeal', 'Zhao', at + 3000), decideAppeal, end);
  const book = await readBook(session);
  if (book === undefined) throw new Error('there is no book');
  const open = (await caseSummaries(session, book)).filter((one) => one.open > 0 && one.pattern !== 'dispute');
  for (const { id } of open) await decided(id, { points: 3, against: 'freeze' });
}

export interface Copied {
  readonly session: Session;
  readonly url: string;
  drop(): Promise<void>;
}

/** The small book in a database nobody is connected to, from which copies can be made. */
export async function smallBookTemplate(): Promise<{ copy(): Promise<Copied>; drop(): Promise<void> }> {
  const made = await freshDatabase();
  const session = await connect(made.url, 'small book');
  try {
    await playSmallBook(session, made.url);
  } finally {
    await session.close();
  }
  const template = new URL(made.url).pathname.slice(1);
  const admin = await connect(inject('serverUrl'), 'small book');
  let count = 0;
  const copy = async (): Promise<Copied> => {
    const name = `${template}_${++count}`;
    await admin.client.query(`create database ${name} template ${template} strategy file_copy`);
    const url = within(made.url, name);
    const own = await connect(url, 'small book');
    const drop = async (): Promise<void> => {
      await own.close();
      await admin.client.query(`drop database ${name} with (force)`);
    };
    return { session: own, url, drop };
  };
  const drop = async (): Promise<void> => {
    await admin.close();
    await made.drop();
  };
  return { copy, drop };
}
