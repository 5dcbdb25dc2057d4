// The yardstick of ingest: a bare COPY of the very rows the engine took in, parsed already, into the same tables with the
// same indexes and durability, in one session. The server reads them itself from a file in PostgreSQL's binary format.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Session } from '../../src/store/connection/session.ts';
import { clickSpan, makeClickSpans } from '../../src/store/intake/clicks.ts';
import type { Ground } from './ground.ts';
import { measured, type Usage } from './meter.ts';

/** What each feed's rows are, as a query over the tables they lie in. */
const ROWS = {
  clicks: ['click', 'select * from click'],
  orders: ['order_line', 'select * from order_line order by batch, ctid'],
  receipts: ['trade_fact', "select * from trade_fact where kind = 'receipt' order by batch, n"],
  refunds: ['trade_fact', "select * from trade_fact where kind = 'refund' order by batch, n"],
} as const;

export type FloorFeed = keyof typeof ROWS;
export const FLOOR_FEEDS = Object.keys(ROWS) as FloorFeed[];

export interface Copied {
  readonly rows: number;
  /** Sum of the amounts, in minor units. */
  readonly amount: number;
  readonly usage: Usage;
}

/** Copies what `from` holds into `to`, which is a book's empty database; answers what each feed's COPY took. */
export async function ingestFloor(ground: Ground, from: string, to: string): Promise<Map<FloorFeed, Copied>> {
  const file = (feed: FloorFeed): string => join(ground.exchange, `${feed}.copy`);
  await ground.within(from, async (session) => {
    for (const feed of FLOOR_FEEDS) await session.client.query(`copy (${ROWS[feed][1]}) to '${file(feed)}' binary`);
  });
  const spans = await ground.within(from, clickSpans);
  const copied = new Map<FloorFeed, Copied>();
  await ground.within(to, async (session) => {
    await makeClickSpans(session, spans);
    await ground.checkpoint();
    for (const feed of FLOOR_FEEDS) {
      const copy = (): Promise<unknown> => session.client.query(`copy ${ROWS[feed][0]} from '${file(feed)}' binary`);
      const { usage } = await measured(ground, copy);
      copied.set(feed, { ...(await countOf(session, feed)), usage });
    }
  });
  for (const feed of FLOOR_FEEDS) await rm(file(feed));
  return copied;
}

/** The spans of days whose partitions a book's clicks need. */
async function clickSpans(session: Session): Promise<number[]> {
  const { rows } = await session.client.query<{ at: number }>(
    "select distinct date_trunc('day', clicked_at) as at from click",
  );
  return [...new Set(rows.map(({ at }) => clickSpan(at)))].sort((a, b) => a - b);
}

/** Rows of a feed and the sum of their amounts. */
async function countOf(session: Session, feed: FloorFeed): Promise<{ rows: number; amount: number }> {
  const amount = feed === 'clicks' ? '0' : feed === 'orders' ? 'paid_amount' : 'amount';
  const { rows } = await session.client.query<{ rows: bigint; amount: bigint }>(
    `select count(*) as rows, coalesce(sum(${amount}), 0)::bigint as amount from (${ROWS[feed][1]}) r`,
  );
  return { rows: Number(rows[0]?.rows ?? 0n), amount: Number(rows[0]?.amount ?? 0n) };
}
