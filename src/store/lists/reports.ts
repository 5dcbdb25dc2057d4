/**
 * Attributed order lines with their events and names, for the tables that networks give. It reads the log and the
 * registry; what the tables call things is in src/formats/report.
 */
import { sql } from 'kysely';
import type { Calendar, Day, Instant } from '../../core/calendar.ts';
import type { Bodies, EventType } from '../../core/events/event.ts';
import { readBody } from '../../core/events/event-body.ts';
import { CHARGES } from '../../core/events/index.ts';
import type { Happened, OrderFate, ReportLine } from '../../core/line/report.ts';
import { share } from '../../core/money.ts';
import { afterDeductions, deductionId } from '../chart.ts';
import type { Session } from '../connection/session.ts';
import { CHARGE_LIST } from '../event-types.ts';

/** Whose lines, and of which days. */
export interface ReportScope {
  readonly publisher: string | null;
  readonly seller: string | null;
  /** By when the order was paid, was settled, or had something given back; half-open in instants by the book's zone. */
  readonly by: 'paid' | 'settled' | 'reversed';
  readonly from: Day | null;
  /** The last day. */
  readonly to: Day | null;
}

interface LineRecord extends Omit<ReportLine, 'settled' | 'voided' | 'forfeited' | 'reversals' | 'deduction'> {
  readonly events: string | null;
  readonly deduction_id: string | null;
  readonly deduction_state: string | null;
  readonly deducted_at: Instant | null;
  /** True of the row of the publisher that a forfeited line was given to. */
  readonly restored: boolean;
}

const SELLER = sql.ref<string>('a.seller_id');
/** The deduction of the day a line was settled on, and the end of its seller's deductions. */
const SETTLEMENT_DEDUCTION = deductionId(SELLER, sql.ref('own.settled_on'));
const AFTER_DEDUCTIONS = afterDeductions(SELLER);

/**
 * Lines in the order in which they were paid; one that was forfeited and given to another publisher is a line of each.
 * Call it in a snapshot.
 */
export async function* reportLines(
  session: Session,
  { calendar, digits }: { readonly calendar: Calendar; readonly digits: number },
  scope: ReportScope,
): AsyncGenerator<ReportLine[]> {
  const between = (column: ReturnType<typeof sql>) => {
    const from = scope.from === null ? null : new Date(calendar.startOf(scope.from)).toISOString();
    const to = scope.to === null ? null : new Date(calendar.endOf(scope.to)).toISOString();
    return sql`(${from}::timestamptz is null or ${column} >= ${from}) and (${to}::timestamptz is null or ${column} < ${to})`;
  };
  const event = (...types: EventType[]) => sql`exists (
    select 1 from json_array_elements(ev.events) e
    where e->>'type' in (${sql.join(types.map((type) => sql.lit(type)))}) and ${between(sql`to_timestamp((e->>'at')::float8 / 1000)`)})`;
  const within = {
    paid: () => between(sql`o.paid_at`),
    settled: () => event(...CHARGES),
    reversed: () => event('CommissionReversed'),
  }[scope.by]();
  const query = sql<LineRecord>`
    select a.order_line_id, o.order_id, o.item_id, o.quantity, o.paid_amount, o.paid_at, o.shop_id,
      coalesce(shop.name, '') as shop_name, shop.mall, a.seller_id, own.publisher_id,
      coalesce(publisher.name, '') as publisher_name, own.pid,
      case when ${scope.seller}::text is null then own.sub_id end as sub_id, coalesce(site.name, '') as site_name,
      coalesce(adzone.name, '') as adzone_name, own.trace,
      (case when own.restored then ev.restored else w.body end->'tested'->-1->'candidate'->>'at')::timestamptz
        as clicked_at,
      own.restored, own.plan_id, coalesce(plan.name, '') as plan_name, trim_scale(own.rate)::text as rate, a.estimate, a.signals,
      coalesce(s.hold, case when a.held then 'held' else 'none' end) as hold,
      ev.events::text as events, d.instruction_id as deduction_id, d.state as deduction_state,
      case when d.state = 'confirmed' then dl.occurred_at end as deducted_at, st.business_day as closed_on
    from attribution a
    join order_line o on o.partition = a.partition and o.order_line_id = a.order_line_id
    join log w on w.partition = a.partition and w.position = a.position
    left join settlement s on s.partition = a.partition and s.order_line_id = a.order_line_id
    left join lateral (
      with recursive chain as (
        select l.position, l.previous, l.type, l.business_day, l.occurred_at, l.body
        from log l where l.partition = s.partition and l.position = s.position
        union all
        select l.position, l.previous, l.type, l.business_day, l.occurred_at, l.body
        from chain c join log l on l.partition = s.partition and l.position = c.previous)
      select json_agg(json_build_object('type', type, 'day', business_day,
          'at', extract(epoch from occurred_at) * 1000, 'body', body::text) order by position) as events,
        min(business_day) filter (where type = 'CommissionSettled') as settled_on,
        max(business_day) filter (where type in ${CHARGE_LIST}) as settled_anew,
        (array_agg(body) filter (where type = 'CommissionRestored'))[1] as restored
      from chain where type <> 'OrderAttributed') ev on true
    join lateral (
      select false as restored, a.publisher_id, a.pid, a.sub_id, a.trace, a.plan_id, a.rate, ev.settled_on
      union all
      select true, s.publisher_id, s.pid, s.sub_id, s.trace, ev.restored->'source'->>'plan', s.rate, ev.settled_anew
      where ev.restored is not null) own on true
    left join lateral (
      select i.* from instruction i
      where i.instruction_id >= ${SETTLEMENT_DEDUCTION}
        and i.instruction_id < ${AFTER_DEDUCTIONS} and i.kind = 'deduction' and i.party_id = a.seller_id
        and (i.state <> 'failed' or not exists (
          select 1 from instruction later where later.instruction_id > i.instruction_id
            and later.instruction_id < ${AFTER_DEDUCTIONS} and later.party_id = a.seller_id))
        and exists (select 1 from instruction that_day
          where that_day.instruction_id = ${SETTLEMENT_DEDUCTION})
      order by i.instruction_id limit 1) d on true
    left join log dl on dl.partition = d.partition and dl.position = d.position
    left join statement st on st.publisher_id = own.publisher_id and st.month = to_char(own.settled_on, 'YYYY-MM')
    ${latest('shop', sql`o.shop_id`)}
    ${latest('publisher', sql`own.publisher_id`)}
    ${latest('site', sql`split_part(own.pid, '_', 3)`)}
    ${latest('adzone', sql`split_part(own.pid, '_', 4)`)}
    ${latest('plan', sql`own.plan_id`)}
    where a.outcome = 'attributed'
      and (${scope.publisher}::text is null or own.publisher_id = ${scope.publisher})
      and (${scope.seller}::text is null or a.seller_id = ${scope.seller})
      and ${within}
    order by o.paid_at, a.order_line_id, own.restored`;
  for await (const rows of session.stream(query)) {
    yield rows.map((row) => lineOf(row, digits));
  }
}

