-- Bank files in, payment files out, and what people say of breaks between the bank and the ledger.

-- Lines of a bank's statements, each as often as files have it: which of them are one, their balances tell. `part` counts the
-- payments in a line, 0 is the line itself. The amount is positive where money came in.
create table bank_line (
  statement text collate "C" not null,
  line integer not null check (line >= 1),
  part integer not null check (part >= 0),
  booked_at timestamptz not null,
  amount bigint not null check (amount <> 0),
  line_ref text not null,
  reference text not null,
  counterparty text not null,
  counterparty_name text not null,
  memo text not null,
  batch bigint not null,
  n integer not null,
  aside json,
  primary key (statement, line, part)
);

-- What the bank says of an account: `through` is the first instant that a statement no longer covers, `statement` a digest of it.
create table bank_statement (
  statement text collate "C" not null,
  account text collate "C" not null,
  since timestamptz not null,
  through timestamptz not null check (through > since),
  opening bigint,
  closing bigint,
  batch bigint not null,
  n integer not null,
  aside json,
  primary key (statement),
  check ((opening is null) = (closing is null))
);

-- How the last plain CSV of an account was read where its columns were said: our names and its columns.
create table bank_columns (
  account text collate "C" not null,
  columns json not null,
  primary key (account)
);

-- Who owns a break, what is said of it, and who resolved it.
create table break_note (
  break_id text collate "C" not null,
  step text not null check (step in ('assign', 'comment', 'resolve')),
  at timestamptz not null,
  by text not null,
  owner text,
  effect bigint,
  reason text not null,
  due_day date not null,
  batch bigint not null,
  n integer not null,
  aside json,
  primary key (break_id, batch, n)
);
create index break_note_due on break_note (due_day);

-- What a bank line moved beside our instructions, booked: proposed by one person, approved by another.
create table bank_posting (
  posting_id text collate "C" not null,
  step text not null check (step in ('propose', 'approve')),
  line_id text collate "C",
  against text check (against in ('bank-charges', 'interest', 'unallocated')),
  -- Positive where money came in.
  amount bigint check (amount <> 0),
  instruction_id text collate "C",
  reason text not null,
  by text not null,
  at timestamptz not null,
  due_day date not null,
  batch bigint not null,
  n integer not null,
  aside json,
  primary key (posting_id, step),
  check ((step = 'propose') = (line_id is not null and against is not null and amount is not null))
);
create index bank_posting_due on bank_posting (due_day);

-- A file of payouts or deductions for a bank, written, and cancelled where it was not sent.
create table payment_file (
  file_id text collate "C" not null,
  step text not null check (step in ('write', 'cancel')),
  format text,
  sha256 text,
  rows integer check (rows >= 1),
  amount bigint check (amount > 0),
  at timestamptz not null,
  by text not null,
  reason text not null,
  due_day date not null,
  batch bigint not null,
  n integer not null,
  aside json,
  primary key (file_id, step)
);
create index payment_file_due on payment_file (due_day);

create table payment_file_row (
  file_id text collate "C" not null,
  instruction_id text collate "C" not null,
  reference text collate "C" not null,
  payee_account text not null,
  payee_name text not null,
  amount bigint not null check (amount > 0),
  batch bigint not null,
  n integer not null,
  aside json,
  primary key (file_id, instruction_id)
);
create index payment_file_row_instruction on payment_file_row (instruction_id);
create index payment_file_row_reference on payment_file_row (reference);
