-- The books. The door (src/store/log/append.ts) writes them and nothing else does; what is written is never changed.

create type event_type as enum (
  'BookOpened', 'PolicyAdopted', 'DayOpened', 'DeliveriesSealed', 'RunCompleted',
  'OrderAttributed', 'OrderUnattributed',
  'CommissionSettled', 'CommissionVoided', 'CommissionReversed', 'CommissionReleased', 'CommissionForfeited',
  'DeductionInstructed', 'DeductionConfirmed', 'DeductionFailed',
  'TaxWithheld', 'PayoutInstructed', 'PayoutConfirmed', 'PayoutReturned',
  'AdjustmentPosted', 'StatementIssued',
  'EarningCleared', 'CommissionRestored', 'DueAdjusted', 'OpeningPosted', 'LineBroughtIn',
  'PaymentFileWritten', 'PaymentFileCancelled', 'BreakNoted', 'BankItemPosted',
  'CaseDecided', 'DisputeOpened', 'AppealLodged', 'AppealDecided',
  'SiteWithdrawn', 'PermissionApplied', 'PermissionApproved', 'PermissionRejected', 'NoticeIssued', 'NoticeCancelled'
);

-- Who works on nights now, threads of a run and processes on any machine: each holds the advisory lock of its number.
create sequence worker_number;
create table worker (
  number bigint primary key default nextval('worker_number'),
  program text not null check (program in ('run', 'work')),
  -- The machine and the process there.
  place text not null,
  joined_at timestamptz not null default now(),
  -- When its last batch was written, and how many lines and facts it has done so far.
  seen_at timestamptz not null default now(),
  done bigint not null default 0
);
comment on table worker is 'Who works on nights now; who has gone is taken out by whoever notices.';

-- Where each partition's chain ends, and how far the open night has come in it.
create table partition_head (
  partition smallint primary key,
  position bigint not null default 0,
  hash bytea not null,
  -- Whoever appends here shows this epoch: the run's, or that of the worker's claim.
  epoch bigint not null default 0,
  worker bigint,
  day date,
  step smallint not null default 0,
  after text collate "C" not null default '',
  -- What the night's root will cover, since the last night's end: counted, summed, and the right edge of its tree.
  night_events bigint not null default 0,
  night_transfers bigint not null default 0,
  night_amount numeric not null default 0,
  night_peaks bytea not null default '',
  -- And how many events of each type, as a JSON object.
  night_types text not null default '{}'
);

create table log (
  partition smallint not null,
  position bigint not null,
  type event_type not null,
  business_day date not null,
  occurred_at timestamptz not null,
  subject text collate "C" not null,
  -- Which of its day's entries of this subject and type it is, from 1; 0 for an event that posts nothing.
  ordinal smallint not null,
  seller_id text collate "C",
  publisher_id text collate "C",
  -- The position of the same order line's or instruction's event before this one.
  previous bigint,
  body json not null,
  hash bytea not null,
  primary key (partition, position)
);
create index log_seller on log (seller_id, business_day) where ordinal > 0 and seller_id is not null;
create index log_publisher on log (publisher_id, business_day) where ordinal > 0 and publisher_id is not null;

create table transfer (
  partition smallint not null,
  position bigint not null,
  leg smallint not null,
  business_day date not null,
  type event_type not null,
  debit text collate "C" not null,
  credit text collate "C" not null check (credit <> debit),
  amount bigint not null check (amount > 0),
  primary key (partition, position, leg)
);
create index transfer_day on transfer using brin (business_day) with (pages_per_range = 32, autosummarize = on);

create table account_day (
  account text collate "C" not null,
  business_day date not null,
  debits bigint not null check (debits >= 0),
  credits bigint not null check (credits >= 0),
  -- Debits less credits since the beginning.
  closing bigint not null,
  primary key (account, business_day)
);
create index account_day_day on account_day using brin (business_day) with (pages_per_range = 32, autosummarize = on);

create index account_day_returned on account_day (account) where account like 'liabilities:publisher:%:returned';

-- An order line as attributed: written once, with its event.
create table attribution (
  partition smallint not null,
  order_line_id text collate "C" not null,
  outcome text not null check (outcome in ('attributed', 'unattributed')),
  reason text,
  seller_id text collate "C" not null,
  publisher_id text collate "C",
  pid text,
  click_id text,
  -- The publisher's own mark of the click; null where it sent none.
  sub_id text,
  trace text,
  plan_id text,
  rate numeric,
  estimate bigint,
  signals text not null,
  held boolean not null,
  business_day date not null,
  position bigint not null,
  primary key (partition, order_line_id)
);
-- Where a list of attributions goes day by day.
create index attribution_day on attribution using brin (business_day) with (pages_per_range = 32, autosummarize = on);
-- Whether a publisher marks its clicks: then its documents have a column of the marks.
create index attribution_marked on attribution (publisher_id, business_day) where sub_id is not null;
-- Cases are gathered from the lines that showed a signal.
create index attribution_signalled on attribution (business_day, partition, order_line_id) where signals <> '';

