/**
 * A program of its own that joins a book's nights, from any machine: it works on the night that is open with whoever else
 * does, and waits for the next. Opening and ending nights is the run's.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { Day } from '../core/calendar.ts';
import type { Session } from '../store/connection/session.ts';
import { Fenced } from '../store/log/append.ts';
import { leaveWorkers, type Program, versionOfRun } from '../store/night/claims.ts';
import { claim, join, type Member, PAUSE, takeClaim } from './crew.ts';
import { openingOf } from './night.ts';
import { Refused } from './run.ts';
import { theBook } from './terms.ts';

export interface WorkOrder {
  readonly program: Omit<Program, 'name'>;
  /** Settles when the work is to end: after the batch under way. */
  readonly stopped: Promise<void>;
  /** Told of partitions as they are claimed, and of those that somebody else has taken over. */
  readonly onClaim: (day: Day, partitions: readonly number[]) => void;
  readonly onLost: (day: Day, partitions: readonly number[]) => void;
  /** Told of each batch that is written: its lines or facts. */
  readonly onBatch: (done: number) => void;
}

/** Thrown between two batches, when the work is to end. */
class Stopped extends Error {}

/**
 * Works until told to stop; what is claimed then and not done is there for others.
 * @throws Refused when a run of another version of the program is going
 */
export async function work(session: Session, order: WorkOrder): Promise<void> {
  const member = await join(session, { name: 'work', ...order.program });
  let isStopped = false;
  const stopped = order.stopped.then(() => {
    isStopped = true;
  });
  try {
    while (!isStopped) {
      const found = await workOnce(member, order, () => isStopped);
      if (!found) await Promise.race([wait(PAUSE), stopped]);
    }
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
  } finally {
    await leaveWorkers(session, member.number).catch(() => undefined);
  }
}

/** Claims what there is and takes it through its lines; false when there is nothing to claim. */
async function workOnce(member: Member, order: WorkOrder, isStopped: () => boolean): Promise<boolean> {
  const { session, program } = member;
  const claimed = await claim(member);
  if (claimed === undefined) {
    await refuseOtherVersion(session, program);
    return false;
  }
  const { day, epoch, partitions } = claimed;
  order.onClaim(day, partitions);
  const book = await theBook(session);
  const pen = { epoch, partitions: book.partitions, digits: book.digits };
  try {
    await takeClaim(member, pen, await openingOf(session, book, day), claimed, (done) => {
      order.onBatch(done);
      if (isStopped()) throw new Stopped();
    });
  } catch (error) {
    if (!(error instanceof Fenced)) throw error;
    order.onLost(day, partitions);
  }
  return true;
}

async function refuseOtherVersion(session: Session, { version }: Program): Promise<void> {
  const running = await versionOfRun(session);
  if (running === undefined || running === version) return;
  throw new Refused(
    `the night under way is run by version ${running} of cps, and this is ${version}, which might decide otherwise: start cps work of version ${running} here`,
  );
}
