/**
 * Reads what cases are made of: the lines that showed a signal or are disputed, as the log and their standing have them,
 * and what was decided and appealed. It groups nothing and keeps nothing.
 */

import { type RawBuilder, sql } from 'kysely';
import { type Day, firstDayOf, type Instant, lastDayOf, type Month } from '../../core/calendar.ts';
import type { CaseLine, Dispute, LikeLines } from '../../core/cases/case.ts';
import type { Appeal, Decision } from '../../core/cases/decision.ts';
import { NAMED_BY_EVIDENCE } from '../../core/cases/pattern.ts';
import type { EventOf } from '../../core/events/event.ts';
import { readBody } from '../../core/events/event-body.ts';
import { BAD, list } from '../../core/events/shape.ts';
import { partitionOf } from '../../core/ids.ts';
import { type FiredSignal, firedSignal, signalNamed } from '../../core/signals/index.ts';
import type { Session } from '../connection/session.ts';
import type { MaybeRow, Row } from '../schema/tables.ts';

type LineRow = Pick<Row<'order_line'>, 'order_line_id' | 'paid_at' | 'paid_amount' | 'buyer_id' | 'shop_id'> &
  MaybeRow<'attribution', 'publisher_id' | 'pid' | 'estimate' | 'outcome' | 'held'> &
  MaybeRow<'settlement', 'state' | 'hold' | 'commission' | 'fee' | 'earning'> & {
    readonly business_day: Day;
    readonly seller_id: string;
    readonly body: string | null;
    readonly restored: boolean;
    readonly answered: boolean;
  };

const LINE = sql`o.order_line_id, coalesce(a.business_day, o.due_day) as business_day, o.paid_at, o.paid_amount, o.buyer_id,
  o.shop_id, a.estimate, a.outcome, a.held,
  -- A line of old books has no click in evidence.
  case when o.brought_in is null then l.body end as body, s.state, s.hold, s.pid is not null as restored,
  s.commission, s.fee, s.earning,
  exists (select from trade_fact f where f.partition = o.partition and f.order_line_id = o.order_line_id
    and f.kind = 'decision') as answered`;
const STANDING = sql`left join log l on l.partition = a.partition and l.position = a.position
  left join settlement s on s.partition = a.partition and s.order_line_id = a.order_line_id`;

type LikeRow = LikeLines & { readonly signals: string; readonly fired: string | null };
const FIRED = list(firedSignal);

/**
 * Every line with signals, those that are alike together: what is summed in cases, and what tells which case they are of.
 * The one signal of a line tells that by its name, but for those whose evidence names the case; of several the event has
 * what each did. Only then these are read of the event, and the line stands alone.
 */
export async function likeLines(
  session: Session,
  digits: number,
): Promise<(LikeLines & { readonly signals: readonly FiredSignal[] })[]> {
  const rows = await session.all(sql<Omit<LikeRow, 'count'> & { count: bigint }>`
    select a.publisher_id as "publisherId", a.pid, a.signals, l.fired, coalesce(s.state, 'attributed') as state,
      coalesce(s.hold, case when a.held then 'held' else 'none' end) as hold, s.pid is not null as restored,
      d.order_line_id is not null as answered, count(*) as count, min(a.business_day) as first,
      max(a.business_day) as last, array_agg(o.buyer_id) as buyers, sum(a.estimate)::bigint as estimate,
      coalesce(sum(s.commission), 0)::bigint as commission, coalesce(sum(s.fee), 0)::bigint as fee,
      coalesce(sum(s.earning), 0)::bigint as earning
    from attribution a
    join order_line o on o.partition = a.partition and o.order_line_id = a.order_line_id
    left join lateral (select (body->'signals')::text as fired from log l where l.partition = a.partition
      and l.position = case when a.signals = any(${NAMED_BY_EVIDENCE}::text[]) or strpos(a.signals, ';') > 0 then a.position end) l on true
    left join settlement s on s.partition = a.partition and s.order_line_id = a.order_line_id
    left join (select distinct partition, order_line_id from trade_fact where kind = 'decision') d
      on d.partition = a.partition and d.order_line_id = a.order_line_id
    where a.signals <> ''
    group by date_trunc('month', a.business_day), 1, 2, 3, 4, 5, 6, 7, 8`);
  return rows.map(({ fired, signals, count, ...row }) => ({
    ...row,
    count: Number(count),
    signals: fired === null ? [signNamed(signals)] : signalsIn(fired, digits),
  }));
}

