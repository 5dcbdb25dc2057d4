enums
  event_type: 'BookOpened', 'PolicyAdopted', 'DayOpened', 'DeliveriesSealed', 'RunCompleted', 'OrderAttributed', 'OrderUnattributed', 'CommissionSettled', 'CommissionVoided', 'CommissionReversed', 'CommissionReleased', 'CommissionForfeited', 'DeductionInstructed', 'DeductionConfirmed', 'DeductionFailed', 'TaxWithheld', 'PayoutInstructed', 'PayoutConfirmed', 'PayoutReturned', 'AdjustmentPosted', 'StatementIssued', 'EarningCleared', 'CommissionRestored', 'DueAdjusted', 'OpeningPosted', 'LineBroughtIn', 'PaymentFileWritten', 'PaymentFileCancelled', 'BreakNoted', 'BankItemPosted', 'CaseDecided', 'DisputeOpened', 'AppealLodged', 'AppealDecided', 'SiteWithdrawn', 'PermissionApplied', 'PermissionApproved', 'PermissionRejected', 'NoticeIssued', 'NoticeCancelled'

sequences
  batch_number bigint start 1 increment 1
  epoch_number bigint start 1 increment 1
  worker_number bigint start 1 increment 1

functions
  CREATE OR REPLACE FUNCTION public.analyse_tables(intake boolean)
   RETURNS void
   LANGUAGE plpgsql
   SECURITY DEFINER
   SET search_path TO 'pg_catalog', 'public', 'pg_temp'
  AS $function$
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
  $function$
  CREATE OR REPLACE FUNCTION public.grant_parties()
   RETURNS text
   LANGUAGE plpgsql
   SET search_path TO 'pg_catalog', 'public', 'pg_temp'
  AS $function$
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
  $function$
  CREATE OR REPLACE FUNCTION public.grant_roles()
   RETURNS text
   LANGUAGE plpgsql
   SET search_path TO 'pg_catalog', 'public', 'pg_temp'
  AS $function$
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
  $function$
  CREATE OR REPLACE FUNCTION public.make_click_span(from_day date)
   RETURNS void
   LANGUAGE plpgsql
   SECURITY DEFINER
   SET search_path TO 'pg_catalog', 'public', 'pg_temp'
  AS $function$
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
  $function$
  CREATE OR REPLACE FUNCTION public.own_accounts()
   RETURNS text[]
   LANGUAGE sql
   STABLE
  RETURN CASE CURRENT_USER WHEN 'cps_seller'::name THEN ARRAY[(('assets:seller:'::text || own_party()) || ':due'::text)] WHEN 'cps_publisher'::name THEN ARRAY[(('liabilities:publisher:'::text || own_party()) || ':payable'::text), (('liabilities:publisher:'::text || own_party()) || ':held'::text), (('liabilities:publisher:'::text || own_party()) || ':clearing'::text), (('liabilities:publisher:'::text || own_party()) || ':returned'::text)] ELSE '{}'::text[] END
  CREATE OR REPLACE FUNCTION public.own_party()
   RETURNS text
   LANGUAGE sql
   STABLE
  RETURN COALESCE(current_setting('cps.party'::text, true), ''::text)
  CREATE OR REPLACE FUNCTION public.refuse_change()
   RETURNS trigger
   LANGUAGE plpgsql
  AS $function$
  begin
    raise exception '% is append-only: add a further event, never change one', tg_table_name;
  end
  $function$

grants
  account_day: cps_auditor select
  account_day: cps_reader select
  account_day: cps_writer insert, select
  adjustment: cps_auditor select
  adjustment: cps_writer insert, select
  adjustment_approval: cps_auditor select
  adjustment_approval: cps_writer insert, select
  adzone: cps_auditor select
  adzone: cps_reader select
  adzone: cps_writer insert, select
  api_key: cps_auditor select
  api_key: cps_writer insert, select
  api_key_end: cps_auditor select
  api_key_end: cps_writer insert, select
  api_key_use: cps_auditor select
  api_key_use: cps_writer insert, select, update
  appeal: cps_auditor select
  appeal: cps_writer insert, select
  application: cps_auditor select
  application: cps_writer insert, select
  application_decision: cps_auditor select
  application_decision: cps_writer insert, select
  attribution: cps_auditor select
  attribution: cps_reader select
  attribution: cps_writer insert, select
  audit: cps_auditor select
  audit: cps_writer insert, select
  bank_columns: cps_auditor select
  bank_columns: cps_writer insert, select, update
  bank_line: cps_auditor select
  bank_line: cps_writer insert, select
  bank_posting: cps_auditor select
  bank_posting: cps_writer insert, select
  bank_statement: cps_auditor select
  bank_statement: cps_writer insert, select
  batch_number: cps_auditor select
  batch_number: cps_writer select, usage
  book: cps_auditor select
  book: cps_publisher select
  book: cps_reader select
  book: cps_seller select
  book: cps_writer insert, select
  break_note: cps_auditor select
  break_note: cps_writer insert, select
  case_decision: cps_auditor select
  case_decision: cps_writer insert, select
  click: cps_auditor select
  click: cps_writer insert, select
  contact: cps_auditor select
  contact: cps_writer insert, select
  cut_over_approval: cps_auditor select
  cut_over_approval: cps_writer insert, select
  cut_over_withdrawal: cps_auditor select
  cut_over_withdrawal: cps_writer insert, select
  delivery: cps_auditor select
  delivery: cps_writer insert, select
  delivery_delivery_id_seq: cps_auditor select
  delivery_delivery_id_seq: cps_writer select, usage
  digest_key: cps_auditor select
  digest_key: cps_writer insert, select
  dispute: cps_auditor select
  dispute: cps_writer insert, select
  epoch_number: cps_auditor select
  epoch_number: cps_writer select, usage
  factor_reset: cps_auditor select
  factor_reset: cps_writer insert, select
  filing: cps_auditor select
  filing: cps_writer insert, select
  instruction: cps_auditor select
  instruction: cps_reader select
  instruction: cps_writer insert, select, update
  kept_answer: cps_auditor select
  kept_answer: cps_writer delete, insert, select, update
  log: cps_auditor select
  log: cps_reader select
  log: cps_writer insert, select
  mail: cps_auditor select
  mail: cps_writer insert, select, update
  migration: cps_auditor select
  migration: cps_reader select
  migration: cps_writer select
  month_close: cps_auditor select
  month_close: cps_publisher select
  month_close: cps_reader select
  month_close: cps_seller select
  month_close: cps_writer insert, select
  night: cps_auditor select
  night: cps_publisher select
  night: cps_reader select
  night: cps_seller select
  night: cps_writer insert, select
  night_root: cps_auditor select
  night_root: cps_publisher select
  night_root: cps_reader select
  night_root: cps_seller select
  night_root: cps_writer insert, select
  night_time: cps_auditor select
  night_time: cps_writer insert, select, update
  notice: cps_auditor select
  notice: cps_writer insert, select
  notice_cancellation: cps_auditor select
  notice_cancellation: cps_writer insert, select
  opening: cps_auditor select
  opening: cps_writer insert, select
  opening_line: cps_auditor select
  opening_line: cps_writer insert, select
  order_line: cps_auditor select
  order_line: cps_writer insert, select
  ownership: cps_auditor select
  ownership: cps_writer insert, select
  page_session: cps_auditor select
  page_session: cps_writer delete, insert, select, update
  parked: cps_auditor select
  parked: cps_writer delete, insert, select, update
  partition_head: cps_auditor select
  partition_head: cps_reader select
  partition_head: cps_writer insert, select, update
  passkey: cps_auditor select
  passkey: cps_writer insert, select
  passkey_end: cps_auditor select
  passkey_end: cps_writer insert, select
  passkey_use: cps_auditor select
  passkey_use: cps_writer insert, select, update
  payment_file: cps_auditor select
  payment_file: cps_reader select
  payment_file: cps_writer insert, select
  payment_file_row: cps_auditor select
  payment_file_row: cps_reader select
  payment_file_row: cps_writer insert, select
  permission: cps_auditor select
  permission: cps_writer insert, select
  person: cps_auditor select
  person: cps_writer insert, select
  plan: cps_auditor select
  plan: cps_reader select
  plan: cps_writer insert, select
  plan_member: cps_auditor select
  plan_member: cps_reader select
  plan_member: cps_writer insert, select
  policy: cps_auditor select
  policy: cps_publisher select
  policy: cps_reader select
  policy: cps_seller select
  policy: cps_writer insert, select
  programme: cps_auditor select
  programme: cps_reader select
  programme: cps_writer insert, select
  promotion: cps_auditor select
  promotion: cps_writer insert, select, update
  publisher: cps_auditor select
  publisher: cps_writer insert, select
  publisher_status: cps_auditor select
  publisher_status: cps_writer insert, select
  rate: cps_auditor select
  rate: cps_reader select
  rate: cps_writer insert, select
  refusal: cps_auditor select
  refusal: cps_writer insert, select
  refusal_end: cps_auditor select
  refusal_end: cps_writer insert, select
  refusal_refusal_id_seq: cps_auditor select
  refusal_refusal_id_seq: cps_writer select, usage
  remark: cps_auditor select
  remark: cps_writer insert, select, update
  result: cps_auditor select
  result: cps_reader select
  result: cps_writer insert, select
  settlement: cps_auditor select
  settlement: cps_reader select
  settlement: cps_writer insert, select, update
  shop: cps_auditor select
  shop: cps_reader select
  shop: cps_writer insert, select
  sign_in_ask: cps_auditor select
  sign_in_ask: cps_writer delete, insert, select, update
  sign_in_ask_ask_id_seq: cps_auditor select
  sign_in_ask_ask_id_seq: cps_writer select, usage
  sign_in_challenge: cps_auditor select
  sign_in_challenge: cps_writer delete, insert, select, update
  sign_in_rule: cps_auditor select
  sign_in_rule: cps_writer insert, select
  site: cps_auditor select
  site: cps_reader select
  site: cps_writer insert, select
  site_review: cps_auditor select
  site_review: cps_writer insert, select
  statement: cps_auditor select
  statement: cps_reader select
  statement: cps_writer insert, select
  tally: cps_auditor select
  tally: cps_reader select
  tally: cps_writer insert, select
  trade_fact: cps_auditor select
  trade_fact: cps_writer insert, select
  transfer: cps_auditor select
  transfer: cps_reader select
  transfer: cps_writer insert, select
  waiting_day: cps_auditor select
  waiting_day: cps_reader select
  waiting_day: cps_writer insert, select, update
  webhook_cursor: cps_auditor select
  webhook_cursor: cps_writer delete, insert, select, update
  webhook_delivery: cps_auditor select
  webhook_delivery: cps_writer delete, insert, select, update
  webhook_endpoint: cps_auditor select
  webhook_endpoint: cps_writer delete, insert, select, update
  webhook_endpoint_endpoint_id_seq: cps_auditor select
  webhook_endpoint_endpoint_id_seq: cps_writer select, usage
  webhook_secret: cps_auditor select
  webhook_secret: cps_writer delete, insert, select, update
  withdrawal: cps_auditor select
  withdrawal: cps_writer insert, select
  worker: cps_auditor select
  worker: cps_writer delete, insert, select, update
  worker_number: cps_auditor select
  worker_number: cps_writer select, usage

