-- What people decide about money itself: adjustments proposed by one person and approved by another, and corrections of
-- what an order line was worth, which work like refunds in either direction.

alter type event_type add value 'DueAdjusted';
alter type event_type add value 'EarningCleared';

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

-- Order lines of old books that are still open: not received yet, or received and refundable. `paid_amount` is what is
-- left of the payment; `confirmed_at` and `fee_rate` are of those that the old books settled.
create table opening_line (
  order_line_id text collate "C" primary key,
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
create index opening_line_cut_over on opening_line (cut_over_id);
alter table cut_over_approval add column lines integer, add column lines_paid bigint;
-- The cut-over that a line came with; null of a line delivered as an order.
alter table order_line add column brought_in text collate "C";
alter type event_type add value 'LineBroughtIn';

create or replace function analyse_tables(intake boolean) returns void
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if intake then
    analyze public.click, public.order_line, public.trade_fact, public.publisher, public.publisher_status, public.site,
      public.site_review, public.adzone, public.permission, public.shop, public.plan, public.rate, public.plan_member,
      public.filing, public.ownership, public.withdrawal, public.application, public.application_decision,
      public.notice, public.notice_cancellation, public.opening, public.opening_line, public.adjustment;
  else
    analyze public.log (partition, position, business_day, seller_id, publisher_id),
      public.transfer (partition, position, business_day, debit, credit),
      public.attribution (partition, order_line_id, business_day),
      public.settlement (partition, order_line_id, clears_on), public.account_day;
  end if;
end
$$;
