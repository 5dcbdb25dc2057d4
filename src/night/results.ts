/** Step 2, per instruction: what the bank did with deductions and payouts (SPEC 10). Intake let only those in that follow. */
import type { Event } from '../core/events/event.ts';
import type { Entry } from '../store/log/append.ts';
import { type DueResult, resultsDue } from '../store/night/facts.ts';
import { type Night, write } from './terms.ts';

/** Books the results due today, in the current transaction. */
export async function bookResults(night: Night): Promise<void> {
  const states = new Map<string, DueResult['state']>();
  const entries: Entry[] = [];
  for (const result of await resultsDue(night.session, night.day)) {
    const before = states.get(result.instruction_id) ?? result.state;
    entries.push({
      event: eventOf(result, before === 'confirmed', night),
      home: result.party_id,
      previous: result.position,
    });
    states.set(result.instruction_id, result.status);
  }
  await write(night, entries);
}

function eventOf(result: DueResult, afterConfirmation: boolean, night: Night): Event {
  const { amount, reason } = result;
  const isDeduction = result.kind === 'deduction';
  const stamp = {
    businessDay: night.day,
    occurredAt: result.at,
    subject: result.instruction_id,
    sellerId: isDeduction ? result.party_id : null,
    publisherId: isDeduction ? null : result.party_id,
  };
  if (result.status === 'confirmed') {
    return { type: isDeduction ? 'DeductionConfirmed' : 'PayoutConfirmed', ...stamp, body: { amount, reason } };
  }
  const body = { amount, after_confirmation: afterConfirmation, reason };
  return { type: isDeduction ? 'DeductionFailed' : 'PayoutReturned', ...stamp, body };
}
