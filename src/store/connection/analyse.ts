/** Fresh statistics after bulk loads, so that no plan is made for tables as they were when empty. */
import type { Session } from './session.ts';

export async function analyseIntake(session: Session): Promise<void> {
  await session.client.query('select analyse_tables(true)');
}

export async function analyseBooks(session: Session): Promise<void> {
  await session.client.query('select analyse_tables(false)');
}
