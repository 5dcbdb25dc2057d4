/**
 * Statements that prove themselves, and roots kept outside: whatever is altered in a document, however well, it is not
 * proven any more; and a book rebuilt from end to end passes every check but the one against its anchors.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256OfHashes } from '../../src/core/digest.ts';
import { formatMoney } from '../../src/core/money.ts';
import { eventIn, hashOf, movedFor, type SealedEvent } from '../../src/core/proof/sealed.ts';
import { readStatementProof, type StatementProof } from '../../src/core/proof/statement-proof.ts';
import { proofFindings } from '../../src/core/verify/statement-proof.ts';
import { verify } from '../../src/verify/verify.ts';
import { openBook, runThrough } from '../books/play.ts';
import { commandLine } from '../cli/command-line.ts';
import { type Copied, deliverSmallBook, smallBookTemplate } from '../support/small-book.ts';
import { reseal } from './reseal.ts';

let template: Awaited<ReturnType<typeof smallBookTemplate>>;
let book: Copied;
let folder: string;
let statements: { publisher_id: string; month: string }[];

beforeAll(async () => {
  template = await smallBookTemplate();
  book = await template.copy();
  folder = await mkdtemp(join(tmpdir(), 'cps-proof-'));
  statements = await book.session.db
    .selectFrom('statement')
    .select(['publisher_id', 'month'])
    .orderBy('publisher_id')
    .orderBy('month')
    .execute();
});
afterAll(async () => {
  await book.drop();
  await template.drop();
  await rm(folder, { recursive: true });
});

const cps = (...args: string[]) => commandLine(['--database', book.url, ...args]);
/** A database that is not there: whoever asks for it fails. */
const nowhere = { DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/nothing' };

async function proofOf({ publisher_id: publisher, month }: { publisher_id: string; month: string }): Promise<string> {
  const { code, out, err } = await cps('statement', publisher, month, '--format', 'json', '--proof');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return out;
}

async function anchors(): Promise<string> {
  const file = join(folder, 'anchors.txt');
  expect((await cps('anchor', '--out', file)).code).toBe(0);
  return file;
}

/** The proof with the most lines, read. */
async function longest(): Promise<StatementProof> {
  let best: StatementProof | undefined;
  for (const one of statements) {
    const proof = JSON.parse(await proofOf(one)) as StatementProof;
    if (best === undefined || proof.lines.length > best.lines.length) best = proof;
  }
  if (best === undefined) throw new Error('the small book has no statement');
  expect(best.lines.length).toBeGreaterThan(3);
  return best;
}

/** What is wrong with a document, by its form or by its proof. */
function wrong(document: unknown, root: string): string[] {
  const proof = readStatementProof(structuredClone(document));
  return typeof proof === 'string' ? [proof] : proofFindings(proof, root);
}

describe('a statement with its proof', () => {
  it('is proven by the root of its night, offline, whoever wrote it down again', async () => {
    const roots = await anchors();
    expect(statements.length).toBeGreaterThan(10);
    let lines = 0;
    for (const [i, one] of statements.entries()) {
      const file = join(folder, `${i}.json`);
      const text = await proofOf(one);
      const proof = JSON.parse(text) as StatementProof;
      lines += proof.lines.length;
      await writeFile(file, i % 2 === 0 ? text : JSON.stringify(proof));
      const byRoot = await commandLine(['verify-statement', file, '--root', proof.way.root], nowhere);
      expect(byRoot).toMatchObject({ code: 0, err: '', out: expect.stringContaining('Proven') });
      const byFile = await commandLine(['verify-statement', file, '--against', roots, '--json'], nowhere);
      expect(byFile).toMatchObject({ code: 0, err: '' });
      expect(JSON.parse(byFile.out)).toMatchObject({ proven: true, publisher: one.publisher_id, findings: [] });
    }
    expect(lines).toBeGreaterThan(40);
  });

  it('is the same bytes for ever', async () => {
    const before = await Promise.all(statements.map(proofOf));
    await runThrough(book, '2014-03-01');
    expect(await Promise.all(statements.map(proofOf))).toEqual(before);
  });

  it('is not proven with any one value of it altered', async () => {
    const proof = await longest();
    const { root } = proof.way;
    expect(wrong(proof, root)).toEqual([]);
    let tried = 0;
    for (const { path, document } of altered(proof, '')) {
      tried++;
      expect(wrong(document, root).length, path).toBeGreaterThan(0);
    }
    expect(tried).toBeGreaterThan(150);
  });

  it('is not proven with lines taken out, put in or swapped, offsetting ones too, whatever is made to fit', async () => {
    const proof = await longest();
    const { root } = proof.way;
    const { lines } = proof;
    const fails = (changed: StatementProof['lines'], says: string): void => {
      for (const document of [{ ...proof, lines: changed }, refitted({ ...proof, lines: changed })])
        expect(wrong(document, root).join('\n')).toContain(says);
    };
    for (const at of lines.keys()) {
      fails(lines.toSpliced(at, 1), 'a line was altered, added, taken out or moved');
      const twice = lines[at];
      if (twice !== undefined) fails(lines.toSpliced(at, 0, twice), 'is out of its order');
      const [one, other] = [lines[at], lines[at + 1]];
      if (one !== undefined && other !== undefined) {
        fails(lines.toSpliced(at, 2, other, one), 'is out of its order');
        fails(lines.toSpliced(at, 2), 'a line was altered, added, taken out or moved');
      }
    }
    const stranger = (await Promise.all(statements.map(proofOf)))
      .map((text) => JSON.parse(text) as StatementProof)
      .flatMap((other) => (other.publisher === proof.publisher ? [] : other.lines))[0];
    if (stranger === undefined) throw new Error('there is no other publisher');
    fails(
      [...lines, stranger].sort((a, b) => (a.entry < b.entry ? -1 : 1)),
      `is of publisher`,
    );
  });

  it('says which line a changed fen is in, and is not proven when everything in it is made to fit', async () => {
    const proof = await longest();
    const { root } = proof.way;
    const at = proof.lines.findIndex(({ event }) => event.type === 'CommissionSettled');
    const line = proof.lines[at];
    if (line === undefined) throw new Error('no settlement');
    const shown = { ...line, amount: fenMore(line.amount) };
    const [first] = wrong({ ...proof, lines: proof.lines.with(at, shown) }, root);
    expect(first).toBe(`line ${at + 1} (${line.entry}) says ${shown.amount}, its event moved ${line.amount}`);
    const body = { ...line.event.body } as { earning: string; commission: string };
    const event = {
      ...line.event,
      body: { ...body, earning: fenMore(body.earning), commission: fenMore(body.commission) },
    };
    const forged = { ...proof, lines: proof.lines.with(at, { ...line, event }) };
    expect(wrong(forged, root)[0]).toContain(`line ${at + 1} (${line.entry}) was altered: its event comes to the hash`);
    const perfect = refitted(forged, true);
    const findings = wrong(perfect, root);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toContain('the statement is not in the night of that root');
  });

  it('is refused or not proven in a clear sentence', async () => {
    const proof = await longest();
    const good = join(folder, 'good.json');
    const bad = join(folder, 'bad.json');
    await writeFile(good, JSON.stringify(proof));
    await writeFile(bad, JSON.stringify({ ...proof, closing: fenMore(proof.closing) }));
    const roots = await anchors();
    const other = (await readFile(roots, 'utf8')).split('\n')[0]?.split(' ')[1] ?? '';
    await writeFile(join(folder, 'none.txt'), '# nothing\n');
    await writeFile(join(folder, 'text.json'), 'not json');
    await writeFile(join(folder, 'list.json'), '[1, 2]');
    const cases: [args: string[], code: number, says: string][] = [
      [
        [bad, '--root', proof.way.root],
        1,
        `the closing is ${fenMore(proof.closing)}, the statement has ${proof.closing}`,
      ],
      [[good, '--root', other], 1, 'the statement is not in the night of that root'],
      [[good, '--root', 'abc'], 2, 'abc is no root: it has 64 hexadecimal digits'],
      [[good], 2, 'either --root ROOT or --against FILE'],
      [[good, '--root', other, '--against', roots], 2, 'either --root ROOT or --against FILE'],
      [[good, '--against', join(folder, 'none.txt')], 2, 'holds no anchor'],
      [[good, '--against', join(folder, 'missing.txt')], 2, 'there is no file'],
      [[good, '--against', join(folder, 'text.json')], 2, 'line 1 is no anchor'],
      [[join(folder, 'missing.json'), '--root', other], 2, 'cannot be read (there is no such path)'],
      [[join(folder, 'text.json'), '--root', other], 2, 'is no JSON'],
      [[join(folder, 'list.json'), '--root', other], 2, 'form is missing or not of the form'],
    ];
    for (const [args, code, says] of cases) {
      const ended = await commandLine(['verify-statement', ...args], nowhere);
      expect(ended.code, args.join(' ')).toBe(code);
      expect((code === 1 ? ended.out : ended.err).replaceAll('\n', ' '), args.join(' ')).toContain(says);
    }
    const open = await cps('statement', proof.publisher, '2014-02', '--json', '--proof');
    expect(open).toMatchObject({ code: 2, err: expect.stringContaining('has no statement of 2014-02 to prove') });
    const csv = await cps('statement', proof.publisher, proof.month, '--format', 'csv', '--proof');
    expect(csv).toMatchObject({ code: 2, err: expect.stringContaining('add --format json') });
  });
});

const fenMore = (amount: string): string => formatMoney(BigInt(amount.replace('.', '')) + 1n, 2);

/** Every value of a document altered, one at a time; lists with their last value left out too. */
function* altered(value: unknown, path: string): Generator<{ path: string; document: unknown }> {
  if (typeof value === 'string') yield { path, document: /^-?\d+\.\d\d$/.test(value) ? fenMore(value) : bent(value) };
  else if (typeof value === 'number') yield { path, document: value + 1 };
  else if (typeof value === 'boolean') yield { path, document: !value };
  else if (value === null) yield { path, document: 'x' };
  else if (typeof value === 'object') {
    if (Array.isArray(value) && value.length > 0) yield { path: `${path} shorter`, document: value.slice(0, -1) };
    for (const [key, part] of Object.entries(value)) {
      for (const one of altered(part, `${path}.${key}`)) {
        const copy: unknown = Array.isArray(value) ? [...(value as unknown[])] : { ...value };
        (copy as Record<string, unknown>)[key] = one.document;
        yield { path: one.path, document: copy };
      }
    }
  }
}

/** Another text of the same form. */
function bent(text: string): string {
  if (/^[0-9a-f]{64}$/.test(text)) return (text.startsWith('0') ? '1' : '0') + text.slice(1);
  if (/^\d{4}-\d\d-\d\dT/.test(text)) return new Date(Date.parse(text) + 1000).toISOString();
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return `${text.slice(0, -1)}${(Number(text.at(-1)) + 1) % 10}`;
  return `${text}x`;
}

/** A forger's work: amounts and balances as the lines say, and with `sealed` hashes, figures and digest made to fit. */
function refitted(proof: StatementProof, sealed = false): StatementProof {
  const money = (amount: string): bigint => BigInt(amount.replace('.', ''));
  let balance = money(proof.opening);
  const reseal = (event: SealedEvent): SealedEvent => (sealed ? { ...event, hash: hashOf(event) } : event);
  const lines = proof.lines.map((line) => {
    const event = eventIn(line.event, 2);
    const moved = event === undefined ? 0n : movedFor(event, proof.publisher);
    balance += moved;
    return { ...line, amount: formatMoney(moved, 2), balance: formatMoney(balance, 2), event: reseal(line.event) };
  });
  const closing = formatMoney(balance, 2);
  if (!sealed) return { ...proof, lines, closing };
  const more = balance - money(proof.closing);
  const body = proof.statement.body as { earnings: string };
  const figures = { earnings: formatMoney(money(body.earnings) + more, 2), closing };
  const digest = sha256OfHashes(lines.map(({ event }) => event.hash));
  const statement = reseal({
    ...proof.statement,
    body: { ...proof.statement.body, ...figures, lines: { count: lines.length, digest } },
  });
  return { ...proof, lines, closing, statement };
}

describe('anchors', () => {
  it('print the root of the last night or another, and are kept in a file that grows by what it has not', async () => {
    const file = join(folder, 'growing.txt');
    const own = await template.copy();
    try {
      const at = (...args: string[]) => commandLine(['--database', own.url, ...args]);
      const first = await at('anchor', '--day', '2013-12-20', '--out', file);
      expect(first.out).toMatch(/^2013-12-20 [0-9a-f]{64}\n$/);
      const before = await readFile(file, 'utf8');
      // The hash of the audit's last entry stands behind the nights.
      const nights = (text: string): string => text.replace(/^audit-.*\n/gm, '');
      expect(nights(before).endsWith(first.out)).toBe(true);
      expect(before).toMatch(/^audit-\d+ [0-9a-f]{64}\n$/m);
      const last = await at('anchor', '--out', file, '--json');
      expect(JSON.parse(last.out)).toMatchObject({ day: '2014-02-21', file, differ: [] });
      const after = await readFile(file, 'utf8');
      expect(nights(after).startsWith(nights(before))).toBe(true);
      expect(after.trimEnd().split('\n')).toHaveLength(before.trimEnd().split('\n').length + 63);
      expect((await at('anchor', '--out', file)).code).toBe(0);
      expect(await readFile(file, 'utf8')).toBe(after);
      const good = await at('verify', '--against', file, '--json');
      expect({ code: good.code, ...JSON.parse(good.out) }).toMatchObject({ code: 0, differences: [] });
      expect(JSON.parse(good.out).checked.anchors).toBe(after.trimEnd().split('\n').length);
      expect(await at('anchor', '--day', '2015-01-01')).toMatchObject({
        code: 2,
        err: expect.stringContaining('has no root'),
      });
      await writeFile(file, `${after}2013-12-20 ${'0'.repeat(64)}\n`);
      expect(await at('anchor', '--out', file)).toMatchObject({
        code: 2,
        err: expect.stringContaining('a second root'),
      });
    } finally {
      await own.drop();
    }
  });

  it('of a book without a night are none', async () => {
    const empty = await openBook();
    try {
      await commandLine(['--database', empty.url, 'init']);
      const ended = await commandLine(['--database', empty.url, 'anchor']);
      expect(ended).toMatchObject({ code: 3, err: expect.stringContaining('no night has been run yet') });
    } finally {
      await empty.close();
    }
  });

  it('find a log that was altered and sealed anew, roots and all, from the first night on that differs', async () => {
    const file = join(folder, 'sealed.txt');
    const own = await template.copy();
    try {
      const at = (...args: string[]) => commandLine(['--database', own.url, ...args]);
      expect((await at('anchor', '--out', file)).code).toBe(0);
      const { client } = own.session;
      await client.query('set session_replication_role = replica');
      const { rows } = await client.query<{ day: string }>(
        `update log set body = replace(body::text, '"decided_by":"somebody"', '"decided_by":"nobody"')::json
         where type = 'CommissionForfeited' returning business_day as day`,
      );
      await client.query(`update trade_fact set decided_by = 'nobody' where decided_by = 'somebody'`);
      const day = rows[0]?.day ?? '';
      expect((await at('verify')).code).toBe(1);
      await reseal(own.session, 2);
      const order = { url: own.url, workers: 1, deep: false, onProgress: () => {} };
      expect((await verify(own.session, order)).differences).toEqual([]);
      const found = await at('verify', '--against', file, '--json');
      expect(found.code).toBe(1);
      const { differences } = JSON.parse(found.out) as { differences: { kind: string; first: { subject: string } }[] };
      expect(differences.map(({ kind, first }) => [kind, first.subject])).toEqual([['anchors', day]]);
      expect((await at('verify', '--against', file)).out).toContain(`anchors: `);
      const kept = (await readFile(file, 'utf8')).replace(/.*\n$/, '');
      await writeFile(file, kept);
      const again = await at('anchor', '--out', file);
      expect(again).toMatchObject({
        code: 1,
        err: expect.stringContaining('what was booked or recorded has been changed since'),
      });
      expect(await readFile(file, 'utf8')).toBe(kept);
    } finally {
      await own.drop();
    }
  });

  it('find a book made anew from deliveries with one fen changed, which every other check passes', async () => {
    const file = join(folder, 'anew.txt');
    const made: { url: string; close(): Promise<void> }[] = [];
    try {
      for (const isForged of [false, true]) {
        const own = await openBook();
        made.push(own);
        await deliverSmallBook(own.session, async () => {
          if (isForged)
            for (const statement of [
              'reset role',
              'set session_replication_role = replica',
              `update order_line set paid_amount = paid_amount + 1
               where order_line_id = (select min(order_line_id) from order_line)`,
              'reset session_replication_role',
              'set role cps_writer',
            ])
              await own.session.client.query(statement);
          await runThrough(own, '2013-12-31');
        });
        const report = await verify(own.session, { url: own.url, workers: 1, deep: true, onProgress: () => {} });
        expect(report.differences).toEqual([]);
        const at = (...args: string[]) => commandLine(['--database', own.url, ...args]);
        if (!isForged) expect((await at('anchor', '--out', file)).code).toBe(0);
        const ended = await at('verify', '--against', file, '--json');
        expect(ended.code).toBe(isForged ? 1 : 0);
        const { differences } = JSON.parse(ended.out) as { differences: { kind: string }[] };
        expect(differences.map(({ kind }) => kind)).toEqual(isForged ? ['anchors'] : []);
      }
    } finally {
      for (const own of made) await own.close();
    }
  });
});