table account_day row level security
  account text collate "C" not null
  business_day date not null
  debits bigint not null
  credits bigint not null
  closing bigint not null
  constraint account_day_credits_check CHECK ((credits >= 0))
  constraint account_day_debits_check CHECK ((debits >= 0))
  constraint account_day_pkey PRIMARY KEY (account, business_day)
  CREATE INDEX account_day_day ON public.account_day USING brin (business_day) WITH (pages_per_range='32', autosummarize='on')
  CREATE INDEX account_day_returned ON public.account_day USING btree (account) WHERE (account ~~ 'liabilities:publisher:%:returned'::text)
  CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.account_day FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  policy publisher_own r using ((account = ANY (own_accounts())))
  policy seller_own r using ((account = ANY (own_accounts())))
  policy staff * using (true) with check (true)

table adjustment
  adjustment_id text collate "C" not null
  publisher_id text collate "C"
  seller_id text collate "C"
  amount bigint not null
  reason text not null
  document text not null
  proposed_by text not null
  proposed_at timestamp with time zone not null
  batch bigint not null
  n integer not null
  aside json
  constraint adjustment_amount_check CHECK ((amount <> 0))
  constraint adjustment_check CHECK (((publisher_id IS NULL) <> (seller_id IS NULL)))
  constraint adjustment_pkey PRIMARY KEY (adjustment_id)
  CREATE INDEX adjustment_batch ON public.adjustment USING brin (batch) WITH (pages_per_range='32', autosummarize='on')
  CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.adjustment FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table adjustment_approval
  adjustment_id text collate "C" not null
  approved_by text not null
  approved_at timestamp with time zone not null
  due_day date not null
  batch bigint not null
  n integer not null
  aside json
  constraint adjustment_approval_pkey PRIMARY KEY (adjustment_id)
  CREATE INDEX adjustment_approval_batch ON public.adjustment_approval USING brin (batch) WITH (pages_per_range='32', autosummarize='on')
  CREATE INDEX adjustment_approval_due ON public.adjustment_approval USING btree (due_day)
  CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.adjustment_approval FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table adzone row level security
  adzone_id text collate "C" not null
  site_id text collate "C" not null
  name text not null
  batch bigint not null
  n integer not null
  aside json
  constraint adzone_pkey PRIMARY KEY (adzone_id, batch, n)
  CREATE INDEX adzone_batch ON public.adzone USING brin (batch) WITH (pages_per_range='32', autosummarize='on')
  CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.adzone FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  policy publisher_own r using ((EXISTS ( SELECT
     FROM site s
    WHERE (s.site_id = adzone.site_id))))
  policy staff * using (true) with check (true)

table api_key
  key_id text collate "C" not null
  hash bytea not null
  name text not null
  role text not null
  party_id text collate "C"
  scopes text[]
  owner_id text collate "C"
  created_at timestamp with time zone not null
  created_by text not null
  expires_at timestamp with time zone
  constraint api_key_check CHECK ((expires_at > created_at))
  constraint api_key_check1 CHECK (((role = ANY (ARRAY['seller'::text, 'publisher'::text])) = (party_id IS NOT NULL)))
  constraint api_key_hash_check CHECK ((length(hash) = 32))
  constraint api_key_hash_key UNIQUE (hash)
  constraint api_key_pkey PRIMARY KEY (key_id)
  constraint api_key_role_check CHECK ((role = ANY (ARRAY['operator'::text, 'finance'::text, 'risk'::text, 'auditor'::text, 'administrator'::text, 'seller'::text, 'publisher'::text])))
  CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.api_key FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table api_key_end
  key_id text collate "C" not null
  revoked_at timestamp with time zone not null
  revoked_by text not null
  constraint api_key_end_key_id_fkey FOREIGN KEY (key_id) REFERENCES api_key(key_id)
  constraint api_key_end_pkey PRIMARY KEY (key_id)
  CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.api_key_end FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table api_key_use
  key_id text collate "C" not null
  used_at timestamp with time zone not null
  constraint api_key_use_key_id_fkey FOREIGN KEY (key_id) REFERENCES api_key(key_id)
  constraint api_key_use_pkey PRIMARY KEY (key_id)

