/**
 * As a night opens its day: writes what was delivered about sites (withdrawals, applications, decisions, notices) into the
 * log, in their publishers' partitions, before any line of the day is decided (SPEC 12).
 */
import { promotionEvent } from '../core/promotion/events.ts';
import { type DueFact, promotionDue } from '../store/registry/promotion.ts';
import { type Night, write } from './terms.ts';

const FACTS_A_BATCH = 2000;

/** Records the facts due, in the transaction that opens the day. */
export async function recordPromotion(night: Night): Promise<void> {
  let held: DueFact[] = [];
  for await (const facts of promotionDue(night.session, night.day, night.book.lastRunDay, FACTS_A_BATCH)) {
    const all = [...held, ...facts];
    // The facts of one subject stay together, so that each names the one before it.
    const last = all.at(-1)?.subject;
    const cut = all.findIndex((fact) => fact.subject === last);
    held = all.slice(cut);
    await record(night, all.slice(0, cut));
  }
  await record(night, held);
}

async function record(night: Night, facts: readonly DueFact[]): Promise<void> {
  if (facts.length === 0) return;
  const entries = facts.map((fact) => ({
    event: promotionEvent(fact, night.day, night.policy),
    home: fact.publisherId,
    previous: fact.previous,
  }));
  await write(night, entries);
}
