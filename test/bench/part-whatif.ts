// Deciding every line of a finished book again: as it was, under another policy, and with two workers, against the night
// that decided it first. Compared by processor time a line, in all processes, since the machine may have other work.
import { alimama2013 } from '../../src/core/policy/policy.ts';
import { type Changes, NO_CHANGE } from '../../src/core/whatif/changes.ts';
import { nightRows } from '../../src/store/proof/sums.ts';
import { whatIf } from '../../src/whatif/whatif.ts';
import { measured, type Usage } from './meter.ts';
import { FINISHED, type Stage } from './stage.ts';

const processorTime = ({ engine, backends, writers, others }: Usage): number => engine + backends + writers + others;

export async function whatIfPart(stage: Stage): Promise<void> {
  const { ground, figures } = stage;
  const { whole, nights } = await stage.finished();
  const decided = nights.reduce((sum, night) => sum + night.lines, 0);
  const night = processorTime(whole) / decided;
  const stricter = { ...alimama2013(2), name: 'stricter', crossStoreWindowDays: 7, fallThrough: false };
  await ground.within(FINISHED, async (session) => {
    const { nights: days } = await nightRows(session);
    const [from, to] = [days[0]?.business_day ?? '', days.at(-1)?.business_day ?? ''];
    for (const [name, changes, workers] of [
      ['nothing changed, 1 worker', NO_CHANGE, 1],
      ['another policy, 1 worker', { ...NO_CHANGE, policy: stricter }, 1],
      ['another policy, 2 workers', { ...NO_CHANGE, policy: stricter }, 2],
    ] as const satisfies readonly (readonly [string, Changes, number])[]) {
      const quiet = { said: [], prices: { cpc: null, cpa: null }, top: 20, onProgress: () => {}, onChanged: null };
      const order = { ...quiet, from, to, changes, workers, url: ground.url(FINISHED) };
      const { result, usage } = await measured(ground, () => whatIf(session, order));
      const lines = Number(result.all.book.lines);
      const own = processorTime(usage) / lines;
      const target = 'at least 0.5 of the night';
      const more = { floor: 1e6 / night, target };
      figures.add('whatif', `${name} (floor: the night with 2)`, 1e6 / own, 'lines/CPU s', more);
      figures.details[`whatif ${name}`] = { usage, lines, changed: result.lines.of };
    }
  });
}
