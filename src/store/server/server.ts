// The server of one cluster: how it is found running, started, waited for and stopped.
// Its caller holds the lock of the data directory; who uses the server, and for how long, is decided in embedded.ts.

import { once } from 'node:events';
import { open, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { codeOf } from '../../core/error-code.ts';
import { endClient } from '../connection/end-client.ts';
import { type Binaries, chooseRunner, findBinaries, type Runner } from './binaries.ts';
import { type Home, hasCluster, lastLines, makeCluster, titleOf, urlOf } from './cluster.ts';
import { killMembers, membersOf, Pulse, showsProcesses, signal } from './members.ts';
import { hasPid, isAlive, pollEvery, readIfThere } from './process-lock.ts';

/** How long the processes of a server that is no more are left to end by themselves, in milliseconds. */
const LEFTOVERS = 3000;
/** How long a server that says it is ready may take to answer, in milliseconds. */
const ANSWER = 5000;

/** A server as its postmaster.pid describes it. */
export interface Server {
  readonly pid: number;
  readonly port: number;
  readonly status: string;
}

/** PostgreSQL's own cache: a quarter of the memory, as its manual advises, at most a gigabyte. It takes what it comes to use. */
const cache = Math.min(1024, Math.floor(totalmem() / 4 / 2 ** 20));

// What a book needs: nothing is lost that was committed. Whatever is not here is PostgreSQL's own default.
const bookSettings: Readonly<Record<string, string>> = {
  shared_buffers: `${cache}MB`,
  max_wal_size: '4GB',
  checkpoint_timeout: '15min',
  max_connections: '50',
  jit: 'off',
  autovacuum: 'on',
  log_startup_progress_interval: '1s',
  fsync: 'on',
  synchronous_commit: 'on',
  log_timezone: 'UTC',
  timezone: 'UTC',
};

async function readServer(home: Home): Promise<Server | undefined> {
  const lines = (await readIfThere(join(home.cluster, 'postmaster.pid')))?.split('\n');
  if (lines === undefined) return undefined;
  return { pid: Number(lines[0]), port: Number(lines[3]), status: lines[7]?.trim() ?? '' };
}

/** The cluster's server when it runs, however far its start or stop has come. */
export async function findRunning(home: Home): Promise<Server | undefined> {
  const server = await readServer(home);
  if (server === undefined || !(await isAlive(server.pid))) return undefined;
  const command = await readIfThere(`/proc/${server.pid}/cmdline`);
  // After a crash another program may have got the pid. Where there is no /proc, the pid has to do.
  return command === undefined || command.includes(await titleOf(home)) ? server : undefined;
}

/**
 * Waits until a server found running has come up or recovered, as long as it takes, and answers it; undefined when it went
 * down instead, or showed no sign of life any more and was put down.
 */
export async function waitReady(home: Home, found: Server): Promise<Server | undefined> {
  let server: Server | undefined = found;
  const pulse = new Pulse(home);
  while (server !== undefined) {
    const failure = server.status === 'ready' ? await ensureDatabase(home, server.port) : server.status;
    if (failure === undefined) return server;
    if (!(await pulse.beats())) {
      await putDown(home, server);
      return undefined;
    }
    await sleep(pollEvery);
    server = await findRunning(home);
  }
  return undefined;
}

/** Ends a server that does not answer. */
async function putDown(home: Home, server: Server): Promise<void> {
  signal(server.pid, 'SIGKILL');
  await killMembers(home);
  while (await isAlive(server.pid)) await sleep(pollEvery);
}

/** Starts the cluster's server, making the cluster first where there is none, and answers it when it accepts connections. */
export async function startServer(home: Home, settings: Readonly<Record<string, string>>): Promise<Server> {
  const { fsync } = settings;
  const binaries = await findBinaries();
  const runner = await chooseRunner(binaries, home.folder, home.cluster);
  if (!(await hasCluster(home))) await makeCluster(home, binaries, runner, fsync === 'off');
  for (let attempt = 1; ; attempt++) {
    await clearLeftovers(home);
    const logged = await logLength(home);
    const started = await launch(home, binaries, runner, settings);
    const server = started === undefined ? undefined : await waitReady(home, started);
    if (server !== undefined) return server;
    const said = await readLog(home, logged);
    // Somebody took the port meanwhile, or a server whose starter was killed came up meanwhile.
    const running = await findRunning(home);
    const adopted = running === undefined ? undefined : await waitReady(home, running);
    if (adopted !== undefined) return adopted;
    if (attempt === 5 || !/could not bind|Address already in use|still in use/.test(said))
      throw startFailure(home, said);
    await sleep(10 * pollEvery);
  }
}

/**
 * Stops the cluster's server (fast: open transactions are rolled back); false when none ran. Asked while it recovers from
 * the loss of a process, PostgreSQL waits for itself for ever: it is asked afterwards, and put down where it hangs all the same.
 */
export async function stopServer(home: Home): Promise<boolean> {
  const running = await findRunning(home);
  if (running === undefined) return false;
  // Where it is up but lets nobody in, it is asked all the same.
  const server = running.status === 'stopping' ? running : await waitReady(home, running).catch(() => running);
  if (server === undefined) return true;
  signal(server.pid, 'SIGINT');
  const pulse = new Pulse(home);
  while ((await findRunning(home))?.pid === server.pid) {
    if (!(await pulse.beats())) await putDown(home, server);
    await sleep(pollEvery);
  }
  return true;
}

/** Starts the server on a free port, detached from this process; undefined when it ended before it wrote its postmaster.pid. */
async function launch(
  home: Home,
  binaries: Binaries,
  runner: Runner,
  settings: Readonly<Record<string, string>>,
): Promise<Server | undefined> {
  const fixed = { listen_addresses: '127.0.0.1', unix_socket_directories: '', cluster_name: await titleOf(home) };
  const all = { ...bookSettings, ...settings, ...fixed, port: String(await freePort()) };
  const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const log = await open(home.log, 'a', 0o600);
  try {
    const stdio: ['ignore', number, number] = ['ignore', log.fd, log.fd];
    const child = runner.start(binaries.postgres, ['-D', home.cluster, ...flags], { detached: true, stdio });
    await once(child, 'spawn');
    child.unref();
    const pulse = new Pulse(home);
    for (;;) {
      const server = await readServer(home);
      if (server !== undefined && server.pid === child.pid && server.status !== '') return server;
      if (child.exitCode !== null || child.signalCode !== null) return undefined;
      if (!(await pulse.beats())) child.kill('SIGKILL');
      await sleep(pollEvery);
    }
  } finally {
    await log.close();
  }
}

/**
 * After a SIGKILL of the server, or the loss of its postmaster.pid: waits a moment until its last process has gone (they would
 * hold its memory) and ends what has not, as nobody could find that server any more; and removes its postmaster.pid
 * where the pid lives on as a zombie or as another program, which PostgreSQL would take for the server.
 */
async function clearLeftovers(home: Home): Promise<void> {
  const left = await readServer(home);
  const giveUp = performance.now() + LEFTOVERS;
  while (performance.now() < giveUp && (await membersOf(home)).length > 0) await sleep(pollEvery);
  await killMembers(home);
  if (left === undefined || !showsProcesses) return;
  const whose = (await readServer(home))?.pid;
  if (whose === left.pid && hasPid(whose)) await rm(join(home.cluster, 'postmaster.pid'));
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('the system gave no port');
  return address.port;
}

/** Makes the database `cps` where it is missing; answers why the server took no connection, if it took none. */
async function ensureDatabase(home: Home, port: number): Promise<string | undefined> {
  const client = new pg.Client({
    connectionString: await urlOf(home, port, 'postgres'),
    application_name: 'cps start',
    connectionTimeoutMillis: ANSWER,
    query_timeout: ANSWER,
  });
  // An error between two queries; the next query fails with it too.
  client.on('error', () => {});
  try {
    await client.connect();
    const { rowCount } = await client.query("select from pg_database where datname = 'cps'");
    if (rowCount === 0) await client.query('create database cps');
    return undefined;
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    const isAway = /^(ECONN|EPIPE|57P0|08)/.test(codeOf(error) ?? '') || /^Connection terminated|timeout/.test(said);
    if (isAway) return said;
    throw new Error(`the private PostgreSQL in ${home.folder} cannot be used (${said}): see ${home.log}`, {
      cause: error,
    });
  } finally {
    await endClient(client);
  }
}

async function logLength(home: Home): Promise<number> {
  return (await readIfThere(home.log)) === undefined ? 0 : (await stat(home.log)).size;
}

async function readLog(home: Home, from: number): Promise<string> {
  const log = await open(home.log, 'r');
  const { buffer, bytesRead } = await log.read({ buffer: Buffer.alloc(64 * 1024), position: from });
  await log.close();
  return buffer.toString('utf8', 0, bytesRead);
}

function startFailure(home: Home, said: string): Error {
  return new Error(`PostgreSQL did not start in ${home.cluster}; its log ${home.log} ends with: ${lastLines(said)}`);
}
