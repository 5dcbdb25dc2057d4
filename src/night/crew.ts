/**
 * Who does the per-line steps of a large night: this process, worker threads of a run, and programs on any machine that
 * have joined. Each claims partitions and takes them through the day's lines, until there are none.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { Session } from '../store/connection/session.ts';
import { Fenced, type Pen } from '../store/log/append.ts';
import {
  areLinesDone,
  type Claim,
  claimPartitions,
  isLastRun,
  joinWorkers,
  leaveWorkers,
  noteDone,
  type Program,
} from '../store/night/claims.ts';
import type { DayOpening } from '../store/night/progress.ts';
import { connectAsWriter } from '../store/schema/roles.ts';
import { inTurn, type Room, Threads } from '../workers/pool.ts';
import { LINE_STEPS, type Memory, takePartitions } from './lines.ts';
import type { Crew } from './night.ts';

/** What a run's workers are told: whose run it is. */
interface RunTerms {
  readonly pen: Pen;
  readonly program: Program;
}

/** Milliseconds between two looks for something to claim. */
export const PAUSE = 200;

/** What workers of a night do: all there is to claim; their news is how many lines or facts a batch had. */
export const NIGHT: Room<RunTerms & { readonly url: string }, DayOpening, number, void> = {
  folder: 'night',
  errors: [Fenced],
  begin: async ({ url, pen, program }) => {
    const session = await connectAsWriter(url, 'cps run worker');
    const member = await join(session, program);
    return {
      take: (opening, tell) => takeAll(member, pen, opening, tell),
      end: () => session.close(),
    };
  },
};

/** One who works on nights, in a connection of its own or of the run. */
export interface Member {
  readonly session: Session;
  readonly number: bigint;
  readonly program: Program;
  readonly memory: Memory;
}

/** Joins those who work on nights. */
export async function join(session: Session, program: Program): Promise<Member> {
  return { session, number: await joinWorkers(session, program), program, memory: {} };
}

/** Claims partitions of the night that is open; undefined when there is nothing to claim. */
export function claim({ session, number, program }: Member): Promise<Claim | undefined> {
  return claimPartitions(session, { number, version: program.version }, LINE_STEPS.length);
}

/** Takes what it has claimed through the day's lines. @throws Fenced when somebody else has claimed it since */
export function takeClaim(
  { session, number, memory }: Member,
  pen: Pen,
  opening: DayOpening,
  { epoch, partitions }: Claim,
  onBatch: (done: number) => void,
): Promise<void> {
  const kept = async (done: number): Promise<void> => {
    await noteDone(session, number, done);
    onBatch(done);
  };
  return takePartitions(session, { ...pen, epoch }, opening, partitions, kept, memory);
}

/** For a run: claims and takes until all lines of the day are done, by it or by others. @throws Fenced when another run has begun */
async function takeAll(member: Member, pen: Pen, opening: DayOpening, onBatch: (done: number) => void): Promise<void> {
  const { session } = member;
  for (;;) {
    const claimed = await claim(member);
    if (claimed === undefined) {
      if (await areLinesDone(session, LINE_STEPS.length)) return;
      if (!(await isLastRun(session, pen))) throw new Fenced();
      await wait(PAUSE);
      continue;
    }
    try {
      await takeClaim(member, pen, opening, claimed, onBatch);
    } catch (error) {
      if (!(error instanceof Fenced) || !(await isLastRun(session, pen))) throw error;
    }
  }
}

/** This process works, in the run's own connection, with whoever has joined. */
export function aloneCrew(session: Session, { pen, program }: RunTerms): Crew {
  return async (opening, onBatch) => {
    const member = await join(session, program);
    try {
      await takeAll(member, pen, opening, onBatch);
    } finally {
      await leaveWorkers(session, member.number).catch(() => undefined);
    }
  };
}

/** Threads with a connection each; they are started for the first large night and kept for the run. */
export function workerCrew(
  terms: RunTerms & { readonly url: string },
  size: number,
): { crew: Crew; close(): Promise<void> } {
  const threads = new Threads(NIGHT, terms);
  return {
    crew: async (opening, onBatch) => {
      const reports = { onNews: onBatch, onResult: () => undefined };
      await inTurn(threads.atLeast(size), Array<DayOpening>(size).fill(opening), reports);
    },
    close: () => threads.end(),
  };
}
