/** Fresh statistics after bulk loads, so that no plan is made for tables as they were when empty. */
import type { Session } from './session.ts';

/** Of what was delivered: after many files at once. */
export async function analyseIntake(session: Session): Promise<void> {
  await session.client.query('select analyse_tables(true)');
}

/** Of the log and what is made from it: after many nights at once. */
export async function analyseBooks(session: Session): Promise<void> {
  await session.client.query('select analyse_tables(false)');
}
