/** Step 3: one deduction for each seller whose due balance is positive, for all of it (SPEC 7). */
import { sellersDue } from '../store/log/balances.ts';
import { type Night, write } from './terms.ts';

/** Instructs the day's deductions, in the current transaction. */
export async function deduct(night: Night): Promise<void> {
  const compactDay = night.day.replaceAll('-', '');
  for await (const sellers of sellersDue(night.session, night.day)) {
    const entries = sellers.map(({ account, amount }) => {
      const sellerId = account.split(':')[2] ?? '';
      return {
        home: sellerId,
        event: {
          type: 'DeductionInstructed' as const,
          businessDay: night.day,
          occurredAt: night.endOfDay,
          subject: `D-${sellerId}-${compactDay}`,
          sellerId,
          publisherId: null,
          body: { amount },
        },
      };
    });
    await write(night, entries);
  }
}
