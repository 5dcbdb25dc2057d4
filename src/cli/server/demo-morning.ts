/**
 * What the demonstration delivers after the story, so that operations and finance find something to work on: an order
 * refused for its shop, and a bank statement with a fee that the ledger does not have. It moves no balance.
 */
import { Readable } from 'node:stream';
import { feedRowsOf } from '../../core/bank/file.ts';
import type { Calendar, Day, Instant } from '../../core/calendar.ts';
import { sum } from '../../core/money.ts';
import { deliver } from '../../ingest/deliver/deliver.ts';
import { record } from '../../ingest/deliver/record.ts';
import { spool } from '../../ingest/source/spool.ts';
import { bankMovements } from '../../store/bank/bank.ts';
import type { Session } from '../../store/connection/session.ts';

const ORDERS = `order_line_id,order_id,buyer_id,shop_id,item_id,category_id,quantity,paid_amount,paid_at
L20,O20,fay,slik,scarf,scarves,1,66.00,2014-01-22 11:00:00
`;

const ACCOUNT = '2088-0001';
/** 0.50 out. */
const FEE = -50n;
const HOUR = 3_600_000;

/** Delivers both to a book whose nights have been run. */
export async function deliverMorning(session: Session): Promise<void> {
  const orders = await spool(Readable.from([ORDERS]), 'orders-2014-01-22.csv');
  try {
    await deliver(session, { path: orders.path, file: 'orders-2014-01-22.csv', feed: 'orders' }, () => undefined);
  } finally {
    await orders.remove();
  }
  await record(session, 'bank-2014-01-22.csv', async ({ calendar, digits, lastRunDay }) => {
    if (lastRunDay === null) throw new Error('the story ran no night');
    const statement = await statementOf(session, calendar, lastRunDay);
    return { parts: feedRowsOf(statement, digits) };
  });
}

/** The bank's lines of all that the ledger says it moved, and of its own fee. */
async function statementOf(session: Session, calendar: Calendar, through: Day) {
  const before = (day: Day, hours: number): Instant => calendar.endOf(day) - hours * HOUR;
  const nobody = { account: ACCOUNT, counterparty: '', counterpartyName: '' };
  const { movements } = await bankMovements(session);
  const known = movements.map(({ instructionId, day, amount }, i) => {
    return { ...nobody, lineRef: `T${i + 1}`, bookedAt: before(day, 12), amount, reference: instructionId, memo: '' };
  });
  const fee = { ...nobody, lineRef: 'T0', bookedAt: before(through, 6), amount: FEE, reference: '', memo: '手续费' };
  const lines = [...known, fee];
  const since = Math.min(...lines.map(({ bookedAt }) => bookedAt));
  const span = {
    statementRef: `S-${through}`,
    account: ACCOUNT,
    sequence: null,
    since,
    through: calendar.endOf(through),
  };
  return { lines, statements: [{ ...span, opening: 0n, closing: sum(lines.map(({ amount }) => amount)) }] };
}
