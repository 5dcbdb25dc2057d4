-- The book itself and its policies. One row says which day comes next and which run may write.

create table book (
  one boolean primary key default true check (one),
  zone text not null,
  currency text not null,
  digits smallint not null check (digits between 0 and 4),
  partitions smallint not null check (partitions between 1 and 256),
  -- The first day not yet opened; null until a first night opens the book's first day.
  next_day date,
  -- The day opened and not yet completed, and what its night sees.
  open_day date,
  open_through bigint,
  open_policy integer,
  last_run_day date,
  -- Of the last run that began: its epoch, which the heads of the partitions carry that nobody has claimed, and its program's version.
  run_epoch bigint not null default 0,
  run_version text not null default ''
);
comment on table book is 'One row: the terms of the book and how far its nights have come.';

-- Greater with every run that begins and with every claim of partitions: who holds an older one writes nothing more.
create sequence epoch_number;

-- Mixed into the digests of what was delivered, so that nobody who sees the log alone can guess an account number by them.
create table digest_key (
  one boolean primary key default true check (one),
  key bytea not null check (length(key) = 32)
);
comment on table digest_key is 'One row. The log seals its SHA-256.';

create table policy (
  version integer primary key,
  name text not null,
  -- The version of the rules it was adopted under, and every setting with its value.
  rules integer not null check (rules >= 1),
  document json not null,
  batch bigint not null
);
comment on table policy is 'Policies as adopted; a night uses the last one delivered before its day opened.';
