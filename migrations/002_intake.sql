-- What was delivered. Ingest writes here and nowhere else; a night reads what has batch <= its day's through-batch.

create sequence batch_number;

create table delivery (
  delivery_id bigint generated always as identity primary key,
  file text not null,
  feed text not null,
  sha256 text not null,
  bytes bigint not null,
  -- Data rows taken in so far, counted in the file: where a killed delivery resumes.
  rows_read bigint not null default 0,
  finished boolean not null default false
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
  -- Sum of the amounts accepted, in minor units, for feeds that have amounts.
  amount bigint not null default 0,
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
  raw text not null
);
create index refusal_feed on refusal (feed, refusal_id);

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

create table publisher (
  publisher_id text collate "C" not null,
  name text not null,
  kind text not null,
  payee_name text not null,
  payee_account text not null,
  own_buyer_ids text[] not null,
  registered_at timestamptz not null,
  batch bigint not null,
  n integer not null,
  aside json,
  primary key (publisher_id, batch, n)
);

create table publisher_status (
  publisher_id text collate "C" not null,
  status text not null,
  at timestamptz not null,
  reason text not null,
  batch bigint not null,
  n integer not null,
  aside json,
  primary key (publisher_id, at, batch, n)
);

create table site (
  site_id text collate "C" not null,
  publisher_id text collate "C" not null,
  kind text not null,
  name text not null,
  domain text not null,
  filed_at timestamptz not null,
  batch bigint not null,
  n integer not null,
  aside json,
  primary key (site_id, batch, n)
);

create table site_review (
  site_id text collate "C" not null,
  status text not null,
  score numeric,
  at timestamptz not null,
  reason text not null,
  batch bigint not null,
  n integer not null,
  aside json,
  primary key (site_id, at, batch, n)
);

create table adzone (
  adzone_id text collate "C" not null,
  site_id text collate "C" not null,
  name text not null,
  batch bigint not null,
  n integer not null,
  aside json,
  primary key (adzone_id, batch, n)
);

create table permission (
  site_id text collate "C" not null,
  permission text not null,
  action text not null,
  at timestamptz not null,
  reason text not null,
  batch bigint not null,
  n integer not null,
  aside json,
  primary key (site_id, at, batch, n)
);

create table shop (
  shop_id text collate "C" not null,
  seller_id text collate "C" not null,
  mall text not null,
  name text not null,
  batch bigint not null,
  n integer not null,
  aside json,
  primary key (shop_id, batch, n)
);

create table programme (
  shop_id text collate "C" not null,
  action text not null,
  at timestamptz not null,
  batch bigint not null,
  n integer not null,
  aside json,
  primary key (shop_id, at, batch, n)
);

create table plan (
  plan_id text collate "C" not null,
  shop_id text collate "C" not null,
  kind text not null,
  name text not null,
  batch bigint not null,
  n integer not null,
  aside json,
  primary key (plan_id, batch, n)
);
create index plan_shop on plan (shop_id);

create table rate (
  plan_id text collate "C" not null,
  scope text not null,
  scope_id text collate "C" not null,
  rate numeric not null check (rate > 0 and rate <= 0.9),
  valid_from timestamptz not null,
  valid_to timestamptz check (valid_to > valid_from),
  batch bigint not null,
  n integer not null,
  aside json,
  primary key (plan_id, scope, scope_id, valid_from, batch, n)
);

create table plan_member (
  plan_id text collate "C" not null,
  publisher_id text collate "C" not null,
  action text not null,
  at timestamptz not null,
  batch bigint not null,
  n integer not null,
  aside json,
  primary key (publisher_id, plan_id, at, batch, n)
);

-- Partitioned by spans of eight days (UTC), made as clicks arrive: small indexes where clicks come in, few for a window.
create table click (
  click_id text collate "C" not null,
  clicked_at timestamptz not null,
  pid text not null,
  buyer_id text collate "C" not null,
  shop_id text not null,
  item_id text,
  referrer text not null,
  ip text not null,
  batch bigint not null,
  aside json,
  primary key (click_id, clicked_at)
) partition by range (clicked_at);
create index click_buyer on click (buyer_id, clicked_at);

create table order_line (
  partition smallint not null,
  order_line_id text collate "C" not null,
  order_id text collate "C" not null,
  buyer_id text collate "C" not null,
  shop_id text collate "C" not null,
  item_id text not null,
  category_id text not null,
  quantity integer not null check (quantity >= 1),
  paid_amount bigint not null check (paid_amount >= 0),
  paid_at timestamptz not null,
  coupon_pid text,
  -- The day whose night takes it: its own business day, or the first not yet opened when it arrived.
  due_day date not null,
  batch bigint not null,
  aside json,
  primary key (partition, order_line_id)
);
create index order_line_due on order_line (due_day, partition, order_line_id);

-- Receipts, closures, refunds and risk decisions of order lines that are there.
create table trade_fact (
  partition smallint not null,
  order_line_id text collate "C" not null,
  kind text not null check (kind in ('receipt', 'closure', 'refund', 'decision')),
  -- refund_id or decision_id; empty for a receipt or closure, of which a line has one.
  fact_id text collate "C" not null,
  at timestamptz not null,
  amount bigint check (amount >= 0),
  decision text,
  decided_by text,
  reason text,
  due_day date not null,
  batch bigint not null,
  n integer not null,
  aside json,
  primary key (partition, order_line_id, kind, fact_id)
);
create index trade_fact_due on trade_fact (due_day, partition, order_line_id);

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