/** The latest version of a registry row: names are shown as they are now. */
function latest(table: 'shop' | 'publisher' | 'site' | 'adzone' | 'plan', id: ReturnType<typeof sql>) {
  return sql`left join lateral (
    select * from ${sql.table(table)} v where v.${sql.ref(`${table}_id`)} = ${id} order by v.batch desc, v.n desc limit 1
  ) ${sql.ref(table)} on true`;
}

interface StoredHappening {
  readonly type: EventType;
  readonly day: Day;
  readonly at: Instant;
  readonly body: string;
}

function lineOf(row: LineRecord, digits: number): ReportLine {
  const { events, deduction_id: id, deduction_state: state, deducted_at: at, restored, ...line } = row;
  const stored = (events === null ? [] : JSON.parse(events)) as StoredHappening[];
  const turn = stored.findIndex(({ type }) => type === 'CommissionRestored');
  // What comes after a restoration is the new publisher's, what was before it the first one's.
  const own = turn < 0 ? stored : restored ? stored.slice(turn) : stored.slice(0, turn);
  const all = <T extends EventType>(type: T): Happened<T>[] =>
    own.filter((one) => one.type === type).map((one) => happened(type, one, row.order_line_id, digits));
  const old = all('LineBroughtIn').flatMap((one) => settledBefore(one));
  const anew = all('CommissionRestored').flatMap((one) => settledAnew(one, line.paid_amount));
  return {
    ...line,
    estimate: restored ? share(line.paid_amount, line.rate) : line.estimate,
    settled: all('CommissionSettled')[0] ?? anew[0] ?? old[0] ?? null,
    voided: all('CommissionVoided')[0] ?? null,
    forfeited: all('CommissionForfeited')[0] ?? null,
    reversals: all('CommissionReversed'),
    deduction: id === null || state === null ? null : { id, state, at },
  };
}

/** A restoration after the line's receipt settles it for the new publisher; before it, the receipt does. */
function settledAnew(
  { day, at, body }: Happened<'CommissionRestored'>,
  paid: Bodies['CommissionSettled']['paid'],
): Happened<'CommissionSettled'>[] {
  const { base, fee_rate: feeRate, rate, commission, fee, earning, policy } = body;
  if (base === null || feeRate === null) return [];
  const amounts = { commission, fee, earning };
  const settled = {
    pocket: 'payable' as const,
    paid,
    received: null,
    refunds: [],
    base,
    rate,
    fee_rate: feeRate,
    policy,
  };
  return [{ day, at, body: { ...settled, ...amounts } }];
}

/** A line that old books had settled. */
function settledBefore({ day, body }: Happened<'LineBroughtIn'>): Happened<'CommissionSettled'>[] {
  const { settled, order, rate, policy } = body;
  if (settled === null) return [];
  const { confirmed_at: at, ...amounts } = settled;
  const paid = { paid: order.paid, received: null, refunds: [], base: order.paid };
  return [{ day, at: Date.parse(at), body: { pocket: 'payable', ...paid, rate, ...amounts, policy } }];
}

function happened<T extends EventType>(type: T, of: StoredHappening, line: string, digits: number): Happened<T> {
  const body: Bodies[T] | { readonly unreadable: string } = readBody(type, of.body, digits);
  if ('unreadable' in body) throw new Error(`an event of ${line} does not read (${body.unreadable}): see cps verify`);
  return { day: of.day, at: of.at, body };
}

/** The lines of some orders, whoever's they are. */
export function orderFates(session: Session, orders: readonly string[]): Promise<OrderFate[]> {
  return session.all(sql<OrderFate>`
    select o.order_id, o.order_line_id, o.item_id, o.paid_amount, o.paid_at, a.outcome, a.reason, a.publisher_id,
      a.seller_id
    from order_line o
    left join attribution a on a.partition = o.partition and a.order_line_id = o.order_line_id
    where o.order_id = any(${[...orders]}) order by o.order_line_id`);
}
