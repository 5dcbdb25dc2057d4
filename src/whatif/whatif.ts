/**
 * Decides the facts of real days again under other rules and says who gains and who loses. It reads one snapshot, in one
 * connection or several, holds sums and not lines, and writes nothing to the book.
 *
 * The outcome of a span: the order lines attributed on its business days, each decided as its night saw it (what had been
 * delivered, the policy in force, unless replaced), and what their facts due through the last day run make of them.
 */
import { isChanged } from '../core/whatif/changes.ts';
import type { WhatIf } from '../core/whatif/result.ts';
import { type ChangedLine, Tally } from '../core/whatif/tally.ts';
import type { Session } from '../store/connection/session.ts';
import { inSnapshot } from '../store/connection/snapshot.ts';
import { readingByKey, shareSnapshot } from '../store/proof/proof.ts';
import { inTurn, type Reports, share } from '../workers/pool.ts';
import { answerOf } from './answer.ts';
import { Buying } from './clicks-that-sold.ts';
import { WHATIF } from './crew.ts';
import { pastOf, type WhatIfOrder } from './past.ts';
import { Again, type AgainTask, type AgainTerms, type BatchAgain, type DatedNight } from './task.ts';

/**
 * Decides a span again.
 * @param session must have no transaction open; everything is read in the snapshot of one, which writes nothing
 * @throws WrongSpan for days the book has not run; Refused where its clicks are no longer kept
 */
export function whatIf(session: Session, order: WhatIfOrder): Promise<WhatIf> {
  return inSnapshot(session, async () => {
    const past = await pastOf(session, order);
    const { calendar, digits, partitions } = past.book;
    const { changes, top, url, workers } = order;
    const span = [calendar.startOf(order.from), calendar.endOf(order.to)] as const;
    const buying = order.prices.cpc === null && order.prices.cpa === null ? null : span;
    const terms: AgainTerms = {
      digits,
      nights: past.nights,
      policies: past.policies.map(({ version, policy }) => ({ version, policy })),
      changes,
      top,
      everyLine: order.onChanged !== null && isChanged(changes),
      buying,
    };
    const tasks = tasksOf(
      past.nights.filter(({ day }) => day >= order.from && day <= order.to),
      partitions,
      workers,
    );
    const tally = new Tally(top);
    const bought = new Buying();
    const ordered = new InOrder(order.onChanged ?? (() => undefined));
    let lines = 0;
    const reports: Reports<BatchAgain, void> = {
      onNews: (batch, task) => {
        tally.merge(batch.tally);
        for (const [shop, marks] of batch.buying) bought.add(shop, marks);
        ordered.take(task, batch.changed);
        lines += batch.lines;
        order.onProgress(lines);
      },
      onResult: (_, task) => ordered.end(task),
    };
    if (url === null || workers <= 1) {
      const again = new Again(session, terms);
      await readingByKey(session, () => inTurn([(task, tell) => again.take(task, tell)], tasks, reports));
    } else await share(WHATIF, { ...terms, url, snapshot: await shareSnapshot(session) }, tasks, workers, reports);
    return answerOf(session, { past, order, tally, bought });
  });
}

/** A day each for one worker; for several each day in parts, so that none waits long for a busy day. */
function tasksOf(nights: readonly DatedNight[], partitions: number, workers: number): AgainTask[] {
  const size = workers <= 1 ? partitions : Math.max(1, Math.ceil(partitions / (workers * 2)));
  const all = Array.from({ length: partitions }, (_, partition) => partition);
  const parts: number[][] = [];
  for (let at = 0; at < partitions; at += size) parts.push(all.slice(at, at + size));
  return nights.flatMap(({ day }) => parts.map((part) => ({ day, partitions: part })));
}

/** Hands changed lines on in the order of the tasks, whoever ends first. */
class InOrder {
  readonly #hand: (lines: readonly ChangedLine[]) => void;
  readonly #waiting = new Map<number, ChangedLine[]>();
  readonly #ended = new Set<number>();
  #turn = 0;

  constructor(hand: (lines: readonly ChangedLine[]) => void) {
    this.#hand = hand;
  }

  take(task: number, lines: readonly ChangedLine[]): void {
    if (lines.length === 0) return;
    if (task === this.#turn) this.#hand(lines);
    else this.#waiting.set(task, [...(this.#waiting.get(task) ?? []), ...lines]);
  }

  end(task: number): void {
    this.#ended.add(task);
    while (this.#ended.delete(this.#turn)) {
      this.#turn++;
      const next = this.#waiting.get(this.#turn);
      this.#waiting.delete(this.#turn);
      if (next !== undefined) this.#hand(next);
    }
  }
}
