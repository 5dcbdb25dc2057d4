// The lock between processes: never two holders, whatever a dead holder left behind.

import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isAlive, isSignerAlive, ownSignature, withLock } from '../../src/store/server/process-lock.ts';

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cps-lock-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** Lets twenty ask for the lock at once and answers the most that held it together. */
async function crowd(lock: string): Promise<number> {
  let holders = 0;
  let most = 0;
  const hold = async (): Promise<void> => {
    holders += 1;
    most = Math.max(most, holders);
    await sleep(2);
    holders -= 1;
  };
  await Promise.all(Array.from({ length: 20 }, () => withLock(lock, hold)));
  return most;
}

function deadPid(): number {
  return spawnSync(process.execPath, ['--version']).pid;
}

test('holds one at a time and leaves no file behind', async () => {
  expect(await crowd(join(folder, 'lock'))).toBe(1);
  expect(await readdir(folder)).toEqual([]);
});

test('takes over from a dead holder, still one at a time', async () => {
  await writeFile(join(folder, 'lock'), `${deadPid()} 1 abc`);
  expect(await crowd(join(folder, 'lock'))).toBe(1);
  expect(await readdir(folder)).toEqual([]);
});

test('takes over from one that died while it took over from a dead holder', async () => {
  await writeFile(join(folder, 'lock'), `${deadPid()} 1 abc`);
  await writeFile(join(folder, 'lock-abc-broken'), `${deadPid()} 1 def`);
  expect(await crowd(join(folder, 'lock'))).toBe(1);
  expect(await readdir(folder)).toEqual([]);
});

test('lets go when the work throws', async () => {
  const failing = withLock(join(folder, 'lock'), () => Promise.reject(new Error('no')));
  await expect(failing).rejects.toThrow('no');
  expect(await readdir(folder)).toEqual([]);
});

test('tells a process from a later one with the same pid', async () => {
  const [pid] = (await ownSignature()).split(' ');
  expect(await isSignerAlive(await ownSignature())).toBe(true);
  if (process.platform === 'linux') expect(await isSignerAlive(`${pid} 1`)).toBe(false);
  expect(await isAlive(deadPid())).toBe(false);
  expect(await isAlive(Number.NaN)).toBe(false);
});
