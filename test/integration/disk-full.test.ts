/** A full disk: one clear line, exit code 4, and with room again the same command completes. Needs root, for a small tmpfs. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateBook } from '../../src/cli/generate/book.ts';
import { cps } from './commands.ts';

const work = mkdtempSync(join(tmpdir(), 'cps-full-'));
const small = join(work, 'small');
mkdirSync(small);
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=260m,mode=755', 'tmpfs', small]).status === 0;
if (!mounted) console.warn('no small tmpfs can be mounted here: the full disk is not tried');

afterAll(() => {
  if (mounted) spawnSync('umount', ['-l', small]);
  rmSync(work, { recursive: true, force: true });
});

/** Takes the room of the small disk but for some bytes. */
function fill(leave: number): void {
  const { bavail, bsize } = statfsSync(small);
  writeFileSync(join(small, 'filler'), Buffer.alloc(Math.max(0, bavail * bsize - leave)));
}

describe.skipIf(!mounted)('a full disk', () => {
  const feeds = join(work, 'feeds');
  const on = ['--data', join(small, 'data')];

  beforeAll(async () => {
    await generateBook({ lines: 4000, seed: 3, out: feeds, clicksPerLine: 8 });
    expect((await cps([...on, 'init']).ended).code).toBe(0);
  });

  it('with no byte free says so, and with room again the same command completes', async () => {
    const other = ['--data', join(small, 'other')];
    await cps([...on, 'stop']).ended;
    for (const command of [
      [...other, 'init'],
      [...on, 'status'],
    ]) {
      fill(0);
      const failed = await cps(command).ended;
      expect([failed.code, failed.stderr.trim().split('\n').length], failed.stderr).toEqual([4, 1]);
      expect(failed.stderr).toContain('the disk is full: make room, then repeat the command');
      rmSync(join(small, 'filler'));
      expect(await cps(command).ended).toMatchObject({ code: 0, stderr: '' });
    }
    await cps([...other, 'stop']).ended;
    rmSync(join(small, 'other'), { recursive: true });
  });

  it.each([
    ['ingest', [feeds]],
    ['run', ['--through', '2014-01-31']],
  ])('stops %s with one line and exit code 4, and the next try completes', async (command, rest) => {
    fill(3_000_000);
    const failed = await cps([...on, command, ...rest]).ended;
    expect(failed.code, failed.stderr).toBe(4);
    expect(failed.stderr.trim().split('\n'), failed.stderr).toHaveLength(1);
    rmSync(join(small, 'filler'));
    const again = await cps([...on, command, ...rest]).ended;
    expect(again.code, again.stderr).toBe(0);
  });

  it('leaves the book as one that never met it', async () => {
    const plain = ['--data', join(work, 'plain')];
    const texts: string[] = [];
    expect((await cps([...plain, 'init']).ended).code).toBe(0);
    expect((await cps([...plain, 'ingest', feeds]).ended).code).toBe(0);
    expect((await cps([...plain, 'run', '--through', '2014-01-31']).ended).code).toBe(0);
    for (const data of [on, plain]) texts.push((await cps([...data, 'export', 'transfers']).ended).stdout);
    expect(texts[0]?.length).toBeGreaterThan(100_000);
    expect(texts[0]).toBe(texts[1]);
    await cps([...on, 'stop']).ended;
  });
});
