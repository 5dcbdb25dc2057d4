-- What proves the books: the tree of the night under way, the root of each night, and who may do what with which table.

-- The events that the night's root will cover, since the last night's end: counted, summed, and the right edge of their tree.
alter table partition_head
  add column night_events bigint not null default 0,
  add column night_transfers bigint not null default 0,
  add column night_amount numeric not null default 0,
  add column night_peaks bytea not null default '';

-- The root of each completed night, and where its RunCompleted lies in partition 0.
create table night_root (
  business_day date primary key,
  root bytea not null,
  position bigint not null
);
create trigger append_only before update or delete or truncate on night_root
  for each statement execute function refuse_change();

-- What the engine needs of an owner while it runs as cps_writer, and no more than that.

-- Makes the partition of clicks for eight days from a day on, where there is none.
create function make_click_span(from_day date) returns void
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  name text := 'click_' || to_char(from_day, 'YYYYMMDD');
begin
  if to_regclass('public.' || name) is not null then
    return;
  end if;
  execute format('create table public.%I (like public.click including defaults including constraints)', name);
  execute format('alter table public.click attach partition public.%I for values from (%L) to (%L)', name,
    from_day || ' 00:00:00+00', (from_day + 8) || ' 00:00:00+00');
end
$$;

-- Fresh statistics of what was delivered, or of the books (their bodies left out: no plan depends on them).
create function analyse_tables(intake boolean) returns void
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if intake then
    analyze public.click, public.order_line, public.trade_fact, public.publisher, public.publisher_status, public.site,
      public.site_review, public.adzone, public.permission, public.shop, public.plan, public.rate, public.plan_member,
      public.filing, public.ownership, public.withdrawal, public.application, public.application_decision,
      public.notice, public.notice_cancellation;
  else
    analyze public.log (partition, position, business_day, seller_id, publisher_id),
      public.transfer (partition, position, business_day, debit, credit),
      public.attribution (partition, order_line_id, business_day), public.settlement (partition, order_line_id),
      public.account_day;
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
  readable text[] := array['book', 'policy', 'log', 'transfer', 'account_day', 'attribution', 'settlement',
    'instruction', 'statement', 'month_close', 'night', 'night_root', 'partition_head', 'tally', 'migration',
    'result', 'shop', 'programme', 'plan', 'rate', 'plan_member', 'site', 'adzone'];
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
      execute format('grant select, insert, update, delete on public.%I to cps_writer', of.name);
    end if;
  end loop;
  -- Who is paid to is the reader's to know, where to is not.
  grant select (publisher_id, name, kind, batch, n) on publisher to cps_reader;
  grant execute on function make_click_span(date), analyse_tables(boolean) to cps_writer;
  return null;
end
$$;

revoke all on function make_click_span(date), analyse_tables(boolean), grant_roles() from public;
