/** What was seen where the bank and the ledger differ: the amounts and days of each side, for whoever tells of it. */
import type { Day } from '../calendar.ts';
import type { Money } from '../money.ts';

/** Amounts are positive where money came in, as on the bank's side. */
export type Sight =
  /** The bank moved it once more under its reference; no instruction explains it; no result of its instruction came. */
  | { readonly of: 'again' | 'no-instruction' | 'no-result'; readonly bank: Money }
  /** The bank moved it, and its result was delivered and waits for the night named. */
  | { readonly of: 'result-waits'; readonly bank: Money; readonly night: Day }
  /** The bank took it for a payment that is there. */
  | { readonly of: 'charge'; readonly bank: Money }
  /** The bank moved this for so many payments, which come to less or more. */
  | { readonly of: 'rest'; readonly bank: Money; readonly paid: Money; readonly payments: number }
  /** The ledger moved it, and the bank has no line of it. */
  | { readonly of: 'no-line'; readonly ledger: Money }
  /** One side has it on the day named only, which is after the day reconciled. */
  | { readonly of: 'bank-later' | 'ledger-later'; readonly day: Day }
  /** It went to another than its payee; the amounts where they differ too. */
  | { readonly of: 'another-payee' }
  | { readonly of: 'amounts' | 'another-payee-and-amount'; readonly bank: Money; readonly ledger: Money }
  /** Both sides have it, further apart than the days of grace. */
  | { readonly of: 'days'; readonly bank: Day; readonly ledger: Day };

/** What moved on an account in no line of any file: after the end of a day and before the start of another, or within one. */
export interface Gap {
  readonly after: Day;
  readonly before: Day;
  readonly missing: Money;
}
