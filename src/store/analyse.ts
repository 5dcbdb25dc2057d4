/** Fresh statistics after bulk loads, so that no plan is made for tables as they were when empty. */
import type { Session } from './session.ts';

export async function analyseIntake(session: Session): Promise<void> {
  await session.client.query(
    `analyze click, order_line, trade_fact, publisher, publisher_status, site, site_review, adzone, permission, shop,
       plan, rate, plan_member, filing, ownership, withdrawal, application, application_decision, notice,
       notice_cancellation`,
  );
}

export async function analyseBooks(session: Session): Promise<void> {
  // The bodies are left out: no plan depends on them, and they are most of what would be read.
  await session.client.query(
    `analyze log (partition, position, business_day, seller_id, publisher_id),
       transfer (partition, position, business_day, debit, credit),
       attribution (partition, order_line_id, business_day), settlement (partition, order_line_id), account_day`,
  );
}
