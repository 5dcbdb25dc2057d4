/** Parked rows whose order line has come: judged in the order in which they were parked, each under its own delivery. */
import type { ParkedRow } from '../../store/intake/intake.ts';
import { Ledger } from './chunk-tally.ts';
import {
  type AcceptedFact,
  FACT_FEEDS,
  factOf,
  LineFile,
  type Paid,
  parkedRow,
  type TradeTerms,
} from './trade-fact.ts';

/** What waking did to the rows of one earlier delivery. */
export interface Woken {
  readonly delivery: bigint;
  readonly feed: string;
  readonly ledger: Ledger;
}

/** Judges parked rows as their lines are accepted, each under its own delivery, file and line. */
export class Waking {
  readonly accepted: AcceptedFact[] = [];
  readonly seen: ParkedRow[] = [];
  readonly #terms: TradeTerms;
  readonly #ledgers = new Map<string, Woken>();

  constructor(terms: TradeTerms) {
    this.#terms = terms;
  }

  wake(order: Paid, parked: readonly ParkedRow[], batchLedger: Ledger): void {
    if (parked.length === 0) return;
    const file = new LineFile(order);
    for (const one of parked) {
      const feed = FACT_FEEDS.find((known) => known.name === one.feed);
      if (feed === undefined) throw new Error(`a row is parked under ${one.feed}, which parks nothing`);
      const fact = factOf(feed, parkedRow(feed, one, this.#terms));
      const { ledger } = this.#of(one);
      ledger.tally.parked--;
      this.seen.push(one);
      const impossible = file.impossible(fact, this.#terms);
      if (impossible === undefined) {
        file.add(fact);
        this.accepted.push({ fact, from: file.takenOn, n: batchLedger.next(), aside: one.aside });
        ledger.accept(fact.amount);
      } else {
        const cells = JSON.parse(one.cells) as (string | null)[];
        ledger.refuse(
          'rejected',
          { line: Number(one.line), row: 0, raw: one.raw, cells, aside: null, fault: null },
          impossible,
        );
      }
    }
  }

  outcome(): Woken[] {
    return [...this.#ledgers.values()];
  }

  #of(parked: ParkedRow): Woken {
    const key = `${parked.delivery_id} ${parked.feed}`;
    const known = this.#ledgers.get(key);
    if (known !== undefined) return known;
    const woken = {
      delivery: parked.delivery_id,
      feed: parked.feed,
      ledger: new Ledger(parked.feed, parked.delivery_id),
    };
    this.#ledgers.set(key, woken);
    return woken;
  }
}
