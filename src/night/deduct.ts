/** Step 3: one deduction for each seller whose due balance is positive, for all of it (SPEC 7). */
import { partyOfAccount } from '../core/accounts.ts';
import { deductionId } from '../core/ids.ts';
import { sellersDue } from '../store/log/balances.ts';
import { type Night, runStamp, write } from './terms.ts';

/** Instructs the day's deductions, in the current transaction. */
export async function deduct(night: Night): Promise<void> {
  for await (const sellers of sellersDue(night.session, night.day)) {
    const entries = sellers.map(({ account, amount }) => {
      const sellerId = partyOfAccount(account);
      const stamp = { ...runStamp(night, 'end'), subject: deductionId(sellerId, night.day), sellerId };
      return { home: sellerId, event: { type: 'DeductionInstructed' as const, ...stamp, body: { amount } } };
    });
    await write(night, entries);
  }
}
