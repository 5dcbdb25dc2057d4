/**
 * Verifies a book against itself (SPEC 13), in one snapshot, beside whatever a night or a delivery does meanwhile: the
 * partitions in one pass each, and the sums over the whole book at the same time in a connection of their own.
 */

import type { Event } from '../core/events/event.ts';
import { readBody } from '../core/events/event-body.ts';
import { readSealedPolicy } from '../core/policy/sealed.ts';
import type { Anchor } from '../core/proof/anchors.ts';
import { emptyTally } from '../core/proof/night-tree.ts';
import type { VerifyTerms } from '../core/verify/past.ts';
import type { Adopted } from '../core/verify/policies.ts';
import { theBook } from '../night/terms.ts';
import type { Session } from '../store/connection/session.ts';
import { inSnapshot } from '../store/connection/snapshot.ts';
import type { Book } from '../store/night/book.ts';
import { headsOf, type LogRow, runEvents, shareSnapshot } from '../store/proof/proof.ts';
import { nightRows } from '../store/proof/sums.ts';
import { share } from '../workers/pool.ts';
import { verifyAdjustments } from './adjustments.ts';
import { verifyAudit } from './audit.ts';
import { asOpened, openedInLog, verifyBook } from './book.ts';
import { verifyClearing } from './clearing.ts';
import { VERIFY } from './crew.ts';
import { verifyUndecided } from './deep.ts';
import { type SealedNight, verifyDeliveries } from './deliveries.ts';
import type { Mark, PartitionTask } from './partition.ts';
import { type RecordedPolicy, verifyPolicies } from './policies.ts';
import { verifyPromotion } from './promotion.ts';
import { type Part, Report } from './report.ts';
import { verifyRoots } from './roots.ts';
import { type CompletedNight, verifyStrays, verifySums } from './sums.ts';

export interface VerifyOrder {
  readonly url: string;
  /** Threads that take partitions in turn; 1 is this process alone. */
  readonly workers: number;
  /** Also makes every decision again from what was delivered. */
  readonly deep: boolean;
  /** Roots kept outside the book, to be compared with its own. */
  readonly anchors?: readonly Anchor[];
  /** Events gone through so far, of how many. */
  readonly onProgress: (events: number, of: number) => void;
}

/**
 * Verifies the whole book.
 * @param session must have no transaction open; everything is read in the snapshot of one
 * @returns what was checked, and for each kind the first difference: stored amounts beside derived ones
 */
export function verify(session: Session, order: VerifyOrder): Promise<Report> {
  return inSnapshot(session, async () => {
    const report = new Report();
    const row = await theBook(session);
    const snapshot = await shareSnapshot(session);
    const opened = await openedInLog(session);
    // What the log was opened with is what it is read with, whatever the book row says.
    const book = opened === undefined ? row : asOpened(row, opened.body);
    const { adopted, completed, policies, sealed, marks } = await nightsInLog(session, book);
    await verifyBook(session, row, opened, completed.at(-1), report);
    const heads = await headsOf(session);
    const tasks = tasksOf(book, heads, marks);
    const of = Number([...heads.values()].reduce((sum, head) => sum + head.position, 0n));
    const terms: VerifyTerms = { calendar: book.calendar, digits: book.digits, partitions: book.partitions, adopted };
    const { nights } = await nightRows(session);
    const { url, workers, deep } = order;
    const crew = { url, snapshot, zone: book.calendar.zone, digits: book.digits, partitions: book.partitions, adopted };
    let events = 0;
    const onBatch = (more: number): void => {
      events += more;
      order.onProgress(events, of);
    };
    const crewTerms = { ...crew, deep: deep ? { nights, last: book.lastRunDay } : null };
    const reports = { onNews: onBatch, onResult: (part: Part): void => report.addPart(part) };
    const partitions = share(VERIFY, crewTerms, tasks, workers, reports);
    const ended = await Promise.allSettled([partitions, verifySums(session, book, terms, completed, report)]);
    for (const one of ended) if (one.status === 'rejected') throw one.reason;
    await verifyPolicies(session, book, policies, report);
    await verifyDeliveries(session, book.digits, sealed, report);
    await verifyRoots(session, book, opened?.hash ?? '', completed, order.anchors ?? [], report);
    await verifyStrays(session, book.partitions, report.matched, report);
    await verifyClearing(session, book, report);
    await verifyAudit(session, book.digits, order.anchors ?? [], report);
    if (deep) {
      await verifyUndecided(session, book, report);
      await verifyPromotion(session, book, adopted, report);
      await verifyAdjustments(session, book, adopted, report);
    }
    report.checked.lines = report.matched.attribution;
    report.checked.instructions = report.matched.instruction;
    report.checked.statements = report.matched.statement;
    return report;
  });
}

/** A task for each partition that the book should have; one without a head has come to nothing. */
function tasksOf(
  book: Book,
  heads: ReadonlyMap<number, PartitionTask['head']>,
  marks: ReadonlyMap<number, Mark[]>,
): PartitionTask[] {
  return Array.from({ length: book.partitions }, (_, partition) => ({
    partition,
    head: heads.get(partition) ?? { position: -1n, hash: 'no head', night: 'no head' },
    marks: marks.get(partition) ?? [],
  }));
}

interface NightsInLog {
  readonly adopted: Adopted[];
  readonly completed: CompletedNight[];
  readonly policies: RecordedPolicy[];
  readonly sealed: SealedNight[];
  /** By partition, what each completed night said of it. */
  readonly marks: Map<number, Mark[]>;
}

/** What the log says of policies and nights. A body that does not read is left out here: its own check names it. */
async function nightsInLog(session: Session, book: Book): Promise<NightsInLog> {
  const found: NightsInLog = { adopted: [], completed: [], policies: [], sealed: [], marks: new Map() };
  for await (const rows of runEvents(session)) for (const row of rows) takeRow(found, row, book.digits);
  return found;
}

function takeRow({ adopted, completed, policies, sealed, marks }: NightsInLog, row: LogRow, digits: number): void {
  const { type, business_day: day, position } = row;
  const body = readBody<Event['type']>(type, row.body, digits);
  if ('unreadable' in body) return;
  if ('rules' in body) {
    policies.push({ ...body, position });
    const policy = readSealedPolicy(body.policy, body.rules, digits);
    if (typeof policy !== 'string') adopted.push({ version: body.version, since: day, policy });
  } else if ('tables' in body) {
    sealed.push({ day, position, tables: body.tables });
  } else if ('heads' in body) {
    completed.push({ day, position, policy: body.policy, root: body.root });
    const tallies = new Map(body.tallies.map((tally) => [tally.partition, tally]));
    for (const [partition, at, hash] of body.heads) {
      const list = marks.get(partition) ?? [];
      marks.set(partition, list);
      list.push({ day, position: at, hash, tally: tallies.get(partition) ?? emptyTally(partition) });
    }
  }
}
