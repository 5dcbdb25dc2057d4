// Which processes are alive, and a lock between processes that outlives no holder, not even one ended by SIGKILL.
// It knows processes of this machine only: a data directory shared by two machines or containers is not guarded.

import { randomBytes } from 'node:crypto';
import { link, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf } from '../../core/error-code.ts';

/** How often something is looked at again while waiting for it, in milliseconds. */
export const pollEvery = 15;

/** How often a holder shows that it goes on, and how long it may fail to while it is waited for, in milliseconds. */
const showsEvery = 2000;
const patience = 20_000;

/** The file's text, or undefined when there is no such file. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    // ESRCH is how /proc says that the process ended while it was read.
    if (['ENOENT', 'ESRCH', 'ENOTDIR'].includes(codeOf(error) ?? '')) return undefined;
    throw error;
  }
}

/** Whether a process has this pid; one that has ended but was not collected by its parent (a zombie) does not count. */
export async function isAlive(pid: number): Promise<boolean> {
  if (!hasPid(pid)) return false;
  const stat = await processStat(pid);
  return stat === undefined || !/^[ZX]/.test(stat[0] ?? '');
}

/** Whether the system still knows this pid, zombies included. */
export function hasPid(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/** The fields of /proc/PID/stat from the state on, or undefined where there is no such file. */
async function processStat(pid: number): Promise<string[] | undefined> {
  const text = await readIfThere(`/proc/${pid}/stat`);
  return text?.slice(text.lastIndexOf(')') + 2).split(' ');
}

/** This process, as it signs its files: its pid and, on Linux, its start time, so that a later process with the same pid is another. */
export async function ownSignature(): Promise<string> {
  return `${process.pid} ${(await processStat(process.pid))?.[19] ?? '-'}`;
}

/** Whether the process that signed so (see {@link ownSignature}; more words may follow) is still alive. */
export async function isSignerAlive(signature: string): Promise<boolean> {
  const [pid, born] = signature.split(' ');
  if (!(await isAlive(Number(pid)))) return false;
  const now = (await processStat(Number(pid)))?.[19];
  return now === undefined || born === '-' || now === born;
}

/**
 * Runs `work` while holding the lock file at `path`; waits while a living process holds it and goes on.
 * Throws when a living process holds it and has not gone on for {@link patience}.
 */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  const nonce = randomBytes(6).toString('hex');
  const token = `${path}-${nonce}`;
  const own = `${await ownSignature()} ${nonce}`;
  try {
    await writeFile(token, own);
    await acquire(path, token);
    // The lock is the token under another name, so that this shows on it; that its time is another is all that is looked at.
    let beat = 0;
    const shown = setInterval(() => {
      beat += 1;
      void utimes(token, beat, beat).catch(() => undefined);
    }, showsEvery);
    try {
      return await work();
    } finally {
      clearInterval(shown);
      // Somebody may have removed it, and another taken it since.
      if ((await readIfThere(path)) === own) await rm(path, { force: true });
    }
  } finally {
    await rm(token, { force: true });
  }
}

/** Takes the lock by linking the token to it. */
async function acquire(path: string, token: string): Promise<void> {
  let shown = '';
  let at = performance.now();
  for (;;) {
    // A link is made whole or not at all, so a lock file always says whose it is.
    if (await linkIfFree(token, path)) return;
    const holder = await readIfThere(path);
    if (holder !== undefined && !(await isSignerAlive(holder))) await breakLock(path, holder);
    else await sleep(pollEvery);
    const now = `${holder} ${await stat(path).then(
      ({ mtimeMs }) => mtimeMs,
      () => 0,
    )}`;
    if (now !== shown) [shown, at] = [now, performance.now()];
    if (performance.now() - at > patience) {
      const pid = holder?.split(' ')[0] ?? '?';
      throw new Error(`process ${pid} holds ${path} and does not go on: end it, then repeat the command`);
    }
  }
}

async function linkIfFree(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Removes the lock of a dead holder. Two processes may both find it dead, and the slower must not remove the lock the faster took
 * since: so removing *this* holder's lock is itself done under a lock, named after the nonce no other holder has.
 */
async function breakLock(path: string, holder: string): Promise<void> {
  const nonce = holder.split(' ')[2] ?? 'unsigned';
  await withLock(`${path}-${nonce}-broken`, async () => {
    if ((await readIfThere(path)) !== holder) return;
    await rm(path, { force: true });
    await rm(`${path}-${nonce}`, { force: true });
  });
}
