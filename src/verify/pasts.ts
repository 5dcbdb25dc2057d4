/**
 * What the subjects of a partition have behind them: of those met lately it is remembered, of others it is read again
 * along `previous`, a query a batch, so that memory does not grow with the log.
 */

import type { Event } from '../core/events/event.ts';
import { readBody } from '../core/events/event-body.ts';
import { eventWith } from '../core/events/read-body.ts';
import type { Checks } from '../core/verify/finding.ts';
import { after, type Past } from '../core/verify/past.ts';
import type { Session } from '../store/connection/session.ts';
import { eventsBefore, type LogRow } from '../store/proof/proof.ts';

/** Subjects whose past is remembered. */
const REMEMBERED = 20_000;

export class Pasts {
  readonly #session: Session;
  readonly #partition: number;
  readonly #digits: number;
  readonly #remembered = new Map<string, Past>();
  /** Read for the batch under way, by the position of their last event. */
  readonly #read = new Map<bigint, { readonly subject: string; readonly past: Past }>();

  constructor(session: Session, partition: number, digits: number) {
    this.#session = session;
    this.#partition = partition;
    this.#digits = digits;
  }

  /** The pasts that a batch's events continue and that are not remembered, by the position of their last event. */
  async load(rows: readonly LogRow[]): Promise<void> {
    const inBatch = new Set(rows.map((row) => row.position));
    const wanted: bigint[] = [];
    for (const { previous, subject } of rows) {
      if (previous === null || inBatch.has(previous)) continue;
      if (this.#remembered.get(subject)?.position !== previous) wanted.push(previous);
    }
    this.#read.clear();
    for (const row of await eventsBefore(this.#session, this.#partition, wanted)) {
      const event = eventOf(row, this.#digits);
      const past = row.previous === null ? undefined : this.#read.get(row.previous)?.past;
      const readable = !('unreadable' in event.body);
      const now = readable ? after(past, event, row.position, row.ordinal) : unread(row, past);
      this.#read.set(row.position, { subject: row.subject, past: now });
    }
  }

  /** The past an event continues by its `previous`, which has to name its subject's last event. */
  before(row: LogRow, checks: Checks): Past | undefined {
    const { previous, subject } = row;
    const remembered = this.#remembered.get(subject);
    if (previous === null) {
      if (remembered !== undefined && needsPast(row))
        checks.same('chain', 'previous', null, String(remembered.position));
      return undefined;
    }
    if (remembered?.position === previous) return remembered;
    const there = this.#read.get(previous);
    const read = there?.subject === subject ? there.past : undefined;
    if (remembered !== undefined || read === undefined) {
      const derived = remembered === undefined ? `an event of ${subject}` : String(remembered.position);
      checks.holds('chain', 'previous', false, String(previous), derived);
    }
    return read;
  }

  remember(subject: string, past: Past): void {
    this.#remembered.delete(subject);
    this.#remembered.set(subject, past);
  }

  /** Lets go of the subjects that were met longest ago. */
  forget(): void {
    for (const subject of this.#remembered.keys()) {
      if (this.#remembered.size <= REMEMBERED) break;
      this.#remembered.delete(subject);
    }
  }
}

/** What is left of a past of which an event does not read: its place only. */
function unread(row: LogRow, past: Past | undefined): Past {
  const posted = past?.day === row.business_day ? past.posted : {};
  return { position: row.position, day: row.business_day, at: row.occurred_at, posted };
}

/** The run's own events name no event before them; every other does, where its subject has one. */
function needsPast(row: LogRow): boolean {
  return (
    row.type !== 'DayOpened' &&
    row.type !== 'DeliveriesSealed' &&
    row.type !== 'RunCompleted' &&
    row.type !== 'StatementIssued'
  );
}

/** The event as stored; a body that does not read stays as where it does not. */
export function eventOf(row: LogRow, digits: number): Event {
  return eventWith(row, readBody(row.type, row.body, digits));
}