table appeal
  appeal_id text collate "C" not null
  step text not null
  decision_id text collate "C"
  publisher_id text collate "C"
  at timestamp with time zone not null
  by text not null
  reason text not null
  due_day date not null
  batch bigint not null
  n integer not null
  aside json
  constraint appeal_pkey PRIMARY KEY (appeal_id, step)
  constraint appeal_step_check CHECK ((step = ANY (ARRAY['lodge'::text, 'grant'::text, 'reject'::text])))
  CREATE INDEX appeal_batch ON public.appeal USING brin (batch) WITH (pages_per_range='32', autosummarize='on')
  CREATE INDEX appeal_decision ON public.appeal USING btree (decision_id)
  CREATE INDEX appeal_due ON public.appeal USING btree (due_day)
  CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.appeal FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table application row level security
  application_id text collate "C" not null
  site_id text collate "C" not null
  permission text not null
  applied_at timestamp with time zone not null
  statement text not null
  appeal_of text collate "C"
  due_day date not null
  batch bigint not null
  n integer not null
  aside json
  constraint application_pkey PRIMARY KEY (application_id)
  CREATE UNIQUE INDEX application_appeal ON public.application USING btree (appeal_of) WHERE (appeal_of IS NOT NULL)
  CREATE INDEX application_batch ON public.application USING brin (batch) WITH (pages_per_range='32', autosummarize='on')
  CREATE INDEX application_due ON public.application USING btree (due_day)
  CREATE INDEX application_site ON public.application USING btree (site_id)
  CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.application FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  policy publisher_own r using ((EXISTS ( SELECT
     FROM site s
    WHERE (s.site_id = application.site_id))))
  policy staff * using (true) with check (true)

table application_decision row level security
  application_id text collate "C" not null
  decision text not null
  decided_at timestamp with time zone not null
  decided_by text not null
  reason text not null
  due_day date not null
  batch bigint not null
  n integer not null
  aside json
  constraint application_decision_decision_check CHECK ((decision = ANY (ARRAY['approve'::text, 'reject'::text])))
  constraint application_decision_pkey PRIMARY KEY (application_id)
  CREATE INDEX application_decision_batch ON public.application_decision USING brin (batch) WITH (pages_per_range='32', autosummarize='on')
  CREATE INDEX application_decision_due ON public.application_decision USING btree (due_day)
  CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.application_decision FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  policy publisher_own r using ((EXISTS ( SELECT
     FROM application a
    WHERE (a.application_id = application_decision.application_id))))
  policy staff * using (true) with check (true)

table attribution row level security
  partition smallint not null
  order_line_id text collate "C" not null
  outcome text not null
  reason text
  seller_id text collate "C" not null
  publisher_id text collate "C"
  pid text
  click_id text
  sub_id text
  trace text
  plan_id text
  rate numeric
  estimate bigint
  signals text not null
  held boolean not null
  business_day date not null
  "position" bigint not null
  constraint attribution_outcome_check CHECK ((outcome = ANY (ARRAY['attributed'::text, 'unattributed'::text])))
  constraint attribution_pkey PRIMARY KEY (partition, order_line_id)
  CREATE INDEX attribution_day ON public.attribution USING brin (business_day) WITH (pages_per_range='32', autosummarize='on')
  CREATE INDEX attribution_marked ON public.attribution USING btree (publisher_id, business_day) WHERE (sub_id IS NOT NULL)
  CREATE INDEX attribution_signalled ON public.attribution USING btree (business_day, partition, order_line_id) WHERE (signals <> ''::text)
  CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.attribution FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  policy publisher_own r using ((publisher_id = own_party()))
  policy seller_own r using ((seller_id = own_party()))
  policy staff * using (true) with check (true)

table audit
  audit_id bigint not null
  at timestamp with time zone not null
  name text not null
  role text not null
  party_id text collate "C"
  key_id text collate "C"
  issuer text collate "C" not null
  identity text collate "C" not null
  action text not null
  subject text not null
  detail json not null
  request_id text not null
  hash text not null
  constraint audit_audit_id_check CHECK ((audit_id > 0))
  constraint audit_hash_check CHECK ((length(hash) = 64))
  constraint audit_pkey PRIMARY KEY (audit_id)
  CREATE INDEX audit_identity ON public.audit USING btree (issuer, identity, audit_id)
  CREATE INDEX audit_name ON public.audit USING btree (name, audit_id)
  CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table bank_columns
  account text collate "C" not null
  columns json not null
  constraint bank_columns_pkey PRIMARY KEY (account)

table bank_line
  statement text collate "C" not null
  line integer not null
  part integer not null
  booked_at timestamp with time zone not null
  amount bigint not null
  line_ref text not null
  reference text not null
  counterparty text not null
  counterparty_name text not null
  memo text not null
  batch bigint not null
  n integer not null
  aside json
  constraint bank_line_amount_check CHECK ((amount <> 0))
  constraint bank_line_line_check CHECK ((line >= 1))
  constraint bank_line_part_check CHECK ((part >= 0))
  constraint bank_line_pkey PRIMARY KEY (statement, line, part)
  CREATE INDEX bank_line_batch ON public.bank_line USING brin (batch) WITH (pages_per_range='32', autosummarize='on')
  CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.bank_line FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table bank_posting
  posting_id text collate "C" not null
  step text not null
  line_id text collate "C"
  against text
  amount bigint
  instruction_id text collate "C"
  reason text not null
  by text not null
  at timestamp with time zone not null
  due_day date not null
  batch bigint not null
  n integer not null
  aside json
  constraint bank_posting_against_check CHECK ((against = ANY (ARRAY['bank-charges'::text, 'interest'::text, 'unallocated'::text])))
  constraint bank_posting_amount_check CHECK ((amount <> 0))
  constraint bank_posting_check CHECK (((step = 'propose'::text) = ((line_id IS NOT NULL) AND (against IS NOT NULL) AND (amount IS NOT NULL))))
  constraint bank_posting_pkey PRIMARY KEY (posting_id, step)
  constraint bank_posting_step_check CHECK ((step = ANY (ARRAY['propose'::text, 'approve'::text])))
  CREATE INDEX bank_posting_batch ON public.bank_posting USING brin (batch) WITH (pages_per_range='32', autosummarize='on')
  CREATE INDEX bank_posting_due ON public.bank_posting USING btree (due_day)
  CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.bank_posting FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table bank_statement
  statement text collate "C" not null
  account text collate "C" not null
  since timestamp with time zone not null
  through timestamp with time zone not null
  opening bigint
  closing bigint
  batch bigint not null
  n integer not null
  aside json
  constraint bank_statement_check CHECK ((through > since))
  constraint bank_statement_check1 CHECK (((opening IS NULL) = (closing IS NULL)))
  constraint bank_statement_pkey PRIMARY KEY (statement)
  CREATE INDEX bank_statement_batch ON public.bank_statement USING brin (batch) WITH (pages_per_range='32', autosummarize='on')
  CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.bank_statement FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table book
  -- One row: the terms of the book and how far its nights have come.
  one boolean not null default true
  zone text not null
  currency text not null
  digits smallint not null
  partitions smallint not null
  next_day date
  open_day date
  open_through bigint
  open_policy integer
  last_run_day date
  run_epoch bigint not null default 0
  run_version text not null default ''::text
  constraint book_digits_check CHECK (((digits >= 0) AND (digits <= 4)))
  constraint book_one_check CHECK (one)
  constraint book_partitions_check CHECK (((partitions >= 1) AND (partitions <= 256)))
  constraint book_pkey PRIMARY KEY (one)

