-- Who may do what with which table: the engine, people who read, and the rows that a seller or publisher may see, enforced
-- by PostgreSQL under the application's own checks. Called again after every migration.

-- What the engine needs of an owner while it runs as cps_writer, and no more than that (make_click_span is the other).
-- Fresh statistics of what was delivered, or of the books (their bodies left out: no plan depends on them).
create function analyse_tables(intake boolean) returns void
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if intake then
    analyze public.click, public.order_line, public.trade_fact, public.publisher, public.publisher_status, public.site,
      public.site_review, public.adzone, public.permission, public.shop, public.plan, public.rate, public.plan_member,
      public.filing, public.ownership, public.withdrawal, public.application, public.application_decision,
      public.notice, public.notice_cancellation, public.opening, public.opening_line, public.adjustment;
  else
    analyze public.log (partition, position, business_day, seller_id, publisher_id),
      public.transfer (partition, position, business_day, debit, credit),
      public.attribution (partition, order_line_id, business_day),
      public.settlement (partition, order_line_id, clears_on), public.account_day;
  end if;
end
$$;

/*
 * Makes the roles, where this user may, and grants them what they need; it is safe to call again, and is called after
 * every migration. Roles belong to the whole server, and other databases may be making them at this moment.
 *   cps_writer   the engine: appends to the books (the tables that are append-only) and cannot change what is in them
 *   cps_reader   sees the books and the registry, no payee accounts, clicks or addresses
 *   cps_auditor  sees everything, as it was delivered too
 * Returns what is missing, in words; null when all is well.
 */
create function grant_roles() returns text
  language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
  role text;
  of record;
  -- From 16 on a member may be one that cannot act as the role, as who made it is.
  acting text := case when current_setting('server_version_num')::int < 160000 then 'member' else 'set' end;
  readable text[] := array['book', 'policy', 'log', 'transfer', 'account_day', 'attribution', 'settlement', 'waiting_day',
    'instruction', 'statement', 'month_close', 'night', 'night_root', 'partition_head', 'tally', 'migration',
    'result', 'payment_file', 'payment_file_row', 'shop', 'programme', 'plan', 'rate', 'plan_member', 'site', 'adzone'];
  passing text[] := array['parked', 'kept_answer', 'page_session', 'sign_in_ask', 'sign_in_challenge', 'worker', 'webhook_endpoint',
    'webhook_secret', 'webhook_cursor', 'webhook_delivery'];
begin
  foreach role in array array['cps_writer', 'cps_reader', 'cps_auditor'] loop
    if to_regrole(role) is null then
      begin
        execute format('create role %I nologin', role);
      exception
        when duplicate_object or unique_violation then null;
        when insufficient_privilege then return 'this user may not make the role ' || role;
      end;
    end if;
  end loop;
  -- Whoever owns the book runs it as cps_writer.
  if not pg_has_role(current_user, 'cps_writer', acting) then
    begin
      execute format('grant cps_writer to %I', current_user);
    exception
      when insufficient_privilege then return current_user || ' is not a member of the role cps_writer';
      -- Another database is granting it at this moment.
      when unique_violation or internal_error then null;
    end;
  end if;
  grant usage on schema public to cps_writer, cps_reader, cps_auditor;
  for of in
    select c.relname as name, c.relkind = 'S' as is_sequence,
      exists (select from pg_trigger t where t.tgrelid = c.oid and t.tgname = 'append_only') as is_book
    from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'S') and not c.relispartition
      and pg_has_role(c.relowner, 'usage')
  loop
    if of.is_sequence then
      execute format('grant usage, select on sequence public.%I to cps_writer', of.name);
      execute format('grant select on sequence public.%I to cps_auditor', of.name);
      continue;
    end if;
    execute format('grant select on public.%I to cps_auditor', of.name);
    if of.name = any(readable) then
      execute format('grant select on public.%I to cps_reader', of.name);
    end if;
    if of.name = 'migration' then
      execute format('grant select on public.%I to cps_writer', of.name);
    elsif of.is_book then
      execute format('revoke all on public.%I from cps_writer', of.name);
      execute format('grant select, insert on public.%I to cps_writer', of.name);
    else
      -- What the engine changes of a row, and what it takes away again: no more than that.
      execute format('revoke all on public.%I from cps_writer', of.name);
      execute format('grant select, insert, update%s on public.%I to cps_writer', case of.name
        when 'book' then ' (next_day, open_day, open_through, open_policy, last_run_day, run_epoch, run_version)'
        when 'delivery' then ' (rows_read, finished)' else '' end, of.name);
      if of.name = any(passing) then
        execute format('grant delete on public.%I to cps_writer', of.name);
      end if;
    end if;
  end loop;
  -- Who is paid to is the reader's to know, where to is not.
  grant select (publisher_id, name, kind, batch, n) on publisher to cps_reader;
  grant execute on function make_click_span(date), analyse_tables(boolean) to cps_writer;
  return null;
end
$$;

revoke all on function make_click_span(date), analyse_tables(boolean), grant_roles() from public;

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
      ('payment_file_row', 'exists (select from instruction i where i.instruction_id = payment_file_row.instruction_id)',
        'exists (select from instruction i where i.instruction_id = payment_file_row.instruction_id)',
        'file_id, instruction_id'),
      -- Of a payment file that one of the party's own is in: when it was written or cancelled.
      ('payment_file', 'exists (select from payment_file_row f where f.file_id = payment_file.file_id)',
        'exists (select from payment_file_row f where f.file_id = payment_file.file_id)', 'file_id, step, at'),
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
