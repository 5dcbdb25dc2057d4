-- Who may come in and what they did: persons with their ways in, sessions of pages, the keys of programs, the record of
-- decisions and sign-ins, and answers kept for requests that are repeated. None of it is part of the books.

-- A person, a row for each step: invited, changed, suspended, let in again. The last row holds; the name is the same in all.
create table person (
  person_id text collate "C" not null,
  version integer not null check (version > 0),
  name text not null,
  -- The name as names are compared: one person has it.
  plain_name text collate "C" not null,
  address text collate "C" not null,
  -- Of a seller or publisher that one alone; of the alliance's own people one or several.
  roles text[] not null check (cardinality(roles) > 0),
  party_id text collate "C",
  -- The rights it is narrowed to; null for all that its roles have.
  scopes text[],
  state text not null check (state in ('invited', 'active', 'suspended')),
  -- Who it is to the company's own sign-in, once it came in by that.
  issuer text collate "C",
  subject text collate "C",
  at timestamptz not null,
  by_name text not null,
  primary key (person_id, version),
  check ((party_id is not null) = (roles && array['seller', 'publisher'])),
  check ((issuer is null) = (subject is null))
);
create index person_plain_name on person (plain_name);
create index person_address on person (address);
create index person_subject on person (subject) where subject is not null;

-- A passkey: the public half of a pair whose other half never leaves its device. Bound to the host it was made for.
create table passkey (
  passkey_id text collate "C" primary key,
  person_id text collate "C" not null,
  host text collate "C" not null,
  name text not null,
  public_key bytea not null,
  transports text[] not null,
  at timestamptz not null
);
create index passkey_person on passkey (person_id);
create table passkey_end (
  passkey_id text collate "C" primary key references passkey,
  at timestamptz not null,
  by_name text not null
);

-- A lost factor: one administrator proposes that all of a person's ways in end, another approves it.
create table factor_reset (
  person_id text collate "C" not null,
  number integer not null check (number > 0),
  step text not null check (step in ('propose', 'approve')),
  -- Where links are sent from then on, if elsewhere.
  address text collate "C",
  at timestamptz not null,
  by_name text not null,
  primary key (person_id, number, step)
);

-- How people sign in; the last row holds.
create table sign_in_rule (
  version integer primary key check (version > 0),
  -- Where the pages are, for letters, passkeys and the company's sign-in.
  url text not null,
  -- Whether the alliance's own people need a passkey.
  needs_passkey boolean not null,
  at timestamptz not null,
  by_name text not null
);

do $$
declare
  name text;
begin
  foreach name in array array['person', 'passkey', 'passkey_end', 'factor_reset', 'sign_in_rule'] loop
    execute format('create trigger append_only before update or delete or truncate on %I
      for each statement execute function refuse_change()', name);
  end loop;
end
$$;

-- How often a passkey was used, by its own count, and when last.
create table passkey_use (
  passkey_id text collate "C" primary key references passkey,
  counter bigint not null,
  used_at timestamptz not null
);

-- Sessions of pages, by the SHA-256 of their cookie. One that is over has no row.
create table page_session (
  session bytea primary key check (length(session) = 32),
  -- What lists call it.
  label text collate "C" not null unique,
  person_id text collate "C" not null,
  way text not null check (way in ('link', 'passkey', 'company', 'demo')),
  agent text not null,
  started_at timestamptz not null,
  ends_at timestamptz not null,
  -- When who holds it last proved who it is, and by a passkey.
  proved_at timestamptz not null,
  passkey_at timestamptz
);
create index page_session_person on page_session (person_id);

-- Who asked for a link, whether the address is anybody's or not: the same row for both. Forgotten after an hour.
create table sign_in_ask (
  ask_id bigint generated always as identity primary key,
  address text collate "C" not null,
  origin text collate "C" not null,
  -- SHA-256 of the cookie of the browser that asked: the link opens nothing anywhere else.
  browser bytea not null check (length(browser) = 32),
  language text not null check (language in ('zh', 'en')),
  asked_at timestamptz not null,
  is_answered boolean not null default false,
  -- Of a link that was sent: whose it is, and the SHA-256 of what is in it.
  person_id text collate "C",
  link bytea unique check (length(link) = 32),
  ends_at timestamptz
);
create index sign_in_ask_address on sign_in_ask (address, asked_at);
create index sign_in_ask_origin on sign_in_ask (origin, asked_at);

-- What a passkey was asked to sign, once, by the SHA-256 of it.
create table sign_in_challenge (
  challenge bytea primary key check (length(challenge) = 32),
  browser bytea not null check (length(browser) = 32),
  purpose text not null check (purpose in ('enter', 'prove', 'add')),
  ends_at timestamptz not null
);

-- A key is shown once; what is kept is its SHA-256.
create table api_key (
  key_id text collate "C" primary key,
  hash bytea not null unique check (length(hash) = 32),
  name text not null,
  role text not null check (role in ('operator', 'finance', 'risk', 'auditor', 'administrator', 'seller', 'publisher')),
  party_id text collate "C",
  -- The rights it is narrowed to; null for all that its role has.
  scopes text[],
  -- The person who gave it on a page and answers for it: what it does, that person does.
  owner_id text collate "C",
  created_at timestamptz not null,
  created_by text not null,
  expires_at timestamptz check (expires_at > created_at),
  check ((role in ('seller', 'publisher')) = (party_id is not null))
);

-- A key that was revoked.
create table api_key_end (
  key_id text collate "C" primary key references api_key,
  revoked_at timestamptz not null,
  revoked_by text not null
);
create trigger append_only before update or delete or truncate on api_key
  for each statement execute function refuse_change();
create trigger append_only before update or delete or truncate on api_key_end
  for each statement execute function refuse_change();

-- When a key was used last, to the minute.
create table api_key_use (
  key_id text collate "C" primary key references api_key,
  used_at timestamptz not null
);

-- What people decided and that they signed in, by whatever door. It is no part of the books: the log knows nothing of it.
-- Entries are numbered without a gap, and chained: a hash covers its entry and the hash before.
create table audit (
  audit_id bigint primary key check (audit_id > 0),
  at timestamptz not null,
  name text not null,
  role text not null,
  party_id text collate "C",
  key_id text collate "C",
  -- What proved who it is: the issuer and subject of a token, a key's owner, or the user of the operating system.
  issuer text collate "C" not null,
  identity text collate "C" not null,
  action text not null,
  subject text not null,
  detail json not null,
  request_id text not null,
  -- SHA-256 in hex.
  hash text not null check (length(hash) = 64)
);
create index audit_identity on audit (issuer, identity, audit_id);
create index audit_name on audit (name, audit_id);
create trigger append_only before update or delete or truncate on audit
  for each statement execute function refuse_change();

-- The answer that a request with an Idempotency-Key was given; whoever repeats it is given the same one.
create table kept_answer (
  owner text collate "C" not null,
  idempotency_key text collate "C" not null,
  -- SHA-256 of the request: method, path and body.
  request bytea not null,
  status smallint not null,
  body text not null,
  at timestamptz not null,
  primary key (owner, idempotency_key)
);
create index kept_answer_at on kept_answer (at);
