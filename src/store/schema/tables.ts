/** The tables as Kysely knows them; migrations/ is their definition. Amounts are minor units, instants milliseconds. */
import type { ColumnType, Generated } from 'kysely';
import type { Day, Instant, Month } from '../../core/calendar.ts';
import type { EventType, StatementFigures } from '../../core/events/event.ts';

/** Read as milliseconds, written as ISO text. */
type At = ColumnType<Instant, string, string>;

interface Accepted {
  batch: bigint;
  n: number;
  aside: string | null;
}

interface InstantColumns {
  at: At;
}

interface BookTable {
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
}

interface DeliveryTable {
  delivery_id: Generated<bigint>;
  file: string;
  feed: string;
  sha256: string;
  bytes: bigint;
  rows_read: Generated<bigint>;
  finished: Generated<boolean>;
}

export interface TallyTable {
  batch: bigint;
  delivery_id: bigint;
  feed: string;
  woken: boolean;
  accepted: bigint;
  duplicate: bigint;
  conflict: bigint;
  rejected: bigint;
  parked: bigint;
  amount: bigint;
}

interface RefusalTable {
  refusal_id: Generated<bigint>;
  delivery_id: bigint;
  feed: string;
  line: bigint;
  verdict: 'conflict' | 'rejected';
  reason: string;
  cells: string | null;
  raw: string;
}

interface ParkedTable extends Accepted {
  feed: string;
  key: string;
  order_line_id: string;
  delivery_id: bigint;
  line: bigint;
  cells: string;
  raw: string;
}

interface OrderLineTable {
  partition: number;
  order_line_id: string;
  order_id: string;
  buyer_id: string;
  shop_id: string;
  item_id: string;
  category_id: string;
  quantity: number;
  paid_amount: bigint;
  paid_at: At;
  coupon_pid: string | null;
  due_day: Day;
  batch: bigint;
  aside: string | null;
}

interface TradeFactTable extends Accepted, InstantColumns {
  partition: number;
  order_line_id: string;
  kind: 'receipt' | 'closure' | 'refund' | 'correction' | 'decision';
  fact_id: string;
  amount: bigint | null;
  decision: string | null;
  decided_by: string | null;
  reason: string | null;
  due_day: Day;
}

interface ResultTable extends Accepted, InstantColumns {
  instruction_id: string;
  status: 'confirmed' | 'failed' | 'returned';
  reason: string;
  due_day: Day;
}

interface ClickTable {
  click_id: string;
  clicked_at: At;
  pid: string;
  buyer_id: string;
  shop_id: string;
  item_id: string | null;
  referrer: string;
  ip: string;
  batch: bigint;
  aside: string | null;
}

interface PartitionHeadTable {
  partition: number;
  position: bigint;
  hash: Buffer;
  day: Day | null;
  step: number;
  after: string;
  night_events: Generated<bigint>;
  night_transfers: Generated<bigint>;
  night_amount: Generated<string>;
  night_peaks: Generated<Buffer>;
}

interface LogTable {
  partition: number;
  position: bigint;
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
}

interface TransferTable {
  partition: number;
  position: bigint;
  leg: number;
  business_day: Day;
  type: EventType;
  debit: string;
  credit: string;
  amount: bigint;
}

interface AccountDayTable {
  account: string;
  business_day: Day;
  debits: bigint;
  credits: bigint;
  closing: bigint;
}

interface AttributionTable {
  partition: number;
  order_line_id: string;
  outcome: 'attributed' | 'unattributed';
  reason: string | null;
  seller_id: string;
  publisher_id: string | null;
  pid: string | null;
  click_id: string | null;
  trace: string | null;
  plan_id: string | null;
  rate: string | null;
  estimate: bigint | null;
  signals: string;
  held: boolean;
  business_day: Day;
  position: bigint;
}

interface SettlementTable {
  partition: number;
  order_line_id: string;
  state: 'attributed' | 'settled' | 'voided' | 'forfeited';
  hold: 'none' | 'held' | 'released';
  commission: bigint | null;
  fee: bigint | null;
  earning: bigint | null;
  fee_rate: string | null;
  business_day: Day;
  position: bigint;
  publisher_id: string | null;
  pid: string | null;
  trace: string | null;
  click_id: string | null;
  rate: string | null;
  clears_on: Day | null;
  charged_on: Day | null;
}

interface InstructionTable {
  instruction_id: string;
  kind: 'deduction' | 'payout';
  party_id: string;
  amount: bigint;
  business_day: Day;
  state: 'instructed' | 'confirmed' | 'failed' | 'returned';
  partition: number;
  position: bigint;
}

type StatementTable = { -readonly [K in keyof StatementFigures]: StatementFigures[K] } & {
  publisher_id: string;
  business_day: Day;
  partition: number;
  position: bigint;
};

interface DisputeTable extends Accepted {
  dispute_id: string;
  order_line_id: string;
  seller_id: string;
  disputed_at: At;
  reason: string;
  due_day: Day;
}

export interface Tables {
  book: BookTable;
  policy: { version: number; name: string; rules: number; document: string; batch: bigint };
  digest_key: { one: Generated<boolean>; key: Buffer };
  delivery: DeliveryTable;
  tally: TallyTable;
  refusal: RefusalTable;
  parked: ParkedTable;
  order_line: OrderLineTable;
  trade_fact: TradeFactTable;
  result: ResultTable;
  click: ClickTable;
  dispute: DisputeTable;
  publisher: Accepted & {
    publisher_id: string;
    name: string;
    kind: 'individual' | 'company';
    payee_name: string;
    payee_account: string;
    own_buyer_ids: string[];
    registered_at: At;
  };
  publisher_status: Accepted & InstantColumns & { publisher_id: string; status: string; reason: string };
  site: Accepted & {
    site_id: string;
    publisher_id: string;
    kind: string;
    name: string;
    domain: string;
    filed_at: At;
  };
  site_review: Accepted & InstantColumns & { site_id: string; status: string; score: string | null; reason: string };
  adzone: Accepted & { adzone_id: string; site_id: string; name: string };
  permission: Accepted & InstantColumns & { site_id: string; permission: string; action: string; reason: string };
  shop: Accepted & { shop_id: string; seller_id: string; mall: 'taobao' | 'tmall'; name: string };
  programme: Accepted & InstantColumns & { shop_id: string; action: string };
  plan: Accepted & { plan_id: string; shop_id: string; kind: 'general' | 'targeted' | 'event'; name: string };
  rate: Accepted & {
    plan_id: string;
    scope: 'item' | 'category' | 'shop';
    scope_id: string;
    rate: string;
    valid_from: At;
    valid_to: ColumnType<Instant | null, string | null, string | null>;
  };
  plan_member: Accepted & InstantColumns & { plan_id: string; publisher_id: string; action: string };
  mail: { message_id: string; publisher_id: string; subject: string; body: string; queued_at: At };
  partition_head: PartitionHeadTable;
  log: LogTable;
  transfer: TransferTable;
  account_day: AccountDayTable;
  attribution: AttributionTable;
  settlement: SettlementTable;
  instruction: InstructionTable;
  statement: StatementTable;
  night: { business_day: Day; through_batch: bigint; policy: number };
  month_close: { month: Month; business_day: Day };
  night_root: { business_day: Day; root: Buffer; position: bigint };
}
