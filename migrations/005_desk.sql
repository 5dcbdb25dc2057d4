-- The risk desk: what people decide about cases, what is disputed and appealed. Cases themselves are no rows: they are read
-- off the log.

-- A proposal to decide a case, and its approval by a second person where it needs one.
create table case_decision (
  decision_id text collate "C" not null,
  step text not null check (step in ('propose', 'approve')),
  case_id text collate "C" not null,
  decision text check (decision in ('release', 'forfeit', 'reject')),
  publisher_ids text[] not null,
  -- It covers the case's lines attributed up to this day: so many, with so much at stake.
  lines_through date,
  lines integer,
  amount bigint check (amount >= 0),
  approval text check (approval in ('needed', 'none')),
  against text check (against in ('none', 'freeze', 'terminate')),
  points integer check (points >= 0),
  appeal_until timestamptz,
  decided_at timestamptz not null,
  decided_by text not null,
  reason text not null,
  due_day date not null,
  batch bigint not null,
  n integer not null,
  aside json,
  primary key (decision_id, step)
);
create index case_decision_case on case_decision (case_id);
create index case_decision_due on case_decision (due_day);
create index case_decision_publishers on case_decision using gin (publisher_ids);

create table dispute (
  dispute_id text collate "C" primary key,
  order_line_id text collate "C" not null,
  seller_id text collate "C" not null,
  disputed_at timestamptz not null,
  reason text not null,
  due_day date not null,
  batch bigint not null,
  n integer not null,
  aside json
);
create index dispute_due on dispute (due_day);

-- A publisher's appeal against a decision, and what became of it.
create table appeal (
  appeal_id text collate "C" not null,
  step text not null check (step in ('lodge', 'grant', 'reject')),
  decision_id text collate "C",
  publisher_id text collate "C",
  at timestamptz not null,
  by text not null,
  reason text not null,
  due_day date not null,
  batch bigint not null,
  n integer not null,
  aside json,
  primary key (appeal_id, step)
);
create index appeal_decision on appeal (decision_id);
create index appeal_due on appeal (due_day);
