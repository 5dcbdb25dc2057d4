/**
 * Holds src/ingest/source/source.ts to its word about whole files: gzip, refusals, changes under its eyes, chunks, names, standard input.
 */

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFile, mkdir, mkdtemp, readdir, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { feedOf, folder } from '../../src/ingest/source/folder.ts';
import { read, survey } from '../../src/ingest/source/source.ts';
import { spool } from '../../src/ingest/source/spool.ts';
import { ABC, brief, dir, refusal, rowsIn, rowsOf, written } from './source-files.ts';

describe('gzip', () => {
  const content = 'a,b,c\n1,2,3\n4,5,6\n';
  const packed = gzipSync(content);

  test('one member, several, and one without .gz in its name', async () => {
    const two = Buffer.concat([gzipSync('a,b,c\n1,2'), gzipSync(''), gzipSync(',3\n4,5,6\n')]);
    for (const [bytes, ending] of [
      [packed, '.csv.gz'],
      [two, '.csv.gz'],
      [packed, '.csv'],
    ] as const) {
      for (const blockBytes of [1, 20, 1 << 17]) {
        expect((await rowsOf(bytes, ending, { blockBytes })).map(brief)).toEqual(['2: 1|2|3', '3: 4|5|6']);
      }
    }
  });

  test('the survey tells the size and digest of the .gz, and the size of its content', async () => {
    const found = await survey(await written(packed, '.csv.gz'));
    expect(found.bytes).toBe(packed.length);
    expect(found.contentBytes).toBe(content.length);
    expect(found.sha256).toBe(createHash('sha256').update(packed).digest('hex'));
  });

  const harmed = Buffer.from(packed);
  harmed[15] = (harmed[15] ?? 0) ^ 0xff;
  test.each([
    ['cut in the middle', packed.subarray(0, 20), 'is cut short'],
    ['cut in its last byte', packed.subarray(0, -1), 'is cut short'],
    ['cut after two bytes', packed.subarray(0, 2), 'is cut short'],
    ['a byte changed', harmed, 'is damaged'],
    ['rubbish behind it', Buffer.concat([packed, Buffer.from('rubbish')]), 'is damaged'],
    ['zeros before a second member', Buffer.concat([packed, Buffer.alloc(3), packed]), 'is damaged'],
    ['a second member cut short', Buffer.concat([packed, packed.subarray(0, 9)]), 'is cut short'],
  ])('%s: refused in the survey', async (_, bytes, how) => {
    const path = await written(bytes, '.csv.gz');
    for (const blockBytes of [1, 1 << 17]) {
      expect(await refusal(survey(path, { blockBytes }))).toMatch(
        new RegExp(`^f\\d+\\.csv\\.gz ${how}: it does not unpack as gzip to its end; deliver it again$`),
      );
    }
  });

  test('an empty content, and a .gz that is none', async () => {
    expect(await refusal(survey(await written(gzipSync(''), '.csv.gz')))).toMatch(/is empty/);
    expect(await refusal(survey(await written('', '.csv.gz')))).toMatch(/is empty/);
    expect(await refusal(survey(await written(content, '.csv.gz')))).toMatch(/is named \.gz but is not gzip/);
  });
});

describe('what is refused as a whole', () => {
  test.each([
    ['nothing', '', /^\S+ is empty: deliver it again with its content$/],
    ['empty lines', '\n\n', /^\S+ has no header row: name the columns in its first line$/],
    ['a byte order mark alone', '\ufeff', /has no header row/],
    [
      'a column missing',
      'a,c\n1,2\n',
      /^\S+ lacks the column "b" in its header row \(found: "a", "c"\): name the columns/,
    ],
    ['two missing', 'a\n1\n', /lacks the columns "b", "c" in/],
    ['a column twice', 'a,b,c,b\n', /^\S+ has the column "b" twice in its header: remove or rename one$/],
    ['an unknown column twice', 'a,b,c,x,x\n', /has the column "x" twice/],
    [
      'quotes astray in the header',
      'a,"b,c\n1,2,3\n',
      /^\S+ has no usable header row: The quotes of the row do not pair up/,
    ],
    ['NUL in the header', 'a,b\0,c\n', /no usable header row: The row holds a NUL/],
    ['UTF-16 without its columns', '\xff\xfea\0', /lacks the columns "b", "c"/],
    ['a zip archive', 'PK\x03\x04....', /cannot be read as a workbook, it is damaged or cut short: save it again, or/],
  ])('%s', async (_, content, sentence) => {
    const path = await written(Buffer.from(content, content.includes('\ufeff') ? 'utf8' : 'latin1'));
    for (const blockBytes of [1, 1 << 17]) {
      const work = survey(path, { blockBytes }).then((found) => read(found, { ...ABC, blockBytes }));
      expect(await refusal(work)).toMatch(sentence);
    }
  });

  test('a folder, a pipe, a device, nothing there, a loop of links', async () => {
    const pipe = join(dir, 'pipe.csv');
    execFileSync('sh', ['-c', 'mkfifo "$0"', pipe]);
    await symlink('loop.csv', join(dir, 'loop.csv'));
    const said = async (path: string) => refusal(survey(path));
    expect(await said(dir)).toMatch(/is a folder where a file is expected/);
    expect(await said(pipe)).toBe(
      'pipe.csv is a pipe or a device: send its content to standard input with --feed NAME',
    );
    expect(await said('/dev/null')).toMatch(/is a pipe or a device/);
    expect(await said(join(dir, 'none.csv'))).toBe('none.csv does not exist: check the path and the spelling');
    expect(await said(join(dir, 'f1.csv', 'x.csv'))).toMatch(/does not exist|part of its path is not a folder/);
    expect(await said(join(dir, 'loop.csv'))).toMatch(/symbolic link/);
    expect(await said(join(dir, 'x'.repeat(300)))).toMatch(/too long a path/);
  });
});

