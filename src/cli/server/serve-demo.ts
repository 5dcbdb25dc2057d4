/**
 * What `cps serve --demo` serves: December 2013 of scenarios/34 and what waits on the morning after it, in a database
 * that is dropped with the server, and a person for each of the parties, whom anybody may be. On that morning operations and finance find something to
 * work on: an order refused for its shop, and a bank statement with a fee that the ledger does not have. It moves no balance.
 */
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Principal } from '../../core/access.ts';
import { feedRowsOf } from '../../core/bank/file.ts';
import type { Calendar, Day, Instant } from '../../core/calendar.ts';
import { sum } from '../../core/money.ts';
import { deliver } from '../../ingest/deliver/deliver.ts';
import { record } from '../../ingest/deliver/record.ts';
import { spool } from '../../ingest/source/spool.ts';
import { letInUnasked } from '../../office/people.ts';
import { bankMovements } from '../../store/bank/bank.ts';
import type { Session } from '../../store/connection/session.ts';
import { connectAsWriter } from '../../store/schema/roles.ts';
import { withTemporaryDatabase } from '../../store/server/temporary.ts';
import type { PagesTerms } from '../../web/server-room.ts';
import { type Common, type World, withServer } from '../context.ts';
import { perform } from '../scenario/play.ts';

const STORY = fileURLToPath(new URL('../../../scenarios/34-december-2013.md', import.meta.url));

type DemoDoors = NonNullable<PagesTerms['demo']>;

/** The parties of the story, and what each can look at. */
const CAST: readonly (Pick<Principal, 'role' | 'party' | 'name'> & {
  readonly says: string;
  readonly link?: string;
})[] = [
  { role: 'publisher', party: '2002', name: 'Lin', says: 'lost a right, mended her filing, got it back' },
  { role: 'publisher', party: '2001', name: 'Harbour News', says: 'a portal with a good site' },
  { role: 'publisher', party: '2003', name: 'Quick', says: 'a toolbar, and a hijacked sale' },
  { role: 'seller', party: 's3', name: 'Spring Tea', says: 'was given a hijacked sale back' },
  { role: 'seller', party: 's2', name: 'Old Books', says: 'sells books across stores' },
  { role: 'seller', party: 's1', name: 'Silk House', says: 'sells dresses' },
  { role: 'operator', party: null, name: 'Operator', says: 'runs the nights, mends what was refused' },
  { role: 'finance', party: null, name: 'Finance', says: 'closes the month, pays, reconciles' },
  { role: 'risk', party: null, name: 'Chen', says: 'of the risk desk: decides cases and sites' },
  { role: 'risk', party: null, name: 'Wu', says: 'of the risk desk too: approves what Chen proposes', link: 'risk-wu' },
  { role: 'auditor', party: null, name: 'Auditor', says: 'sees everything, changes nothing' },
  { role: 'administrator', party: null, name: 'Ada', says: 'lets people in, gives keys to programs' },
];

/** Plays the story, and keeps its database and people for as long as the work takes. */
export function withDemo<T>(
  world: World,
  common: Common,
  work: (url: string, session: Session, doors: DemoDoors) => Promise<T>,
): Promise<T> {
  return withServer(world, common, (server) =>
    withTemporaryDatabase(server, async (url) => {
      world.stderr.write('telling December 2013 ...\n');
      for await (const _ of perform(STORY, await readFile(STORY, 'utf8'), { url, now: world.now() }));
      const session = await connectAsWriter(url, 'cps serve');
      try {
        await deliverMorning(session);
        return await work(url, session, await doorsOf(session, world));
      } finally {
        await session.close();
      }
    }),
  );
}

async function doorsOf(session: Session, world: World): Promise<DemoDoors> {
  const doors: DemoDoors[number][] = [];
  for (const { says, role, party, name, link } of CAST) {
    const place = link ?? (party === null ? role : `${role}-${party}`);
    const of = { name, address: `${place}@demo.invalid`, roles: [role], party, scopes: null };
    const { personId } = await letInUnasked(session, of, 'cps serve --demo', world.now());
    doors.push({ name: place, label: party === null ? name : `${name} (${party})`, says, personId });
  }
  return doors;
}

/** One link for each party, as a terminal shows them. */
export function doorsText(address: string, doors: DemoDoors): string {
  const widest = Math.max(...doors.map(({ label }) => label.length));
  const lines = doors.map(({ name, label, says }) => `  ${label.padEnd(widest)}  ${address}/demo/${name}  ${says}\n`);
  return `December 2013, a link for each party:\n\n${lines.join('')}\nCtrl-C ends it, and the book with it.\n`;
}

const ORDERS = `order_line_id,order_id,buyer_id,shop_id,item_id,category_id,quantity,paid_amount,paid_at
L20,O20,fay,slik,scarf,scarves,1,66.00,2014-01-22 11:00:00
`;

const ACCOUNT = '2088-0001';
/** 0.50 out. */
const FEE = -50n;
const HOUR = 3_600_000;

/** Delivers both to a book whose nights have been run. */
async function deliverMorning(session: Session): Promise<void> {
  const orders = await spool(Readable.from([ORDERS]), 'orders-2014-01-22.csv');
  try {
    await deliver(session, { path: orders.place, file: 'orders-2014-01-22.csv', feed: 'orders' }, () => undefined);
  } finally {
    await orders.remove();
  }
  await record(session, { file: 'bank-2014-01-22.csv' }, async ({ calendar, digits, lastRunDay }) => {
    if (lastRunDay === null) throw new Error('the story ran no night');
    const statement = await statementOf(session, calendar, lastRunDay);
    return { parts: feedRowsOf([statement], digits) };
  });
}

/** The bank's lines of all that the ledger says it moved, and of its own fee. */
async function statementOf(session: Session, calendar: Calendar, through: Day) {
  const before = (day: Day, hours: number): Instant => calendar.endOf(day) - hours * HOUR;
  const nobody = { counterparty: '', counterpartyName: '', parts: [] };
  const { movements } = await bankMovements(session);
  const known = movements.map(({ instructionId, day, amount }, i) => {
    return { ...nobody, lineRef: `T${i + 1}`, bookedAt: before(day, 12), amount, reference: instructionId, memo: '' };
  });
  const fee = { ...nobody, lineRef: 'T0', bookedAt: before(through, 6), amount: FEE, reference: '', memo: '手续费' };
  const lines = [...known, fee];
  const since = Math.min(...lines.map(({ bookedAt }) => bookedAt));
  const closing = sum(lines.map(({ amount }) => amount));
  return { account: ACCOUNT, since, through: calendar.endOf(through), opening: 0n, closing, lines };
}
