-- Who may come in and what they did: API keys, the record of decisions and sign-ins, answers kept for requests that are
-- repeated, and the rows that a seller or publisher may see, enforced by PostgreSQL under the application's own checks.

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
  revoked_at timestamptz,
  revoked_by text,
  check ((role in ('seller', 'publisher')) = (party_id is not null))
);

-- What people decided and that they signed in, by whatever door. It is no part of the books: the log knows nothing of it.
create table audit (
  audit_id bigint generated always as identity primary key,
  at timestamptz not null,
  name text not null,
  role text not null,
  party_id text collate "C",
  key_id text collate "C",
  action text not null,
  subject text not null,
  detail json not null,
  request_id text not null
);
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

-- How long each night took when it was last run, for people who watch. It is no part of the books.
create table night_time (
  business_day date primary key,
  seconds numeric not null,
  lines bigint not null
);

-- Where a list of attributions goes day by day.
create index attribution_day on attribution using brin (business_day) with (pages_per_range = 32, autosummarize = on);
-- A line given back to another publisher is that one's to see.
create index settlement_restored on settlement (publisher_id) where publisher_id is not null;

-- The party of this transaction; no row has an empty one.
create function own_party() returns text language sql stable
  return coalesce(current_setting('cps.party', true), '');

-- The accounts of the party, by its role.
create function own_accounts() returns text[] language sql stable
  return case current_user
    when 'cps_seller' then array['assets:seller:' || own_party() || ':due']
    when 'cps_publisher' then array['liabilities:publisher:' || own_party() || ':payable',
      'liabilities:publisher:' || own_party() || ':held', 'liabilities:publisher:' || own_party() || ':clearing',
      'liabilities:publisher:' || own_party() || ':returned']
    else '{}'::text[] end;

/*
 * Makes the roles of the parties and what they may see; it is safe to call again, and is called after every grant_roles().
 *   cps_seller, cps_publisher   see the rows of the party that the transaction names in cps.party, and write nothing
 * Row-level security would keep cps_writer from COPY, so it is only switched on where cps_writer may pass it by: that
 * takes a superuser, or from 16 on an owner that may pass it by too. Elsewhere the parties have no role at all.
 * Returns what is missing, in words; null when all is well.
 */
create function grant_parties() returns text
  language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
  role text;
  of record;
  columns text;
  acting text := case when current_setting('server_version_num')::int < 160000 then 'member' else 'set' end;
  -- What nobody's own rows are: everybody may read them.
  shared text[] := array['book', 'policy', 'month_close', 'night', 'night_root'];
