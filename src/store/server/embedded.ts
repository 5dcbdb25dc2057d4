// The private PostgreSQL that commands share under a data directory: the first makes and starts it, the last one stops it.
// It decides when that server lives; how it is started is in server.ts, and what is inside it is others' business.

import { randomBytes } from 'node:crypto';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { explained, type Home, hasCluster, openHome, urlOf } from './cluster.ts';
import { isSignerAlive, ownSignature, readIfThere, withLock } from './process-lock.ts';
import { findRunning, startServer, stopServer, waitReady } from './server.ts';

/** A running server that this process is registered with as a user. */
export interface EmbeddedServer {
  /** `postgresql://cps:PASSWORD@127.0.0.1:PORT/cps`; it holds the password, so it is not for logs. */
  readonly url: string;
  /** Ends this use, and stops the server when no living process uses it any more; a second call does nothing. */
  release(): Promise<void>;
}

/** What a server is started with; one that runs already keeps what it has. */
export interface EmbeddedOptions {
  /** PostgreSQL settings by name, over the defaults for a book, which are fully durable. */
  readonly settings?: Readonly<Record<string, string>>;
}

/**
 * Uses the private server under `dataDir`: makes it where there is none, starts it where it does not run, adopts it where it does.
 * Throws one sentence, with the end of the server's log where it has one, when that cannot be done.
 */
export async function useEmbedded(dataDir: string, options: EmbeddedOptions = {}): Promise<EmbeddedServer> {
  const home = await openHome(dataDir);
  const user = join(home.users, `${process.pid}-${randomBytes(4).toString('hex')}`);
  const url = await locked(home, () => enter(home, user, options));
  let released: Promise<void> | undefined;
  const release = (): Promise<void> => {
    released ??= locked(home, () => leave(home, user));
    return released;
  };
  return { url, release };
}

/** Does something with the server of a data directory that nobody else does meanwhile. */
async function locked<T>(home: Home, work: () => Promise<T>): Promise<T> {
  try {
    return await withLock(home.lock, work);
  } catch (error) {
    throw explained(home.folder, error);
  }
}

async function enter(home: Home, user: string, options: EmbeddedOptions): Promise<string> {
  try {
    const running = await findRunning(home);
    const adopted = running === undefined ? undefined : await waitReady(home, running);
    const { port } = adopted ?? (await startServer(home, options.settings ?? {}));
    await writeFile(user, await ownSignature());
    return await urlOf(home, port);
  } catch (error) {
    await leave(home, user).catch(() => undefined);
    throw error;
  }
}

/**
 * Stops the private server under `dataDir`, whoever uses it (fast: open transactions are rolled back).
 * Answers whether one was running; makes nothing where there is none.
 */
export async function stopEmbedded(dataDir: string): Promise<boolean> {
  if ((await readIfThere(join(resolve(dataDir), 'cluster', 'PG_VERSION'))) === undefined) return false;
  const home = await openHome(dataDir);
  return await locked(home, async () => (await hasCluster(home)) && (await stopServer(home)));
}

async function leave(home: Home, user: string): Promise<void> {
  await rm(user, { force: true });
  if (!(await hasUsers(home))) await stopServer(home);
}

/** Whether a living process is registered; forgets those that died without leaving. */
async function hasUsers(home: Home): Promise<boolean> {
  let living = false;
  for (const name of await readdir(home.users)) {
    const file = join(home.users, name);
    const signature = await readIfThere(file);
    if (signature !== undefined && (await isSignerAlive(signature))) living = true;
    else await rm(file, { force: true });
  }
  return living;
}
