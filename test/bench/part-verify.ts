// Verifying a finished book: lines a second, with one worker and two, and once making every decision again.
import { verify } from '../../src/verify/verify.ts';
import { measured } from './meter.ts';
import { FINISHED, type Stage } from './stage.ts';

export async function verifyPart(stage: Stage): Promise<void> {
  const { ground, figures } = stage;
  const { whole, nights } = await stage.finished();
  const lines = nights.reduce((sum, night) => sum + night.lines, 0);
  const target = "at least the night's";
  await stage.ground.within(FINISHED, async (session) => {
    for (const [workers, deep] of [
      [1, false],
      [2, false],
      [2, true],
    ] as const) {
      const order = { url: ground.url(FINISHED), workers, deep, onProgress: () => {} };
      const { result, usage } = await measured(ground, () => verify(session, order));
      const name = `${deep ? 'deep, ' : ''}${workers} worker${workers === 1 ? '' : 's'}`;
      const floor = lines / whole.seconds;
      figures.add('verify', `${name} (floor: the night with 2)`, lines / usage.seconds, 'lines/s', { floor, target });
      figures.add('verify', `${name}: differences`, result.differences.length, 'kinds');
      figures.details[`verify ${name}`] = { usage, checked: result.checked, differences: result.differences };
    }
  });
}
