/** A few sessions for many: in turn, replaced when lost, and closed when all is done. */
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { PoolBusy, poolOf, type SessionPool } from '../../src/store/connection/pool.ts';
import { connect, DatabaseAway, type Session } from '../../src/store/connection/session.ts';

let pool: SessionPool;
beforeEach(() => {
  pool = poolOf({ url: inject('serverUrl'), application: 'pool test', size: 2, line: 3, patience: 200 });
});
afterEach(() => pool.close());

const pidOf = async (session: Session): Promise<number> =>
  (await session.client.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid ?? 0;

/** Work that goes on until it is told to end. */
function held(): { begun: Promise<void>; end: () => void; done: Promise<unknown> } {
  let end: () => void = () => undefined;
  let begin: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const done = pool.use(async () => {
    begin();
    await ended;
  });
  return { begun, end: () => end(), done };
}

describe('a pool', () => {
  it('lends no more than it has, to who came first, and the same sessions again', async () => {
    const [one, two] = [held(), held()];
    await Promise.all([one.begun, two.begun]);
    const order: string[] = [];
    const waiting = ['a', 'b', 'c'].map((name) => pool.use(async () => order.push(name)));
    expect(pool.usage()).toEqual({ busy: 2, waiting: 3, size: 2 });
    await expect(pool.use(pidOf)).rejects.toThrow(PoolBusy);
    one.end();
    await Promise.all(waiting);
    expect(order).toEqual(['a', 'b', 'c']);
    two.end();
    await two.done;
    const pids = new Set<number>();
    for (let i = 0; i < 5; i++) pids.add(await pool.use(pidOf));
    expect(pids.size).toBe(1);
    expect(pool.usage()).toEqual({ busy: 0, waiting: 0, size: 2 });
  });

  it('turns away who waits too long', async () => {
    const all = [held(), held()];
    await expect(pool.use(pidOf)).rejects.toThrow('no session came free in time');
    for (const one of all) one.end();
    expect(await pool.use(pidOf)).toBeGreaterThan(0);
  });

  it('replaces a session that was lost, and one left in the middle of a transaction', async () => {
    const admin = await connect(inject('serverUrl'), 'pool test');
    try {
      const first = await pool.use(pidOf);
      const lost = pool.use(async (session) => {
        await admin.client.query('select pg_terminate_backend($1)', [await pidOf(session)]);
        return pidOf(session);
      });
      await expect(lost).rejects.toThrow(DatabaseAway);
      const second = await pool.use(pidOf);
      expect(second).not.toBe(first);
      await pool.use((session) => session.client.query('begin'));
      expect(await pool.use(pidOf)).not.toBe(second);
      await expect(pool.use((session) => session.client.query('select no'))).rejects.toThrow('no');
      expect(pool.usage().busy).toBe(0);
    } finally {
      await admin.close();
    }
  });

  it('that closes waits for what is under way, and takes no more', async () => {
    const one = held();
    await one.begun;
    let isClosed = false;
    const closing = pool.close().then(() => {
      isClosed = true;
    });
    await expect(pool.use(pidOf)).rejects.toThrow('closing');
    expect(isClosed).toBe(false);
    one.end();
    await closing;
    expect(isClosed).toBe(true);
  });
});
