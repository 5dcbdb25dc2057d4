// Ingest against its floor: rows a second of the feeds that are large.
import { FLOOR_FEEDS, ingestFloor } from './floor-ingest.ts';
import { LOADED, type Stage } from './stage.ts';

const FLOOR = 'floor_ingest';

export async function ingestPart(stage: Stage): Promise<void> {
  const { ground, figures } = stage;
  const delivered = await stage.loaded();
  await ground.empty(FLOOR);
  const floor = await ingestFloor(ground, LOADED, FLOOR);
  await ground.drop(FLOOR);
  for (const feed of FLOOR_FEEDS) {
    const engine = delivered.get(feed);
    const copied = floor.get(feed);
    if (engine === undefined || copied === undefined || engine.rows === 0) continue;
    const target = feed === 'clicks' ? '100,000' : '0.5 of the floor';
    const perSecond = engine.rows / engine.usage.seconds;
    figures.add('ingest', feed, perSecond, 'rows/s', { floor: copied.rows / copied.usage.seconds, target });
    const perRow = (amount: number, floorAmount: number, name: string, unit: string): void =>
      figures.add('ingest', `${feed}: ${name}`, amount / engine.rows, unit, { floor: floorAmount / copied.rows });
    perRow(engine.usage.engine, copied.usage.engine, 'engine CPU', 'µs/row');
    perRow(engine.usage.backends, copied.usage.backends, 'backend CPU', 'µs/row');
    perRow(engine.usage.wal, copied.usage.wal, 'write-ahead log', 'bytes/row');
  }
  figures.details['ingest'] = { delivered: Object.fromEntries(delivered), floor: Object.fromEntries(floor) };
}