table break_note
  break_id text collate "C" not null
  step text not null
  at timestamp with time zone not null
  by text not null
  owner text
  effect bigint
  reason text not null
  due_day date not null
  batch bigint not null
  n integer not null
  aside json
  constraint break_note_pkey PRIMARY KEY (break_id, batch, n)
  constraint break_note_step_check CHECK ((step = ANY (ARRAY['assign'::text, 'comment'::text, 'resolve'::text])))
  CREATE INDEX break_note_batch ON public.break_note USING brin (batch) WITH (pages_per_range='32', autosummarize='on')
  CREATE INDEX break_note_due ON public.break_note USING btree (due_day)
  CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.break_note FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table case_decision
  decision_id text collate "C" not null
  step text not null
  case_id text collate "C" not null
  decision text
  publisher_ids text[] not null
  lines_through date
  lines integer
  amount bigint
  approval text
  against text
  points integer
  appeal_until timestamp with time zone
  decided_at timestamp with time zone not null
  decided_by text not null
  reason text not null
  due_day date not null
  batch bigint not null
  n integer not null
  aside json
  constraint case_decision_against_check CHECK ((against = ANY (ARRAY['none'::text, 'freeze'::text, 'terminate'::text])))
  constraint case_decision_amount_check CHECK ((amount >= 0))
  constraint case_decision_approval_check CHECK ((approval = ANY (ARRAY['needed'::text, 'none'::text])))
  constraint case_decision_decision_check CHECK ((decision = ANY (ARRAY['release'::text, 'forfeit'::text, 'reject'::text])))
  constraint case_decision_pkey PRIMARY KEY (decision_id, step)
  constraint case_decision_points_check CHECK ((points >= 0))
  constraint case_decision_step_check CHECK ((step = ANY (ARRAY['propose'::text, 'approve'::text])))
  CREATE INDEX case_decision_batch ON public.case_decision USING brin (batch) WITH (pages_per_range='32', autosummarize='on')
  CREATE INDEX case_decision_case ON public.case_decision USING btree (case_id)
  CREATE INDEX case_decision_due ON public.case_decision USING btree (due_day)
  CREATE INDEX case_decision_publishers ON public.case_decision USING gin (publisher_ids)
  CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.case_decision FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table click partition by RANGE (clicked_at)
  clicked_at timestamp with time zone not null
  batch bigint not null
  click_id text collate "C" not null
  pid text not null
  buyer_id text collate "C" not null
  shop_id text not null
  item_id text
  referrer text not null
  ip text not null
  sub_id text
  aside json
  constraint click_pkey PRIMARY KEY (buyer_id, clicked_at, click_id)
  CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.click FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table contact
  publisher_id text collate "C" not null
  email text not null
  language text
  batch bigint not null
  n integer not null
  aside json
  constraint contact_pkey PRIMARY KEY (publisher_id, batch, n)
  CREATE INDEX contact_batch ON public.contact USING brin (batch) WITH (pages_per_range='32', autosummarize='on')
  CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.contact FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table cut_over_approval
  cut_over_id text collate "C" not null
  openings integer not null
  payable bigint not null
  returned bigint not null
  due bigint not null
  lines integer
  lines_paid bigint
  approved_by text not null
  approved_at timestamp with time zone not null
  due_day date not null
  batch bigint not null
  n integer not null
  aside json
  constraint cut_over_approval_pkey PRIMARY KEY (cut_over_id)
  CREATE INDEX cut_over_approval_batch ON public.cut_over_approval USING brin (batch) WITH (pages_per_range='32', autosummarize='on')
  CREATE INDEX cut_over_approval_due ON public.cut_over_approval USING btree (due_day)
  CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.cut_over_approval FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table cut_over_withdrawal
  cut_over_id text collate "C" not null
  withdrawn_by text not null
  withdrawn_at timestamp with time zone not null
  batch bigint not null
  n integer not null
  aside json
  constraint cut_over_withdrawal_pkey PRIMARY KEY (cut_over_id, withdrawn_at)
  CREATE INDEX cut_over_withdrawal_batch ON public.cut_over_withdrawal USING brin (batch) WITH (pages_per_range='32', autosummarize='on')
  CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.cut_over_withdrawal FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table delivery
  -- One file delivered: its receipt.
  delivery_id bigint not null generated always as identity
  file text not null
  feed text not null
  sha256 text not null
  bytes bigint not null
  read_as text not null default ''::text
  rows_read bigint not null default 0
  finished boolean not null default false
  by_name text
  by_issuer text
  by_identity text
  constraint delivery_pkey PRIMARY KEY (delivery_id)
  CREATE INDEX delivery_unfinished ON public.delivery USING btree (sha256, feed) WHERE (NOT finished)

table digest_key
  -- One row. The log seals its SHA-256.
  one boolean not null default true
  key bytea not null
  constraint digest_key_key_check CHECK ((length(key) = 32))
  constraint digest_key_one_check CHECK (one)
  constraint digest_key_pkey PRIMARY KEY (one)
  CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.digest_key FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table dispute row level security
  dispute_id text collate "C" not null
  order_line_id text collate "C" not null
  seller_id text collate "C" not null
  disputed_at timestamp with time zone not null
  reason text not null
  due_day date not null
  batch bigint not null
  n integer not null
  aside json
  constraint dispute_pkey PRIMARY KEY (dispute_id)
  CREATE INDEX dispute_batch ON public.dispute USING brin (batch) WITH (pages_per_range='32', autosummarize='on')
  CREATE INDEX dispute_due ON public.dispute USING btree (due_day)
  CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.dispute FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  policy seller_own r using ((seller_id = own_party()))
  policy staff * using (true) with check (true)

table factor_reset
  person_id text collate "C" not null
  number integer not null
  step text not null
  address text collate "C"
  at timestamp with time zone not null
  by_name text not null
  constraint factor_reset_number_check CHECK ((number > 0))
  constraint factor_reset_pkey PRIMARY KEY (person_id, number, step)
  constraint factor_reset_step_check CHECK ((step = ANY (ARRAY['propose'::text, 'approve'::text])))
  CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.factor_reset FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table filing row level security
  site_id text collate "C" not null
  filed_at timestamp with time zone not null
  icp_number text not null
  categories text[] not null
  description text not null
  daily_visitors integer
  evidence text[] not null
  batch bigint not null
  n integer not null
  aside json
  constraint filing_daily_visitors_check CHECK ((daily_visitors >= 1))
  constraint filing_pkey PRIMARY KEY (site_id, filed_at)
  CREATE INDEX filing_batch ON public.filing USING brin (batch) WITH (pages_per_range='32', autosummarize='on')
  CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.filing FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  policy publisher_own r using ((EXISTS ( SELECT
     FROM site s
    WHERE (s.site_id = filing.site_id))))
  policy staff * using (true) with check (true)

table instruction row level security
  instruction_id text collate "C" not null
  kind text not null
  party_id text collate "C" not null
  amount bigint not null
  business_day date not null
  state text not null
  partition smallint not null
  "position" bigint not null
  constraint instruction_amount_check CHECK ((amount > 0))
  constraint instruction_kind_check CHECK ((kind = ANY (ARRAY['deduction'::text, 'payout'::text])))
  constraint instruction_pkey PRIMARY KEY (instruction_id)
  constraint instruction_state_check CHECK ((state = ANY (ARRAY['instructed'::text, 'confirmed'::text, 'failed'::text, 'returned'::text])))
  policy publisher_own r using (((kind = 'payout'::text) AND (party_id = own_party())))
  policy seller_own r using (((kind = 'deduction'::text) AND (party_id = own_party())))
  policy staff * using (true) with check (true)

table kept_answer
  owner text collate "C" not null
  idempotency_key text collate "C" not null
  request bytea not null
  status smallint not null
  body text not null
  at timestamp with time zone not null
  constraint kept_answer_pkey PRIMARY KEY (owner, idempotency_key)
  CREATE INDEX kept_answer_at ON public.kept_answer USING btree (at)

table log row level security
  partition smallint not null
  "position" bigint not null
  type event_type not null
  business_day date not null
  occurred_at timestamp with time zone not null
  subject text collate "C" not null
  ordinal smallint not null
  seller_id text collate "C"
  publisher_id text collate "C"
  previous bigint
  body json not null
  hash bytea not null
  constraint log_pkey PRIMARY KEY (partition, "position")
  CREATE INDEX log_publisher ON public.log USING btree (publisher_id, business_day) WHERE ((ordinal > 0) AND (publisher_id IS NOT NULL))
  CREATE INDEX log_seller ON public.log USING btree (seller_id, business_day) WHERE ((ordinal > 0) AND (seller_id IS NOT NULL))
  CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.log FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  policy publisher_own r using ((publisher_id = own_party()))
  policy seller_own r using ((seller_id = own_party()))
  policy staff * using (true) with check (true)

