/**
 * Verifies one partition in one pass over its events by position: the chain, the transfers of each event, each decision
 * against its subject's past, and the rows kept of lines, instructions and statements. Memory does not grow with the log.
 */

import type { Day } from '../core/calendar.ts';
import { sha256 } from '../core/digest.ts';
import { type Event, type EventOf, isLineBeginning, type PartitionTally, sealText } from '../core/events/event.ts';
import { post } from '../core/ledger.ts';
import { owedAfter } from '../core/month/statement.ts';
import type { Policy } from '../core/policy/policy.ts';
import { isPromotion } from '../core/promotion/events.ts';
import { NightTree, partitionLeaf } from '../core/proof/night-tree.ts';
import {
  attributionRow,
  type Columns,
  instructionRow,
  promotionRow,
  settlementRow,
  statementRow,
  transferRow,
} from '../core/rows.ts';
import { Checks } from '../core/verify/finding.ts';
import { isInstructed, isResulted } from '../core/verify/instruction.ts';
import { isLineEvent } from '../core/verify/line.ts';
import { after, checkDecision, checkParties, ordinalOf, type Past, type VerifyTerms } from '../core/verify/past.ts';
import { policyOn } from '../core/verify/policies.ts';
import type { Session } from '../store/connection/session.ts';
import { genesis } from '../store/night/book.ts';
import {
  type AnyRow,
  type HeadRow,
  type LogRow,
  logRows,
  nightText,
  rowsUnder,
  statementRows,
  type TransferRow,
  transferRows,
} from '../store/proof/proof.ts';
import { Legs } from './legs.ts';
import { eventOf, Pasts } from './pasts.ts';
import { KIND_OF, type Matched, Report } from './report.ts';

/** What a completed night said a partition's last event was. */
export interface Mark {
  readonly day: Day;
  readonly position: number;
  readonly hash: string;
  readonly tally: PartitionTally;
}

export interface PartitionTask {
  readonly partition: number;
  readonly head: HeadRow;
  /** By night. */
  readonly marks: readonly Mark[];
}

/** Looks further at a batch of events than the log goes, as `--deep` does. */
export type Beyond = (partition: number, events: readonly Placed[], report: Report) => Promise<void>;

/** An event that reads, with its place, and its subject's past before it. */
export interface Placed {
  readonly position: bigint;
  readonly event: Event;
  readonly body: string;
}

const EVENTS_A_BATCH = 2000;

/** Verifies a partition in the current snapshot. */
export async function verifyPartition(
  session: Session,
  terms: VerifyTerms,
  task: PartitionTask,
  onBatch: (events: number) => void,
  beyond?: Beyond,
): Promise<Report> {
  const proof = new PartitionProof(session, terms, task);
  const { report } = proof;
  const stream = logRows(session, task.partition, EVENTS_A_BATCH);
  for await (const rows of stream) {
    const placed = await proof.take(rows);
    await beyond?.(task.partition, placed, report);
    onBatch(rows.length);
  }
  await proof.end();
  return report;
}

/** The rows kept of what a batch's events are about. */
type Kept = Readonly<Record<keyof Matched, ReadonlyMap<string, AnyRow>>>;

class PartitionProof {
  readonly report = new Report();
  readonly #session: Session;
  readonly #terms: VerifyTerms;
  readonly #task: PartitionTask;
  readonly #legs: Legs;
  readonly #pasts: Pasts;
  #position = 0n;
  #hash: string;
  #day = '';
  #marks = 0;
  #night = new NightTree();
  #owed: (EventOf<'TaxWithheld'> | EventOf<'PayoutInstructed'>)[] = [];

  constructor(session: Session, terms: VerifyTerms, task: PartitionTask) {
    this.#session = session;
    this.#terms = terms;
    this.#task = task;
    this.#pasts = new Pasts(session, task.partition, terms.digits);
    this.#legs = new Legs(transferRows(session, task.partition, EVENTS_A_BATCH));
    this.#hash = genesis(task.partition).toString('hex');
  }

