/** Who verifies the partitions: this process in a connection of its own, or worker threads that take them in turn. */
import type { Worker } from 'node:worker_threads';
import { Calendar, type Day } from '../core/calendar.ts';
import type { Adopted } from '../core/verify/policies.ts';
import type { Session } from '../store/connection/session.ts';
import { inSharedSnapshot } from '../store/proof/proof.ts';
import type { NightRow } from '../store/proof/sums.ts';
import { connectAsWriter } from '../store/schema/roles.ts';
import { ask, type Heard, startThread } from '../workers/thread.ts';
import { beyondLog } from './deep.ts';
import { type PartitionTask, verifyPartition } from './partition.ts';
import type { Part } from './report.ts';

/** What a verification is told at its start, as it travels to a thread. */
export interface CrewTerms {
  readonly url: string;
  readonly snapshot: string;
  readonly zone: string;
  readonly digits: number;
  readonly partitions: number;
  readonly adopted: readonly Adopted[];
  /** The nights, when the decisions are to be made again from what was delivered; null otherwise. */
  readonly deep: { readonly nights: readonly NightRow[]; readonly last: Day | null } | null;
}

export type VerifyAnswer =
  | { readonly kind: 'batch'; readonly events: number }
  | { readonly kind: 'done'; readonly part: Part }
  | { readonly kind: 'failed'; readonly message: string };

type OnBatch = (events: number) => void;

/** Verifies every partition; `onPart` is given what was found in each. */
export async function verifyPartitions(
  terms: CrewTerms,
  tasks: readonly PartitionTask[],
  workers: number,
  onBatch: OnBatch,
  onPart: (part: Part) => void,
): Promise<void> {
  if (workers <= 1) {
    const session = await connectAsWriter(terms.url, 'cps verify');
    try {
      for (const task of tasks) onPart(await takeTask(session, terms, task, onBatch));
    } finally {
      await session.close();
    }
    return;
  }
  const waiting = [...tasks];
  const threads = Array.from({ length: Math.min(workers, tasks.length) }, () => startThread('verify', terms));
  const takeTurns = async (thread: Worker): Promise<void> => {
    for (let task = waiting.shift(); task !== undefined; task = waiting.shift())
      onPart(await ask(thread, task, (answer: VerifyAnswer) => hear(answer, onBatch)));
  };
  try {
    await Promise.all(threads.map(takeTurns));
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
}

const calendars = new Map<string, Calendar>();

/** One for all partitions: a calendar remembers the days it has looked up. */
function calendarOf(zone: string): Calendar {
  const known = calendars.get(zone) ?? new Calendar(zone);
  calendars.set(zone, known);
  return known;
}

/** Verifies one partition in a connection, in the shared snapshot. */
export async function takeTask(
  session: Session,
  terms: CrewTerms,
  task: PartitionTask,
  onBatch: OnBatch,
): Promise<Part> {
  const { digits, partitions, adopted, deep } = terms;
  const own = { calendar: calendarOf(terms.zone), digits, partitions, adopted };
  const beyond = deep === null ? undefined : beyondLog(session, own, deep.nights, deep.last);
  return inSharedSnapshot(session, terms.snapshot, async () => {
    return (await verifyPartition(session, own, task, onBatch, beyond)).part;
  });
}

/** What a worker's answer means to the verification. */
function hear(answer: VerifyAnswer, onBatch: OnBatch): Heard<Part> {
  if (answer.kind === 'done') return { done: answer.part };
  if (answer.kind === 'failed') return { failed: new Error(answer.message) };
  onBatch(answer.events);
  return undefined;
}
