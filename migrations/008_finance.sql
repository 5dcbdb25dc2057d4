-- What people decide about money itself: adjustments proposed by one person and approved by another, and corrections of
-- what an order line was worth, which work like refunds in either direction.

alter type event_type add value 'DueAdjusted';

create table adjustment (
  adjustment_id text collate "C" primary key,
  -- The one or the other: whose payable, or whose due.
  publisher_id text collate "C",
  seller_id text collate "C",
  -- In the party's favour where positive.
  amount bigint not null check (amount <> 0),
  reason text not null,
  -- SHA-256 of the document that it rests on, in hex.
  document text not null,
  proposed_by text not null,
  proposed_at timestamptz not null,
  batch bigint not null,
  n integer not null,
  aside json,
  check ((publisher_id is null) <> (seller_id is null))
);

-- due_day is the day whose night posts it.
create table adjustment_approval (
  adjustment_id text collate "C" primary key,
  approved_by text not null,
  approved_at timestamptz not null,
  due_day date not null,
  batch bigint not null,
  n integer not null,
  aside json
);
create index adjustment_approval_due on adjustment_approval (due_day);

-- A correction is a trade fact with a signed amount: what it adds to the line, or takes off where it is below 0.
alter table trade_fact drop constraint trade_fact_kind_check, drop constraint trade_fact_amount_check;
alter table trade_fact
  add constraint trade_fact_kind_check check (kind in ('receipt', 'closure', 'refund', 'correction', 'decision')),
  add constraint trade_fact_amount_check check (kind = 'correction' or amount >= 0);

-- A cut-over: what a network's old books say is owed when it begins to use these, signed off with its totals.
alter type event_type add value 'OpeningPosted';

create table opening (
  opening_id text collate "C" primary key,
  cut_over_id text collate "C" not null,
  publisher_id text collate "C",
  seller_id text collate "C",
  account text not null check (account in ('payable', 'returned', 'due')),
  -- Owed to the publisher, or by the seller.
  amount bigint not null check (amount <> 0),
  prepared_by text not null,
  batch bigint not null,
  n integer not null,
  aside json,
  check ((seller_id is not null) = (account = 'due') and (publisher_id is null) = (account = 'due'))
);
create index opening_cut_over on opening (cut_over_id);

create table cut_over_approval (
  cut_over_id text collate "C" primary key,
  openings integer not null,
  payable bigint not null,
  returned bigint not null,
  due bigint not null,
  approved_by text not null,
  approved_at timestamptz not null,
  due_day date not null,
  batch bigint not null,
  n integer not null,
  aside json
);
create index cut_over_approval_due on cut_over_approval (due_day);

-- Earnings that are not payable at once: the first night that may make them so, and the day whose charge to the seller is
-- to be collected first. Null of lines that wait for nothing, so that these cost no index.
alter table settlement add column clears_on date, add column charged_on date;
create index settlement_clears on settlement (clears_on) where clears_on is not null;
