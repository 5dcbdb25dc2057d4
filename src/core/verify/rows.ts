/** The rows that an event makes beside the log, column by column, as the door writes them. */
import type { Event, EventOf } from '../events/event.ts';
import type { Transfer } from '../ledger.ts';
import type { PromotionEvent } from '../promotion/events.ts';
import type { Standing } from '../settlement/settlement.ts';
import type { Instruction } from './instruction.ts';

/** Where an event lies. Positions are texts, so that they are not taken for amounts. */
export interface RowPlace {
  readonly partition: number;
  readonly position: string;
}

type Columns = Readonly<Record<string, unknown>>;

export function attributionRow(
  event: EventOf<'OrderAttributed'> | EventOf<'OrderUnattributed'> | EventOf<'LineBroughtIn'>,
  place: RowPlace,
): Columns {
  if (event.type === 'LineBroughtIn') return broughtInRow(event, place);
  const attributed = event.type === 'OrderAttributed' ? event.body : undefined;
  return {
    partition: place.partition,
    order_line_id: event.subject,
    outcome: attributed === undefined ? 'unattributed' : 'attributed',
    reason: event.type === 'OrderUnattributed' ? event.body.reason : null,
    seller_id: event.sellerId,
    publisher_id: event.publisherId,
    pid: attributed?.pid ?? null,
    click_id: attributed?.click ?? null,
    trace: attributed?.trace ?? null,
    plan_id: attributed?.source.plan ?? null,
    rate: attributed?.rate ?? null,
    estimate: attributed?.estimate ?? null,
    signals: attributed?.signals.map((signal) => signal.signal).join(';') ?? '',
    held: attributed?.held ?? false,
    business_day: event.businessDay,
    position: place.position,
  };
}

/** The attribution of a line that came in with old books: they had no click to show. */
function broughtInRow(
  { subject, sellerId, publisherId, businessDay, body }: EventOf<'LineBroughtIn'>,
  place: RowPlace,
) {
  const { pid, trace, rate, estimate } = body;
  return {
    partition: place.partition,
    order_line_id: subject,
    outcome: 'attributed',
    reason: null,
    seller_id: sellerId,
    publisher_id: publisherId,
    pid,
    click_id: null,
    trace,
    plan_id: null,
    rate,
    estimate,
    signals: '',
    held: false,
    business_day: businessDay,
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