table mail
  message_id text collate "C" not null
  publisher_id text collate "C"
  address text collate "C"
  ends_at timestamp with time zone
  subject text not null
  body text not null
  queued_at timestamp with time zone not null
  state text not null default 'queued'::text
  recipient text
  attempts integer not null default 0
  next_attempt timestamp with time zone
  last_answer text
  ended_at timestamp with time zone
  constraint mail_check CHECK (((publisher_id IS NULL) <> (address IS NULL)))
  constraint mail_pkey PRIMARY KEY (message_id)
  constraint mail_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'sent'::text, 'refused'::text])))
  CREATE INDEX mail_queued ON public.mail USING btree (queued_at, message_id) WHERE (state = 'queued'::text)

table migration
  number integer not null
  name text not null
  sha256 text not null
  applied_at timestamp with time zone not null default now()
  constraint migration_pkey PRIMARY KEY (number)

table month_close
  month text collate "C" not null
  business_day date not null
  constraint month_close_pkey PRIMARY KEY (month)
  CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.month_close FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table night
  business_day date not null
  through_batch bigint not null
  policy integer not null
  constraint night_pkey PRIMARY KEY (business_day)
  CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.night FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table night_root
  business_day date not null
  root bytea not null
  "position" bigint not null
  constraint night_root_pkey PRIMARY KEY (business_day)
  CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.night_root FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table night_time
  business_day date not null
  seconds numeric not null
  lines bigint not null
  constraint night_time_pkey PRIMARY KEY (business_day)

table notice row level security
  notice_id text collate "C" not null
  site_id text collate "C" not null
  permissions text[] not null
  issued_at timestamp with time zone not null
  effective_at timestamp with time zone not null
  issued_by text not null
  score numeric
  short text[] not null
  reason text not null
  due_day date not null
  batch bigint not null
  n integer not null
  aside json
  constraint notice_check CHECK ((effective_at > issued_at))
  constraint notice_permissions_check CHECK ((cardinality(permissions) > 0))
  constraint notice_pkey PRIMARY KEY (notice_id)
  CREATE INDEX notice_batch ON public.notice USING brin (batch) WITH (pages_per_range='32', autosummarize='on')
  CREATE INDEX notice_due ON public.notice USING btree (due_day)
  CREATE INDEX notice_site ON public.notice USING btree (site_id)
  CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.notice FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  policy publisher_own r using ((EXISTS ( SELECT
     FROM site s
    WHERE (s.site_id = notice.site_id))))
  policy staff * using (true) with check (true)

table notice_cancellation row level security
  notice_id text collate "C" not null
  permission text not null
  cancelled_at timestamp with time zone not null
  cancelled_by text not null
  reason text not null
  due_day date not null
  batch bigint not null
  n integer not null
  aside json
  constraint notice_cancellation_pkey PRIMARY KEY (notice_id, permission)
  CREATE INDEX notice_cancellation_batch ON public.notice_cancellation USING brin (batch) WITH (pages_per_range='32', autosummarize='on')
  CREATE INDEX notice_cancellation_due ON public.notice_cancellation USING btree (due_day)
  CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.notice_cancellation FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  policy publisher_own r using ((EXISTS ( SELECT
     FROM notice n
    WHERE (n.notice_id = notice_cancellation.notice_id))))
  policy staff * using (true) with check (true)

table opening
  opening_id text collate "C" not null
  cut_over_id text collate "C" not null
  publisher_id text collate "C"
  seller_id text collate "C"
  account text not null
  amount bigint not null
  prepared_by text not null
  batch bigint not null
  n integer not null
  aside json
  constraint opening_account_check CHECK ((account = ANY (ARRAY['payable'::text, 'returned'::text, 'due'::text])))
  constraint opening_amount_check CHECK ((amount <> 0))
  constraint opening_check CHECK ((((seller_id IS NOT NULL) = (account = 'due'::text)) AND ((publisher_id IS NULL) = (account = 'due'::text))))
  CREATE INDEX opening_batch ON public.opening USING brin (batch) WITH (pages_per_range='32', autosummarize='on')
  CREATE INDEX opening_cut_over ON public.opening USING btree (cut_over_id)
  CREATE INDEX opening_id ON public.opening USING btree (opening_id)
  CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.opening FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table opening_line
  order_line_id text collate "C" not null
  cut_over_id text collate "C" not null
  order_id text collate "C" not null
  buyer_id text collate "C" not null
  shop_id text collate "C" not null
  item_id text not null
  category_id text not null
  quantity integer not null
  paid_amount bigint not null
  paid_at timestamp with time zone not null
  pid text not null
  trace text not null
  rate numeric not null
  confirmed_at timestamp with time zone
  fee_rate numeric
  prepared_by text not null
  batch bigint not null
  n integer not null
  aside json
  constraint opening_line_check CHECK (((confirmed_at IS NULL) = (fee_rate IS NULL)))
  constraint opening_line_fee_rate_check CHECK (((fee_rate >= (0)::numeric) AND (fee_rate <= (1)::numeric)))
  constraint opening_line_paid_amount_check CHECK ((paid_amount >= 0))
  constraint opening_line_quantity_check CHECK ((quantity >= 1))
  constraint opening_line_rate_check CHECK (((rate > (0)::numeric) AND (rate <= 0.9)))
  constraint opening_line_trace_check CHECK ((trace = ANY (ARRAY['same-store'::text, 'cross-store'::text, 'coupon'::text])))
  CREATE INDEX opening_line_batch ON public.opening_line USING brin (batch) WITH (pages_per_range='32', autosummarize='on')
  CREATE INDEX opening_line_cut_over ON public.opening_line USING btree (cut_over_id)
  CREATE INDEX opening_line_id ON public.opening_line USING btree (order_line_id)
  CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.opening_line FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table order_line
  paid_amount bigint not null
  paid_at timestamp with time zone not null
  batch bigint not null
  due_day date not null
  quantity integer not null
  partition smallint not null
  order_line_id text collate "C" not null
  order_id text collate "C" not null
  buyer_id text collate "C" not null
  shop_id text collate "C" not null
  item_id text not null
  category_id text not null
  coupon_pid text
  aside json
  brought_in text collate "C"
  constraint order_line_paid_amount_check CHECK ((paid_amount >= 0))
  constraint order_line_pkey PRIMARY KEY (partition, order_line_id)
  constraint order_line_quantity_check CHECK ((quantity >= 1))
  CREATE INDEX order_line_due ON public.order_line USING btree (due_day, partition, order_line_id)
  CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.order_line FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table ownership
  site_id text collate "C" not null
  verified text not null
  at timestamp with time zone not null
  how text not null
  verified_by text not null
  batch bigint not null
  n integer not null
  aside json
  constraint ownership_pkey PRIMARY KEY (site_id, at, batch, n)
  constraint ownership_verified_check CHECK ((verified = ANY (ARRAY['yes'::text, 'no'::text])))
  CREATE INDEX ownership_batch ON public.ownership USING brin (batch) WITH (pages_per_range='32', autosummarize='on')
  CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.ownership FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table page_session
  session bytea not null
  label text collate "C" not null
  person_id text collate "C" not null
  way text not null
  agent text not null
  started_at timestamp with time zone not null
  ends_at timestamp with time zone not null
  proved_at timestamp with time zone not null
  passkey_at timestamp with time zone
  constraint page_session_label_key UNIQUE (label)
  constraint page_session_pkey PRIMARY KEY (session)
  constraint page_session_session_check CHECK ((length(session) = 32))
  constraint page_session_way_check CHECK ((way = ANY (ARRAY['link'::text, 'passkey'::text, 'company'::text, 'demo'::text])))
  CREATE INDEX page_session_person ON public.page_session USING btree (person_id)

table parked
  feed text not null
  key text collate "C" not null
  order_line_id text collate "C" not null
  delivery_id bigint not null
  line bigint not null
  batch bigint not null
  n integer not null
  cells json not null
  raw text not null
  aside json
  constraint parked_pkey PRIMARY KEY (feed, key)
  CREATE INDEX parked_line ON public.parked USING btree (order_line_id)

