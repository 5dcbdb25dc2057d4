/** The tables as Kysely knows them: made from the migrations by test/store/golden.test.ts, never by hand. */
import type { ColumnType, Generated, Selectable } from 'kysely';
import type { Day, Instant } from '../../core/calendar.ts';
import type { EventType } from '../../core/events/event.ts';

/** Read as milliseconds since the epoch, written as ISO text. */
type At = ColumnType<Instant, string, string>;
type MaybeAt = ColumnType<Instant | null, string | null, string | null>;

/** A row of a table as it is read. */
export type Row<T extends keyof Tables> = Readonly<Selectable<Tables[T]>>;
/** Some of its columns where the row may not be there. */
export type MaybeRow<T extends keyof Tables, K extends keyof Row<T>> = { readonly [N in K]: Row<T>[N] | null };

/** A row that was delivered: its batch, its number in that, and what came in columns that its feed has not. */
interface Delivered {
  batch: bigint;
  n: number;
  aside: string | null;
}

/** One that the night of a day records. */
interface Recorded extends Delivered {
  due_day: Day;
}

/** A row made of an event: where that lies in the log. */
interface Made {
  partition: number;
  position: bigint;
}

export interface Tables {
  account_day: {
    account: string;
    business_day: Day;
    debits: bigint;
    credits: bigint;
    closing: bigint;
  };
  adjustment: Delivered & {
    adjustment_id: string;
    publisher_id: string | null;
    seller_id: string | null;
    amount: bigint;
    reason: string;
    document: string;
    proposed_by: string;
    proposed_at: At;
  };
  adjustment_approval: Recorded & {
    adjustment_id: string;
    approved_by: string;
    approved_at: At;
  };
  adzone: Delivered & {
    adzone_id: string;
    site_id: string;
    name: string;
  };
  api_key: {
    key_id: string;
    hash: Buffer;
    name: string;
    role: 'operator' | 'finance' | 'risk' | 'auditor' | 'administrator' | 'seller' | 'publisher';
    party_id: string | null;
    scopes: string[] | null;
    owner_id: string | null;
    created_at: At;
    created_by: string;
    expires_at: MaybeAt;
  };
  api_key_end: {
    key_id: string;
    revoked_at: At;
    revoked_by: string;
  };
  api_key_use: {
    key_id: string;
    used_at: At;
  };
  appeal: Recorded & {
    appeal_id: string;
    step: 'lodge' | 'grant' | 'reject';
    decision_id: string | null;
    publisher_id: string | null;
    at: At;
    by: string;
    reason: string;
  };
  application: Recorded & {
    application_id: string;
    site_id: string;
    permission: string;
    applied_at: At;
    statement: string;
    appeal_of: string | null;
  };
  application_decision: Recorded & {
    application_id: string;
    decision: 'approve' | 'reject';
    decided_at: At;
    decided_by: string;
    reason: string;
  };
  attribution: Made & {
    order_line_id: string;
    outcome: 'attributed' | 'unattributed';
    reason: string | null;
    seller_id: string;
    publisher_id: string | null;
    pid: string | null;
    click_id: string | null;
    sub_id: string | null;
    trace: string | null;
    plan_id: string | null;
    rate: string | null;
    estimate: bigint | null;
    signals: string;
    held: boolean;
    business_day: Day;
  };
  audit: {
    audit_id: bigint;
    at: At;
    name: string;
    role: string;
    party_id: string | null;
    key_id: string | null;
    issuer: string;
    identity: string;
    action: string;
    subject: string;
    detail: string;
    request_id: string;
    hash: string;
  };
  bank_columns: {
    account: string;
    columns: string;
  };
  bank_line: Delivered & {
    statement: string;
    line: number;
    part: number;
    booked_at: At;
    amount: bigint;
    line_ref: string;
    reference: string;
    counterparty: string;
    counterparty_name: string;
    memo: string;
  };
  bank_posting: Recorded & {
    posting_id: string;
    step: 'propose' | 'approve';
    line_id: string | null;
    against: 'bank-charges' | 'interest' | 'unallocated' | null;
    amount: bigint | null;
    instruction_id: string | null;
    reason: string;
    by: string;
    at: At;
  };
  bank_statement: Delivered & {
    statement: string;
    account: string;
    since: At;
    through: At;
    opening: bigint | null;
    closing: bigint | null;
  };
  book: {
    one: Generated<boolean>;
    zone: string;
    currency: string;
    digits: number;
    partitions: number;
    next_day: Day | null;
    open_day: Day | null;
    open_through: bigint | null;
    open_policy: number | null;
    last_run_day: Day | null;
    run_epoch: Generated<bigint>;
    run_version: Generated<string>;
  };
  break_note: Recorded & {
    break_id: string;
    step: 'assign' | 'comment' | 'resolve';
    at: At;
    by: string;
    owner: string | null;
    effect: bigint | null;
    reason: string;
  };
  case_decision: Recorded & {
    decision_id: string;
    step: 'propose' | 'approve';
    case_id: string;
    decision: 'release' | 'forfeit' | 'reject' | null;
    publisher_ids: string[];
    lines_through: Day | null;
    lines: number | null;
    amount: bigint | null;
    approval: 'needed' | 'none' | null;
    against: 'none' | 'freeze' | 'terminate' | null;
    points: number | null;
    appeal_until: MaybeAt;
    decided_at: At;
    decided_by: string;
    reason: string;
  };
  click: {
    clicked_at: At;
    batch: bigint;
    click_id: string;
    pid: string;
    buyer_id: string;
    shop_id: string;
    item_id: string | null;
    referrer: string;
    ip: string;
    sub_id: string | null;
    aside: string | null;
  };
  contact: Delivered & {
    publisher_id: string;
    email: string;
    language: string | null;
  };
  cut_over_approval: Recorded & {
    cut_over_id: string;
    openings: number;
    payable: bigint;
    returned: bigint;
    due: bigint;
    lines: number | null;
    lines_paid: bigint | null;
    approved_by: string;
    approved_at: At;
  };
  cut_over_withdrawal: Delivered & {
    cut_over_id: string;
    withdrawn_by: string;
    withdrawn_at: At;
  };
  delivery: {
    delivery_id: Generated<bigint>;
    file: string;
    feed: string;
    sha256: string;
    bytes: bigint;
    read_as: Generated<string>;
    rows_read: Generated<bigint>;
    finished: Generated<boolean>;
    by_name: string | null;
    by_issuer: string | null;
    by_identity: string | null;
  };
  digest_key: {
    one: Generated<boolean>;
    key: Buffer;
  };
  dispute: Recorded & {
    dispute_id: string;
    order_line_id: string;
    seller_id: string;
    disputed_at: At;
    reason: string;
  };
  factor_reset: {
    person_id: string;
    number: number;
    step: 'propose' | 'approve';
    address: string | null;
    at: At;
    by_name: string;
  };
  filing: Delivered & {
    site_id: string;
    filed_at: At;
    icp_number: string;
    categories: string[];
    description: string;
    daily_visitors: number | null;
    evidence: string[];
  };
  instruction: Made & {
    instruction_id: string;
    kind: 'deduction' | 'payout';
    party_id: string;
    amount: bigint;
    business_day: Day;
    state: 'instructed' | 'confirmed' | 'failed' | 'returned';
  };
  kept_answer: {
    owner: string;
    idempotency_key: string;
    request: Buffer;
    status: number;
    body: string;
    at: At;
  };
  log: Made & {
    type: EventType;
    business_day: Day;
    occurred_at: At;
    subject: string;
    ordinal: number;
    seller_id: string | null;
    publisher_id: string | null;
    previous: bigint | null;
    body: string;
    hash: Buffer;
  };
  mail: {
    message_id: string;
    publisher_id: string | null;
    address: string | null;
    ends_at: MaybeAt;
    subject: string;
    body: string;
    queued_at: At;
    state: Generated<'queued' | 'sent' | 'refused'>;
    recipient: string | null;
    attempts: Generated<number>;
    next_attempt: MaybeAt;
    last_answer: string | null;
    ended_at: MaybeAt;
  };
  migration: {
    number: number;
    name: string;
    sha256: string;
    applied_at: At;
  };
  month_close: {
    month: string;
    business_day: Day;
  };
  night: {
    business_day: Day;
    through_batch: bigint;
    policy: number;
  };
  night_root: {
    business_day: Day;
    root: Buffer;
    position: bigint;
  };
  night_time: {
    business_day: Day;
    seconds: string;
    lines: bigint;
  };
  notice: Recorded & {
    notice_id: string;
    site_id: string;
    permissions: string[];
    issued_at: At;
    effective_at: At;
    issued_by: string;
    score: string | null;
    short: string[];
    reason: string;
  };
  notice_cancellation: Recorded & {
    notice_id: string;
    permission: string;
    cancelled_at: At;
    cancelled_by: string;
    reason: string;
  };
  opening: Delivered & {
    opening_id: string;
    cut_over_id: string;
    publisher_id: string | null;
    seller_id: string | null;
    account: 'payable' | 'returned' | 'due';
    amount: bigint;
    prepared_by: string;
  };
  opening_line: Delivered & {
    order_line_id: string;
    cut_over_id: string;
    order_id: string;
    buyer_id: string;
    shop_id: string;
    item_id: string;
    category_id: string;
    quantity: number;
    paid_amount: bigint;
    paid_at: At;
    pid: string;
    trace: 'same-store' | 'cross-store' | 'coupon';
    rate: string;
    confirmed_at: MaybeAt;
    fee_rate: string | null;
    prepared_by: string;
  };
  order_line: {
    paid_amount: bigint;
    paid_at: At;
    batch: bigint;
    due_day: Day;
    quantity: number;
    partition: number;
    order_line_id: string;
    order_id: string;
    buyer_id: string;
    shop_id: string;
    item_id: string;
    category_id: string;
    coupon_pid: string | null;
    aside: string | null;
    brought_in: string | null;
  };
  ownership: Delivered & {
    site_id: string;
    verified: 'yes' | 'no';
    at: At;
    how: string;
    verified_by: string;
  };
  page_session: {
    session: Buffer;
    label: string;
    person_id: string;
    way: 'link' | 'passkey' | 'company' | 'demo';
    agent: string;
    started_at: At;
    ends_at: At;
    proved_at: At;
    passkey_at: MaybeAt;
  };
  parked: Delivered & {
    feed: string;
    key: string;
    order_line_id: string;
    delivery_id: bigint;
    line: bigint;
    cells: string;
    raw: string;
  };
  partition_head: {
    partition: number;
    position: Generated<bigint>;
    hash: Buffer;
    epoch: Generated<bigint>;
    worker: bigint | null;
    day: Day | null;
    step: Generated<number>;
    after: Generated<string>;
    night_events: Generated<bigint>;
    night_transfers: Generated<bigint>;
    night_amount: Generated<string>;
    night_peaks: Generated<Buffer>;
    night_types: Generated<string>;
  };
  passkey: {
    passkey_id: string;
    person_id: string;
    host: string;
    name: string;
    public_key: Buffer;
    transports: string[];
    at: At;
  };
  passkey_end: {
    passkey_id: string;
    at: At;
    by_name: string;
  };
  passkey_use: {
    passkey_id: string;
    counter: bigint;
    used_at: At;
  };
  payment_file: Recorded & {
    file_id: string;
    step: 'write' | 'cancel';
    format: string | null;
    sha256: string | null;
    rows: number | null;
    amount: bigint | null;
    at: At;
    by: string;
    reason: string;
  };
  payment_file_row: Delivered & {
    file_id: string;
    instruction_id: string;
    reference: string;
    payee_account: string;
    payee_name: string;
    amount: bigint;
  };
  permission: Delivered & {
    site_id: string;
    permission: string;
    action: string;
    at: At;
    reason: string;
    review: string | null;
  };
  person: {
    person_id: string;
    version: number;
    name: string;
    plain_name: string;
    address: string;
    roles: string[];
    party_id: string | null;
    scopes: string[] | null;
    state: 'invited' | 'active' | 'suspended';
    issuer: string | null;
    subject: string | null;
    at: At;
    by_name: string;
  };
  plan: Delivered & {
    plan_id: string;
    shop_id: string;
    kind: string;
    name: string;
  };
  plan_member: Delivered & {
    plan_id: string;
    publisher_id: string;
    action: string;
    at: At;
  };
  policy: {
    version: number;
    name: string;
    rules: number;
    document: string;
    batch: bigint;
  };
  programme: Delivered & {
    shop_id: string;
    action: string;
    at: At;
  };
  promotion: Made & {
    subject: string;
    publisher_id: string;
    last_event: EventType;
    business_day: Day;
  };
  publisher: Delivered & {
    publisher_id: string;
    name: string;
    kind: string;
    payee_name: string;
    payee_account: string;
    own_buyer_ids: string[];
    registered_at: At;
  };
  publisher_status: Delivered & {
    publisher_id: string;
    status: string;
    at: At;
    reason: string;
  };
  rate: Delivered & {
    plan_id: string;
    scope: string;
    scope_id: string;
    rate: string;
    valid_from: At;
    valid_to: MaybeAt;
  };
  refusal: {
    refusal_id: Generated<bigint>;
    delivery_id: bigint;
    feed: string;
    line: bigint;
    verdict: 'conflict' | 'rejected';
    reason: string;
    cells: string | null;
    raw: string;
    about: string | null;
    key: string | null;
  };
  refusal_end: {
    refusal_id: bigint;
    mended_by: bigint | null;
    dismissed_by: string | null;
    dismissed_at: MaybeAt;
    dismissed_why: string | null;
  };
  remark: {
    delivery_id: bigint;
    kind: string;
    about: string;
    count: bigint;
    lines: string;
    detail: string;
  };
  result: Recorded & {
    instruction_id: string;
    status: 'confirmed' | 'failed' | 'returned';
    at: At;
    reason: string;
  };
  settlement: Made & {
    order_line_id: string;
    state: 'attributed' | 'settled' | 'voided' | 'forfeited';
    hold: 'none' | 'held' | 'released';
    commission: bigint | null;
    fee: bigint | null;
    earning: bigint | null;
    fee_rate: string | null;
    business_day: Day;
    publisher_id: string | null;
    pid: string | null;
    trace: string | null;
    click_id: string | null;
    sub_id: string | null;
    rate: string | null;
    clears_on: Day | null;
    charged_on: Day | null;
  };
  shop: Delivered & {
    shop_id: string;
    seller_id: string;
    mall: string;
    name: string;
  };
  sign_in_ask: {
    ask_id: Generated<bigint>;
    address: string;
    origin: string;
    browser: Buffer;
    language: 'zh' | 'en';
    asked_at: At;
    is_answered: Generated<boolean>;
    person_id: string | null;
    link: Buffer | null;
    ends_at: MaybeAt;
  };
  sign_in_challenge: {
    challenge: Buffer;
    browser: Buffer;
    purpose: 'enter' | 'prove' | 'add';
    ends_at: At;
  };
  sign_in_rule: {
    version: number;
    url: string;
    needs_passkey: boolean;
    at: At;
    by_name: string;
  };
  site: Delivered & {
    site_id: string;
    publisher_id: string;
    kind: string;
    name: string;
    domain: string;
    filed_at: At;
  };
  site_review: Delivered & {
    site_id: string;
    status: string;
    score: string | null;
    at: At;
    reason: string;
    review: string | null;
  };
  statement: Made & {
    publisher_id: string;
    month: string;
    opening: bigint;
    earnings: bigint;
    reversals: bigint;
    releases: bigint;
    forfeitures: bigint;
    adjustments: bigint;
    tax: bigint;
    payouts: bigint;
    closing: bigint;
    gross: bigint;
    tax_due: bigint;
    returned: bigint;
    payout: bigint;
    disposition: 'paid' | 'carried' | 'frozen';
    business_day: Day;
  };
  tally: {
    batch: bigint;
    delivery_id: bigint;
    feed: string;
    woken: Generated<boolean>;
    accepted: Generated<bigint>;
    duplicate: Generated<bigint>;
    conflict: Generated<bigint>;
    rejected: Generated<bigint>;
    parked: Generated<bigint>;
    unkept: Generated<bigint>;
    amount: Generated<bigint>;
    digest: string | null;
  };
  trade_fact: Recorded & {
    at: At;
    amount: bigint | null;
    partition: number;
    order_line_id: string;
    kind: 'receipt' | 'closure' | 'refund' | 'correction' | 'decision';
    fact_id: string;
    decision: string | null;
    decided_by: string | null;
    reason: string | null;
  };
  transfer: Made & {
    leg: number;
    business_day: Day;
    type: EventType;
    debit: string;
    credit: string;
    amount: bigint;
  };
  waiting_day: {
    partition: number;
    business_day: Day;
    paid_on: Day;
    lines: bigint;
    estimate: bigint;
  };
  webhook_cursor: Made & {
    endpoint_id: number;
  };
  webhook_delivery: Made & {
    endpoint_id: number;
    subject: string;
    state: 'waiting' | 'given-up';
    attempts: number;
    first_failed: MaybeAt;
    next_attempt: MaybeAt;
    last_answer: string | null;
  };
  webhook_endpoint: {
    endpoint_id: Generated<number>;
    url: string;
    seller_id: string | null;
    publisher_id: string | null;
    kinds: string[];
    state: Generated<'active' | 'paused' | 'removed'>;
    reason: Generated<string>;
    changed_by: string;
    changed_at: At;
    generation: Generated<number>;
    failing_since: MaybeAt;
    failures: Generated<number>;
    next_attempt: MaybeAt;
    delivered: Generated<bigint>;
    last_delivered: MaybeAt;
    last_answer: string | null;
  };
  webhook_secret: {
    endpoint_id: number;
    made_at: At;
    secret: string;
    valid_until: MaybeAt;
  };
  withdrawal: Recorded & {
    site_id: string;
    withdrawn_at: At;
    withdrawn_by: string;
    reason: string;
  };
  worker: {
    number: Generated<bigint>;
    program: 'run' | 'work';
    place: string;
    joined_at: At;
    seen_at: At;
    done: Generated<bigint>;
  };
}
