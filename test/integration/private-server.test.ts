/**
 * The private server under everything that can befall it: whichever of its processes is killed, at whichever moment, a
 * command ends with one sentence or does its work, never hangs, and the next command works.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { generateBook } from '../../src/cli/generate/book.ts';
import { connect } from '../../src/store/connection/session.ts';
import { stopEmbedded, useEmbedded } from '../../src/store/server/embedded.ts';
import { cps, type Ended } from './commands.ts';

const work = mkdtempSync(join(tmpdir(), 'cps-private-'));
const data = join(work, 'data');
const small = { settings: { fsync: 'off', shared_buffers: '16MB', autovacuum_naptime: '1s' } };
const children: ChildProcess[] = [];

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});
afterAll(async () => {
  for (const name of readdirSync(work)) await stopEmbedded(join(work, name));
  rmSync(work, { recursive: true, force: true, maxRetries: 10 });
});

const postmaster = (): number => Number.parseInt(readFileSync(join(data, 'cluster/postmaster.pid'), 'utf8'), 10);

/** The processes of this very server, by what they call themselves. */
function processes(): { pid: number; title: string }[] {
  const parent = postmaster();
  return readdirSync('/proc').flatMap((entry) => {
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8');
      if (Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) !== parent) return [];
      return [{ pid: Number(entry), title: readFileSync(`/proc/${entry}/cmdline`, 'utf8') }];
    } catch {
      return [];
    }
  });
}

const KINDS = [
  'cps cps',
  'checkpointer',
  'background writer',
  'walwriter',
  'autovacuum launcher',
  'logical replication launcher',
  'io worker',
  'postmaster',
];

/** Kills one process of a kind, which has to be there. */
async function kill(kind: string): Promise<void> {
  if (kind === 'postmaster') return void process.kill(postmaster(), 'SIGKILL');
  for (;;) {
    const found = processes().find(({ title }) => title.includes(`: ${kind}`));
    if (found !== undefined) return void process.kill(found.pid, 'SIGKILL');
    await sleep(5);
  }
}

describe.runIf(process.platform === 'linux')('killed', () => {
  it.each(KINDS)(
    '%s, twenty times: what was committed is there, and the server goes on or starts again',
    async (kind) => {
      let server = await useEmbedded(data, small);
      for (let round = 0; round < 20; round++) {
        const session = await connect(server.url);
        await session.client.query('create table if not exists kept (kind text, round int)');
        const { rowCount } = await session.client.query('select from kept where kind = $1', [kind]);
        expect(rowCount).toBe(round);
        await session.client.query('insert into kept values ($1, $2)', [kind, round]);
        await sleep(7 * (round % 3));
        await kill(kind);
        await sleep(11 * (round % 4));
        await session.close();
        // Mostly somebody else goes on using it; now and then it is to stop while it recovers.
        if (round % 5 === 4) await server.release();
        const next = await useEmbedded(data, small);
        await server.release();
        server = next;
      }
      await server.release();
    },
  );
});