table partition_head
  partition smallint not null
  "position" bigint not null default 0
  hash bytea not null
  epoch bigint not null default 0
  worker bigint
  day date
  step smallint not null default 0
  after text collate "C" not null default ''::text
  night_events bigint not null default 0
  night_transfers bigint not null default 0
  night_amount numeric not null default 0
  night_peaks bytea not null default '\x'::bytea
  night_types text not null default '{}'::text
  constraint partition_head_pkey PRIMARY KEY (partition)

table passkey
  passkey_id text collate "C" not null
  person_id text collate "C" not null
  host text collate "C" not null
  name text not null
  public_key bytea not null
  transports text[] not null
  at timestamp with time zone not null
  constraint passkey_pkey PRIMARY KEY (passkey_id)
  CREATE INDEX passkey_person ON public.passkey USING btree (person_id)
  CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.passkey FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table passkey_end
  passkey_id text collate "C" not null
  at timestamp with time zone not null
  by_name text not null
  constraint passkey_end_passkey_id_fkey FOREIGN KEY (passkey_id) REFERENCES passkey(passkey_id)
  constraint passkey_end_pkey PRIMARY KEY (passkey_id)
  CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.passkey_end FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table passkey_use
  passkey_id text collate "C" not null
  counter bigint not null
  used_at timestamp with time zone not null
  constraint passkey_use_passkey_id_fkey FOREIGN KEY (passkey_id) REFERENCES passkey(passkey_id)
  constraint passkey_use_pkey PRIMARY KEY (passkey_id)

table payment_file row level security
  file_id text collate "C" not null
  step text not null
  format text
  sha256 text
  rows integer
  amount bigint
  at timestamp with time zone not null
  by text not null
  reason text not null
  due_day date not null
  batch bigint not null
  n integer not null
  aside json
  constraint payment_file_amount_check CHECK ((amount > 0))
  constraint payment_file_pkey PRIMARY KEY (file_id, step)
  constraint payment_file_rows_check CHECK ((rows >= 1))
  constraint payment_file_step_check CHECK ((step = ANY (ARRAY['write'::text, 'cancel'::text])))
  CREATE INDEX payment_file_batch ON public.payment_file USING brin (batch) WITH (pages_per_range='32', autosummarize='on')
  CREATE INDEX payment_file_due ON public.payment_file USING btree (due_day)
  CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.payment_file FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  policy publisher_own r using ((EXISTS ( SELECT
     FROM payment_file_row f
    WHERE (f.file_id = payment_file.file_id))))
  policy seller_own r using ((EXISTS ( SELECT
     FROM payment_file_row f
    WHERE (f.file_id = payment_file.file_id))))
  policy staff * using (true) with check (true)

table payment_file_row row level security
  file_id text collate "C" not null
  instruction_id text collate "C" not null
  reference text collate "C" not null
  payee_account text not null
  payee_name text not null
  amount bigint not null
  batch bigint not null
  n integer not null
  aside json
  constraint payment_file_row_amount_check CHECK ((amount > 0))
  constraint payment_file_row_pkey PRIMARY KEY (file_id, instruction_id)
  CREATE INDEX payment_file_row_batch ON public.payment_file_row USING brin (batch) WITH (pages_per_range='32', autosummarize='on')
  CREATE INDEX payment_file_row_instruction ON public.payment_file_row USING btree (instruction_id)
  CREATE INDEX payment_file_row_reference ON public.payment_file_row USING btree (reference)
  CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.payment_file_row FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  policy publisher_own r using ((EXISTS ( SELECT
     FROM instruction i
    WHERE (i.instruction_id = payment_file_row.instruction_id))))
  policy seller_own r using ((EXISTS ( SELECT
     FROM instruction i
    WHERE (i.instruction_id = payment_file_row.instruction_id))))
  policy staff * using (true) with check (true)

table permission row level security
  site_id text collate "C" not null
  permission text not null
  action text not null
  at timestamp with time zone not null
  reason text not null
  review text collate "C"
  batch bigint not null
  n integer not null
  aside json
  constraint permission_pkey PRIMARY KEY (site_id, at, batch, n)
  CREATE INDEX permission_batch ON public.permission USING brin (batch) WITH (pages_per_range='32', autosummarize='on')
  CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.permission FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  policy publisher_own r using ((EXISTS ( SELECT
     FROM site s
    WHERE (s.site_id = permission.site_id))))
  policy staff * using (true) with check (true)

table person
  person_id text collate "C" not null
  version integer not null
  name text not null
  plain_name text collate "C" not null
  address text collate "C" not null
  roles text[] not null
  party_id text collate "C"
  scopes text[]
  state text not null
  issuer text collate "C"
  subject text collate "C"
  at timestamp with time zone not null
  by_name text not null
  constraint person_check CHECK (((party_id IS NOT NULL) = (roles && ARRAY['seller'::text, 'publisher'::text])))
  constraint person_check1 CHECK (((issuer IS NULL) = (subject IS NULL)))
  constraint person_pkey PRIMARY KEY (person_id, version)
  constraint person_roles_check CHECK ((cardinality(roles) > 0))
  constraint person_state_check CHECK ((state = ANY (ARRAY['invited'::text, 'active'::text, 'suspended'::text])))
  constraint person_version_check CHECK ((version > 0))
  CREATE INDEX person_address ON public.person USING btree (address)
  CREATE INDEX person_plain_name ON public.person USING btree (plain_name)
  CREATE INDEX person_subject ON public.person USING btree (subject) WHERE (subject IS NOT NULL)
  CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.person FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table plan
  plan_id text collate "C" not null
  shop_id text collate "C" not null
  kind text not null
  name text not null
  batch bigint not null
  n integer not null
  aside json
  constraint plan_pkey PRIMARY KEY (plan_id, batch, n)
  CREATE INDEX plan_batch ON public.plan USING brin (batch) WITH (pages_per_range='32', autosummarize='on')
  CREATE INDEX plan_shop ON public.plan USING btree (shop_id)
  CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.plan FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table plan_member
  plan_id text collate "C" not null
  publisher_id text collate "C" not null
  action text not null
  at timestamp with time zone not null
  batch bigint not null
  n integer not null
  aside json
  constraint plan_member_pkey PRIMARY KEY (publisher_id, plan_id, at, batch, n)
  CREATE INDEX plan_member_batch ON public.plan_member USING brin (batch) WITH (pages_per_range='32', autosummarize='on')
  CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.plan_member FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table policy
  -- Policies as adopted; a night uses the last one delivered before its day opened.
  version integer not null
  name text not null
  rules integer not null
  document json not null
  batch bigint not null
  constraint policy_pkey PRIMARY KEY (version)
  constraint policy_rules_check CHECK ((rules >= 1))
  CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.policy FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table programme
  shop_id text collate "C" not null
  action text not null
  at timestamp with time zone not null
  batch bigint not null
  n integer not null
  aside json
  constraint programme_pkey PRIMARY KEY (shop_id, at, batch, n)
  CREATE INDEX programme_batch ON public.programme USING brin (batch) WITH (pages_per_range='32', autosummarize='on')
  CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.programme FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table promotion
  subject text collate "C" not null
  publisher_id text collate "C" not null
  last_event event_type not null
  business_day date not null
  partition smallint not null
  "position" bigint not null
  constraint promotion_pkey PRIMARY KEY (subject)

table publisher row level security
  publisher_id text collate "C" not null
  name text not null
  kind text not null
  payee_name text not null
  payee_account text not null
  own_buyer_ids text[] not null
  registered_at timestamp with time zone not null
  batch bigint not null
  n integer not null
  aside json
  constraint publisher_pkey PRIMARY KEY (publisher_id, batch, n)
  CREATE INDEX publisher_batch ON public.publisher USING brin (batch) WITH (pages_per_range='32', autosummarize='on')
  CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.publisher FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  policy publisher_own r using ((publisher_id = own_party()))
  policy staff * using (true) with check (true)

