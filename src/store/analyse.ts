/** Fresh statistics after bulk loads, so that no plan is made for tables as they were when empty. */
import type { Session } from './session.ts';

export async function analyseIntake(session: Session): Promise<void> {
  await session.client.query(
    'analyze click, order_line, trade_fact, publisher, site, adzone, permission, shop, plan, rate, plan_member',
  );
}

export async function analyseBooks(session: Session): Promise<void> {
  await session.client.query('analyze log, transfer, attribution, settlement, account_day');
}
