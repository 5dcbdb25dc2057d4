// Reads in a warm process: an order line's explanation, and whole months as documents, of typical sellers and publishers
// (those in the middle fifth by lines of the month) and of any (drawn by the seed, so that most lines are read of the few
// large ones); of the largest seller and publisher the first page, which is the first list of lines read.
import { deductionsOf, statementOf } from '../../src/cli/finance/statement.ts';
import { firstDayOf, lastDayOf } from '../../src/core/calendar.ts';
import { otherWays } from '../../src/office/bank.ts';
import { caseSummaries } from '../../src/office/cases.ts';
import { explanationOf } from '../../src/office/explanation.ts';
import { statusHere } from '../../src/office/status.ts';
import type { Session } from '../../src/store/connection/session.ts';
import { inSnapshot } from '../../src/store/connection/snapshot.ts';
import { missedLines } from '../../src/store/lists/party-lines.ts';
import { publisherDocument, sellerDocument } from '../../src/store/month/documents.ts';
import { publisherFrame, publisherLines, sellerFrame, sellerLines } from '../../src/store/month/lines.ts';
import { monthSums } from '../../src/store/month/sums.ts';
import { type Book, readBook } from '../../src/store/night/book.ts';
import { MONTH } from './book.ts';
import { FINISHED, type Stage } from './stage.ts';

const IDS = 300;
const PAGES = 20;

export async function readsPart(stage: Stage): Promise<void> {
  await stage.closed();
  await stage.ground.within(FINISHED, async (session) => {
    await session.client.query('vacuum analyze');
    const book = await readBook(session);
    if (book === undefined) throw new Error('the bench has lost its book');
    await typical(stage, session, book);
    await largest(stage, session, book);
    await firstLooks(stage, session, book);
  });
}

async function typical(stage: Stage, session: Session, book: Book): Promise<void> {
  const { seed } = stage.options;
  const deductions = (id: string): Promise<unknown> => deductionsOf(session, book, id, MONTH);
  const statement = (id: string): Promise<unknown> => statementOf(session, book, id, MONTH);
  const explain = (id: string): Promise<unknown> => explanationOf(session, book, id);
  const reads = [
    ['explain', await drawn(session, seed, 'order_line_id', 'order_line'), explain, '10 ms'],
    ["a typical seller's month of deductions", await middle(session, seed, 'seller_id'), deductions, '20 ms'],
    ["a typical publisher's statement", await middle(session, seed, 'publisher_id'), statement, '20 ms'],
    ["any seller's month of deductions", await drawn(session, seed, 'seller_id', 'shop'), deductions, undefined],
    ["any publisher's statement", await drawn(session, seed, 'publisher_id', 'publisher'), statement, undefined],
  ] as const;
  for (const [name, ids, read, limit] of reads) {
    for (const id of ids.slice(0, 20)) await read(id);
    const times: number[] = [];
    while (times.length < IDS) for (const id of ids) times.push(await timeOf(() => read(id)));
    addTimes(stage, name, times, limit);
  }
}

async function largest(stage: Stage, session: Session, book: Book): Promise<void> {
  const seller = await largestOf(session, 'seller_id');
  const publisher = await largestOf(session, 'publisher_id');
  const sellerPage = async (): Promise<unknown> =>
    (await sellerLines(session, book, await sellerFrame(session, book, seller, MONTH)).next()).value;
  const publisherPage = async (): Promise<unknown> =>
    (await publisherLines(session, book, await publisherFrame(session, book, publisher, MONTH)).next()).value;
  for (const [name, page] of [
    ["the largest seller's first page", sellerPage],
    ["the largest publisher's first page", publisherPage],
  ] as const) {
    const times: number[] = [];
    for (let n = 0; n < PAGES; n++) times.push(await timeOf(() => inSnapshot(session, page)));
    addTimes(stage, name, times, '200 ms');
  }
}

/** What pages sum over the whole book or a large month, as whoever looks first after a night waits for it: nothing is kept. */
async function firstLooks({ figures }: Stage, session: Session, book: Book): Promise<void> {
  const through = book.lastRunDay ?? '';
  const seller = await largestOf(session, 'seller_id');
  const publisher = await largestOf(session, 'publisher_id');
  const looks: Readonly<Record<string, () => Promise<unknown>>> = {
    'the status of the book': () => statusHere(session, book),
    'what a reconciliation counts': () => otherWays(session, through),
    'the risk desk': () => caseSummaries(session, book),
    "the largest publisher's month": async () =>
      monthSums(session, book, await publisherDocument(session, book, publisher, MONTH, null)),
    "the largest seller's month": async () =>
      monthSums(session, book, await sellerDocument(session, book, seller, MONTH, null)),
    'lines that another got': () =>
      missedLines(session, publisher, { from: firstDayOf(MONTH), through: lastDayOf(MONTH), size: 50 }),
  };
  for (const [name, look] of Object.entries(looks)) {
    const times: number[] = [];
    for (let n = 0; n < 3; n++) times.push(await timeOf(() => inSnapshot(session, look)));
    figures.add('reads', `first look: ${name}`, Math.min(...times), 'ms', { target: 'under 300 ms' });
  }
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

function addTimes({ figures }: Stage, name: string, times: number[], limit: string | undefined): void {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
  figures.add('reads', `${name}, p50`, at(0.5), 'ms');
  figures.add('reads', `${name}, p99`, at(0.99), 'ms', limit === undefined ? {} : { target: `under ${limit}` });
}

async function drawn(session: Session, seed: number, column: string, table: string): Promise<string[]> {
  const { rows } = await session.client.query<{ id: string }>(
    `select id from (select distinct ${column} as id from ${table}) d order by md5(id || $1), id limit ${IDS}`,
    [String(seed)],
  );
  return rows.map(({ id }) => id);
}

/** Up to 300 of the parties in the middle fifth by entries of the month. */
async function middle(session: Session, seed: number, column: 'seller_id' | 'publisher_id'): Promise<string[]> {
  const { rows } = await session.client.query<{ id: string }>(
    `select id from (
       select ${column} as id, ntile(5) over (order by count(*), ${column}) as fifth from log
       where ordinal > 0 and ${column} is not null and business_day between $1 and $2 group by 1) parties
     where fifth = 3 order by md5(id || $3), id limit ${IDS}`,
    [firstDayOf(MONTH), lastDayOf(MONTH), String(seed)],
  );
  if (rows.length === 0) throw new Error('the bench has too few parties to find the middle of');
  return rows.map(({ id }) => id);
}

async function largestOf(session: Session, column: 'seller_id' | 'publisher_id'): Promise<string> {
  const { rows } = await session.client.query<{ id: string }>(
    `select ${column} as id from log where ordinal > 0 and ${column} is not null group by 1 order by count(*) desc, 1 limit 1`,
  );
  return rows[0]?.id ?? '';
}
