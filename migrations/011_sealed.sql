-- Deliveries of which nights seal digests: what was accepted is never changed, and is found by batch. Nor is what trade
-- delivered, though no digest is sealed of it.
do $$
declare
  name text;
begin
  foreach name in array array['publisher', 'publisher_status', 'contact', 'site', 'site_review', 'filing', 'ownership',
    'adzone', 'permission', 'application', 'application_decision', 'notice', 'notice_cancellation', 'withdrawal', 'shop',
    'programme', 'plan', 'rate', 'plan_member', 'dispute', 'case_decision', 'appeal', 'adjustment', 'adjustment_approval',
    'opening', 'opening_line', 'cut_over_approval', 'cut_over_withdrawal', 'payment_file', 'payment_file_row', 'result',
    'bank_statement', 'bank_line', 'break_note', 'bank_posting']
  loop
    execute format('create trigger append_only before update or delete or truncate on %I
      for each statement execute function refuse_change()', name);
    execute format('create index %I on %I using brin (batch) with (pages_per_range = 32, autosummarize = on)',
      name || '_batch', name);
  end loop;
  foreach name in array array['order_line', 'trade_fact', 'click', 'tally', 'refusal', 'refusal_end']
  loop
    execute format('create trigger append_only before update or delete or truncate on %I
      for each statement execute function refuse_change()', name);
  end loop;
end
$$;