describe('a file that changes', () => {
  const content = `a,b,c\n${'1,2,3\n'.repeat(50_000)}`;
  const sentence = /^\S+ changed while it was being read; deliver it again when it is complete$/;

  test('between survey and read: grown, gone shorter, other bytes', async () => {
    for (const change of [`${content}1,2,3\n`, content.slice(0, -6), content.replace('1', '7')]) {
      const path = await written(content);
      const found = await survey(path);
      await writeFile(path, change);
      await utimes(path, 1, 1);
      expect(await refusal(read(found, ABC))).toMatch(sentence);
    }
  });

  test('while it is read: every row but the refusal at the end', async () => {
    const changes = [
      (path: string) => appendFile(path, '7,8,9\n'),
      (path: string) => writeFile(path, content.slice(0, 200_000)),
      async (path: string) => {
        const { atime, mtime } = await stat(path);
        await writeFile(path, `${content.slice(0, -6)}7,8,9\n`);
        await utimes(path, atime, mtime);
      },
    ];
    for (const change of changes) {
      const path = await written(content);
      await utimes(path, 1, 1);
      const reading = await read(await survey(path), ABC);
      let rows = 0;
      const all = async () => {
        for await (const chunk of reading.chunks()) {
          if (rows === 0) await change(path);
          rows += chunk.length;
        }
      };
      expect(await refusal(all())).toMatch(sentence);
      expect(rows).toBeLessThanOrEqual(50_000);
    }
  });

  test('while it is surveyed', async () => {
    const path = await written(content);
    // So small a block makes the survey last many times longer than the wait.
    const found = survey(path, { blockBytes: 10 });
    await setTimeout(50);
    await appendFile(path, '7,8,9\n');
    expect(await refusal(found)).toMatch(sentence);
  });
});

describe('chunks and resuming', () => {
  const content = `a,b,c\n${Array.from({ length: 25 }, (_, index) => (index % 3 === 0 ? `"${index}\n",2,3` : `${index},2,3`)).join('\n')}`;

  test('chunks have the size asked for, twice the same', async () => {
    const reading = await read(await survey(await written(content)), { ...ABC, chunkRows: 10 });
    for (const _ of [1, 2]) {
      const sizes: number[] = [];
      for await (const chunk of reading.chunks()) sizes.push(chunk.length);
      expect(sizes).toEqual([10, 10, 5]);
    }
  });

  test('long rows come in smaller chunks, so that memory stays flat', async () => {
    const cell = 'x'.repeat(60_000);
    const reading = await read(await survey(await written(`a,b,c\n${`${cell},${cell},${cell}\n`.repeat(200)}`)), ABC);
    const sizes: number[] = [];
    for await (const chunk of reading.chunks()) sizes.push(chunk.length);
    expect(sizes.length).toBeGreaterThan(1);
    expect(Math.max(...sizes)).toBeLessThan(100);
    expect(sizes.reduce((sum, size) => sum + size)).toBe(200);
  });

  test('leaving early closes the file', async () => {
    const path = await written(gzipSync(content.repeat(1000)), '.csv.gz');
    const open = async () => (await readdir('/proc/self/fd')).length;
    const before = await open();
    for (let turn = 0; turn < 20; turn += 1) {
      const reading = await read(await survey(path), { ...ABC, chunkRows: 1, blockBytes: 64 });
      for await (const _ of reading.chunks()) break;
    }
    expect(await open()).toBeLessThan(before + 5);
  });

  test('law: rows after a skip are the rows', async () => {
    const path = await written(`${content}\n1,"2,3\n\n4,5\n7,8,9\n`);
    const all = await rowsIn(path);
    for (let skipRows = 0; skipRows <= all.length + 1; skipRows += 1) {
      expect(await rowsIn(path, { skipRows, blockBytes: 10 })).toEqual(all.slice(skipRows));
    }
    const json = await written('{"a":1}\n\nx\n{"a":2}\n', '.ndjson');
    expect((await rowsIn(json, { skipRows: 2 })).map(brief)).toEqual(['4: 2|-|-']);
  });
});

