-- What leaves: letters to publishers and persons, and webhooks. Neither is part of the books: the log knows nothing of them.

-- Letters, each once: to a publisher, whose address is looked up when it is sent, or to an address.
create table mail (
  message_id text collate "C" primary key,
  publisher_id text collate "C",
  address text collate "C",
  -- Not sent after this instant: what it says no longer holds.
  ends_at timestamptz,
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
  ended_at timestamptz,
  check ((publisher_id is null) <> (address is null))
);
create index mail_queued on mail (queued_at, message_id) where state = 'queued';

-- Webhooks: where news of the log is sent, how far each endpoint has come, and what it has not taken yet. What is sent is
-- read from the log.

create table webhook_endpoint (
  endpoint_id integer generated always as identity primary key,
  url text not null,
  -- Whose events it is told of, and no other's; the operator's, which is told of all, has neither.
  seller_id text collate "C",
  publisher_id text collate "C",
  kinds text[] not null check (cardinality(kinds) > 0),
  state text not null default 'active' check (state in ('active', 'paused', 'removed')),
  -- Why it is in this state; who brought it there, and when.
  reason text not null default '',
  changed_by text not null,
  changed_at timestamptz not null,
  -- Raised by a replay: what was on its way before is not recorded after it.
  generation integer not null default 1,
  -- Since when nothing was taken of what was sent, in how many rounds of news; none before next_attempt.
  failing_since timestamptz,
  failures integer not null default 0,
  next_attempt timestamptz,
  delivered bigint not null default 0,
  last_delivered timestamptz,
  last_answer text,
  check (seller_id is null or publisher_id is null)
);
create unique index webhook_endpoint_url on webhook_endpoint (url, seller_id, publisher_id) nulls not distinct
  where state <> 'removed';

-- What signs an endpoint's deliveries. After a rotation the older one signs beside the newer until its end.
create table webhook_secret (
  endpoint_id integer not null references webhook_endpoint,
  made_at timestamptz not null,
  secret text not null,
  valid_until timestamptz,
  primary key (endpoint_id, secret)
);
-- Whoever has a secret can write in the book's name: the auditor, who sees every table, finds none of them in it.
alter table webhook_secret enable row level security;
create policy engine on webhook_secret using (pg_has_role(to_regrole('cps_writer'), 'usage'));

-- How far an endpoint has come in each partition of the log: up to here everything was taken, or is in webhook_delivery.
create table webhook_cursor (
  endpoint_id integer not null references webhook_endpoint,
  partition smallint not null,
  position bigint not null,
  primary key (endpoint_id, partition)
);

-- What was not taken at once, a row an event of the log. What was taken has no row.
create table webhook_delivery (
  endpoint_id integer not null references webhook_endpoint,
  partition smallint not null,
  position bigint not null,
  subject text collate "C" not null,
  state text not null check (state in ('waiting', 'given-up')),
  attempts integer not null,
  first_failed timestamptz,
  -- Null of what was given up, and of what waits for an earlier event of its subject.
  next_attempt timestamptz,
  last_answer text,
  primary key (endpoint_id, partition, position)
);
create index webhook_delivery_due on webhook_delivery (endpoint_id, next_attempt) where next_attempt is not null;
create index webhook_delivery_subject on webhook_delivery (endpoint_id, partition, subject) where state = 'waiting';