  /** Verifies the next events. Returns those whose bodies read. */
  async take(rows: readonly LogRow[]): Promise<Placed[]> {
    const events = rows.map((row) => eventOf(row, this.#terms.digits));
    await this.#pasts.load(rows);
    const kept = await this.#kept(events);
    const placed: Placed[] = [];
    for (const [i, row] of rows.entries()) {
      const event = events[i];
      if (event === undefined) continue;
      const checks = new Checks(this.#terms.digits);
      this.#chain(row, event, checks);
      const legs = await this.#legs.of(row.position, (stray) => this.#stray(stray));
      this.report.checked.events++;
      this.report.checked.transfers += legs.length;
      this.#night.add(row.hash, legs);
      if ('unreadable' in event.body) {
        checks.holds('decisions', String(event.body.unreadable), false, row.body, `a body of ${row.type}`);
      } else {
        this.#event(row, event, legs, this.#pasts.before(row, checks), kept, checks);
        placed.push({ position: row.position, event, body: row.body });
      }
      this.report.add(
        { partition: this.#task.partition, position: row.position, subject: row.subject },
        checks.findings,
      );
    }
    this.#pasts.forget();
    return placed;
  }

  /** Verifies that the partition ends where its head says, and that nothing is left over. */
  async end(): Promise<void> {
    const { partition, head } = this.#task;
    const checks = new Checks(this.#terms.digits);
    checks.same('chain', 'head.position', String(head.position), String(this.#position));
    checks.same('chain', 'head.hash', head.hash, this.#hash);
    for (const mark of this.#task.marks.slice(this.#marks)) this.#endNight(mark, checks);
    checks.same('chain', 'head.night', head.night, nightText(this.#night));
    for (const owed of this.#owed) checks.holds('decisions', owed.type, false, '-', `${owed.type} of ${owed.subject}`);
    this.report.add({ partition, position: this.#position, subject: 'the end' }, checks.findings);
    await this.#legs.of(null, (stray) => this.#stray(stray));
  }

  /** Position, hash and day follow on, and what completed nights said of this partition is so. */
  #chain(row: LogRow, event: Event, checks: Checks): void {
    const { partition, marks } = this.#task;
    for (let mark = marks[this.#marks]; mark !== undefined; mark = marks[this.#marks]) {
      const own = partition === 0 && row.type === 'RunCompleted' && row.business_day === mark.day;
      if (row.business_day <= mark.day && !own) break;
      this.#endNight(mark, checks);
      this.#marks++;
    }
    checks.same('chain', 'position', String(row.position), String(this.#position + 1n));
    checks.holds('chain', 'business_day', row.business_day >= this.#day, row.business_day, `${this.#day} or later`);
    checks.holds('chain', 'occurred_at', !row.finer, 'finer than a millisecond', 'a whole millisecond');
    const { position, ordinal, previous } = row;
    const text = sealText(event, { partition, position, ordinal, previous }, row.body, this.#hash);
    const stored = row.hash.toString('hex');
    checks.same('chain', 'hash', stored, sha256(text));
    this.#position = row.position;
    this.#hash = stored;
    this.#day = row.business_day;
  }

  /** Compares what a completed night said of this partition, and gives its leaf to be taken into the night's root. */
  #endNight(mark: Mark, checks: Checks): void {
    const { partition } = this.#task;
    const tally = this.#night.tally(partition);
    checks.same('chain', `head at ${mark.day}: position`, String(mark.position), String(this.#position));
    checks.same('chain', `head at ${mark.day}: hash`, mark.hash, this.#hash);
    checks.alike('chain', `night ${mark.day}`, mark.tally, tally);
    const end = { partition, position: Number(this.#position), hash: this.#hash };
    const leaf = partitionLeaf(end, tally, this.#terms.digits).toString('hex');
    this.report.leaves.push({ day: mark.day, partition, leaf });
    this.#night = new NightTree();
  }

  #event(
    row: LogRow,
    event: Event,
    legs: readonly TransferRow[],
    past: Past | undefined,
    kept: Kept,
    checks: Checks,
  ): void {
    const { partition } = this.#task;
    const before = checks.findings.length;
    checkParties(event, partition, this.#terms.partitions, checks);
    const named = checks.findings.length === before;
    const derived = named ? post(event) : [];
    if (named) {
      checks.same('transfers', 'legs', legs.length, derived.length);
      derived.forEach((leg, i) => {
        checks.alike('transfers', `leg ${i + 1}`, withoutPosition(legs[i]), transferRow(leg, i + 1, event));
      });
    }
    checks.same('chain', 'ordinal', row.ordinal, ordinalOf(past, event, derived.length));
    checkDecision(past, event, this.#terms, checks);
    this.#checkOwed(event, checks);
    this.report.checked.decisions++;
    const now = after(past, event, row.position, row.ordinal);
    this.#pasts.remember(event.subject, now);
    this.#rows(row, event, now, kept, checks);
  }

  #profileOn(day: Day): Policy['taxProfile'] {
    return policyOn(this.#terms.adopted, day)?.policy.taxProfile ?? 'none';
  }

  /** What follows a paid statement stands right behind it, and nowhere else. */
  #checkOwed(event: Event, checks: Checks): void {
    const owed = this.#owed.shift();
    const follows = event.type === 'TaxWithheld' || event.type === 'PayoutInstructed';
    if (owed !== undefined) {
      checks.same('decisions', 'type', event.type, owed.type);
      checks.same('decisions', 'subject', event.subject, owed.subject);
      checks.same('decisions', 'publisher_id', event.publisherId, owed.publisherId);
      if (event.type === owed.type) checks.alike('decisions', 'body', event.body, owed.body);
      else this.#owed = [];
    } else checks.holds('decisions', 'type', !follows, event.type, 'only behind a statement that is paid');
    if (event.type === 'StatementIssued') this.#owed = owedAfter(event, this.#profileOn(event.businessDay));
  }

  /** The rows made of this event, if it is the last that touched them. */
  #rows(row: LogRow, event: Event, now: Past, kept: Kept, checks: Checks): void {
    const place = { partition: this.#task.partition, position: String(row.position) };
    const isOldSettled = event.type === 'LineBroughtIn' && event.body.settled !== null;
    const compare = (table: keyof Matched, key: string, derived: Columns): void =>
      this.#compare(table, kept[table].get(key), derived, row.position, checks);
    if (isLineBeginning(event)) compare('attribution', event.subject, attributionRow(event, place));
    if ((isLineEvent(event) || isOldSettled) && now.line !== undefined)
      compare('settlement', event.subject, settlementRow(now.line, event, place));
    else if (now.instruction !== undefined)
      compare('instruction', event.subject, instructionRow(now.instruction, event, place));
    else if (event.type === 'StatementIssued')
      compare('statement', `${event.publisherId} ${event.body.month}`, statementRow(event, place));
    else if (isPromotion(event)) compare('promotion', event.subject, promotionRow(event, place));
  }

  /** Compares every column of a stored row, and counts it as accounted for when it is of this very event. */
  #compare(table: keyof Matched, found: AnyRow | undefined, derived: Columns, position: bigint, checks: Checks): void {
    if (found === undefined) {
      checks.holds(KIND_OF[table], table, false, 'no row', 'a row');
      return;
    }
    const at = found['position'];
    if (isRewritten(table) && typeof at === 'bigint' && at > position) return;
    const stored = { ...found, position: String(at) };
    checks.alike(KIND_OF[table], table, stored, derived);
    if (stored.position === derived['position']) this.report.matched[table]++;
  }

  #stray(transfer: TransferRow): void {
    const checks = new Checks(this.#terms.digits);
    checks.holds('transfers', `leg ${transfer.leg}`, false, withoutPosition(transfer), 'no such event, no transfer');
    this.report.checked.transfers++;
    const place = { partition: this.#task.partition, position: transfer.position, subject: transfer.debit };
    this.report.add(place, checks.findings);
  }

  async #kept(events: readonly Event[]): Promise<Kept> {
    const attributed: string[] = [];
    const moved = new Set<string>();
    const instructions = new Set<string>();
    const publishers = new Set<string>();
    const matters = new Set<string>();
    for (const event of events) {
      if (isLineBeginning(event)) attributed.push(event.subject);
      if (isLineEvent(event) || event.type === 'LineBroughtIn') moved.add(event.subject);
      else if (isInstructed(event) || isResulted(event)) instructions.add(event.subject);
      else if (isPromotion(event)) matters.add(event.subject);
      else if (event.type === 'StatementIssued' && event.publisherId !== null) publishers.add(event.publisherId);
    }
    const { partition } = this.#task;
    const session = this.#session;
    return {
      attribution: await rowsUnder(session, 'attribution', 'order_line_id', attributed, partition),
      settlement: await rowsUnder(session, 'settlement', 'order_line_id', [...moved], partition),
      instruction: await rowsUnder(session, 'instruction', 'instruction_id', [...instructions]),
      statement: await statementRows(session, [...publishers]),
      promotion: await rowsUnder(session, 'promotion', 'subject', [...matters]),
    };
  }
}

/** Of these tables a row is rewritten with each of its subject's events: it is of the last one. */
const isRewritten = (table: keyof Matched): boolean => table !== 'attribution' && table !== 'statement';

function withoutPosition(transfer: TransferRow | undefined): object {
  if (transfer === undefined) return {};
  const { position: _, ...columns } = transfer;
  return columns;
}