function signalsIn(fired: string, digits: number): readonly FiredSignal[] {
  const signals = FIRED.read(JSON.parse(fired), digits, []);
  if (signals === BAD) throw new Error('the signals of an attribution do not read: see cps verify');
  return signals;
}

function signNamed(name: string): FiredSignal {
  const signal = signalNamed(name)?.name;
  if (signal === undefined) throw new Error(`an attribution has the signal ${name}, which is none: see cps verify`);
  return { signal, action: 'flag', evidence: null };
}

/** Lines with signals, of the nights of a month or of all, by day and line; as their first publisher knows them. */
export async function* signalledLines(
  session: Session,
  digits: number,
  month: Month | null,
): AsyncGenerator<CaseLine[]> {
  const days = month === null ? sql`true` : sql`a.business_day between ${firstDayOf(month)} and ${lastDayOf(month)}`;
  const query = sql<LineRow>`
    select ${LINE}, a.seller_id, a.publisher_id, a.pid
    from attribution a
    join order_line o on o.partition = a.partition and o.order_line_id = a.order_line_id
    ${STANDING}
    where a.signals <> '' and ${days}
    order by a.business_day, a.partition, a.order_line_id`;
  for await (const rows of session.stream(query)) {
    yield rows.map((row) => lineOf(row, digits));
  }
}

export interface DisputedLine {
  readonly dispute: Dispute;
  readonly line: CaseLine;
}

/** Every dispute with its line as it is now, oldest first. */
export async function disputedLines(
  session: Session,
  { digits, partitions }: { digits: number; partitions: number },
): Promise<DisputedLine[]> {
  const made = await session.db.selectFrom('dispute').select('order_line_id').distinct().execute();
  const ids = made.map((one) => one.order_line_id);
  const homes = ids.map((id) => partitionOf(id, partitions));
  const rows = await session.all(sql<LineRow & { dispute_id: string; disputed_at: Instant; reason: string }>`
    select d.dispute_id, d.disputed_at, d.reason, ${LINE}, d.seller_id,
      coalesce(s.publisher_id, a.publisher_id) as publisher_id, coalesce(s.pid, a.pid) as pid
    from unnest(${ids}::text[], ${homes}::smallint[]) as k (line, home)
    join dispute d on d.order_line_id = k.line
    join order_line o on o.partition = k.home and o.order_line_id = k.line
    left join attribution a on a.partition = o.partition and a.order_line_id = o.order_line_id
    ${STANDING}
    order by d.disputed_at, d.dispute_id`);
  return rows.map((row) => ({
    dispute: { disputeId: row.dispute_id, sellerId: row.seller_id, at: row.disputed_at, reason: row.reason },
    line: lineOf(row, digits),
  }));
}

function lineOf(row: LineRow, digits: number): CaseLine {
  const body = row.body === null || row.outcome !== 'attributed' ? undefined : attributionIn(row.body, digits);
  const won = body?.tested.at(-1)?.candidate;
  return {
    orderLineId: row.order_line_id,
    businessDay: row.business_day,
    paidAt: row.paid_at,
    paid: row.paid_amount,
    buyer: row.buyer_id,
    shop: row.shop_id,
    sellerId: row.seller_id,
    publisherId: row.publisher_id,
    pid: row.pid ?? '',
    click: won !== undefined && 'click' in won ? won : null,
    signals: body?.signals ?? [],
    state: row.outcome === 'unattributed' ? 'unattributed' : (row.state ?? 'attributed'),
    hold: row.hold ?? (row.held === true ? 'held' : 'none'),
    restored: row.restored,
    answered: row.answered,
    estimate: row.estimate ?? 0n,
    commission: row.commission ?? 0n,
    fee: row.fee ?? 0n,
    earning: row.earning ?? 0n,
  };
}

function attributionIn(text: string, digits: number): EventOf<'OrderAttributed'>['body'] {
  const body = readBody('OrderAttributed', text, digits);
  if ('unreadable' in body) throw new Error(`an attribution does not read (${body.unreadable}): see cps verify`);
  return body;
}

/** Who signed something that may not be signed yet, and when. */
interface MaybeSigned {
  readonly signed_at: Instant | null;
  readonly signed_by: string | null;
}

/** Which decisions to read: of some cases, about some publishers, some by id, or all. */
export type WhichDecisions =
  | { readonly cases: readonly string[] }
  | { readonly publishers: readonly string[] }
  | { readonly ids: readonly string[] }
  | 'all';

