/** The rows that an event makes beside the log, column by column: what the door writes, and what verifying finds again. */
import { subIdOf } from './attribution/tests/index.ts';
import type { Event, EventOf, LineBeginning } from './events/event.ts';
import type { Transfer } from './ledger.ts';
import type { PromotionEvent } from './promotion/events.ts';
import type { Standing } from './settlement/settlement.ts';
import type { Instruction } from './verify/instruction.ts';

/** Where an event lies. Positions are texts, so that they are not taken for amounts. */
export interface RowPlace {
  readonly partition: number;
  readonly position: string;
}

export type Columns = Readonly<Record<string, string | number | bigint | boolean | null>>;

/** How a line begins. One that came in with old books had no click to show. */
export function attributionRow(event: LineBeginning, place: RowPlace): Columns {
  const won = event.type === 'OrderUnattributed' ? undefined : event.body;
  const found = event.type === 'OrderAttributed' ? event.body : undefined;
  return {
    partition: place.partition,
    order_line_id: event.subject,
    outcome: won === undefined ? 'unattributed' : 'attributed',
    reason: event.type === 'OrderUnattributed' ? event.body.reason : null,
    seller_id: event.sellerId,
    publisher_id: event.publisherId,
    pid: won?.pid ?? null,
    click_id: found?.click ?? null,
    sub_id: found === undefined ? null : subIdOf(found),
    trace: won?.trace ?? null,
    plan_id: found?.source.plan ?? null,
    rate: won?.rate ?? null,
    estimate: won?.estimate ?? null,
    signals: found?.signals.map((signal) => signal.signal).join(';') ?? '',
    held: found?.held ?? false,
    business_day: event.businessDay,
    position: place.position,
  };
}

export function settlementRow(standing: Standing, event: Event, place: RowPlace): Columns {
  const { settled } = standing;
  return {
    partition: place.partition,
    order_line_id: standing.orderLineId,
    state: standing.state,
    hold: standing.hold,
    commission: settled?.commission ?? null,
    fee: settled?.fee ?? null,
    earning: settled?.earning ?? null,
    fee_rate: settled?.feeRate ?? null,
    business_day: event.businessDay,
    position: place.position,
    clears_on: standing.waits?.until ?? null,
    charged_on: standing.waits?.charged ?? null,
    publisher_id: standing.restored === null ? null : standing.publisherId,
    pid: standing.restored?.pid ?? null,
    trace: standing.restored?.trace ?? null,
    click_id: standing.restored?.click ?? null,
    sub_id: standing.restored?.sub ?? null,
    rate: standing.restored === null ? null : standing.rate,
  };
}

export function instructionRow(instruction: Instruction, event: Event, place: RowPlace): Columns {
  return {
    instruction_id: event.subject,
    kind: instruction.kind,
    party_id: instruction.party,
    amount: instruction.amount,
    business_day: instruction.businessDay,
    state: instruction.state,
    partition: place.partition,
    position: place.position,
  };
}

export function statementRow(event: EventOf<'StatementIssued'>, place: RowPlace): Columns {
  const { lines: _, ...figures } = event.body;
  return { publisher_id: event.publisherId, ...figures, business_day: event.businessDay, ...place };
}

/** Of a site's matter its last event alone is kept. */
export function promotionRow(event: PromotionEvent, place: RowPlace): Columns {
  return {
    subject: event.subject,
    publisher_id: event.publisherId,
    last_event: event.type,
    business_day: event.businessDay,
    ...place,
  };
}

export function transferRow(transfer: Transfer, leg: number, event: Event): Columns {
  return { leg, business_day: event.businessDay, type: event.type, ...transfer };
}

export function nightRootRow({ businessDay, body }: EventOf<'RunCompleted'>, { position }: RowPlace): Columns {
  return { business_day: businessDay, root: `\\x${body.root}`, position };
}
