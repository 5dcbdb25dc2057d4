/**
 * What a batch of events makes of lines, instructions and statements: rows derived from the events, kept beside them in
 * the same transaction. Only the door (append.ts) uses this; nothing repairs what is kept.
 */

import { sql } from 'kysely';
import type { Event } from '../../core/events/event.ts';
import { isPromotion } from '../../core/promotion/events.ts';
import {
  attributionRow,
  instructionRow,
  nightRootRow,
  promotionRow,
  type RowPlace,
  settlementRow,
  statementRow,
} from '../../core/rows.ts';
import type { Standing } from '../../core/settlement/settlement.ts';
import { instruct, isInstructed, isResulted, statusOf } from '../../core/verify/instruction.ts';
import { type CopyRow, CopyRows } from '../connection/copy-format.ts';
import { rewrite, rowsAs } from '../connection/rewrite.ts';
import type { Session } from '../connection/session.ts';
import { type Kinds, TypedRows } from '../connection/typed-rows.ts';

const ATTRIBUTIONS: Kinds = {
  partition: 'int2',
  order_line_id: 'text',
  outcome: 'text',
  reason: 'text',
  seller_id: 'text',
  publisher_id: 'text',
  pid: 'text',
  click_id: 'text',
  sub_id: 'text',
  trace: 'text',
  plan_id: 'text',
  rate: 'decimal',
  estimate: 'int8',
  signals: 'text',
  held: 'boolean',
  business_day: 'day',
  position: 'int8',
};

const STANDINGS: Kinds = {
  partition: 'int2',
  order_line_id: 'text',
  state: 'text',
  hold: 'text',
  commission: 'int8',
  fee: 'int8',
  earning: 'int8',
  fee_rate: 'decimal',
  business_day: 'day',
  position: 'int8',
  clears_on: 'day',
  charged_on: 'day',
  publisher_id: 'text',
  pid: 'text',
  trace: 'text',
  click_id: 'text',
  sub_id: 'text',
  rate: 'decimal',
};

/** Where a line stands after this batch, to be kept beside its last event. */
export interface KeptStanding {
  readonly standing: Standing;
  /** True for a line that none was kept of before. */
  readonly isFirst: boolean;
}

/** The rows that a batch's events make, noted event by event, then kept in the current transaction. */
export class Projections {
  readonly #attributions = new TypedRows(ATTRIBUTIONS);
  /** Of lines that had none. */
  readonly #standings = new TypedRows(STANDINGS);
  /** Of lines that had one. */
  readonly #rewritten: CopyRow[] = [];
  readonly #instructions = new CopyRows();
  /** One that was confirmed and failed in one night moves twice: the later one stands. */
  readonly #moved = new Map<string, CopyRow>();
  readonly #statements = new CopyRows();
  /** The root of a night that these events complete. */
  readonly #roots = new CopyRows();
  /** The last event of each site's matter, so that the next one finds it. */
  readonly #matters = new Map<string, CopyRow>();

  /** @param kept where the line stands after this event, when it is the line's last of the batch */
  note(event: Event, kept: KeptStanding | undefined, place: RowPlace): void {
    if (kept?.isFirst === true) this.#standings.add(settlementRow(kept.standing, event, place));
    else if (kept !== undefined) this.#rewritten.push(settlementRow(kept.standing, event, place));
    if (isPromotion(event)) this.#matters.set(event.subject, promotionRow(event, place));
    else if (isInstructed(event)) this.#instructions.add(instructionRow(instruct(event), event, place));
    else if (isResulted(event)) {
      const moved = { instruction_id: event.subject, state: statusOf(event), position: place.position };
      this.#moved.set(event.subject, moved);
    }
    switch (event.type) {
      case 'OrderAttributed':
      case 'LineBroughtIn':
      case 'OrderUnattributed':
        this.#attributions.add(attributionRow(event, place));
        break;
      case 'StatementIssued':
        this.#statements.add(statementRow(event, place));
        break;
      case 'RunCompleted':
        this.#roots.add(nightRootRow(event, place));
        break;
    }
  }

  /** Writes what was noted. */
  async keep(session: Session): Promise<void> {
    await session.copyIn('attribution', this.#attributions);
    await session.copyIn('settlement', this.#standings);
    await rewrite(session, 'settlement', ['partition', 'order_line_id'], this.#rewritten);
    await session.copyIn('instruction', this.#instructions);
    await rewrite(session, 'instruction', ['instruction_id'], [...this.#moved.values()]);
    await session.copyIn('statement', this.#statements);
    await session.copyIn('night_root', this.#roots);
    if (this.#matters.size === 0) return;
    await sql`
    insert into promotion select * from ${rowsAs('promotion', [...this.#matters.values()])}
    on conflict (subject) do update set last_event = excluded.last_event, business_day = excluded.business_day,
      position = excluded.position`.execute(session.db);
  }
}