-- Where an attributed line has come since: a projection of its events, rewritten by the door with each.
create table settlement (
  partition smallint not null,
  order_line_id text collate "C" not null,
  state text not null check (state in ('attributed', 'settled', 'voided', 'forfeited')),
  hold text not null check (hold in ('none', 'held', 'released')),
  commission bigint,
  fee bigint,
  earning bigint,
  fee_rate numeric,
  business_day date not null,
  position bigint not null,
  -- The publisher whose overwritten click a forfeited line was given back to; null where the attribution stands.
  publisher_id text collate "C",
  pid text,
  trace text,
  click_id text,
  sub_id text,
  rate numeric,
  -- An earning that is not payable at once: the first night that may make it so, and the day whose charge to the seller
  -- is to be collected first. Null of lines that wait for nothing, so that these cost no index.
  clears_on date,
  charged_on date,
  primary key (partition, order_line_id)
);
-- What lies in held: few lines, which status and the pages of risk count.
create index settlement_held on settlement (partition, order_line_id) where state = 'settled' and hold = 'held';
create index settlement_clears on settlement (clears_on) where clears_on is not null;
-- A line given back to another publisher is that one's to see.
create index settlement_restored on settlement (publisher_id) where publisher_id is not null;

-- How many attributed lines a night left waiting for their receipt or closure, less those that it let wait no more, by the day
-- on which they were paid; and what they are estimated at. Status adds these up, and not every line of the book.
create table waiting_day (
  partition smallint not null,
  business_day date not null,
  paid_on date not null,
  lines bigint not null,
  estimate bigint not null,
  primary key (partition, business_day, paid_on)
);

-- Deductions and payouts, and the last event of each.
create table instruction (
  instruction_id text collate "C" primary key,
  kind text not null check (kind in ('deduction', 'payout')),
  party_id text collate "C" not null,
  amount bigint not null check (amount > 0),
  business_day date not null,
  state text not null check (state in ('instructed', 'confirmed', 'failed', 'returned')),
  partition smallint not null,
  position bigint not null
);

create table statement (
  publisher_id text collate "C" not null,
  month text collate "C" not null,
  opening bigint not null,
  earnings bigint not null,
  reversals bigint not null,
  releases bigint not null,
  forfeitures bigint not null,
  adjustments bigint not null,
  tax bigint not null,
  payouts bigint not null,
  closing bigint not null,
  gross bigint not null,
  tax_due bigint not null,
  returned bigint not null,
  payout bigint not null,
  disposition text not null check (disposition in ('paid', 'carried', 'frozen')),
  business_day date not null,
  partition smallint not null,
  position bigint not null,
  primary key (publisher_id, month),
  check (closing = opening + earnings + reversals + releases + forfeitures + adjustments + tax + payouts)
);
create index statement_month on statement (month, publisher_id);

create table month_close (
  month text collate "C" primary key,
  business_day date not null
);

-- The last event of each notice, application and withdrawal: a projection of the log, written by the door.
create table promotion (
  subject text collate "C" primary key,
  publisher_id text collate "C" not null,
  last_event event_type not null,
  business_day date not null,
  partition smallint not null,
  position bigint not null
);

-- Which deliveries each night saw. Batch numbers depend on how a delivery was cut, so they are kept out of the log.
create table night (
  business_day date primary key,
  through_batch bigint not null,
  policy integer not null
);

-- The root of each completed night, and where its RunCompleted lies in partition 0.
create table night_root (
  business_day date primary key,
  root bytea not null,
  position bigint not null
);

-- How long each night took when it was last run, for people who watch. It is no part of the books.
create table night_time (
  business_day date primary key,
  seconds numeric not null,
  lines bigint not null
);

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only: add a further event, never change one', tg_table_name;
end
$$;

create trigger append_only before update or delete or truncate on policy
  for each statement execute function refuse_change();
create trigger append_only before update or delete or truncate on digest_key
  for each statement execute function refuse_change();
create trigger append_only before update or delete or truncate on log
  for each statement execute function refuse_change();
create trigger append_only before update or delete or truncate on transfer
  for each statement execute function refuse_change();
create trigger append_only before update or delete or truncate on account_day
  for each statement execute function refuse_change();
create trigger append_only before update or delete or truncate on attribution
  for each statement execute function refuse_change();
create trigger append_only before update or delete or truncate on statement
  for each statement execute function refuse_change();
create trigger append_only before update or delete or truncate on month_close
  for each statement execute function refuse_change();
create trigger append_only before update or delete or truncate on night
  for each statement execute function refuse_change();
create trigger append_only before update or delete or truncate on night_root
  for each statement execute function refuse_change();