begin
  if to_regrole('cps_writer') is null then
    return 'the role cps_writer is not there';
  end if;
  if not (select rolbypassrls from pg_roles where rolname = 'cps_writer') then
    begin
      alter role cps_writer bypassrls;
    exception
      when insufficient_privilege then return 'cps_writer may not pass row-level security by';
      -- Another database is altering it at this moment.
      when internal_error then null;
    end;
  end if;
  foreach role in array array['cps_seller', 'cps_publisher'] loop
    if to_regrole(role) is null then
      begin
        execute format('create role %I nologin', role);
      exception
        when duplicate_object or unique_violation then null;
        when insufficient_privilege then return 'this user may not make the role ' || role;
      end;
    end if;
    if not pg_has_role(current_user, role, acting) then
      begin
        execute format('grant %I to %I', role, current_user);
      exception
        when insufficient_privilege then return current_user || ' is not a member of the role ' || role;
        when unique_violation or internal_error then null;
      end;
    end if;
  end loop;
  begin
    create schema if not exists party;
  exception
    when insufficient_privilege then return 'this user may not make the schema party';
    when unique_violation then null;
  end;

  -- The log as a party reads it: its own events, and of their bodies only what its documents tell. It is no barrier to
  -- functions that tell what they are given: nobody but the server asks as a party, and a barrier would keep its joins
  -- from every index.
  create or replace view party.log as
    select partition, position, type, business_day, occurred_at, subject, ordinal, seller_id, publisher_id, previous,
      json_strip_nulls(json_build_object('commission', body -> 'commission', 'fee', body -> 'fee',
        'earning', body -> 'earning', 'refund', body -> 'refund',
        -- A restoration names the case of the rival that lost the line.
        'decision', case when type <> 'CommissionRestored' or current_user = 'cps_seller' then body -> 'decision' end,
        'decided_by', body -> 'decided_by', 'reason', body -> 'reason',
        'tested', case when type in ('OrderAttributed', 'CommissionRestored') then json_build_array(json_build_object(
          'candidate', json_build_object('at', body #> '{tested,-1,candidate,at}',
            'shop', body #> '{tested,-1,candidate,shop}'))) end)) as body,
      hash
    from public.log
    where publisher_id = case when current_user = 'cps_publisher' then own_party() end
      or seller_id = case when current_user = 'cps_seller' then own_party() end;
  grant usage on schema public, party to cps_seller, cps_publisher;
  grant select on party.log to cps_seller, cps_publisher;
  execute format('grant select on %s to cps_seller, cps_publisher',
    (select string_agg('public.' || quote_ident(name), ', ') from unnest(shared) name));

  for of in
    select * from (values
      -- Table, what is a seller's own, what is a publisher's own, and the columns they see of it where not all.
      ('log', 'seller_id = own_party()', 'publisher_id = own_party()',
        'partition, position, type, business_day, occurred_at, subject, ordinal, seller_id, publisher_id, previous'),
      ('transfer', 'debit = any(own_accounts()) or credit = any(own_accounts())',
        'debit = any(own_accounts()) or credit = any(own_accounts())', null),
      ('account_day', 'account = any(own_accounts())', 'account = any(own_accounts())', null),
      ('attribution', 'seller_id = own_party()', 'publisher_id = own_party()', null),
      -- The line's attribution is the party's own, or the line was given back to it.
      ('settlement', 'exists (select from attribution a where a.partition = settlement.partition
          and a.order_line_id = settlement.order_line_id)',
        'publisher_id = own_party() or (publisher_id is null and exists (select from attribution a
          where a.partition = settlement.partition and a.order_line_id = settlement.order_line_id))', null),
      ('instruction', 'kind = ''deduction'' and party_id = own_party()', 'kind = ''payout'' and party_id = own_party()', null),
      ('result', 'exists (select from instruction i where i.instruction_id = result.instruction_id)',
        'exists (select from instruction i where i.instruction_id = result.instruction_id)',
        'instruction_id, status, at, reason, due_day'),
      ('statement', null, 'publisher_id = own_party()', null),
      ('publisher', null, 'publisher_id = own_party()', 'publisher_id, name, kind, registered_at, batch, n'),
      ('publisher_status', null, 'publisher_id = own_party()', null),
      ('site', null, 'publisher_id = own_party()', null),
      ('adzone', null, 'exists (select from site s where s.site_id = adzone.site_id)', null),
      ('site_review', null, 'exists (select from site s where s.site_id = site_review.site_id)', null),
      ('permission', null, 'exists (select from site s where s.site_id = permission.site_id)', null),
      ('filing', null, 'exists (select from site s where s.site_id = filing.site_id)', null),
      ('withdrawal', null, 'exists (select from site s where s.site_id = withdrawal.site_id)', null),
      ('application', null, 'exists (select from site s where s.site_id = application.site_id)', null),
      ('application_decision', null,
        'exists (select from application a where a.application_id = application_decision.application_id)', null),
      ('notice', null, 'exists (select from site s where s.site_id = notice.site_id)', null),
      ('notice_cancellation', null, 'exists (select from notice n where n.notice_id = notice_cancellation.notice_id)', null),
      ('dispute', 'seller_id = own_party()', null, null),
      -- Whose a shop is, its buyers see; a seller's own are enough for a seller.
      ('shop', 'seller_id = own_party()', 'true', null)
    ) as own (name, seller, publisher, columns)
  loop
    execute format('alter table public.%I enable row level security', of.name);
    execute format('drop policy if exists staff on public.%I', of.name);
    execute format('create policy staff on public.%I to cps_writer, cps_reader, cps_auditor using (true) with check (true)',
      of.name);
    for role in select unnest(array['seller', 'publisher']) loop
      execute format('drop policy if exists %I on public.%I', role || '_own', of.name);
      execute format('revoke all on public.%I from %I', of.name, 'cps_' || role);
      if (role = 'seller' and of.seller is null) or (role = 'publisher' and of.publisher is null) then
        continue;
      end if;
      execute format('create policy %I on public.%I for select to %I using (%s)', role || '_own', of.name, 'cps_' || role,
        case role when 'seller' then of.seller else of.publisher end);
      -- What a file had beside the feed's columns is nobody's to see.
      columns := coalesce(of.columns, (select string_agg(quote_ident(attname), ', ') from pg_attribute
        where attrelid = to_regclass('public.' || of.name) and attnum > 0 and not attisdropped and attname <> 'aside'));
      execute format('grant select (%s) on public.%I to %I', columns, of.name, 'cps_' || role);
    end loop;
  end loop;
  return null;
end
$$;

revoke all on function grant_parties() from public;