table publisher_status row level security
  publisher_id text collate "C" not null
  status text not null
  at timestamp with time zone not null
  reason text not null
  batch bigint not null
  n integer not null
  aside json
  constraint publisher_status_pkey PRIMARY KEY (publisher_id, at, batch, n)
  CREATE INDEX publisher_status_batch ON public.publisher_status USING brin (batch) WITH (pages_per_range='32', autosummarize='on')
  CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.publisher_status FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  policy publisher_own r using ((publisher_id = own_party()))
  policy staff * using (true) with check (true)

table rate
  plan_id text collate "C" not null
  scope text not null
  scope_id text collate "C" not null
  rate numeric not null
  valid_from timestamp with time zone not null
  valid_to timestamp with time zone
  batch bigint not null
  n integer not null
  aside json
  constraint rate_check CHECK ((valid_to > valid_from))
  constraint rate_pkey PRIMARY KEY (plan_id, scope, scope_id, valid_from, batch, n)
  constraint rate_rate_check CHECK (((rate > (0)::numeric) AND (rate <= 0.9)))
  CREATE INDEX rate_batch ON public.rate USING brin (batch) WITH (pages_per_range='32', autosummarize='on')
  CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.rate FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table refusal
  refusal_id bigint not null generated always as identity
  delivery_id bigint not null
  feed text not null
  line bigint not null
  verdict text not null
  reason text not null
  cells json
  raw text not null
  about text
  key text collate "C"
  constraint refusal_pkey PRIMARY KEY (refusal_id)
  constraint refusal_verdict_check CHECK ((verdict = ANY (ARRAY['conflict'::text, 'rejected'::text])))
  CREATE INDEX refusal_feed ON public.refusal USING btree (feed, refusal_id)
  CREATE INDEX refusal_key ON public.refusal USING btree (feed, key) WHERE (key IS NOT NULL)
  CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.refusal FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table refusal_end
  refusal_id bigint not null
  mended_by bigint
  dismissed_by text
  dismissed_at timestamp with time zone
  dismissed_why text
  constraint refusal_end_check CHECK (((mended_by IS NULL) <> (dismissed_by IS NULL)))
  constraint refusal_end_check1 CHECK ((((dismissed_by IS NULL) = (dismissed_at IS NULL)) AND ((dismissed_by IS NULL) = (dismissed_why IS NULL))))
  constraint refusal_end_pkey PRIMARY KEY (refusal_id)
  CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.refusal_end FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table remark
  delivery_id bigint not null
  kind text not null
  about text not null
  count bigint not null
  lines json not null
  detail json not null
  constraint remark_pkey PRIMARY KEY (delivery_id, kind, about)

table result row level security
  instruction_id text collate "C" not null
  status text not null
  at timestamp with time zone not null
  reason text not null
  due_day date not null
  batch bigint not null
  n integer not null
  aside json
  constraint result_pkey PRIMARY KEY (instruction_id, status)
  constraint result_status_check CHECK ((status = ANY (ARRAY['confirmed'::text, 'failed'::text, 'returned'::text])))
  CREATE INDEX result_batch ON public.result USING brin (batch) WITH (pages_per_range='32', autosummarize='on')
  CREATE INDEX result_due ON public.result USING btree (due_day)
  CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.result FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  policy publisher_own r using ((EXISTS ( SELECT
     FROM instruction i
    WHERE (i.instruction_id = result.instruction_id))))
  policy seller_own r using ((EXISTS ( SELECT
     FROM instruction i
    WHERE (i.instruction_id = result.instruction_id))))
  policy staff * using (true) with check (true)

table settlement row level security
  partition smallint not null
  order_line_id text collate "C" not null
  state text not null
  hold text not null
  commission bigint
  fee bigint
  earning bigint
  fee_rate numeric
  business_day date not null
  "position" bigint not null
  publisher_id text collate "C"
  pid text
  trace text
  click_id text
  sub_id text
  rate numeric
  clears_on date
  charged_on date
  constraint settlement_hold_check CHECK ((hold = ANY (ARRAY['none'::text, 'held'::text, 'released'::text])))
  constraint settlement_pkey PRIMARY KEY (partition, order_line_id)
  constraint settlement_state_check CHECK ((state = ANY (ARRAY['attributed'::text, 'settled'::text, 'voided'::text, 'forfeited'::text])))
  CREATE INDEX settlement_clears ON public.settlement USING btree (clears_on) WHERE (clears_on IS NOT NULL)
  CREATE INDEX settlement_held ON public.settlement USING btree (partition, order_line_id) WHERE ((state = 'settled'::text) AND (hold = 'held'::text))
  CREATE INDEX settlement_restored ON public.settlement USING btree (publisher_id) WHERE (publisher_id IS NOT NULL)
  policy publisher_own r using (((publisher_id = own_party()) OR ((publisher_id IS NULL) AND (EXISTS ( SELECT
     FROM attribution a
    WHERE ((a.partition = settlement.partition) AND (a.order_line_id = settlement.order_line_id)))))))
  policy seller_own r using ((EXISTS ( SELECT
     FROM attribution a
    WHERE ((a.partition = settlement.partition) AND (a.order_line_id = settlement.order_line_id)))))
  policy staff * using (true) with check (true)

table shop row level security
  shop_id text collate "C" not null
  seller_id text collate "C" not null
  mall text not null
  name text not null
  batch bigint not null
  n integer not null
  aside json
  constraint shop_pkey PRIMARY KEY (shop_id, batch, n)
  CREATE INDEX shop_batch ON public.shop USING brin (batch) WITH (pages_per_range='32', autosummarize='on')
  CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.shop FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  policy publisher_own r using (true)
  policy seller_own r using ((seller_id = own_party()))
  policy staff * using (true) with check (true)

table sign_in_ask
  ask_id bigint not null generated always as identity
  address text collate "C" not null
  origin text collate "C" not null
  browser bytea not null
  language text not null
  asked_at timestamp with time zone not null
  is_answered boolean not null default false
  person_id text collate "C"
  link bytea
  ends_at timestamp with time zone
  constraint sign_in_ask_browser_check CHECK ((length(browser) = 32))
  constraint sign_in_ask_language_check CHECK ((language = ANY (ARRAY['zh'::text, 'en'::text])))
  constraint sign_in_ask_link_check CHECK ((length(link) = 32))
  constraint sign_in_ask_link_key UNIQUE (link)
  constraint sign_in_ask_pkey PRIMARY KEY (ask_id)
  CREATE INDEX sign_in_ask_address ON public.sign_in_ask USING btree (address, asked_at)
  CREATE INDEX sign_in_ask_origin ON public.sign_in_ask USING btree (origin, asked_at)

table sign_in_challenge
  challenge bytea not null
  browser bytea not null
  purpose text not null
  ends_at timestamp with time zone not null
  constraint sign_in_challenge_browser_check CHECK ((length(browser) = 32))
  constraint sign_in_challenge_challenge_check CHECK ((length(challenge) = 32))
  constraint sign_in_challenge_pkey PRIMARY KEY (challenge)
  constraint sign_in_challenge_purpose_check CHECK ((purpose = ANY (ARRAY['enter'::text, 'prove'::text, 'add'::text])))

table sign_in_rule
  version integer not null
  url text not null
  needs_passkey boolean not null
  at timestamp with time zone not null
  by_name text not null
  constraint sign_in_rule_pkey PRIMARY KEY (version)
  constraint sign_in_rule_version_check CHECK ((version > 0))
  CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.sign_in_rule FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table site row level security
  site_id text collate "C" not null
  publisher_id text collate "C" not null
  kind text not null
  name text not null
  domain text not null
  filed_at timestamp with time zone not null
  batch bigint not null
  n integer not null
  aside json
  constraint site_pkey PRIMARY KEY (site_id, batch, n)
  CREATE INDEX site_batch ON public.site USING brin (batch) WITH (pages_per_range='32', autosummarize='on')
  CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.site FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  policy publisher_own r using ((publisher_id = own_party()))
  policy staff * using (true) with check (true)

