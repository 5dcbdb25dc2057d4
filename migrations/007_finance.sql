-- What people decide about money itself: adjustments proposed by one person and approved by another, and the cut-overs by
-- which a network begins to use these books, signed off with their totals.

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

-- What a network's old books say is owed.
create table opening (
  opening_id text collate "C" not null,
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
create index opening_id on opening (opening_id);
create index opening_cut_over on opening (cut_over_id);

-- Order lines of old books that are still open: not received yet, or received and refundable. `paid_amount` is what is
-- left of the payment; `confirmed_at` and `fee_rate` are of those that the old books settled.
create table opening_line (
  order_line_id text collate "C" not null,
  cut_over_id text collate "C" not null,
  order_id text collate "C" not null,
  buyer_id text collate "C" not null,
  shop_id text collate "C" not null,
  item_id text not null,
  category_id text not null,
  quantity integer not null check (quantity >= 1),
  paid_amount bigint not null check (paid_amount >= 0),
  paid_at timestamptz not null,
  pid text not null,
  trace text not null check (trace in ('same-store', 'cross-store', 'coupon')),
  rate numeric not null check (rate > 0 and rate <= 0.9),
  confirmed_at timestamptz,
  fee_rate numeric check (fee_rate between 0 and 1),
  prepared_by text not null,
  batch bigint not null,
  n integer not null,
  aside json,
  check ((confirmed_at is null) = (fee_rate is null))
);
create index opening_line_id on opening_line (order_line_id);
create index opening_line_cut_over on opening_line (cut_over_id);

create table cut_over_approval (
  cut_over_id text collate "C" primary key,
  openings integer not null,
  payable bigint not null,
  returned bigint not null,
  due bigint not null,
  lines integer,
  lines_paid bigint,
  approved_by text not null,
  approved_at timestamptz not null,
  due_day date not null,
  batch bigint not null,
  n integer not null,
  aside json
);
create index cut_over_approval_due on cut_over_approval (due_day);

-- Takes back what was delivered of a cut-over before: those openings and lines stand no more, and their ids are free again.
create table cut_over_withdrawal (
  cut_over_id text collate "C" not null,
  withdrawn_by text not null,
  withdrawn_at timestamptz not null,
  batch bigint not null,
  n integer not null,
  aside json,
  primary key (cut_over_id, withdrawn_at)
);
