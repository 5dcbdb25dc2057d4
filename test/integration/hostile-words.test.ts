/**
 * Words of third parties on their way out: what is written for people starts no formula and moves no terminal; what a
 * program reads back holds ids, amounts and the engine's own words only; and no word typed reaches a statement of SQL.
 */
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FEEDS } from '../../src/core/feeds/index.ts';
import { deliver } from '../../src/ingest/deliver/deliver.ts';
import { makeBook, type OpenBook, openBook, runThrough } from '../books/play.ts';
import { commandLine } from '../cli/command-line.ts';
import { headsOf, textsOf } from '../support/said.ts';

const FORMULAS = ['=cmd|calc!A0', '+1+2', '-2+3', '@SUM(A1)', '\t=1', '＝1+1'];
const NASTY = `=HYPERLINK(1),";drop table log;--\u001b[2J`;
const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

let book: OpenBook;
let folder: string;

beforeAll(async () => {
  book = await openBook();
  folder = await mkdtemp(join(tmpdir(), 'cps-words-'));
  await makeBook(book.session, '{"minimumPayout": "0.01"}');
  const n = quoted(NASTY);
  await rows('publishers', `p1,${n},individual,${n},${n},,2013-01-01 00:00:00`);
  await rows('sites', `s1,p1,website,${n},,2013-01-01 00:00:00`);
  await rows('site-reviews', `s1,approved,90,2013-01-02 00:00:00,${n},`);
  await rows('adzones', `a1,s1,${n}`);
  await rows('shops', `h1,seller1,taobao,${n}`);
  await rows('programme', 'h1,join,2013-01-02 00:00:00');
  await rows('plans', `g1,h1,general,${n}`);
  await rows('rates', 'g1,shop,h1,0.1,2013-01-01 00:00:00,');
  await rows('clicks', `c1,2013-11-01 09:00:00,mm_p1_s1_a1,b1,h1,,${n},${n},=1+1`);
  await rows('orders', ...FORMULAS.map((_, i) => `L${i},O1,b1,h1,i,c,1,100.00,2013-11-01 10:00:00,`));
  await rows('receipts', ...FORMULAS.map((_, i) => `L${i},2013-11-02 10:00:00,`));
  await runThrough(book, '2013-11-30');
  await rows('deduction-results', `D-seller1-20131102,failed,2013-12-03 10:00:00,${quoted(FORMULAS[0] ?? '')}`);
  await rows(
    'risk-decisions',
    ...FORMULAS.map((text, i) => `X${i},L${i},forfeit,2013-11-05 10:00:00,${quoted(text)},${quoted(text)}`),
  );
  await runThrough(book, '2014-01-31');
});
afterAll(async () => {
  await book.close();
  await rm(folder, { recursive: true });
});

let files = 0;
async function rows(feed: string, ...lines: string[]): Promise<void> {
  const columns = Object.keys(FEEDS.find((one) => one.name === feed)?.columns ?? {});
  const path = join(folder, `${feed}-${++files}.csv`);
  await writeFile(path, [columns.join(','), ...lines, ''].join('\n'));
  expect(await deliver(book.session, { path, feed }, () => {})).toMatchObject({ accepted: lines.length });
}

const cps = (...args: string[]) => commandLine(['--database', book.url, ...args]);
const NUMBER = /^-?\d+(\.\d+)?$/;

/** The cells of a csv text. */
function cellsOf(text: string): string[] {
  return [...text.matchAll(/(?:^|,|\n)(?:"((?:[^"]|"")*)"|([^",\n]*))/g)].map(
    ([, inQuotes, plain]) => inQuotes?.replaceAll('""', '"') ?? plain ?? '',
  );
}

describe('what people open in a spreadsheet', () => {
  it('starts no formula, in the statements of publishers and the deductions of sellers', async () => {
    for (const args of [
      ['statement', 'p1', '2013-12'],
      ['deductions', 'seller1', '2013-12'],
    ]) {
      const { out } = await cps(...args, '--format', 'csv');
      const cells = cellsOf(out);
      expect(cells.filter((cell) => cell.includes('cmd|calc'))).not.toEqual([]);
      if (args[0] === 'deductions') expect(cells).toContain(`'${FORMULAS[0]}`);
      for (const cell of cells) if (!NUMBER.test(cell)) expect(cell).not.toMatch(/^[=+\-@\t\r＝＋－＠]/);
    }
  });
});

