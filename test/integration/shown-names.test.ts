/** Names of files and columns on their way out of every command, in both forms: none moves a terminal or turns a line around. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeBook, type OpenBook, openBook } from '../books/play.ts';
import { commandLine } from '../cli/command-line.ts';

let book: OpenBook;
let folder: string;
beforeAll(async () => {
  book = await openBook();
  folder = await mkdtemp(join(tmpdir(), 'cps-shown-'));
  await makeBook(book.session, '{}');
});
afterAll(async () => {
  await book.close();
  await rm(folder, { recursive: true });
});

const cps = (...args: string[]) => commandLine(['--database', book.url, ...args]);

it('no terminal is moved by a file or a column that somebody named, whatever is asked in whichever form', async () => {
  const drives = '\u001b[2J\u009b2J\u202e\u2066\u007f';
  const mine = join(folder, `orders-${drives}`);
  await writeFile(`${mine}.csv`, `order_line_id,${drives}\nL900,x\n`);
  await writeFile(
    `${mine}-2.csv`,
    `order_line_id,order_id,buyer_id,shop_id,item_id,category_id,quantity,paid_amount,paid_at,${drives}\n${drives},O1,b1,h1,i,c,1,100.00,2014-02-02 10:00:00,x\n`,
  );
  await writeFile(join(folder, `nothing-${drives}.csv`), '');
  const raw = /[^\P{Cc}\n]|\p{Bidi_Control}/u;
  for (const args of [
    ['ingest', `${mine}.csv`],
    ['ingest', `${mine}-2.csv`],
    ['ingest', join(folder, `none-${drives}`), '--feed', 'orders'],
    ['ingest', `${mine}-2.csv`, '--feed', drives],
    ['rejects'],
    ['statement', 'p1', drives],
    ['run', `--${drives}`],
    [drives],
    ['explain', drives],
    ['rejects', '--feed', drives],
    ['permissions', drives],
    ['site', 'verify', drives, '--as', drives, '--how', drives],
    ['application', 'approve', drives, '--as', drives, '--reason', drives],
    ['case', drives],
    ['decide', drives, '--as', drives, '--reason', drives],
    ['appeal', drives, '--publisher', drives, '--reason', drives],
    ['run', '--through', drives],
    ['mail', '--state', drives],
    ['mail', 'send', '--smtp', drives, '--from', drives],
    ['export', drives],
    ['policy', 'adopt', mine, '--as', drives],
    ['verify-statement', mine],
  ]) {
    for (const form of [[], ['--json']]) {
      const { out, err } = await cps(...form, ...args);
      expect(out + err, args.join(' ')).not.toMatch(raw);
      expect((out + err).length).toBeGreaterThan(5);
    }
  }
});
