/** Faults at the driver: counts the statements of every connection of this process, and spoils the one that is asked for. */
import pg from 'pg';
import type { Fault } from './script.ts';

type Query = (this: pg.Client, ...given: unknown[]) => unknown;

let armed: { fault: Fault; count: number; fired: boolean } | undefined;
const send = pg.Client.prototype.query as unknown as Query;

/** What a server says whose disk is full. */
const DISK_FULL = "do $$ begin raise exception 'no space left on device' using errcode = '53100'; end $$";

pg.Client.prototype.query = function (this: pg.Client, ...given: unknown[]): unknown {
  if (armed === undefined || armed.fired) return send.apply(this, given);
  armed.count += 1;
  if (armed.count !== armed.fault.statement) return send.apply(this, given);
  armed.fired = true;
  const { kind } = armed.fault;
  // A COPY cannot be refused or answered from here: its connection is cut instead.
  if (!isCopy(given[0])) {
    if (kind === 'refuse') return Promise.reject(new Injected(String(given[0])));
    if (kind === 'error') return send.call(this, DISK_FULL);
    if (kind === 'end') return endByServer(this).then(() => send.apply(this, given));
  }
  const cut = (): void => {
    streamOf(this).destroy();
  };
  if (kind !== 'cut-after') cut();
  const answer = send.apply(this, given);
  if (kind === 'cut-after') setTimeout(cut, armed.count % 3);
  return answer;
} as unknown as typeof pg.Client.prototype.query;

/** The error a refused statement gets. */
class Injected extends Error {}

function isCopy(given: unknown): boolean {
  return typeof given === 'object' && given !== null && 'submit' in given;
}

function streamOf(client: pg.Client): { destroy(): void } {
  return (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream;
}

/** Has the server end a client's connection, as its administrator would. */
async function endByServer(client: pg.Client): Promise<void> {
  const { processID, host, port, user, password, database } = client as pg.Client & { processID: number };
  const administrator = new pg.Client({ host, port, user, ...(password === null ? {} : { password }), database });
  await administrator.connect();
  await administrator.query('select pg_terminate_backend($1, 5000)', [processID]);
  await administrator.end();
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