function condition(which: WhichDecisions): RawBuilder<unknown> {
  if (which === 'all') return sql`true`;
  if ('cases' in which) return sql`p.case_id = any(${which.cases})`;
  if ('ids' in which) return sql`p.decision_id = any(${which.ids})`;
  return sql`p.publisher_ids && ${which.publishers}::text[]`;
}

/** Proposals with their approvals and appeals, in the order in which they were delivered. */
export async function decisionsOf(session: Session, which: WhichDecisions): Promise<Decision[]> {
  const rows = await session.all(sql<
    Omit<Decision, 'proposed' | 'approved' | 'appeals'> & { at: Instant; by: string } & MaybeSigned
  >`
    select p.decision_id as "decisionId", p.case_id as "caseId", p.decision, p.publisher_ids as publishers,
      p.lines_through as "linesThrough", p.lines, p.amount, p.approval = 'needed' as "needsApproval", p.against, p.points,
      p.appeal_until as "appealUntil", p.reason, p.decided_at as at, p.decided_by as by,
      a.decided_at as signed_at, a.decided_by as signed_by
    from case_decision p left join case_decision a on a.decision_id = p.decision_id and a.step = 'approve'
    where p.step = 'propose' and ${condition(which)}
    order by p.batch, p.n`);
  const appeals = await appealsAgainst(
    session,
    rows.map(({ decisionId }) => decisionId),
  );
  return rows.map(({ reason, at, by, signed_at: signedAt, signed_by: signedBy, ...row }) => ({
    ...row,
    proposed: { at, by },
    approved: signedAt === null || signedBy === null ? null : { at: signedAt, by: signedBy },
    reason,
    appeals: appeals.filter(({ decisionId }) => decisionId === row.decisionId),
  }));
}

async function appealsAgainst(session: Session, decisions: readonly string[]): Promise<Appeal[]> {
  if (decisions.length === 0) return [];
  return appealsWhere(session, sql`l.decision_id = any(${decisions})`);
}

/** Appeals by their ids. */
export function appealsUnder(session: Session, ids: readonly string[]): Promise<Appeal[]> {
  return appealsWhere(session, sql`l.appeal_id = any(${ids})`);
}

async function appealsWhere(session: Session, where: RawBuilder<unknown>): Promise<Appeal[]> {
  const rows = await session.all(sql<Omit<Appeal, 'end'> & MaybeSigned & { step: string | null; why: string | null }>`
    select l.appeal_id as "appealId", l.decision_id as "decisionId", l.publisher_id as "publisherId", l.at as "lodgedAt",
      l.by as "lodgedBy", l.reason, e.step, e.at as signed_at, e.by as signed_by, e.reason as why
    from appeal l left join appeal e on e.appeal_id = l.appeal_id and e.step in ('grant', 'reject')
    where l.step = 'lodge' and ${where}
    order by l.batch, l.n`);
  return rows.map(({ step, signed_at: at, signed_by: by, why, ...row }) => {
    const outcome = step === 'grant' ? 'granted' : 'rejected';
    return { ...row, end: step === null ? null : { outcome, at: at ?? 0, by: by ?? '', reason: why ?? '' } };
  });
}

/** publisher_id -> name and status now, the last row by date; `active` without one. */
export async function publishersNamed(
  session: Session,
  ids: readonly string[],
): Promise<Map<string, { name: string; status: string }>> {
  const rows = await session.all(sql<{ id: string; name: string; status: string | null }>`
    select distinct on (p.publisher_id) p.publisher_id as id, p.name,
      (select status from publisher_status s where s.publisher_id = p.publisher_id
        order by at desc, batch desc, n desc limit 1) as status
    from publisher p where p.publisher_id = any(${ids}) order by p.publisher_id, p.batch desc, p.n desc`);
  return new Map(rows.map(({ id, name, status }) => [id, { name, status: status ?? 'active' }]));
}

/** What a dispute is judged by: the line's seller, and when it was paid. */
export async function sellersOfLines(
  session: Session,
  partitions: readonly number[],
  lines: readonly string[],
): Promise<Map<string, { sellerId: string; paidAt: Instant }>> {
  const rows = await session.all(sql<{ id: string; seller: string; at: Instant }>`
    select distinct o.order_line_id as id, s.seller_id as seller, o.paid_at as at
    from order_line o join shop s on s.shop_id = o.shop_id
    where o.partition = any(${partitions}::smallint[]) and o.order_line_id = any(${lines})`);
  return new Map(rows.map(({ id, seller, at }) => [id, { sellerId: seller, paidAt: at }]));
}