describe('a command', () => {
  const feeds = join(work, 'feeds');
  const book = join(work, 'book');
  const on = (...rest: string[]): Promise<Ended> => cps(['--data', book, ...rest]).ended;
  const isOneLine = ({ stderr }: Ended): boolean => /^cps: [^\n]+\n$/.test(stderr);

  beforeAll(async () => {
    await generateBook({ lines: 2500, seed: 5, out: feeds, clicksPerLine: 4 });
    expect((await on('init')).code).toBe(0);
    expect((await on('ingest', feeds)).code).toBe(0);
  });

  /** Waits until a run works on the book, by its server's processes. */
  async function running(): Promise<{ pid: number; server: number }> {
    for (;;) {
      try {
        const server = Number.parseInt(readFileSync(join(book, 'cluster/postmaster.pid'), 'utf8'), 10);
        const mine = readdirSync('/proc').find((entry) => {
          const stat = /^\d+$/.test(entry) ? readFileSync(`/proc/${entry}/stat`, 'utf8') : '';
          return (
            stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] === String(server) &&
            readFileSync(`/proc/${entry}/cmdline`, 'utf8').includes(': cps cps')
          );
        });
        if (mine !== undefined) return { pid: Number(mine), server };
      } catch {
        // Not there yet, or gone meanwhile.
      }
      await sleep(10);
    }
  }

  it.runIf(process.platform === 'linux')(
    'whose backend or server is killed, or is stopped by another, ends with one line, and the next completes',
    async () => {
      for (const how of ['backend', 'server', 'stop']) {
        const run = cps(['--data', book, 'run', '--through', '2014-01-31']);
        children.push(run.child);
        const { pid, server } = await running();
        await sleep(700);
        if (how === 'stop') expect(await on('stop')).toMatchObject({ code: 0, stdout: 'Stopped.\n' });
        else process.kill(how === 'backend' ? pid : server, 'SIGKILL');
        const ended = await run.ended;
        expect([how, ended.code, isOneLine(ended)], ended.stderr).toEqual([how, 4, true]);
        expect(await on('status'), how).toMatchObject({ code: 0, stderr: '' });
      }
      expect(await on('run', '--through', '2014-01-31')).toMatchObject({ code: 0, stderr: '' });
      expect(await on('verify')).toMatchObject({ code: 0, stderr: '' });
    },
  );

  it('with too few files to open says so, and makes nothing', async () => {
    const main = resolve(import.meta.dirname, '../../dist/main.js');
    for (const limit of [32, 64, 256]) {
      const script = `ulimit -n ${limit}; exec "$0" "$@"`;
      const child = spawn('sh', ['-c', script, process.execPath, main, '--data', join(work, 'none'), 'init']);
      let said = '';
      child.stderr.on('data', (piece) => {
        said += String(piece);
      });
      const [code] = (await once(child, 'close')) as [number];
      expect([code, said]).toEqual([
        4,
        'cps: too few files may be open at once: raise the limit (ulimit -n 1024), then repeat the command (EMFILE)\n',
      ]);
    }
    expect(readdirSync(work)).not.toContain('none');
  });
});

describe.runIf(process.platform === 'linux')('a server that does not answer', () => {
  it('is put down: by who stops it, and by who wants to use it, which starts it again', async () => {
    for (const next of ['stop', 'use']) {
      const server = await useEmbedded(data, small);
      const stopped = postmaster();
      process.kill(stopped, 'SIGSTOP');
      if (next === 'stop') expect(await stopEmbedded(data)).toBe(true);
      else {
        const again = await useEmbedded(data, small);
        expect(again.url).not.toBe(server.url);
        await again.release();
      }
      expect(readdirSync('/proc')).not.toContain(String(stopped));
      await server.release();
    }
  });

  it('or whose own lock file is lost is ended, and started again', async () => {
    const server = await useEmbedded(data, small);
    const lost = postmaster();
    rmSync(join(data, 'cluster/postmaster.pid'));
    const again = await useEmbedded(data, small);
    expect(postmaster()).not.toBe(lost);
    const session = await connect(again.url);
    expect(await session.client.query('select 1')).toMatchObject({ rowCount: 1 });
    await session.close();
    await again.release();
    await server.release();
    expect(await stopEmbedded(data)).toBe(false);
  });
});

describe('the lock of a data folder', () => {
  it('that is lost while it is held, or is left by a dead process, keeps nobody out', async () => {
    const first = await useEmbedded(data, small);
    const releasing = first.release();
    rmSync(join(data, 'lock'), { force: true });
    await releasing;
    writeFileSync(join(data, 'lock'), '999999999 1 abc');
    const second = await useEmbedded(data, small);
    writeFileSync(join(data, 'lock'), '');
    await second.release();
    expect(readdirSync(data).filter((name) => name.startsWith('lock'))).toEqual([]);
  });

  it.runIf(process.platform === 'linux')('that somebody holds who does not go on is named', async () => {
    const holder = spawn('sleep', ['600']);
    children.push(holder);
    const born = readFileSync(`/proc/${holder.pid}/stat`, 'utf8').split(' ')[21];
    writeFileSync(join(data, 'lock'), `${holder.pid} ${born} abc`);
    const refused = `process ${holder.pid} holds ${join(data, 'lock')} and does not go on: end it, then repeat the command`;
    await expect(useEmbedded(data, small)).rejects.toThrow(refused);
    rmSync(join(data, 'lock'));
    await (await useEmbedded(data, small)).release();
  });
});
