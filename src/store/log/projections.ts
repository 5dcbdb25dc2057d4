/**
 * What a batch of events makes of lines, instructions and statements: rows derived from the events, kept beside them in
 * the same transaction. Only the door (append.ts) uses this; nothing repairs what is kept.
 */

import { sql } from 'kysely';
import { type Event, type EventOf, STATEMENT_FIGURES } from '../../core/events/event.ts';
import { isPromotion } from '../../core/promotion/events.ts';
import type { Standing } from '../../core/settlement/settlement.ts';
import { CopyRows, type CopyValue } from '../connection/copy-format.ts';
import type { Session } from '../connection/session.ts';
import type { LogPlace } from './place.ts';

/** Where a line stands after this batch, to be kept beside its last event. */
export interface KeptStanding {
  readonly standing: Standing;
  /** True for a line that none was kept of before. */
  readonly isFirst: boolean;
}

const ATTRIBUTION_COLUMNS = [
  'partition',
  'order_line_id',
  'outcome',
  'reason',
  'seller_id',
  'publisher_id',
  'pid',
  'click_id',
  'trace',
  'plan_id',
  'rate',
  'estimate',
  'signals',
  'held',
  'business_day',
  'position',
];
const SETTLEMENT_COLUMNS = [
  'partition',
  'order_line_id',
  'state',
  'hold',
  'commission',
  'fee',
  'earning',
  'fee_rate',
  'business_day',
  'position',
  'publisher_id',
  'pid',
  'trace',
  'click_id',
  'rate',
  'clears_on',
  'charged_on',
];
const INSTRUCTION_COLUMNS = [
  'instruction_id',
  'kind',
  'party_id',
  'amount',
  'business_day',
  'state',
  'partition',
  'position',
];
const STATEMENT_COLUMNS = [
  'publisher_id',
  'month',
  ...STATEMENT_FIGURES,
  'disposition',
  'business_day',
  'partition',
  'position',
];

type InstructionState = 'confirmed' | 'failed' | 'returned';

/** The rows that a batch's events make, noted event by event, then kept in the current transaction. */
export class Projections {
  readonly #attributions = new CopyRows();
  /** Of lines that had none. */
  readonly #standings = new CopyRows();
  /** Of lines that had one, by column, as texts. */
  readonly #rewritten: (string | null)[][] = SETTLEMENT_COLUMNS.map(() => []);
  readonly #instructions = new CopyRows();
  /** One that was confirmed and failed in one night moves twice: the later one stands. */
  readonly #moved = new Map<string, { state: InstructionState; position: bigint }>();
  readonly #statements = new CopyRows();
  /** The root of a night that these events complete. */
  readonly #roots = new CopyRows();
  /** The last event of each site's matter, so that the next one finds it. */
  readonly #matters = new Map<string, LogPlace & { readonly event: Event }>();

  /** @param kept where the line stands after this event, when it is the line's last of the batch */
  note(event: Event, kept: KeptStanding | undefined, place: LogPlace): void {
    if (kept !== undefined) this.#noteStanding(kept, event, place);
    if (isPromotion(event)) this.#matters.set(event.subject, { ...place, event });
    switch (event.type) {
      case 'OrderAttributed':
        this.#attributions.add(attributed(event, place));
        break;
      case 'LineBroughtIn':
        this.#attributions.add(broughtIn(event, place));
        break;
      case 'OrderUnattributed':
        this.#attributions.add(unattributed(event, place));
        break;
      case 'DeductionInstructed':
        this.#instructions.add(instructed('deduction', event.sellerId, event, place));
        break;
      case 'PayoutInstructed':
        this.#instructions.add(instructed('payout', event.publisherId, event, place));
        break;
      case 'DeductionConfirmed':
      case 'PayoutConfirmed':
        this.#move(event.subject, 'confirmed', place);
        break;
      case 'DeductionFailed':
        this.#move(event.subject, 'failed', place);
        break;
      case 'PayoutReturned':
        this.#move(event.subject, 'returned', place);
        break;
      case 'StatementIssued':
        this.#statements.add(issued(event, place));
        break;
      case 'RunCompleted':
        this.#roots.add([event.businessDay, `\\x${event.body.root}`, place.position]);
        break;
    }
  }

