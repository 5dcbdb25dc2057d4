/**
 * What stands behind each table of the schema: what the log sealed of it, or what it is derived from again, or that it is
 * no evidence. `cps verify` checks the first two; src/verify/README.md shows this map to people.
 */
import type { Tables } from './tables.ts';

export interface Evidence {
  /**
   * `sealed`: an event holds its rows, or a digest of them. `derived`: verifying makes its rows again from events or
   * transfers. `audited`: the chained record of who did what says it. `deep`: the events that its rows led to are made again from them, with --deep. `none`: it is no evidence.
   */
  readonly by: 'sealed' | 'derived' | 'audited' | 'deep' | 'none';
  /** By which event, from what, or why not. */
  readonly how: string;
}

const deliveries: Evidence = { by: 'sealed', how: 'DeliveriesSealed of the night that saw its rows' };

/** Tables of which each night seals the rows that came in since the last one. */
export const SEALED_TABLES = [
  'publisher',
  'publisher_status',
  'contact',
  'site',
  'site_review',
  'filing',
  'ownership',
  'adzone',
  'permission',
  'application',
  'application_decision',
  'notice',
  'notice_cancellation',
  'withdrawal',
  'shop',
  'programme',
  'plan',
  'rate',
  'plan_member',
  'dispute',
  'case_decision',
  'appeal',
  'adjustment',
  'adjustment_approval',
  'opening',
  'opening_line',
  'cut_over_approval',
  'cut_over_withdrawal',
  'payment_file',
  'payment_file_row',
  'result',
  'bank_statement',
  'bank_line',
  'break_note',
  'bank_posting',
] as const;
type SealedTable = (typeof SEALED_TABLES)[number];

const SEALED = Object.fromEntries(SEALED_TABLES.map((name) => [name, deliveries])) as Record<SealedTable, Evidence>;

export const EVIDENCE = {
  ...SEALED,
  book: { by: 'sealed', how: 'BookOpened; how far its nights have come is derived from RunCompleted' },
  digest_key: { by: 'sealed', how: 'BookOpened holds its SHA-256' },
  policy: { by: 'sealed', how: 'PolicyAdopted, from the night that first uses it' },
  log: { by: 'sealed', how: 'its own chain, the roots of nights, and anchors kept outside' },
  transfer: { by: 'derived', how: 'from the event that posted it' },
  account_day: { by: 'derived', how: 'from the transfers' },
  attribution: { by: 'derived', how: 'from the events of the line' },
  settlement: { by: 'derived', how: 'from the events of the line' },
  waiting_day: {
    by: 'derived',
    how: 'from the lines and where they stand; the nights together, for each day of payment',
  },
  instruction: { by: 'derived', how: 'from its events' },
  statement: { by: 'derived', how: 'from its event, and from transfers and account days' },
  promotion: { by: 'derived', how: 'from the events of the matter' },
  month_close: { by: 'derived', how: 'from nights and policies' },
  night: { by: 'derived', how: 'from RunCompleted and policies; which deliveries it saw, from DeliveriesSealed' },
  night_root: { by: 'derived', how: 'from the log, and RunCompleted holds it' },
  partition_head: { by: 'derived', how: 'from the log, but for how far an open night has come and who works on it' },
  order_line: { by: 'deep', how: 'OrderAttributed, OrderUnattributed and LineBroughtIn hold what was decided from it' },
  trade_fact: { by: 'deep', how: 'the events of the line hold what was decided from it' },
  click: {
    by: 'deep',
    how: 'attributions hold the clicks tested and a digest of the rest; others, and all IPs, are no evidence',
  },
  delivery: {
    by: 'audited',
    how: 'the entry of who delivered it; in no log, as the same rows by other files make the same',
  },
  tally: {
    by: 'audited',
    how: 'with its delivery, as is the digest of its rows; counts of rows that woke later are not',
  },
  bank_columns: { by: 'none', how: 'how plain CSV is read next; what was read of it is sealed' },
  parked: { by: 'none', how: 'what waits for its order line has moved nothing; once it wakes it is a fact' },
  refusal_end: { by: 'none', how: 'what became of a row that moved nothing' },
  remark: { by: 'none', how: 'what looked wrong changed nothing' },
  refusal: { by: 'none', how: 'what was refused moved nothing' },
  mail: { by: 'none', how: 'letters are written from the log; the outbox only says what became of them' },
  audit: { by: 'audited', how: 'its own chain, and an anchor kept outside' },
  api_key: { by: 'audited', how: 'the entry of who made it: whose it is, for what, until when' },
  api_key_end: { by: 'audited', how: 'the entry of who revoked it' },
  person: { by: 'audited', how: 'the entry of each step: a digest of its row' },
  passkey: { by: 'audited', how: 'the entry of who added it: a digest of its row' },
  passkey_end: { by: 'audited', how: 'the entry of who removed it: a digest of its row' },
  factor_reset: { by: 'audited', how: 'the entries of the two who decided it: a digest of each row' },
  sign_in_rule: { by: 'audited', how: 'the entry of who set it: a digest of its row' },
  passkey_use: { by: 'none', how: 'how often a passkey was used' },
  api_key_use: { by: 'none', how: 'when a key was used last' },
  page_session: { by: 'none', how: 'sessions of pages while they last; that they began is in the audit' },
  sign_in_ask: { by: 'none', how: 'who asked for a link, for an hour' },
  sign_in_challenge: { by: 'none', how: 'what passkeys are asked to sign, for minutes' },
  kept_answer: { by: 'none', how: 'answers to repeated requests, for a day' },
  worker: { by: 'none', how: 'who works on nights now' },
  night_time: { by: 'none', how: 'how long nights took' },
  webhook_endpoint: { by: 'none', how: 'where news of the log is sent; the news is read from the log' },
  webhook_secret: { by: 'none', how: 'signs what is sent' },
  webhook_cursor: { by: 'none', how: 'how far an endpoint has been told' },
  webhook_delivery: { by: 'none', how: 'what an endpoint has not taken yet' },
  migration: { by: 'none', how: 'which migrations were run; the schema itself is held to them at each start' },
} as const satisfies { readonly [T in keyof Tables]: Evidence };
