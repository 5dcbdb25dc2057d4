-- Promotion resource management (SPEC 12): filings and what others found out, applications, notices, withdrawals, as
-- delivered; the last event of each matter; and the mails that notices leave in the outbox.

alter type event_type add value 'SiteWithdrawn';
alter type event_type add value 'PermissionApplied';
alter type event_type add value 'PermissionApproved';
alter type event_type add value 'PermissionRejected';
alter type event_type add value 'NoticeIssued';
alter type event_type add value 'NoticeCancelled';

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

-- The last event of each notice, application and withdrawal: a projection of the log, written by the door.
create table promotion (
  subject text collate "C" primary key,
  publisher_id text collate "C" not null,
  last_event event_type not null,
  business_day date not null,
  partition smallint not null,
  position bigint not null
);

-- A review asks which lines were forfeited lately; decisions are few among the trade facts.
create index trade_fact_forfeit on trade_fact (at) where decision = 'forfeit';