describe('names', () => {
  const feeds = ['publishers', 'publisher-status', 'plans', 'plan-members', 'clicks'];
  test.each([
    ['clicks.csv', 'clicks'],
    ['/some/where/clicks-2013-12-06.ndjson.gz', 'clicks'],
    ['Clicks_2.CSV', 'clicks'],
    ['clicks.part.1.jsonl', 'clicks'],
    ['clicks December.xlsx', 'clicks'],
    ['clicks (2).xls', 'clicks'],
    ['clicks.txt', 'clicks'],
    ['publisher-status-7.csv.gz', 'publisher-status'],
    ['plan-members.tsv', 'plan-members'],
    ['clicksalot.csv', undefined],
    ['clicks.pdf', undefined],
    ['clicks.csv.zip', undefined],
    ['.csv', undefined],
    ['myclicks.csv', undefined],
  ])('%s', (name, named) => {
    expect(feedOf(name, feeds)).toEqual(named);
  });

  test('of two feeds that fit, the longer name is meant', () => {
    expect(feedOf('plan-members.csv', ['plan', 'plan-members'])).toBe('plan-members');
  });

  test('a folder, in the order of the feeds', async () => {
    const here = join(dir, 'folder');
    await mkdir(join(here, 'plans.csv'), { recursive: true });
    for (const name of ['clicks-2.csv', 'clicks-10.csv.gz', 'plan-members.csv', 'notes.txt', 'publishers.ndjson'])
      await writeFile(join(here, name), '');
    await symlink('nowhere', join(here, 'clicks-3.csv'));
    const { files, ignored } = await folder(here, feeds);
    const names = (paths: string[]) => paths.map((path) => path.slice(here.length + 1));
    expect(names(files)).toEqual([
      'publishers.ndjson',
      'plan-members.csv',
      'clicks-10.csv.gz',
      'clicks-2.csv',
      'clicks-3.csv',
    ]);
    expect(names(ignored)).toEqual(['notes.txt', 'plans.csv']);
    expect(await refusal(folder(join(dir, 'nothing'), feeds))).toBe(
      'nothing does not exist: check the path and the spelling',
    );
    expect(await refusal(folder(join(here, 'notes.txt'), feeds))).toBe(
      'folder/notes.txt is not a folder: name a folder of feed files',
    );
  });
});

describe('bounds', () => {
  test('a file of more bytes or lines than may be is refused before a row is read', async () => {
    const many = await written(gzipSync(`a,b,c\n${'1,2,3\n'.repeat(1000)}`), '.csv.gz');
    expect(await refusal(survey(many, { bytes: 4096 }))).toMatch(/ unpacks to more than 1 MiB: cut it /);
    expect(await refusal(survey(many, { lines: 1000 }))).toMatch(/ has more than 1000 lines: cut it /);
    expect((await survey(many, { lines: 1001, bytes: 6006 })).contentBytes).toBe(6006);
  });
});

describe('standard input', () => {
  test('is kept for its owner alone, read like a file, and removed', async () => {
    const under = await mkdtemp(join(dir, 'spool-'));
    const kept = await spool(Readable.from([Buffer.from('{"a":'), Buffer.from('1}\n')]), '/odd/name', under);
    expect((await kept.place.stat()).mode & 0o777).toBe(0o600);
    const found = await survey(kept.place, { file: 'standard input' });
    expect([found.file, found.format]).toEqual(['standard input', 'ndjson']);
    expect((await rowsIn(kept.place)).map(brief)).toEqual(['1: 1|-|-']);
    // However the program ends now, nothing is left behind.
    expect(await readdir(under)).toEqual([]);
    await kept.remove();
    await kept.remove();
    expect(kept.place.fd).toBe(-1);
  });

  test('packed input is unpacked', async () => {
    const kept = await spool(Readable.from([gzipSync('a,b,c\n1,2,3\n')]), 'clicks');
    expect((await rowsIn(kept.place)).map(brief)).toEqual(['2: 1|2|3']);
    expect((await rowsIn(kept.place)).map(brief)).toEqual(['2: 1|2|3']);
    await kept.remove();
  });

  test('no room, or input that breaks off: one sentence, nothing left behind', async () => {
    const under = await mkdtemp(join(dir, 'spool-'));
    const broken = new Readable({ read: () => {} });
    queueMicrotask(() => broken.destroy(new Error('gone')));
    expect(await refusal(spool(broken, 'clicks', under))).toMatch(
      /^clicks could not be copied to \S+ \(.*gone\): make room there/,
    );
    expect(await readdir(under)).toEqual([]);
    expect(await refusal(spool(Readable.from(['x']), 'clicks', join(dir, 'none')))).toMatch(
      /\(there is no such path\)/,
    );
  });
});
