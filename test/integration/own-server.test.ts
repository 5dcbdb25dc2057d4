/**
 * A book on the operator's own PostgreSQL (Debian's), dumped with pg_dump and restored into an empty database: the
 * restored book says the same, and the next night gives the same bytes. Skipped where no such server is installed.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateBook } from '../../src/cli/generate/book.ts';
import { connect, type Session } from '../../src/store/connection/session.ts';
import { migrate } from '../../src/store/schema/migrate.ts';
import { actAsWriter } from '../../src/store/schema/roles.ts';
import { verify } from '../../src/verify/verify.ts';
import { deliverFolder, makeBook, runThrough } from '../books/play.ts';
import { headsOf, textsOf } from '../support/said.ts';

const DEBIAN = '/usr/lib/postgresql';
const versions = existsSync(DEBIAN)
  ? readdirSync(DEBIAN).filter((name) => existsSync(join(DEBIAN, name, 'bin/initdb')))
  : [];
const bin = join(DEBIAN, versions.sort().at(-1) ?? '', 'bin');
const isRoot = process.getuid?.() === 0;
const account = isRoot
  ? spawnSync('id', ['-u', 'postgres'], { encoding: 'utf8' }).stdout.trim()
  : String(process.getuid?.());
const able = versions.length > 0 && account !== '';
if (!able) console.warn('no PostgreSQL of the system is installed: dump and restore are not tried');

const uid = Number(account);
const work = mkdtempSync(join(tmpdir(), 'cps-own-'));
let port = 0;

function asOwner(program: string, args: readonly string[]): void {
  execFileSync(join(bin, program), args, { cwd: '/', stdio: 'pipe', ...(isRoot ? { uid, gid: uid } : {}) });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

const urlOf = (database: string): string => `postgresql://cps@127.0.0.1:${port}/${database}`;

async function within<T>(database: string, work: (session: Session) => Promise<T>): Promise<T> {
  const session = await connect(urlOf(database), 'own server test');
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

describe.skipIf(!able)('a book on a server of the operator', () => {
  const data = join(work, 'cluster');
  const feeds = join(work, 'feeds');

  beforeAll(async () => {
    if (isRoot) chownSync(work, uid, uid);
    port = await freePort();
    asOwner('initdb', ['-D', data, '-U', 'cps', '--auth=trust', '--encoding=UTF8', '--locale=C.UTF-8', '-N']);
    const options = `-h 127.0.0.1 -p ${port} -c unix_socket_directories='' -c fsync=off`;
    asOwner('pg_ctl', ['-D', data, '-w', '-l', join(data, 'log'), '-o', options, 'start']);
    await generateBook({ lines: 800, seed: 21, out: feeds, clicksPerLine: 5 });
  });
  afterAll(() => {
    if (able && existsSync(join(data, 'postmaster.pid'))) asOwner('pg_ctl', ['-D', data, '-m', 'immediate', 'stop']);
    rmSync(work, { recursive: true, force: true });
  });

  it('whose owner may make no roles works as that owner, and as cps_writer once somebody made them', async () => {
    await within('postgres', async ({ client }) => {
      await client.query('create role plain login');
      await client.query('create database plain owner plain');
    });
    const url = urlOf('plain').replace('//cps@', '//plain@');
    const asPlain = async (made: boolean): Promise<void> => {
      const session = await connect(url, 'own server test');
      try {
        await migrate(session);
        expect(await actAsWriter(session)).toBe(made);
        await makeBook(session);
        await expect(session.client.query('delete from log')).rejects.toMatchObject({ code: made ? '42501' : 'P0001' });
      } finally {
        await session.close();
      }
    };
    await asPlain(false);
    await within('postgres', async ({ client }) => {
      await client.query('create role maker login createrole');
      await client.query('create database made owner maker');
    });
    const maker = await connect(urlOf('made').replace('//cps@', '//maker@'), 'own server test');
    try {
      await migrate(maker);
      expect(await actAsWriter(maker)).toBe(true);
    } finally {
      await maker.close();
    }
    await within('postgres', async ({ client }) => {
      await client.query('grant cps_writer to plain');
    });
    await asPlain(true);
  });

  it('is dumped, restored into an empty database, and goes on with the same bytes', async () => {
    await within('postgres', async (session) => {
      for (const name of ['book', 'restored']) await session.client.query(`create database ${name}`);
    });
    await within('book', async (session) => {
      await migrate(session);
      await makeBook(session);
      await deliverFolder(session, feeds);
      await runThrough({ session, url: urlOf('book') }, '2013-12-11');
    });
    const dump = join(data, 'book.dump');
    const at = ['-h', '127.0.0.1', '-p', String(port), '-U', 'cps'];
    asOwner('pg_dump', [...at, '-Fc', '-f', dump, 'book']);
    // Without the grants, as into a server that has not the roles: the first command makes them good.
    asOwner('pg_restore', [...at, '--exit-on-error', '--no-privileges', '-d', 'restored', dump]);
    const said = [];
    for (const name of ['book', 'restored']) {
      said.push(
        await within(name, async (session) => {
          const before = [await headsOf(session), await textsOf(session)];
          await migrate(session);
          expect(await actAsWriter(session)).toBe(true);
          const report = await verify(session, { url: urlOf(name), workers: 1, deep: true, onProgress: () => {} });
          expect(report.differences).toEqual([]);
          expect(report.checked.lines).toBeGreaterThan(100);
          await runThrough({ session, url: urlOf(name) }, '2014-01-31', { workers: 2, smallNight: 20 });
          return [before, await headsOf(session), await textsOf(session)];
        }),
      );
    }
    expect(JSON.stringify(said[0]).length).toBeGreaterThan(10_000);
    expect(said[1]).toEqual(said[0]);
  });
});
