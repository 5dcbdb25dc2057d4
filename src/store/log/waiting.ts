/**
 * What a batch changes of the lines that wait for their receipt or closure, summed by night and day of payment, so that
 * status need not count every line. Only the door uses it; that the sums are those of the lines, verifying finds again.
 */
import { sql } from 'kysely';
import type { Day } from '../../core/calendar.ts';
import type { Money } from '../../core/money.ts';
import type { Session } from '../connection/session.ts';

/** A line that begins to wait (1), or waits no more (-1). */
export interface Waits {
  readonly lines: 1 | -1;
  readonly paidOn: Day;
  readonly estimate: Money;
}

interface Sum {
  readonly partition: number;
  readonly businessDay: Day;
  readonly paidOn: Day;
  lines: number;
  estimate: Money;
}

export class Waiting {
  readonly #sums = new Map<string, Sum>();

  note(partition: number, businessDay: Day, { lines, paidOn, estimate }: Waits): void {
    const key = `${partition} ${businessDay} ${paidOn}`;
    const sum = this.#sums.get(key) ?? { partition, businessDay, paidOn, lines: 0, estimate: 0n };
    sum.lines += lines;
    sum.estimate += lines === 1 ? estimate : -estimate;
    this.#sums.set(key, sum);
  }

  /** Adds what was noted to what earlier batches of the night have written. */
  async keep(session: Session): Promise<void> {
    const sums = [...this.#sums.values()];
    if (sums.length === 0) return;
    await sql`
      insert into waiting_day (partition, business_day, paid_on, lines, estimate)
      select * from unnest(${sums.map(({ partition }) => partition)}::smallint[],
        ${sums.map(({ businessDay }) => businessDay)}::date[], ${sums.map(({ paidOn }) => paidOn)}::date[],
        ${sums.map(({ lines }) => lines)}::bigint[], ${sums.map(({ estimate }) => String(estimate))}::bigint[])
      on conflict (partition, business_day, paid_on) do update
        set lines = waiting_day.lines + excluded.lines, estimate = waiting_day.estimate + excluded.estimate
    `.execute(session.db);
  }
}
