/** Step 3, after the deductions: makes payable what has waited in `clearing` for its day and its seller's deduction. */
import { apply } from '../core/settlement/settlement.ts';
import type { Entry } from '../store/log/append.ts';
import { type ClearingLine, linesClearing } from '../store/night/clearing.ts';
import { attributedLines } from '../store/night/facts.ts';
import { standingOf } from './settle.ts';
import { type Night, write } from './terms.ts';

/** Clears the earnings whose wait is over, in the current transaction: before months are closed, which count them. */
export async function clearEarnings(night: Night): Promise<void> {
  for await (const lines of linesClearing(night.session, night.day)) {
    await write(night, await entriesOf(night, lines));
  }
}

async function entriesOf(night: Night, lines: readonly ClearingLine[]): Promise<Entry[]> {
  const { session, policy, policyVersion, day: businessDay, endOfDay: at } = night;
  const stored = new Map((await attributedLines(session, lines)).map((line) => [line.order_line_id, line]));
  return lines.flatMap(({ orderLineId: home, deduction }): Entry[] => {
    const line = stored.get(home);
    if (line === undefined) throw new Error(`order line ${home} is settled and was never attributed: see cps verify`);
    const fact = { kind: 'cleared' as const, at, ...(line.charged_on === null ? {} : { deduction }) };
    const terms = { policy, policyVersion, businessDay };
    const { event, standing } = apply(standingOf(line, []), fact, terms);
    if (event === undefined) return [];
    return [{ event, home, previous: line.moved_at, standing: { standing, isFirst: false } }];
  });
}
