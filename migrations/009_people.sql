-- Who may come in and what they did: API keys, the record of decisions and sign-ins, answers kept for requests that are
-- repeated, and sessions that were ended. None of it is part of the books.

-- A key is shown once; what is kept is its SHA-256.
create table api_key (
  key_id text collate "C" primary key,
  hash bytea not null unique check (length(hash) = 32),
  name text not null,
  role text not null check (role in ('operator', 'finance', 'risk', 'auditor', 'seller', 'publisher')),
  party_id text collate "C",
  -- The rights it is narrowed to; null for all that its role has.
  scopes text[],
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

-- Sessions of pages that were ended by signing out, by the SHA-256 of their cookie, until they would have ended by themselves.
create table ended_session (
  session bytea primary key check (length(session) = 32),
  ends_at timestamptz not null
);