  /** Writes what was noted. */
  async keep(session: Session): Promise<void> {
    await session.copyIn('attribution', ATTRIBUTION_COLUMNS, this.#attributions);
    await session.copyIn('settlement', SETTLEMENT_COLUMNS, this.#standings);
    await this.#rewriteStandings(session);
    await session.copyIn('instruction', INSTRUCTION_COLUMNS, this.#instructions);
    await this.#moveInstructions(session);
    await session.copyIn('statement', STATEMENT_COLUMNS, this.#statements);
    await session.copyIn('night_root', ['business_day', 'root', 'position'], this.#roots);
    await this.#keepMatters(session);
  }

  #noteStanding({ standing, isFirst }: KeptStanding, { businessDay }: Event, { partition, position }: LogPlace): void {
    const { orderLineId, state, hold, settled } = standing;
    const amounts =
      settled === null ? [null, null, null, null] : [settled.commission, settled.fee, settled.earning, settled.feeRate];
    const { restored, publisherId, rate, waits } = standing;
    const now =
      restored === null
        ? [null, null, null, null, null]
        : [publisherId, restored.pid, restored.trace, restored.click, rate];
    const row = [
      partition,
      orderLineId,
      state,
      hold,
      ...amounts,
      businessDay,
      position,
      ...now,
      waits?.until ?? null,
      waits?.charged ?? null,
    ];
    if (isFirst) this.#standings.add(row);
    else this.#rewritten.forEach((column, at) => void column.push(row[at] == null ? null : String(row[at])));
  }

  #move(id: string, state: InstructionState, { position }: LogPlace): void {
    this.#moved.set(id, { state, position });
  }

  async #rewriteStandings(session: Session): Promise<void> {
    const column = (name: (typeof SETTLEMENT_COLUMNS)[number]) => this.#rewritten[SETTLEMENT_COLUMNS.indexOf(name)];
    if (column('position')?.length === 0) return;
    await sql`
    update settlement s set state = moved.state, hold = moved.hold, commission = moved.commission, fee = moved.fee,
      earning = moved.earning, fee_rate = moved.fee_rate, business_day = moved.business_day, position = moved.position,
      publisher_id = moved.publisher_id, pid = moved.pid, trace = moved.trace, click_id = moved.click_id, rate = moved.rate,
      clears_on = moved.clears_on, charged_on = moved.charged_on
    from unnest(${column('partition')}::smallint[], ${column('order_line_id')}::text[], ${column('state')}::text[],
      ${column('hold')}::text[], ${column('commission')}::bigint[], ${column('fee')}::bigint[],
      ${column('earning')}::bigint[], ${column('fee_rate')}::numeric[], ${column('business_day')}::date[],
      ${column('position')}::bigint[], ${column('publisher_id')}::text[], ${column('pid')}::text[],
      ${column('trace')}::text[], ${column('click_id')}::text[], ${column('rate')}::numeric[],
      ${column('clears_on')}::date[], ${column('charged_on')}::date[])
      as moved (partition, order_line_id, state, hold, commission, fee, earning, fee_rate, business_day, position,
        publisher_id, pid, trace, click_id, rate, clears_on, charged_on)
    where s.partition = moved.partition and s.order_line_id = moved.order_line_id`.execute(session.db);
  }

  async #keepMatters(session: Session): Promise<void> {
    if (this.#matters.size === 0) return;
    const last = [...this.#matters.values()];
    await sql`
    insert into promotion (subject, publisher_id, last_event, business_day, partition, position)
    select * from unnest(${last.map(({ event }) => event.subject)}::text[],
      ${last.map(({ event }) => event.publisherId)}::text[], ${last.map(({ event }) => event.type)}::event_type[],
      ${last.map(({ event }) => event.businessDay)}::date[], ${last.map(({ partition }) => partition)}::smallint[],
      ${last.map(({ position }) => String(position))}::bigint[])
    on conflict (subject) do update set last_event = excluded.last_event, business_day = excluded.business_day,
      position = excluded.position`.execute(session.db);
  }

  async #moveInstructions(session: Session): Promise<void> {
    if (this.#moved.size === 0) return;
    const moves = [...this.#moved.values()];
    await sql`
    update instruction set state = moved.state, position = moved.position
    from unnest(${[...this.#moved.keys()]}::text[], ${moves.map((move) => move.state)}::text[],
      ${moves.map((move) => String(move.position))}::bigint[]) as moved (id, state, position)
    where instruction_id = moved.id`.execute(session.db);
  }
}

function attributed(event: EventOf<'OrderAttributed'>, { partition, position }: LogPlace): CopyValue[] {
  const { body } = event;
  const signals = body.signals.map((signal) => signal.signal).join(';');
  return [
    partition,
    event.subject,
    'attributed',
    null,
    event.sellerId,
    event.publisherId,
    body.pid,
    body.click,
    body.trace,
    body.source.plan,
    body.rate,
    body.estimate,
    signals,
    body.held,
    event.businessDay,
    position,
  ];
}

function broughtIn(event: EventOf<'LineBroughtIn'>, { partition, position }: LogPlace): CopyValue[] {
  const { subject, sellerId, publisherId, businessDay, body } = event;
  const { pid, trace, rate, estimate } = body;
  const own = [sellerId, publisherId, pid, null, trace, null, rate, estimate, '', false];
  return [partition, subject, 'attributed', null, ...own, businessDay, position];
}

function unattributed(event: EventOf<'OrderUnattributed'>, { partition, position }: LogPlace): CopyValue[] {
  const { subject, sellerId, businessDay, body } = event;
  const lost = [null, null, null, null, null, null, '', false];
  return [partition, subject, 'unattributed', body.reason, sellerId, null, ...lost, businessDay, position];
}

function instructed(
  kind: 'deduction' | 'payout',
  party: string | null,
  { subject, businessDay, body }: EventOf<'DeductionInstructed' | 'PayoutInstructed'>,
  { partition, position }: LogPlace,
): CopyValue[] {
  return [subject, kind, party, body.amount, businessDay, 'instructed', partition, position];
}

function issued(event: EventOf<'StatementIssued'>, { partition, position }: LogPlace): CopyValue[] {
  const { publisherId, body, businessDay } = event;
  const figures = STATEMENT_FIGURES.map((column) => body[column]);
  return [publisherId, body.month, ...figures, body.disposition, businessDay, partition, position];
}