table site_review row level security
  site_id text collate "C" not null
  status text not null
  score numeric
  at timestamp with time zone not null
  reason text not null
  review text collate "C"
  batch bigint not null
  n integer not null
  aside json
  constraint site_review_pkey PRIMARY KEY (site_id, at, batch, n)
  CREATE INDEX site_review_batch ON public.site_review USING brin (batch) WITH (pages_per_range='32', autosummarize='on')
  CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.site_review FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  policy publisher_own r using ((EXISTS ( SELECT
     FROM site s
    WHERE (s.site_id = site_review.site_id))))
  policy staff * using (true) with check (true)

table statement row level security
  publisher_id text collate "C" not null
  month text collate "C" not null
  opening bigint not null
  earnings bigint not null
  reversals bigint not null
  releases bigint not null
  forfeitures bigint not null
  adjustments bigint not null
  tax bigint not null
  payouts bigint not null
  closing bigint not null
  gross bigint not null
  tax_due bigint not null
  returned bigint not null
  payout bigint not null
  disposition text not null
  business_day date not null
  partition smallint not null
  "position" bigint not null
  constraint statement_check CHECK ((closing = (((((((opening + earnings) + reversals) + releases) + forfeitures) + adjustments) + tax) + payouts)))
  constraint statement_disposition_check CHECK ((disposition = ANY (ARRAY['paid'::text, 'carried'::text, 'frozen'::text])))
  constraint statement_pkey PRIMARY KEY (publisher_id, month)
  CREATE INDEX statement_month ON public.statement USING btree (month, publisher_id)
  CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.statement FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  policy publisher_own r using ((publisher_id = own_party()))
  policy staff * using (true) with check (true)

table tally
  batch bigint not null
  delivery_id bigint not null
  feed text not null
  woken boolean not null default false
  accepted bigint not null default 0
  duplicate bigint not null default 0
  conflict bigint not null default 0
  rejected bigint not null default 0
  parked bigint not null default 0
  unkept bigint not null default 0
  amount bigint not null default 0
  digest text
  constraint tally_pkey PRIMARY KEY (batch, delivery_id, woken)
  CREATE INDEX tally_delivery ON public.tally USING btree (delivery_id)
  CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.tally FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table trade_fact
  at timestamp with time zone not null
  amount bigint
  batch bigint not null
  due_day date not null
  n integer not null
  partition smallint not null
  order_line_id text collate "C" not null
  kind text not null
  fact_id text collate "C" not null
  decision text
  decided_by text
  reason text
  aside json
  constraint trade_fact_amount_check CHECK (((kind = 'correction'::text) OR (amount >= 0)))
  constraint trade_fact_kind_check CHECK ((kind = ANY (ARRAY['receipt'::text, 'closure'::text, 'refund'::text, 'correction'::text, 'decision'::text])))
  constraint trade_fact_pkey PRIMARY KEY (partition, order_line_id, kind, fact_id)
  CREATE INDEX trade_fact_decision ON public.trade_fact USING btree (at) WHERE (kind = 'decision'::text)
  CREATE INDEX trade_fact_due ON public.trade_fact USING btree (due_day, partition, order_line_id)
  CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.trade_fact FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table transfer row level security
  partition smallint not null
  "position" bigint not null
  leg smallint not null
  business_day date not null
  type event_type not null
  debit text collate "C" not null
  credit text collate "C" not null
  amount bigint not null
  constraint transfer_amount_check CHECK ((amount > 0))
  constraint transfer_check CHECK ((credit <> debit))
  constraint transfer_pkey PRIMARY KEY (partition, "position", leg)
  CREATE INDEX transfer_day ON public.transfer USING brin (business_day) WITH (pages_per_range='32', autosummarize='on')
  CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.transfer FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  policy publisher_own r using (((debit = ANY (own_accounts())) OR (credit = ANY (own_accounts()))))
  policy seller_own r using (((debit = ANY (own_accounts())) OR (credit = ANY (own_accounts()))))
  policy staff * using (true) with check (true)

table waiting_day
  partition smallint not null
  business_day date not null
  paid_on date not null
  lines bigint not null
  estimate bigint not null
  constraint waiting_day_pkey PRIMARY KEY (partition, business_day, paid_on)

table webhook_cursor
  endpoint_id integer not null
  partition smallint not null
  "position" bigint not null
  constraint webhook_cursor_endpoint_id_fkey FOREIGN KEY (endpoint_id) REFERENCES webhook_endpoint(endpoint_id)
  constraint webhook_cursor_pkey PRIMARY KEY (endpoint_id, partition)

table webhook_delivery
  endpoint_id integer not null
  partition smallint not null
  "position" bigint not null
  subject text collate "C" not null
  state text not null
  attempts integer not null
  first_failed timestamp with time zone
  next_attempt timestamp with time zone
  last_answer text
  constraint webhook_delivery_endpoint_id_fkey FOREIGN KEY (endpoint_id) REFERENCES webhook_endpoint(endpoint_id)
  constraint webhook_delivery_pkey PRIMARY KEY (endpoint_id, partition, "position")
  constraint webhook_delivery_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'given-up'::text])))
  CREATE INDEX webhook_delivery_due ON public.webhook_delivery USING btree (endpoint_id, next_attempt) WHERE (next_attempt IS NOT NULL)
  CREATE INDEX webhook_delivery_subject ON public.webhook_delivery USING btree (endpoint_id, partition, subject) WHERE (state = 'waiting'::text)

table webhook_endpoint
  endpoint_id integer not null generated always as identity
  url text not null
  seller_id text collate "C"
  publisher_id text collate "C"
  kinds text[] not null
  state text not null default 'active'::text
  reason text not null default ''::text
  changed_by text not null
  changed_at timestamp with time zone not null
  generation integer not null default 1
  failing_since timestamp with time zone
  failures integer not null default 0
  next_attempt timestamp with time zone
  delivered bigint not null default 0
  last_delivered timestamp with time zone
  last_answer text
  constraint webhook_endpoint_check CHECK (((seller_id IS NULL) OR (publisher_id IS NULL)))
  constraint webhook_endpoint_kinds_check CHECK ((cardinality(kinds) > 0))
  constraint webhook_endpoint_pkey PRIMARY KEY (endpoint_id)
  constraint webhook_endpoint_state_check CHECK ((state = ANY (ARRAY['active'::text, 'paused'::text, 'removed'::text])))
  CREATE UNIQUE INDEX webhook_endpoint_url ON public.webhook_endpoint USING btree (url, seller_id, publisher_id) NULLS NOT DISTINCT WHERE (state <> 'removed'::text)

table webhook_secret row level security
  endpoint_id integer not null
  made_at timestamp with time zone not null
  secret text not null
  valid_until timestamp with time zone
  constraint webhook_secret_endpoint_id_fkey FOREIGN KEY (endpoint_id) REFERENCES webhook_endpoint(endpoint_id)
  constraint webhook_secret_pkey PRIMARY KEY (endpoint_id, secret)
  policy engine * using (pg_has_role((to_regrole('cps_writer'::text))::oid, 'usage'::text))

table withdrawal row level security
  site_id text collate "C" not null
  withdrawn_at timestamp with time zone not null
  withdrawn_by text not null
  reason text not null
  due_day date not null
  batch bigint not null
  n integer not null
  aside json
  constraint withdrawal_pkey PRIMARY KEY (site_id)
  CREATE INDEX withdrawal_batch ON public.withdrawal USING brin (batch) WITH (pages_per_range='32', autosummarize='on')
  CREATE INDEX withdrawal_due ON public.withdrawal USING btree (due_day)
  CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.withdrawal FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  policy publisher_own r using ((EXISTS ( SELECT
     FROM site s
    WHERE (s.site_id = withdrawal.site_id))))
  policy staff * using (true) with check (true)

table worker
  -- Who works on nights now; who has gone is taken out by whoever notices.
  number bigint not null default nextval('worker_number'::regclass)
  program text not null
  place text not null
  joined_at timestamp with time zone not null default now()
  seen_at timestamp with time zone not null default now()
  done bigint not null default 0
  constraint worker_pkey PRIMARY KEY (number)
  constraint worker_program_check CHECK ((program = ANY (ARRAY['run'::text, 'work'::text])))
