/** A month's documents killed while they are written: what has a manifest is whole, and another start ends as one never killed. */
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { smallBookTemplate } from '../support/small-book.ts';
import { cps } from './commands.ts';

/** SHA-256 of each file by name; drafts come and go and are left out. */
async function filesIn(path: string): Promise<Map<string, string>> {
  const names = await readdir(path).catch(() => []);
  const files = new Map<string, string>();
  for (const name of names.filter((one) => !one.startsWith('.'))) {
    files.set(
      name,
      createHash('sha256')
        .update(await readFile(join(path, name)))
        .digest('hex'),
    );
  }
  return files;
}

it('cps statements killed again and again keeps what is whole, and ends with the bytes of one that was never killed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cps-statements-'));
  const template = await smallBookTemplate();
  const book = await template.copy();
  try {
    const args = (out: string) => [
      '--database',
      book.url,
      'statements',
      '2013-12',
      '--format',
      'pdf',
      '--out',
      join(folder, out),
    ];
    expect((await cps(args('whole')).ended).code).toBe(0);
    const whole = await filesIn(join(folder, 'whole'));
    expect(whole.size).toBeGreaterThan(20);
    let kills = 0;
    for (let kept = 0; ; kills++) {
      const { child, ended } = cps([...args('killed'), '--workers', '2', '--json']);
      // Killed as soon as some more are there than the time before.
      while (child.exitCode === null && (await filesIn(join(folder, 'killed'))).size < kept + 4) await wait(5);
      if (child.exitCode === null && kills < 4) child.kill('SIGKILL');
      const { code, stdout } = await ended;
      const files = await filesIn(join(folder, 'killed'));
      for (const [name, digest] of files) expect(whole.get(name), name).toBe(digest);
      if (code === 0) {
        const { written, kept: before, documents } = JSON.parse(stdout);
        expect(written + before).toBe(documents);
        expect(before).toBeGreaterThan(0);
        break;
      }
      kept = files.size;
    }
    expect(kills).toBeGreaterThan(1);
    expect(await filesIn(join(folder, 'killed'))).toEqual(whole);
    expect((await readdir(join(folder, 'killed'))).filter((name) => name.startsWith('.'))).toEqual([]);
  } finally {
    await book.drop();
    await template.drop();
    await rm(folder, { recursive: true, force: true });
  }
});
