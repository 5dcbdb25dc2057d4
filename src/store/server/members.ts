/**
 * The processes of one cluster's server, seen from outside: which they are, whether they still do something, and their end
 * where they do not. It asks /proc, which Linux alone has; elsewhere only the server's log tells that it goes on.
 */

import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf } from '../../core/error-code.ts';
import { type Home, titleOf } from './cluster.ts';
import { pollEvery, readIfThere } from './process-lock.ts';

/** Whether the system shows its processes as files. */
export const showsProcesses = existsSync('/proc/self/stat');

/** How long a server may show no sign of life while it is waited for, in milliseconds. It writes how far a recovery is each second. */
const STILLNESS = showsProcesses ? 10_000 : 60_000;

interface Member {
  readonly pid: number;
  /** What the process calls itself, such as `postgres: cps-0123456789ab: checkpointer performing shutdown checkpoint`. */
  readonly title: string;
}

/** The processes that run on the cluster: those of its name in its very folder, as a copy of the folder has the same name. */
export async function membersOf(home: Home): Promise<Member[]> {
  if (!showsProcesses) return [];
  const name = await titleOf(home);
  const found: Member[] = [];
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const title = await readIfThere(`/proc/${entry}/cmdline`);
    if (title?.includes(name) && (await isIn(entry, home.cluster))) found.push({ pid: Number(entry), title });
  }
  return found;
}

/** Whether a process works in that folder; one of which that may not be asked counts. */
async function isIn(pid: string, folder: string): Promise<boolean> {
  try {
    const [one, other] = await Promise.all([stat(`/proc/${pid}/cwd`), stat(folder)]);
    return one.ino === other.ino && one.dev === other.dev;
  } catch (error) {
    return codeOf(error) === 'EACCES';
  }
}

/** Ends every process of the cluster at once. PostgreSQL recovers at its next start; nothing committed is lost. */
export async function killMembers(home: Home): Promise<void> {
  for (let members = await membersOf(home); members.length > 0; members = await membersOf(home)) {
    for (const { pid } of members) signal(pid, 'SIGKILL');
    await sleep(pollEvery);
  }
}

/** Sends a signal to a process that may have gone. @throws where it is another user's */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return;
    throw new Error(`process ${pid} of the private PostgreSQL is another user's: stop it as that user`, {
      cause: error,
    });
  }
}

/**
 * Tells whether a server that is waited for still does something for whoever waits: which processes it has, and how far its
 * recovery or checkpoint is. What its clients do, and what its other processes complain of, says nothing.
 */
export class Pulse {
  readonly #home: Home;
  #seen = '';
  #at = performance.now();

  constructor(home: Home) {
    this.#home = home;
  }

  /** False once nothing has changed for too long. A checkpoint may take as long as the disk needs. */
  async beats(): Promise<boolean> {
    const members = await membersOf(this.#home);
    const working = members.map(({ title }) => title).filter((title) => /: (startup|checkpointer) \S/.test(title));
    const isRecovering = !showsProcesses || members.some(({ title }) => /: startup/.test(title));
    const log = isRecovering
      ? await stat(this.#home.log).then(
          ({ size }) => size,
          () => 0,
        )
      : 0;
    const seen = [...members.map(({ pid }) => pid), ...working, log].join('\n');
    if (seen !== this.#seen || /performing .*checkpoint/.test(seen)) [this.#seen, this.#at] = [seen, performance.now()];
    return performance.now() - this.#at < STILLNESS;
  }
}
