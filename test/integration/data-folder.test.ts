/** The data folder that may not be written, and two commands that start its server at once: a sentence, and the next command works. */
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { cps, type Ended } from './commands.ts';

const NOBODY = 65_534;
const work = mkdtempSync(join(tmpdir(), 'cps-folder-'));
chmodSync(work, 0o755);
afterAll(() => rmSync(work, { recursive: true, force: true, maxRetries: 10 }));

/** Root may write everywhere: it tries as somebody else, who has to be able to read this program. */
const isRoot = process.getuid?.() === 0;
const as = isRoot ? NOBODY : undefined;
const reads = ['-e', `require('node:fs').readFileSync(${JSON.stringify(join(import.meta.dirname, 'commands.ts'))})`];
const canTry = !isRoot || spawnSync(process.execPath, reads, { uid: NOBODY, gid: NOBODY }).status === 0;
if (!canTry)
  console.warn('another user than root cannot read this folder: a data folder without the right to write is not tried');

const isOneLine = ({ stderr }: Ended): boolean => /^cps: [^\n]+\n$/.test(stderr);

describe.skipIf(!canTry)('a data folder that may not be written', () => {
  it.each(['new', 'made'])('is named, with what to do, and can be used as soon as it may: %s', async (how) => {
    const data = join(work, how);
    const own = (mode: number) => chmodSync(data, mode);
    const on = (command: string) => cps(['--data', data, command], { as }).ended;
    mkdirSync(data);
    if (as !== undefined) chownSync(data, as, as);
    if (how === 'made') expect((await on('init')).code).toBe(0);
    own(0o500);
    for (const command of ['init', 'status', 'stop'].slice(0, how === 'made' ? 3 : 2)) {
      const refused = await on(command);
      expect([refused.code, isOneLine(refused)], refused.stderr).toEqual([4, true]);
      expect(refused.stderr).toBe(
        `cps: the data directory ${data} cannot be used (EACCES): give this user the right to write it, or give another with --data\n`,
      );
    }
    own(0o700);
    if (how === 'new') expect(await on('init')).toMatchObject({ code: 0, stderr: '' });
    expect(await on('status')).toMatchObject({ code: 0, stderr: '' });
  });
});

it('two that start a server at once both end, on a folder without a book and on one with it, and the next works', async () => {
  const on = (command: string) => cps(['--data', join(work, 'both'), command]).ended;
  for (const command of ['init', 'status']) {
    const both = await Promise.all([on(command), on(command)]);
    for (const ended of both) expect(ended).toMatchObject({ code: 0, stderr: '' });
  }
  expect(await on('status')).toMatchObject({ code: 0, stderr: '' });
});
