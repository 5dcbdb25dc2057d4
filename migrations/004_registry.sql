-- Who takes part and under what terms, as delivered, row by row: publishers with their sites and permissions (SPEC 12),
-- sellers' shops with their plans and rates. A later row amends an earlier one.

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

-- Where mail to a publisher goes. A later row amends an earlier one.
create table contact (
  publisher_id text collate "C" not null,
  email text not null,
  language text,
  batch bigint not null,
  n integer not null,
  aside json,
  primary key (publisher_id, batch, n)
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
  -- The digits of its moment, of a row that a review made.
  review text collate "C",
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
  review text collate "C",
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

create table filing (
  site_id text collate "C" not null,
  filed_at timestamptz not null,
  icp_number text not null,
  categories text[] not null,
  description text not null,
  daily_visitors integer check (daily_visitors >= 1),
  evidence text[] not null,
  batch bigint not null,
  n integer not null,
  aside json,
  primary key (site_id, filed_at)
);

create table ownership (
  site_id text collate "C" not null,
  verified text not null check (verified in ('yes', 'no')),
  at timestamptz not null,
  how text not null,
  verified_by text not null,
  batch bigint not null,
  n integer not null,
  aside json,
  primary key (site_id, at, batch, n)
);

-- The facts below each make an event; due_day is the day whose night writes it.
create table withdrawal (
  site_id text collate "C" primary key,
  withdrawn_at timestamptz not null,
  withdrawn_by text not null,
  reason text not null,
  due_day date not null,
  batch bigint not null,
  n integer not null,
  aside json
);
create index withdrawal_due on withdrawal (due_day);

create table application (
  application_id text collate "C" primary key,
  site_id text collate "C" not null,
  permission text not null,
  applied_at timestamptz not null,
  statement text not null,
  appeal_of text collate "C",
  due_day date not null,
  batch bigint not null,
  n integer not null,
  aside json
);
create index application_due on application (due_day);
create index application_site on application (site_id);
create unique index application_appeal on application (appeal_of) where appeal_of is not null;

create table application_decision (
  application_id text collate "C" primary key,
  decision text not null check (decision in ('approve', 'reject')),
  decided_at timestamptz not null,
  decided_by text not null,
  reason text not null,
  due_day date not null,
  batch bigint not null,
  n integer not null,
  aside json
);
create index application_decision_due on application_decision (due_day);

create table notice (
  notice_id text collate "C" primary key,
  site_id text collate "C" not null,
  permissions text[] not null check (cardinality(permissions) > 0),
  issued_at timestamptz not null,
  effective_at timestamptz not null check (effective_at > issued_at),
  issued_by text not null,
  score numeric,
  short text[] not null,
  reason text not null,
  due_day date not null,
  batch bigint not null,
  n integer not null,
  aside json
);
create index notice_due on notice (due_day);
create index notice_site on notice (site_id);

create table notice_cancellation (
  notice_id text collate "C" not null,
  permission text not null,
  cancelled_at timestamptz not null,
  cancelled_by text not null,
  reason text not null,
  due_day date not null,
  batch bigint not null,
  n integer not null,
  aside json,
  primary key (notice_id, permission)
);
create index notice_cancellation_due on notice_cancellation (due_day);
