/** A run: the nights not yet run, in order, through a day (SPEC 4). One run at a time, fenced by an epoch. */
import type { Day, Instant } from '../core/calendar.ts';
import { analyseBooks } from '../store/connection/analyse.ts';
import { insideTransaction } from '../store/connection/nested-transaction.ts';
import type { Session } from '../store/connection/session.ts';
import type { Pen } from '../store/log/append.ts';
import { beginRun, type Program } from '../store/night/claims.ts';
import { lockRun, unlockRun } from '../store/night/progress.ts';
import { aloneCrew, workerCrew } from './crew.ts';
import { type Crew, type NightReport, nextDayOf, runDay } from './night.ts';
import { theBook } from './terms.ts';

export interface RunOrder {
  readonly through: Day;
  readonly workers: number;
  /** The moment by the clock: a day not over by then is refused. */
  readonly now: Instant;
  /** Decide the first open day's night, then take everything back. */
  readonly dryRun: boolean;
  /** Lines and facts up to which a night is one transaction; tests lower it to try large nights with small books. */
  readonly smallNight?: number;
  /** Where worker threads connect to. */
  readonly url: string;
  /** The program that runs: others of its version may join. Without it nobody may. */
  readonly program?: Omit<Program, 'name'>;
  /** Called after each night, and waited for. */
  readonly onNight: (report: NightReport) => unknown;
  readonly onBatch: (day: Day, done: number) => void;
}

export interface RunReport {
  readonly nights: readonly NightReport[];
  readonly firstDay: Day | null;
}

/** Lines after which the books' statistics are made anew, and again whenever a run has done four times as many. */
const MANY_LINES = 50_000;

/** What may not be run: another run is going, the day is not over, or a run of another version is to be joined. */
export class Refused extends Error {}

/**
 * Runs every day not yet run up to `through`.
 * @throws Refused when the day is not over by the clock or another run is going
 */
export async function run(session: Session, order: RunOrder): Promise<RunReport> {
  const book = await theBook(session);
  if (order.now < book.calendar.endOf(order.through)) {
    const end = book.calendar.format(book.calendar.endOf(order.through));
    throw new Refused(`${order.through} is not over before ${end}: run it after that`);
  }
  if (!(await lockRun(session))) {
    throw new Refused('another run is going on this book: wait for it, or see cps status');
  }
  try {
    return order.dryRun ? await rehearse(session, order) : await runNights(session, order);
  } finally {
    await unlockRun(session).catch(() => undefined);
  }
}

/** Nobody has this version. */
const ALONE = { version: 'none', place: '' };

const programOf = ({ program = ALONE }: RunOrder): Program => ({ name: 'run', ...program });

async function penOf(session: Session, order: RunOrder): Promise<Pen> {
  const { partitions, digits } = await theBook(session);
  return { epoch: await beginRun(session, programOf(order).version), partitions, digits };
}

async function runNights(session: Session, order: RunOrder): Promise<RunReport> {
  const pen = await penOf(session, order);
  const terms = { pen, program: programOf(order) };
  const threads = order.workers > 1 ? workerCrew({ ...terms, url: order.url }, order.workers) : undefined;
  const crew = threads?.crew ?? aloneCrew(session, terms);
  const nights: NightReport[] = [];
  let lines = 0;
  let analyseAt = MANY_LINES;
  try {
    const first = await nextDayOf(session, await theBook(session));
    for (
      let day = first;
      day !== null && day <= order.through;
      day = await nextDayOf(session, await theBook(session))
    ) {
      const today = day;
      const report = await runDay(session, pen, today, crew, (done) => order.onBatch(today, done), order.smallNight);
      nights.push(report);
      await order.onNight(report);
      lines += report.counts.attributed + report.counts.unattributed + report.counts.settled;
      if (lines >= analyseAt) {
        await analyseBooks(session);
        analyseAt = lines * 4;
      }
    }
    return { nights, firstDay: first };
  } finally {
    await threads?.close();
  }
}

class TakenBack extends Error {
  readonly report: NightReport;
  constructor(report: NightReport) {
    super('a dry run is taken back');
    this.report = report;
  }
}

/** The first open day's night inside one transaction that is taken back. */
async function rehearse(session: Session, order: RunOrder): Promise<RunReport> {
  const day = await nextDayOf(session, await theBook(session));
  if (day === null || day > order.through) return { nights: [], firstDay: day };
  try {
    return await session.transaction(async () => {
      const inner = insideTransaction(session);
      const pen = await penOf(inner, order);
      const crew: Crew = aloneCrew(inner, { pen, program: programOf(order) });
      throw new TakenBack(await runDay(inner, pen, day, crew, (done) => order.onBatch(day, done), order.smallNight));
    });
  } catch (error) {
    if (error instanceof TakenBack) return { nights: [error.report], firstDay: day };
    throw error;
  }
}
