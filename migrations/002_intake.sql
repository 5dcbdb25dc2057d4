-- What was delivered: deliveries with their counts, what was refused or waits, clicks, and what happened to order lines.
-- Ingest writes here and nowhere else; a night reads what has batch <= its day's through-batch.

create sequence batch_number;

create table delivery (
  delivery_id bigint generated always as identity primary key,
  file text not null,
  feed text not null,
  sha256 text not null,
  bytes bigint not null,
  -- How its rows were read: format, encoding, sheet. Read in another way it is another delivery, as its rows are others.
  read_as text not null default '',
  -- Data rows taken in so far, counted in the file: where a killed delivery resumes.
  rows_read bigint not null default 0,
  finished boolean not null default false,
  -- Who delivered it, and what proved who that is; null of what the engine records by itself.
  by_name text,
  by_issuer text,
  by_identity text
);
create index delivery_unfinished on delivery (sha256, feed) where not finished;
comment on table delivery is 'One file delivered: its receipt.';

-- Counts by batch and by the delivery whose rows they are: a row that was parked and woke counts again, with -1 parked.
create table tally (
  batch bigint not null,
  delivery_id bigint not null,
  feed text not null,
  woken boolean not null default false,
  accepted bigint not null default 0,
  duplicate bigint not null default 0,
  conflict bigint not null default 0,
  rejected bigint not null default 0,
  parked bigint not null default 0,
  -- Those refused that are counted and not kept as rows of refusal.
  unkept bigint not null default 0,
  -- Sum of the amounts accepted, in minor units, for feeds that have amounts.
  amount bigint not null default 0,
  -- SHA-256 in hex of the rows that its batch put into tables that nights seal, keyed as their digests are.
  digest text,
  primary key (batch, delivery_id, woken)
);
create index tally_delivery on tally (delivery_id);

create table refusal (
  refusal_id bigint generated always as identity primary key,
  delivery_id bigint not null,
  feed text not null,
  line bigint not null,
  verdict text not null check (verdict in ('conflict', 'rejected')),
  reason text not null,
  -- The row's cells in the order of the feed's columns; null where it did not parse into cells.
  cells json,
  raw text not null,
  -- The column that the reason is about, where it is about one; and the row's key, where that much of it reads.
  about text,
  key text collate "C"
);
create index refusal_feed on refusal (feed, refusal_id);
create index refusal_key on refusal (feed, key) where key is not null;

-- How a refused row ended: the delivery that had a row of the same key accepted, or who says that nothing comes of it, and why.
create table refusal_end (
  refusal_id bigint primary key,
  mended_by bigint,
  dismissed_by text,
  dismissed_at timestamptz,
  dismissed_why text,
  check ((mended_by is null) <> (dismissed_by is null)),
  check ((dismissed_by is null) = (dismissed_at is null) and (dismissed_by is null) = (dismissed_why is null))
);

-- What was taken but looked wrong, counted by kind and column; it changes nothing that is decided.
create table remark (
  delivery_id bigint not null,
  kind text not null,
  -- The column it is about; empty of the file as a whole.
  about text not null,
  count bigint not null,
  -- The first lines it is about, and what of the first of them is told.
  lines json not null,
  detail json not null,
  primary key (delivery_id, kind, about)
);

create table parked (
  feed text not null,
  key text collate "C" not null,
  order_line_id text collate "C" not null,
  delivery_id bigint not null,
  line bigint not null,
  batch bigint not null,
  n integer not null,
  cells json not null,
  raw text not null,
  aside json,
  primary key (feed, key)
);
create index parked_line on parked (order_line_id);

-- Partitioned by spans of eight days (UTC), made as clicks arrive: small indexes where clicks come in, few for a window.
-- What takes eight bytes stands before the texts, so that nothing is lost to alignment.
create table click (
  clicked_at timestamptz not null,
  batch bigint not null,
  click_id text collate "C" not null,
  pid text not null,
  buyer_id text collate "C" not null,
  shop_id text not null,
  item_id text,
  referrer text not null,
  ip text not null,
  sub_id text,
  aside json,
  primary key (buyer_id, clicked_at, click_id)
) partition by range (clicked_at);

-- Makes the partition of clicks for eight days from a day on, where there is none.
create function make_click_span(from_day date) returns void
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  name text := 'click_' || to_char(from_day, 'YYYYMMDD');
begin
  if to_regclass('public.' || name) is not null then
    return;
  end if;
  execute format('create table public.%I (like public.click including defaults including constraints)', name);
  execute format('alter table public.click attach partition public.%I for values from (%L) to (%L)', name,
    from_day || ' 00:00:00+00', (from_day + 8) || ' 00:00:00+00');
end
$$;

create table order_line (
  paid_amount bigint not null check (paid_amount >= 0),
  paid_at timestamptz not null,
  batch bigint not null,
  -- The day whose night takes it: its own business day, or the first not yet opened when it arrived.
  due_day date not null,
  quantity integer not null check (quantity >= 1),
  partition smallint not null,
  order_line_id text collate "C" not null,
  order_id text collate "C" not null,
  buyer_id text collate "C" not null,
  shop_id text collate "C" not null,
  item_id text not null,
  category_id text not null,
  coupon_pid text,
  aside json,
  -- The cut-over that it came with; null of a line delivered as an order.
  brought_in text collate "C",
  primary key (partition, order_line_id)
);
create index order_line_due on order_line (due_day, partition, order_line_id);

-- Receipts, closures, refunds, corrections and risk decisions of order lines that are there.
create table trade_fact (
  at timestamptz not null,
  -- A correction's is signed: what it adds to the line's worth, or takes off where it is below 0.
  amount bigint,
  batch bigint not null,
  due_day date not null,
  n integer not null,
  partition smallint not null,
  order_line_id text collate "C" not null,
  kind text not null check (kind in ('receipt', 'closure', 'refund', 'correction', 'decision')),
  -- refund_id or decision_id; empty for a receipt or closure, of which a line has one.
  fact_id text collate "C" not null,
  decision text,
  decided_by text,
  reason text,
  aside json,
  primary key (partition, order_line_id, kind, fact_id),
  constraint trade_fact_amount_check check (kind = 'correction' or amount >= 0)
);
create index trade_fact_due on trade_fact (due_day, partition, order_line_id);
-- A review asks which lines were forfeited lately, the desk which were answered; decisions are few among the trade facts.
create index trade_fact_decision on trade_fact (at) where kind = 'decision';

-- What the bank says of deductions and payouts.
create table result (
  instruction_id text collate "C" not null,
  status text not null check (status in ('confirmed', 'failed', 'returned')),
  at timestamptz not null,
  reason text not null,
  due_day date not null,
  batch bigint not null,
  n integer not null,
  aside json,
  primary key (instruction_id, status)
);
create index result_due on result (due_day);
