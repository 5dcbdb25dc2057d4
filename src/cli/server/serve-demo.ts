/**
 * What `cps serve --demo` serves: December 2013 of scenarios/34 and what waits on the morning after it, in a database
 * that is dropped with the server, and a key for each of the parties.
 */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Principal } from '../../core/access.ts';
import type { Session } from '../../store/connection/session.ts';
import { createKey } from '../../store/people/access.ts';
import { connectAsWriter } from '../../store/schema/roles.ts';
import { withTemporaryDatabase } from '../../store/server/temporary.ts';
import type { Grounds } from '../../web/door.ts';
import type { Common, World } from '../context.ts';
import { perform } from '../scenario/play.ts';
import { withServer } from '../scenario/server.ts';
import { deliverMorning } from './demo-morning.ts';

const STORY = fileURLToPath(new URL('../../../scenarios/34-december-2013.md', import.meta.url));

type DemoDoors = Grounds['demo'];

/** The parties of the story, and what each can look at. */
const CAST: readonly (Pick<Principal, 'role' | 'party' | 'name'> & {
  readonly says: string;
  readonly link?: string;
})[] = [
  { role: 'publisher', party: '2002', name: 'Lin', says: 'lost a right, mended her filing, got it back' },
  { role: 'publisher', party: '2001', name: 'Harbour News', says: 'a portal with a good site' },
  { role: 'publisher', party: '2003', name: 'Quick', says: 'a toolbar, and a hijacked sale' },
  { role: 'seller', party: 's3', name: 'Spring Tea', says: 'was given a hijacked sale back' },
  { role: 'seller', party: 's2', name: 'Old Books', says: 'sells books across stores' },
  { role: 'seller', party: 's1', name: 'Silk House', says: 'sells dresses' },
  { role: 'operator', party: null, name: 'Operator', says: 'runs the nights, mends what was refused' },
  { role: 'finance', party: null, name: 'Finance', says: 'closes the month, pays, reconciles' },
  { role: 'risk', party: null, name: 'Chen', says: 'of the risk desk: decides cases and sites' },
  { role: 'risk', party: null, name: 'Wu', says: 'of the risk desk too: approves what Chen proposes', link: 'risk-wu' },
  { role: 'auditor', party: null, name: 'Auditor', says: 'sees everything, changes nothing' },
];

/** Plays the story, and keeps its database and keys for as long as the work takes. */
export function withDemo<T>(
  world: World,
  common: Common,
  work: (url: string, session: Session, doors: DemoDoors) => Promise<T>,
): Promise<T> {
  return withServer(world, common, (server) =>
    withTemporaryDatabase(server, async (url) => {
      world.stderr.write('telling December 2013 ...\n');
      for await (const _ of perform(STORY, await readFile(STORY, 'utf8'), { url, now: world.now() }));
      const session = await connectAsWriter(url, 'cps serve');
      try {
        await deliverMorning(session);
        return await work(url, session, await doorsOf(session, world));
      } finally {
        await session.close();
      }
    }),
  );
}

async function doorsOf(session: Session, world: World): Promise<DemoDoors> {
  const doors: DemoDoors[number][] = [];
  for (const { says, role, party, name, link } of CAST) {
    const order = { role, party, name, scopes: null, createdAt: world.now(), createdBy: 'cps serve --demo' };
    const { text } = await createKey(session, { ...order, expiresAt: null });
    doors.push({
      name: link ?? (party === null ? role : `${role}-${party}`),
      label: party === null ? name : `${name} (${party})`,
      says,
      key: text,
    });
  }
  return doors;
}

/** One link for each party, as a terminal shows them. */
export function doorsText(address: string, doors: DemoDoors): string {
  const widest = Math.max(...doors.map(({ label }) => label.length));
  const lines = doors.map(({ name, label, says }) => `  ${label.padEnd(widest)}  ${address}/demo/${name}  ${says}\n`);
  return `December 2013, a link for each party:\n\n${lines.join('')}\nCtrl-C ends it, and the book with it.\n`;
}
