/**
 * Laws of what a party's pages add up and look for: a month's sums are what its document's lines come to, for whoever asks;
 * lists go on to their end; and what nobody earned is told to those whose clicks were tested.
 */
import { readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { generateBook } from '../../src/cli/generate/book.ts';
import { perform } from '../../src/cli/scenario/play.ts';
import { type Document, MOVEMENTS } from '../../src/core/month/document.ts';
import { CAME, groupsOf, type LineSums, type MonthGroups, together, WENT_BACK } from '../../src/core/month/groups.ts';
import type { MonthLine } from '../../src/core/month/month.ts';
import type { Session } from '../../src/store/connection/session.ts';
import { inSnapshot } from '../../src/store/connection/snapshot.ts';
import { type MissedLine, missedLines, waitingLines, waitingSum } from '../../src/store/lists/party-lines.ts';
import {
  publisherDocument,
  publishersWithMonth,
  sellerDocument,
  sellersWithMonth,
} from '../../src/store/month/documents.ts';
import { monthsRun } from '../../src/store/month/known.ts';
import { monthSums } from '../../src/store/month/sums.ts';
import { readBook } from '../../src/store/night/book.ts';
import { asParty } from '../../src/store/people/access.ts';
import { connectAsWriter } from '../../src/store/schema/roles.ts';
import { deliverFolder, makeBook, openBook, runThrough } from '../books/play.ts';
import { freshDatabase } from '../support/database.ts';
import { smallBookTemplate } from '../support/small-book.ts';

const SCENARIOS = resolve(import.meta.dirname, '../../scenarios');

/** Each line as a sum of its own, by hand. A seller's month has no column but the amount. */
async function oneByOne({ kind, read }: Document): Promise<LineSums[]> {
  const lines: MonthLine[] = [];
  for await (const some of read()) lines.push(...some);
  return lines.flatMap((line) => {
    const { type, amount, commission, fee, earning } = line;
    const parts = kind === 'statement' ? { commission, fee, earning } : { commission: null, fee: null, earning: null };
    const sums = { type, amount, ...parts, count: 1 };
    return [
      { ...sums, by: 'state', name: line.state },
      { ...sums, by: 'day', name: line.business_day },
      { ...sums, by: 'publisher', name: line.publisher_id },
      { ...sums, by: 'trace', name: line.trace },
      { ...sums, by: 'mark', name: line.sub_id },
    ] as const;
  });
}

/** Groups in an order of their own, so that two can be compared. */
const told = ({ totals, all, ...by }: MonthGroups) => ({
  all,
  balance: totals.balance,
  count: totals.count,
  sums: totals.sums,
  byType: [...totals.byType].sort(),
  deductions: [...totals.deductions].sort(),
  by: Object.values(by).map((groups) => [...groups].sort()),
});

/** Compares each month of each party of a book, asked for by the engine and by the party; what kinds of entries were seen. */
async function compareBook(session: Session, seen: Set<string>): Promise<void> {
  const book = await readBook(session);
  if (book === undefined) throw new Error('there is no book');
  const months = await monthsRun(session, book);
  for (const month of months) {
    const parties = [...(await publishersWithMonth(session, month)), ...(await sellersWithMonth(session, month))];
    for (const { kind, party } of parties) {
      const compare = async (own: Session): Promise<void> => {
        const read = kind === 'statement' ? publisherDocument : sellerDocument;
        const document = await read(own, book, party, month, null);
        const sums = await monthSums(own, book, document);
        const groups = groupsOf(document, sums);
        expect(told(groups), `${kind} of ${party}, ${month}`).toEqual(
          told(groupsOf(document, await oneByOne(document))),
        );
        for (const { type, by } of sums) if (by === 'state') seen.add(`${kind} ${type}`);
        expect(groups.all.came).toBe(groups.totals.of(...CAME));
        expect(groups.all.back).toBe(groups.totals.of(...WENT_BACK));
        for (const by of [groups.byDay, groups.byPublisher, groups.byTrace, groups.byMark])
          expect(together([...by.values()])).toEqual(groups.all);
      };
      await inSnapshot(session, () => compare(session));
      await asParty(session, { role: kind === 'statement' ? 'publisher' : 'seller', party }, compare);
    }
  }
}

/** Every line that nobody earned, with whose clicks or coupons were tested, as the events say. */
async function testedInVain(session: Session): Promise<{ line: string; publishers: string[] }[]> {
  const { rows } = await session.client.query<{ subject: string; body: string }>(
    "select subject, body from log where type = 'OrderUnattributed'",
  );
  return rows.map(({ subject: line, body }) => {
    const { tested } = JSON.parse(body) as { tested: { candidate: { pid?: string; coupon?: string } }[] };
    const pids = tested.map(({ candidate: { pid = '', coupon = pid } }) => coupon);
    return { line, publishers: pids.map((pid) => pid.split('_')[1] ?? '') };
  });
}

type Missed = Awaited<ReturnType<typeof missedLines>>;

/** Compares the lines that each publisher missed, asked for at once and a day and line at a time. */
async function compareMissed(session: Session): Promise<void> {
  const all = await testedInVain(session);
  const span = { from: '2013-01-01', through: '2014-12-31' };
  const publishers = new Set(all.flatMap(({ publishers: some }) => some));
  expect(publishers.size).toBeGreaterThan(3);
  for (const publisher of publishers) {
    const whole = await missedLines(session, publisher, { ...span, size: 1000 });
    const wanted = all.filter(({ publishers: some }) => some.includes(publisher)).map(({ line }) => line);
    expect(whole.lines.map((one) => one.order_line_id).sort(), publisher).toEqual(wanted.sort());
    expect(whole.before).toBeNull();
    const some: MissedLine[] = [];
    for (let through: string | null = span.through; through !== null; ) {
      const of: Parameters<typeof missedLines>[2] = { ...span, through, size: 1 };
      const found: Missed = await missedLines(session, publisher, of, { enough: 1, together: 1 });
      some.push(...found.lines);
      through = found.before;
    }
    expect(some, publisher).toEqual(whole.lines);
  }
}

/** Compares what waits of each publisher's months: a page at a time, all of it, and its sum. */
async function compareWaiting(session: Session): Promise<void> {
  const book = await readBook(session);
  if (book === undefined) throw new Error('there is no book');
  const { rows } = await session.client.query<{ id: string }>('select distinct publisher_id as id from publisher');
  let most = 0;
  for (const { id } of rows) {
    for (const month of await monthsRun(session, book)) {
      const { lines, all } = await waitingLines(session, id, month, { after: null, size: 1000 });
      const sum = { count: lines.length, estimate: lines.reduce((total, { estimate }) => total + estimate, 0n) };
      expect(await waitingSum(session, id, month)).toEqual(sum);
      if (sum.count === 0) continue;
      expect(all).toEqual(sum);
      const [first] = lines;
      const after = first === undefined ? null : ([first.business_day, first.order_line_id] as const);
      const rest = await waitingLines(session, id, month, { after, size: 1 });
      expect(rest.lines).toEqual(lines.slice(1, 2));
      if (rest.lines.length > 0) expect(rest.all).toEqual(sum);
      most = Math.max(most, sum.count);
    }
  }
  expect(most).toBeGreaterThan(1);
}

describe("a party's pages", () => {
  it('add up months as their lines do, in a book with every kind of event and in stories that move money in their own ways', async () => {
    const seen = new Set<string>();
    const template = await smallBookTemplate();
    const { session: small, drop } = await template.copy();
    await compareBook(small, seen);
    await drop();
    await template.drop();
    for (const file of readdirSync(SCENARIOS).filter((name) => /^(34|41|51|52|53|54|55)-/.test(name))) {
      const path = join(SCENARIOS, file);
      const database = await freshDatabase();
      for await (const _ of perform(path, await readFile(path, 'utf8'), { url: database.url, now: Date.now() }));
      const session = await connectAsWriter(database.url, 'month sums');
      await compareBook(session, seen).finally(() => session.close());
      await database.drop();
    }
    const wanted = Object.entries(MOVEMENTS).flatMap(([kind, sums]) =>
      sums.flatMap(([, ...types]) => types.map((type) => `${kind} ${type}`)),
    );
    expect([...seen].sort()).toEqual(wanted.sort());
  }, 120_000);

  it('tell what waits and what was missed, as a whole and piece by piece', async () => {
    const feeds = await mkdtemp(join(tmpdir(), 'cps-party-pages-'));
    const book = await openBook();
    try {
      await generateBook({ lines: 600, seed: 23, out: feeds, days: 4, clicksPerLine: 4, publishers: 20 });
      await makeBook(book.session);
      await deliverFolder(book.session, feeds);
      await runThrough(book, '2013-11-28');
      await compareMissed(book.session);
      await compareWaiting(book.session);
    } finally {
      await book.close();
      await rm(feeds, { recursive: true });
    }
  });
});
