/** Makes a failing round small: leaves out steps, then rows, as long as the same export still differs. */
import type { Script, Step } from './script.ts';

type Differences = (script: Script) => Promise<readonly string[]>;

/** What kind of failure it is: the export that differs, or the first words of an error. */
function kindOf(differences: readonly string[]): string {
  const first = differences[0] ?? '';
  return /, (\w+) .*differs/.exec(first)?.[1] ?? first.replace(/^step \d+: /, '').slice(0, 40);
}

export async function shrink(script: Script, differences: Differences): Promise<Script> {
  const kind = kindOf(await differences(script));
  const fails = async (smaller: Script): Promise<boolean> => kindOf(await differences(smaller)) === kind;
  let best = script;
  const withSteps = (steps: readonly Step[]): Script => ({ ...best, steps });
  for (let again = true; again; ) {
    const before = JSON.stringify(best).length;
    best = withSteps(await smallest(best.steps, (steps) => fails(withSteps(steps))));
    for (let at = 0; at < best.steps.length; at += 1) {
      const step = best.steps[at];
      if (step?.do !== 'deliver' || step.rows.length === 0) continue;
      const { steps } = best;
      const swapped = (rows: typeof step.rows): readonly Step[] => steps.with(at, { ...step, rows });
      const rows = await smallest(step.rows, (fewer) => fails(withSteps(swapped(fewer))));
      best = withSteps(swapped(rows));
    }
    again = JSON.stringify(best).length < before;
  }
  return best;
}

/** Leaves out ever smaller pieces of a list while it still fails. */
async function smallest<T>(
  list: readonly T[],
  fails: (fewer: readonly T[]) => Promise<boolean>,
): Promise<readonly T[]> {
  let best = list;
  for (let size = Math.ceil(list.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < best.length; ) {
      const fewer = [...best.slice(0, from), ...best.slice(from + size)];
      if (await fails(fewer)) best = fewer;
      else from += size;
    }
  }
  return best;
}
