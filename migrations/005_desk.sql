-- The risk desk and the mail outbox: what people decide about cases, what is disputed and appealed, and what is written
-- to publishers. Cases themselves are no rows: they are read off the log.

alter type event_type add value 'CommissionRestored';
alter type event_type add value 'CaseDecided';
alter type event_type add value 'DisputeOpened';
alter type event_type add value 'AppealLodged';
alter type event_type add value 'AppealDecided';

-- Where mail to a publisher goes. A later row amends an earlier one.
create table contact (
  publisher_id text collate "C" not null,
  email text not null,
  batch bigint not null,
  n integer not null,
  aside json,
  primary key (publisher_id, batch, n)
);

-- Letters to publishers, each once. It is an outbox and no part of the books: the log knows nothing of it.
create table mail (
  message_id text collate "C" primary key,
  publisher_id text collate "C" not null,
  subject text not null,
  body text not null,
  queued_at timestamptz not null,
  state text not null default 'queued' check (state in ('queued', 'sent', 'refused')),
  -- Where it was sent to last.
  recipient text,
  attempts integer not null default 0,
  -- Not before this instant, after a failed attempt.
  next_attempt timestamptz,
  last_answer text,
  -- When it was sent or refused.
  ended_at timestamptz
);
create index mail_queued on mail (queued_at, message_id) where state = 'queued';

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

-- Cases are gathered from the lines that showed a signal.
create index attribution_signalled on attribution (business_day, partition, order_line_id) where signals <> '';

-- The publisher whose overwritten click a forfeited line was given back to; null where the attribution stands.
alter table settlement add column publisher_id text collate "C", add column pid text, add column trace text,
  add column click_id text, add column rate numeric;
