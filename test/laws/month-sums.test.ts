/** Laws of a month's sums: what PostgreSQL adds up in one statement is what the document's lines come to, for whoever asks. */
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { perform } from '../../src/cli/scenario/play.ts';
import { type Document, MOVEMENTS } from '../../src/core/document.ts';
import type { MonthLine } from '../../src/core/month.ts';
import { CAME, groupsOf, type LineSums, type MonthGroups, together, WENT_BACK } from '../../src/core/month-groups.ts';
import { asParty } from '../../src/store/access.ts';
import { readBook } from '../../src/store/book.ts';
import { publisherDocument, publishersWithMonth, sellerDocument, sellersWithMonth } from '../../src/store/documents.ts';
import { monthSums } from '../../src/store/month-sums.ts';
import { monthsRun } from '../../src/store/party-months.ts';
import { connectAsWriter } from '../../src/store/roles.ts';
import type { Session } from '../../src/store/session.ts';
import { inSnapshot } from '../../src/store/snapshot.ts';
import { freshDatabase } from '../database.ts';
import { smallBookTemplate } from '../small-book.ts';

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
        for (const by of [groups.byDay, groups.byPublisher, groups.byTrace])
          expect(together([...by.values()])).toEqual(groups.all);
      };
      await inSnapshot(session, () => compare(session));
      await asParty(session, { role: kind === 'statement' ? 'publisher' : 'seller', party }, compare);
    }
  }
}

describe("a month's sums", () => {
  it('are those of its lines: in a book with every kind of event, and in stories that move money in their own ways', async () => {
    const seen = new Set<string>();
    const template = await smallBookTemplate();
    const copy = await template.copy();
    await compareBook(copy.session, seen).finally(() => copy.session.close());
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
});
