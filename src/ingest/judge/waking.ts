/** Parked rows whose order line has come: judged in the order in which they were parked, each under its own delivery. */
import type { ParkedRow } from '../../store/intake/intake.ts';
import { ChunkTally, type JudgeTerms } from './chunk-tally.ts';
import { type AcceptedFact, FACT_FEEDS, keptFact, LineFile, type Paid, parkedRow } from './trade-fact.ts';

/** What waking did to the rows of one earlier delivery. */
export interface Woken {
  readonly delivery: bigint;
  readonly feed: string;
  readonly tally: ChunkTally;
  /** Of the rows that were accepted. */
  readonly keys: string[];
}

/** Judges parked rows as their lines are accepted, each under its own delivery, file and line. */
export class Waking {
  readonly accepted: AcceptedFact[] = [];
  readonly seen: ParkedRow[] = [];
  readonly #terms: JudgeTerms;
  readonly #woken = new Map<string, Woken>();

  constructor(terms: JudgeTerms) {
    this.#terms = terms;
  }

  wake(order: Paid, parked: readonly ParkedRow[], batch: ChunkTally): void {
    if (parked.length === 0) return;
    const file = new LineFile(order);
    for (const one of parked) {
      const feed = FACT_FEEDS.find((known) => known.name === one.feed);
      if (feed === undefined) throw new Error(`a row is parked under ${one.feed}, which parks nothing`);
      const fact = keptFact(feed, parkedRow(feed, one, this.#terms));
      const { tally } = this.#of(one);
      tally.wake();
      this.seen.push(one);
      const impossible = file.impossible(fact, this.#terms);
      if (impossible === undefined) {
        file.add(fact);
        this.accepted.push({ fact, from: file.takenOn, n: batch.next(), aside: one.aside });
        tally.accept(fact.amount);
        this.#of(one).keys.push(one.key);
      } else {
        const cells = JSON.parse(one.cells) as (string | null)[];
        tally.refuse(
          'rejected',
          { line: Number(one.line), row: 0, raw: one.raw, cells, aside: null, fault: null },
          impossible,
          one.key,
        );
      }
    }
  }

  outcome(): Woken[] {
    return [...this.#woken.values()];
  }

  #of(parked: ParkedRow): Woken {
    const key = `${parked.delivery_id} ${parked.feed}`;
    const known = this.#woken.get(key);
    if (known !== undefined) return known;
    const woken = {
      delivery: parked.delivery_id,
      feed: parked.feed,
      tally: new ChunkTally(parked.feed, parked.delivery_id),
      keys: [],
    };
    this.#woken.set(key, woken);
    return woken;
  }
}
