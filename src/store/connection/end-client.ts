/** The end of a connection, which does not wait for ever for a server that takes no leave. */
import type pg from 'pg';

/** How long a server may take to take leave, in milliseconds. */
const LEAVE = 3000;

/** Ends a connection, a query still under way with it. */
export async function endClient(client: pg.Client): Promise<void> {
  // pg keeps its socket to itself; a stopped process at its other end never closes it.
  const { stream } = (client as unknown as { connection: { stream: { destroy(): void } } }).connection;
  const timer = setTimeout(() => stream.destroy(), LEAVE);
  try {
    await client.end();
  } finally {
    clearTimeout(timer);
  }
}
