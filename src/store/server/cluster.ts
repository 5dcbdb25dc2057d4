// The files of the private PostgreSQL under a data directory: where they lie, and how its cluster is made, wholly or not at all.
// Its caller holds the lock of the data directory; it starts no server.

import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { constants } from 'node:fs';
import { access, appendFile, mkdir, open, readdir, realpath, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { codeOf, lackOf } from '../../core/error-code.ts';
import type { Binaries, Runner } from './binaries.ts';
import { readIfThere } from './process-lock.ts';

/** The files under a data directory. */
export interface Home {
  readonly folder: string;
  readonly cluster: string;
  readonly password: string;
  readonly log: string;
  readonly users: string;
  readonly lock: string;
}

/** The data directory's files; makes the directory where it is missing, and throws when it cannot be written. */
export async function openHome(dataDir: string): Promise<Home> {
  const given = resolve(dataDir);
  try {
    // As root, the user PostgreSQL runs as has to pass through, but not to look around.
    await mkdir(given, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
    const folder = await realpath(given);
    await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    const users = join(folder, 'users');
    await mkdir(users, { recursive: true, mode: 0o700 });
    const [cluster, password] = [join(folder, 'cluster'), join(folder, 'password')];
    return { folder, cluster, password, users, log: join(folder, 'server.log'), lock: join(folder, 'lock') };
  } catch (error) {
    throw explained(given, error);
  }
}

/** What the system says of a data directory, as a sentence; any other error as it is. */
export function explained(folder: string, error: unknown): unknown {
  const code = codeOf(error) ?? '';
  if (!/^E[A-Z]+$/.test(code)) return error;
  const why = lackOf(error) ?? 'give this user the right to write it, or give another with --data';
  return new Error(`the data directory ${folder} cannot be used (${code}): ${why}`, { cause: error });
}

/** Whether a whole cluster is there; one that was killed while it was made is not. */
export async function hasCluster(home: Home): Promise<boolean> {
  return (await readIfThere(join(home.cluster, 'PG_VERSION'))) !== undefined;
}

/** `postgresql://cps:PASSWORD@127.0.0.1:PORT/DATABASE` */
export async function urlOf(home: Home, port: number, database = 'cps'): Promise<string> {
  return `postgresql://cps:${await passwordOf(home)}@127.0.0.1:${port}/${database}`;
}

async function passwordOf(home: Home): Promise<string> {
  const password = await readIfThere(home.password);
  if (password !== undefined) return password.trim();
  throw new Error(
    `the file ${home.password} of the private PostgreSQL is lost: put it back from a backup of ${home.folder}`,
  );
}

/** The name every process of the cluster's server carries in its title, whichever pids it got and wherever its folder was moved. */
export async function titleOf(home: Home): Promise<string> {
  return `cps-${createHash('sha256')
    .update(await passwordOf(home))
    .digest('hex')
    .slice(0, 12)}`;
}

/**
 * Makes the cluster under another name first, so that one with its own name is whole. That name is new each time, for where
 * this program was killed, its initdb may go on for a while.
 */
export async function makeCluster(home: Home, binaries: Binaries, runner: Runner, hasty: boolean): Promise<void> {
  const draft = `${home.cluster}.new-${randomBytes(4).toString('hex')}`;
  await mkdir(draft, { mode: 0o700 });
  await runner.handOver(draft);
  await writePassword(home);
  await runner.handOver(home.password);
  const identity = ['--username=cps', `--pwfile=${home.password}`, '--auth=scram-sha-256'];
  const flags = ['--encoding=UTF8', '--locale=C', '--no-instructions', ...(hasty ? ['--no-sync'] : [])];
  const made = await finish(runner, binaries.initdb, [`--pgdata=${draft}`, ...identity, ...flags]);
  if (made.code !== 0) {
    throw new Error(`PostgreSQL could not make its cluster in ${home.folder}: ${lastLines(made.said)}`);
  }
  const lz4 = await finish(runner, binaries.postgres, [
    '-D',
    draft,
    '-C',
    'wal_compression',
    '-c',
    'wal_compression=lz4',
  ]);
  await appendFile(join(draft, 'postgresql.conf'), `\nwal_compression = ${lz4.code === 0 ? 'lz4' : 'on'}\n`);
  await rename(draft, home.cluster);
  await syncPath(home.folder);
  for (const name of await readdir(home.folder)) {
    if (!name.startsWith('cluster.new-')) continue;
    await rm(join(home.folder, name), { recursive: true, force: true, maxRetries: 20 });
  }
}

async function writePassword(home: Home): Promise<void> {
  await rm(home.password, { force: true });
  const file = await open(home.password, 'wx', 0o600);
  await file.writeFile(`${randomBytes(24).toString('base64url')}\n`);
  await file.sync();
  await file.close();
}

async function syncPath(path: string): Promise<void> {
  const handle = await open(path);
  await handle.sync();
  await handle.close();
}

/** Runs a program to its end; `said` is all it wrote. */
async function finish(runner: Runner, program: string, args: string[]): Promise<{ code: number | null; said: string }> {
  const child = runner.start(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  const hear = (text: Buffer): void => {
    said += text.toString();
  };
  child.stdout?.on('data', hear);
  child.stderr?.on('data', hear);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, said };
}

/** The end of what a program of PostgreSQL said. */
export function lastLines(text: string): string {
  return text.trim().split('\n').slice(-8).join('\n');
}
