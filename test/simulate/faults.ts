/** Faults at the driver: counts the statements of every connection of this process, and spoils the one that is asked for. */
import pg from 'pg';
import type { Fault } from './script.ts';

type Query = (this: pg.Client, ...given: unknown[]) => unknown;

let armed: { fault: Fault; count: number; fired: boolean } | undefined;
const send = pg.Client.prototype.query as unknown as Query;

pg.Client.prototype.query = function (this: pg.Client, ...given: unknown[]): unknown {
  if (armed === undefined || armed.fired) return send.apply(this, given);
  armed.count += 1;
  if (armed.count !== armed.fault.statement) return send.apply(this, given);
  armed.fired = true;
  // A COPY cannot be refused from here: its connection is cut instead.
  const isCopy = typeof given[0] === 'object' && given[0] !== null && 'submit' in given[0];
  const { kind } = armed.fault;
  if (kind === 'refuse' && !isCopy) return Promise.reject(new Injected(String(given[0])));
  const cut = (): void => {
    streamOf(this).destroy();
  };
  if (kind === 'cut-before') cut();
  const answer = send.apply(this, given);
  if (kind !== 'cut-before') setTimeout(cut, armed.count % 3);
  return answer;
} as unknown as typeof pg.Client.prototype.query;

/** The error a refused statement gets. */
class Injected extends Error {}

function streamOf(client: pg.Client): { destroy(): void } {
  return (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream;
}

/** Runs `work` with a fault waiting for its statement. */
export async function withFault<T>(
  fault: Fault | undefined,
  work: () => Promise<T>,
): Promise<{ fired: boolean } & ({ value: T } | { error: unknown })> {
  const mine = fault === undefined ? undefined : { fault, count: 0, fired: false };
  armed = mine;
  try {
    const value = await work();
    return { value, fired: mine?.fired ?? false };
  } catch (error) {
    return { error, fired: mine?.fired ?? false };
  } finally {
    armed = undefined;
  }
}
