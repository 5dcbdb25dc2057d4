/** The step that seals what came in since the last night, before anything is decided by it. It reads digests, no rows. */
import { digestsOf } from '../store/intake/sealed.ts';
import { digestKey } from '../store/log/opened.ts';
import { lastThrough } from '../store/night/progress.ts';
import { type Night, runStamp, write } from './terms.ts';

/** Appends the digests of the deliveries that a night is the first to see, where there are any. */
export async function sealDeliveries(night: Night): Promise<void> {
  const { session, through } = night;
  const before = await lastThrough(session);
  if (before === through) return;
  const found = await digestsOf(session, await digestKey(session), [before, through]);
  if (found.length === 0) return;
  const tables = found.map(({ table, rows, digest }) => ({ table, rows, digest }));
  const event = { type: 'DeliveriesSealed' as const, ...runStamp(night), body: { tables } };
  await write(night, [{ event, home: null }]);
}