describe('the exports of SPEC 15', () => {
  it('hold nothing but ids, amounts, days and the words of the engine, so that their bytes are safe as they are', async () => {
    const texts = await textsOf(book.session);
    let seen = 0;
    for (const [name, text] of Object.entries(texts)) {
      for (const cell of cellsOf(text)) {
        seen++;
        expect(cell, name).toMatch(/^[A-Za-z0-9._:;+ -]*$/);
        if (!NUMBER.test(cell)) expect(cell, name).not.toMatch(/^[=+@]/);
      }
    }
    expect(seen).toBeGreaterThan(200);
    const journal = await cps('export', 'journal');
    expect(journal.out).not.toContain('HYPERLINK');
  });
});

describe('the terminal', () => {
  it('is not moved by a name, a reason or an argument', async () => {
    const esc = '\u001b';
    for (const args of [
      ['statement', 'p1', '2013-12'],
      ['deductions', 'seller1', '2013-12'],
      ['explain', 'L0'],
      ['rejects'],
      ['status'],
      ['explain', `x${esc}[2J`],
      ['export', `x${esc}[2J`],
      ['statement', `x${esc}[2J`, '2013-12'],
    ]) {
      const { out, err } = await cps(...args);
      expect(out + err, args.join(' ')).not.toContain(esc);
    }
  });
});

describe('what is typed', () => {
  it('is never SQL', async () => {
    const before = [await headsOf(book.session), await textsOf(book.session)];
    const words = ["'; drop table log; --", "p1' or '1'='1", '$1', '%', '\\', '"', '{}', "x'); delete from log; --"];
    for (const word of words) {
      for (const args of [
        ['statement', word, '2013-12'],
        ['deductions', word, '2013-12'],
        ['explain', word],
        ['export', word],
        ['rejects', '--feed', word],
        ['anchor', '--day', word],
        ['export', 'balances', '--as-of', word],
        ['run', '--through', word],
      ])
        expect((await cps(...args)).code, args.join(' ')).toBe(2);
    }
    expect([await headsOf(book.session), await textsOf(book.session)]).toEqual(before);
  });
});

describe('a file to be written', () => {
  it('is not written through a link that somebody left where the draft would lie, nor half', async () => {
    const out = join(folder, 'balances.csv');
    const victim = join(folder, 'victim');
    await writeFile(victim, 'precious');
    for (const draft of [`${out}.part`, join(folder, '.balances.csv.part')]) await symlink(victim, draft);
    expect((await cps('export', 'balances', '--out', out)).code).toBe(0);
    expect(await readFile(victim, 'utf8')).toBe('precious');
    expect(await readFile(out, 'utf8')).toBe((await cps('export', 'balances')).out);
    const nowhere = await cps('export', 'balances', '--out', '/dev/null/balances.csv');
    expect(nowhere).toMatchObject({
      code: 2,
      err: expect.stringMatching(/cannot be written \(something else is there\)/),
    });
  });
});

describe('a proof that was made to hurt', () => {
  it('is refused, however deep, long or strange it is', async () => {
    const path = join(folder, 'hostile.json');
    const root = '0'.repeat(64);
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    const proof = {
      form: 'cps-statement-proof-1',
      publisher: 'p',
      month: '2013-12',
      digits: 2,
      opening: '0.00',
      lines: [],
      closing: '0.00',
    };
    const named = { type: 'DayOpened', subject: 'x', ordinal: 0, seller_id: null, publisher_id: null, previous: null };
    const stamp = { business_day: '2013-12-01', occurred_at: '2013-12-01T00:00:00.000Z', before: root, hash: root };
    const event = { partition: 0, position: 1, ...named, ...stamp };
    const figures = { partition: 0, position: 1, hash: root, events: 1, transfers: 0, amount: '0.00' };
    const way = { night: '2013-12-01', root, index: 0, path: [], partition: figures, partitions: 1, above: [] };
    const bad = [
      deep,
      JSON.stringify({ ...proof, way, statement: { ...event, body: 'BODY' } }).replace('"BODY"', deep),
      JSON.stringify({ ...proof, lines: [{ entry: 1 }] }),
      JSON.stringify({ ...proof, digits: 1e9 }),
      JSON.stringify({ ...proof, lines: Array(1000).fill(null) }),
      '{"__proto__": {"form": "cps-statement-proof-1"}}',
      'null',
      '',
    ];
    for (const text of bad) {
      await writeFile(path, text);
      const { code, err } = await commandLine(['verify-statement', path, '--root', root]);
      expect({ code, lines: err.trimEnd().split('\n').length }, text.slice(0, 80)).toEqual({ code: 2, lines: 1 });
    }
  });
});
