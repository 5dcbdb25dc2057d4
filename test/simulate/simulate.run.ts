/** The simulator as a program: rounds from SEED on, ROUNDS of them; what fails is named by its seed and written down for replay. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { makeScript } from './book-maker.ts';
import { writeDelivery } from './files.ts';
import { Ground } from './ground.ts';
import { type Outcome, play } from './round.ts';
import type { Script } from './script.ts';
import { shrink } from './shrink.ts';

const env = (name: string, otherwise: string): string => process.env[`SIMULATE_${name}`] ?? otherwise;
const seed = Number(env('SEED', '1'));
const rounds = Number(env('ROUNDS', '100'));
const shrinks = Number(env('SHRINK', '0'));
const kills = env('KILLS', 'false') === 'true';
const replay = env('REPLAY', '');
const out = env('OUT', join(tmpdir(), 'cps-simulate'));

const ground = new Ground();

async function playAlone(script: Script): Promise<Outcome> {
  return play(await ground.empty(), script, kills);
}

/** The book's folder: the script, and its deliveries as files with the steps between them. */
async function keep(name: string, script: Script, outcome: Outcome): Promise<string> {
  const folder = join(out, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'script.json'), JSON.stringify(script, null, 1));
  writeFileSync(join(folder, 'differences.txt'), `${outcome.differences.join('\n')}\n`);
  writeFileSync(join(folder, 'policy.json'), JSON.stringify(script.policy, null, 1));
  const steps: string[] = [];
  for (const [n, step] of script.steps.entries()) {
    if (step.do === 'deliver') steps.push(`ingest ${(await writeDelivery(folder, n, step)).split('/').at(-1)}`);
    else if (step.do === 'run')
      steps.push(`run ${step.through} (workers ${step.workers}, small night ${step.smallNight ?? 'as usual'})`);
    else steps.push(`adopt ${JSON.stringify(step.policy)}`);
  }
  writeFileSync(join(folder, 'steps.txt'), `${steps.join('\n')}\n`);
  return folder;
}

afterAll(() => ground.leave());

it('agrees with the reference in every round', async () => {
  const begun = Date.now();
  const failed: number[] = [];
  let faults = 0;
  const scripts = replay === '' ? undefined : [JSON.parse(readFileSync(replay, 'utf8')) as Script];
  const all = scripts?.length ?? rounds;
  for (let n = 0; n < all; n += 1) {
    const script = scripts?.[n] ?? makeScript(seed + n);
    const outcome = await playAlone(script);
    faults += outcome.faults;
    if (outcome.differences.length > 0) {
      failed.push(script.seed);
      const folder = await keep(`seed-${script.seed}`, script, outcome);
      console.log(`seed ${script.seed} differs (${folder}):\n${outcome.differences.join('\n')}`);
      if (failed.length <= shrinks) {
        const small = await shrink(script, async (smaller) => (await playAlone(smaller)).differences);
        console.log(`shrunk: ${await keep(`seed-${script.seed}-small`, small, await playAlone(small))}`);
      }
    }
    if ((n + 1) % 25 === 0)
      console.log(
        `${n + 1} rounds, ${failed.length} failed, ${faults} faults, ${perHour(n + 1, begun)} rounds an hour`,
      );
  }
  console.log(
    `rounds ${all} from seed ${scripts?.[0]?.seed ?? seed}: failed ${failed.length === 0 ? 'none' : failed.join(' ')}; ${faults} faults; ${perHour(all, begun)} rounds an hour`,
  );
  expect(failed).toEqual([]);
});

function perHour(done: number, begun: number): number {
  return Math.round((done * 3_600_000) / (Date.now() - begun));
}
