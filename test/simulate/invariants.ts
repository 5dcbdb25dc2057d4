/** What holds in every book whatever happened to it, looked up in the database itself. Each broken law is one sentence. */
import { createHash } from 'node:crypto';
import { type Event, sealText } from '../../src/core/events/event.ts';
import type { Session } from '../../src/store/connection/session.ts';

export async function brokenLaws(session: Session): Promise<string[]> {
  const broken = await brokenChains(session);
  for (const [law, sql] of LAWS) {
    const { rows } = await session.client.query(sql);
    if (rows.length > 0) broken.push(`${law}: ${JSON.stringify(rows[0], plain)}`);
  }
  return broken;
}

const plain = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);

const POSTED = `select t.*, l.subject from transfer t join log l using (partition, position)`;

/** A line of old books: what it came to there was posted with their balances. */
const IS_OLD = `exists (select from order_line o where o.order_line_id = line.subject and o.brought_in is not null)`;

const LAWS: readonly (readonly [law: string, sql: string])[] = [
  [
    'the accounts do not add up to zero',
    `select sum(a) from (select amount a from transfer union all select -amount from transfer) all_of having sum(a) <> 0`,
  ],
  [
    'what a line costs its seller is not what it brings the publisher and the alliance',
    `with line as (
       select subject,
         sum(case when debit like '%:due' then amount when credit like '%:due' then -amount else 0 end) as due,
         sum(case when credit like 'liabilities:publisher:%' then amount else 0 end)
           - sum(case when debit like 'liabilities:publisher:%' then amount else 0 end) as earning,
         sum(case when credit = 'revenues:service-fee' then amount when debit = 'revenues:service-fee' then -amount else 0 end) as fee
       from (${POSTED}) p where type::text like 'Commission%' group by subject)
     select * from line where due <> earning + fee
       or ((due < 0 or earning < 0 or fee < 0) and not ${IS_OLD})`,
  ],
  [
    'a seller owes more for a line than its commission',
    `with line as (
       select subject,
         sum(case when debit like '%:due' then amount when credit like '%:due' then -amount else 0 end) as due
       from (${POSTED}) p where type::text like 'Commission%' group by subject)
     select line.*, s.commission from line join settlement s on s.order_line_id = line.subject
     where due > greatest(s.commission, 0) or s.commission > (
       select round((o.paid_amount + coalesce((select sum(amount) from trade_fact f
         where f.kind = 'correction' and f.amount > 0 and f.order_line_id = o.order_line_id), 0)) * a.rate)
       from order_line o join attribution a using (partition, order_line_id) where o.order_line_id = line.subject)`,
  ],
  [
    'an earning stands where it should not, or in two places',
    `with line as (
       select subject, split_part(account, ':', 4) as pocket, sum(amount) as amount from (
         select subject, credit as account, amount from (${POSTED}) p union all
         select subject, debit, -amount from (${POSTED}) q) legs
       where account like 'liabilities:publisher:%' and subject in (select order_line_id from settlement)
       group by 1, 2 having sum(amount) <> 0)
     select * from line join settlement s on s.order_line_id = line.subject
     where not ${IS_OLD} and (pocket <> case when s.hold = 'held' then 'held' when s.clears_on is not null then 'clearing' else 'payable' end
       or line.amount <> s.earning)`,
  ],
  [
    'what lies in clearing is not what lines wait for',
    `with waits as (
       select coalesce(s.publisher_id, a.publisher_id) as id, sum(s.earning) as amount
       from settlement s join attribution a using (partition, order_line_id)
       where s.clears_on is not null and s.state = 'settled' and s.hold <> 'held' group by 1),
     lies as (
       select distinct on (account) split_part(account, ':', 3) as id, -closing as amount from account_day
       where account like 'liabilities:publisher:%:clearing' order by account, business_day desc)
     select * from waits full join lies using (id) where coalesce(waits.amount, 0) <> coalesce(lies.amount, 0)`,
  ],
  [
    'an account day does not close where its transfers put it',
    `with moved as (
       select account, sum(amount) as amount from (
         select debit as account, amount from transfer union all select credit, -amount from transfer) m group by account),
     last as (select distinct on (account) account, closing from account_day order by account, business_day desc)
     select * from moved full join last using (account) where coalesce(amount, 0) <> coalesce(closing, 0)`,
  ],
  [
    'a partition head is not where its log ends',
    `select h.partition, h.position, l.position as logged from partition_head h
     left join (select distinct on (partition) * from log order by partition, position desc) l using (partition)
     where h.position <> coalesce(l.position, 0) or (l.hash is not null and l.hash <> h.hash)`,
  ],
  [
    'an event that posts has no ordinal, or one that does not has one',
    `select l.partition, l.position, l.type, l.ordinal from log l
     left join (select distinct partition, position from transfer) t using (partition, position)
     where (l.ordinal > 0) <> (t.position is not null)`,
  ],
  [
    'an entry id stands twice',
    `select business_day, type, subject, ordinal from log where ordinal > 0
     group by 1, 2, 3, 4 having count(*) > 1`,
  ],
];

interface Logged {
  partition: number;
  position: bigint;
  type: Event['type'];
  business_day: string;
  at: number;
  subject: string;
  ordinal: number;
  seller_id: string | null;
  publisher_id: string | null;
  previous: bigint | null;
  body: string;
  hash: Buffer;
}

/** Positions are dense from 1, and each hash is over the event and the hash before it. */
async function brokenChains(session: Session): Promise<string[]> {
  const { rows } = await session.client.query<Logged>(
    `select partition, position, type, business_day, (extract(epoch from occurred_at) * 1000)::float8 as at, subject, ordinal,
       seller_id, publisher_id, previous, body::text as body, hash from log order by partition, position`,
  );
  const heads = new Map<number, { position: bigint; hash: string }>();
  for (const row of rows) {
    const genesis = createHash('sha256').update(`cps partition ${row.partition}`).digest('hex');
    const before = heads.get(row.partition) ?? { position: 0n, hash: genesis };
    const position = before.position + 1n;
    if (BigInt(row.position) !== position) return [`partition ${row.partition} has no position ${position}`];
    const event = {
      type: row.type,
      businessDay: row.business_day,
      occurredAt: Number(row.at),
      subject: row.subject,
      sellerId: row.seller_id,
      publisherId: row.publisher_id,
    } as Event;
    const previous = row.previous === null ? null : BigInt(row.previous);
    const place = { partition: row.partition, position, ordinal: row.ordinal, previous };
    const hash = createHash('sha256')
      .update(sealText(event, place, row.body, before.hash))
      .digest('hex');
    if (hash !== row.hash.toString('hex'))
      return [`position ${position} of partition ${row.partition} is not sealed by its hash`];
    heads.set(row.partition, { position, hash });
  }
  return [];
}
