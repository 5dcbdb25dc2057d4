/**
 * What a batch of events makes of lines, instructions and statements: rows derived from the events, kept beside them in
 * the same transaction. Only the door (append.ts) calls this; nothing repairs what is kept.
 */
import { sql } from 'kysely';
import { type Event, STATEMENT_FIGURES } from '../core/event.ts';
import { partitionOf } from '../core/ids.ts';
import type { Standing } from '../core/settlement.ts';
import type { CopyValue, Session } from './session.ts';

/** An event with its place in the log. */
export interface Placed {
  readonly event: Event;
  readonly partition: number;
  readonly position: bigint;
}

/** Where a line stands after this batch, to be kept beside its last event. */
export interface KeptStanding {
  readonly standing: Standing;
  /** True for a line that none was kept of before. */
  readonly isFirst: boolean;
}

/** Keeps everything that a batch's events say, in the current transaction. */
export async function keepProjections(
  session: Session,
  partitions: number,
  placed: readonly Placed[],
  standings: readonly KeptStanding[],
): Promise<void> {
  await session.copyIn('attribution', ATTRIBUTION_COLUMNS, attributionRows(placed));
  await keepStandings(session, partitions, standings, placed);
  await keepInstructions(session, placed);
  await keepStatements(session, placed);
  await keepNightRoots(session, placed);
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

function* attributionRows(placed: readonly Placed[]): Generator<CopyValue[]> {
  for (const { event, partition, position } of placed) {
    if (event.type === 'OrderAttributed') {
      const { body } = event;
      const signals = body.signals.map((signal) => signal.signal).join(';');
      const won = [body.pid, body.click, body.trace, body.source.plan, body.rate, body.estimate, signals, body.held];
      yield [
        partition,
        event.subject,
        'attributed',
        null,
        event.sellerId,
        event.publisherId,
        ...won,
        event.businessDay,
        position,
      ];
    } else if (event.type === 'OrderUnattributed') {
      const lost = [null, null, null, null, null, null, '', false];
      yield [
        partition,
        event.subject,
        'unattributed',
        event.body.reason,
        event.sellerId,
        null,
        ...lost,
        event.businessDay,
        position,
      ];
    }
  }
}

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
];

/** Keeps lines' standings with the positions of their last events: new ones are copied, earlier ones rewritten. */
async function keepStandings(
  session: Session,
  partitions: number,
  kept: readonly KeptStanding[],
  placed: readonly Placed[],
): Promise<void> {
  if (kept.length === 0) return;
  const last = new Map(placed.map((one) => [one.event.subject, one]));
  const rowOf = ({ standing }: KeptStanding): CopyValue[] => {
    const at = last.get(standing.orderLineId);
    if (at === undefined) throw new Error(`order line ${standing.orderLineId} moved without an event`);
    const { orderLineId, state, hold, settled } = standing;
    const amounts =
      settled === null ? [null, null, null, null] : [settled.commission, settled.fee, settled.earning, settled.feeRate];
    const home = partitionOf(orderLineId, partitions);
    return [home, orderLineId, state, hold, ...amounts, at.event.businessDay, at.position];
  };
  await session.copyIn('settlement', SETTLEMENT_COLUMNS, kept.filter((one) => one.isFirst).map(rowOf));
  const earlier = kept.filter((one) => !one.isFirst).map(rowOf);
  if (earlier.length === 0) return;
  const column = (at: number) => earlier.map((row) => (row[at] === null ? null : String(row[at])));
  await sql`
    update settlement s set state = moved.state, hold = moved.hold, commission = moved.commission, fee = moved.fee,
      earning = moved.earning, fee_rate = moved.fee_rate, business_day = moved.business_day, position = moved.position
    from unnest(${column(0)}::smallint[], ${column(1)}::text[], ${column(2)}::text[], ${column(3)}::text[],
      ${column(4)}::bigint[], ${column(5)}::bigint[], ${column(6)}::bigint[], ${column(7)}::numeric[],
      ${column(8)}::date[], ${column(9)}::bigint[])
      as moved (partition, order_line_id, state, hold, commission, fee, earning, fee_rate, business_day, position)
    where s.partition = moved.partition and s.order_line_id = moved.order_line_id`.execute(session.db);
}

async function keepInstructions(session: Session, placed: readonly Placed[]): Promise<void> {
  const made: CopyValue[][] = [];
  const moved: { id: string; state: string; position: bigint }[] = [];
  for (const { event, partition, position } of placed) {
    const { subject, businessDay } = event;
    if (event.type === 'DeductionInstructed') {
      made.push([
        subject,
        'deduction',
        event.sellerId,
        event.body.amount,
        businessDay,
        'instructed',
        partition,
        position,
      ]);
    } else if (event.type === 'PayoutInstructed') {
      made.push([
        subject,
        'payout',
        event.publisherId,
        event.body.amount,
        businessDay,
        'instructed',
        partition,
        position,
      ]);
    } else if (event.type === 'DeductionConfirmed' || event.type === 'PayoutConfirmed') {
      moved.push({ id: subject, state: 'confirmed', position });
    } else if (event.type === 'DeductionFailed') {
      moved.push({ id: subject, state: 'failed', position });
    } else if (event.type === 'PayoutReturned') {
      moved.push({ id: subject, state: 'returned', position });
    }
  }
  await session.copyIn(
    'instruction',
    ['instruction_id', 'kind', 'party_id', 'amount', 'business_day', 'state', 'partition', 'position'],
    made,
  );
  if (moved.length === 0) return;
  // One that was confirmed and failed in one night moves twice: the later one stands.
  const last = [...new Map(moved.map((move) => [move.id, move])).values()];
  await sql`
    update instruction set state = moved.state, position = moved.position
    from unnest(${last.map((move) => move.id)}::text[], ${last.map((move) => move.state)}::text[],
      ${last.map((move) => String(move.position))}::bigint[]) as moved (id, state, position)
    where instruction_id = moved.id`.execute(session.db);
}

async function keepStatements(session: Session, placed: readonly Placed[]): Promise<void> {
  const rows: CopyValue[][] = [];
  for (const { event, partition, position } of placed) {
    if (event.type !== 'StatementIssued') continue;
    const figures = STATEMENT_FIGURES.map((column) => event.body[column]);
    rows.push([
      event.publisherId,
      event.body.month,
      ...figures,
      event.body.disposition,
      event.businessDay,
      partition,
      position,
    ]);
  }
  const columns = [
    'publisher_id',
    'month',
    ...STATEMENT_FIGURES,
    'disposition',
    'business_day',
    'partition',
    'position',
  ];
  await session.copyIn('statement', columns, rows);
}

/** The root of a night that these events complete. */
async function keepNightRoots(session: Session, placed: readonly Placed[]): Promise<void> {
  const rows: CopyValue[][] = [];
  for (const { event, position } of placed)
    if (event.type === 'RunCompleted') rows.push([event.businessDay, Buffer.from(event.body.root, 'hex'), position]);
  await session.copyIn('night_root', ['business_day', 'root', 'position'], rows);
}
