/**
 * The simulator as a program: rounds from a seed on, so many or for so long. What fails is named by its seed and written
 * down for replay; a report at the end says what came about.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { installed } from '../support/accountants.ts';
import { makeScript } from './book-maker.ts';
import { Counts } from './counts.ts';
import { writeDelivery } from './files.ts';
import { Ground } from './ground.ts';
import { type Outcome, play } from './round.ts';
import type { Script, Step } from './script.ts';
import { shrink } from './shrink.ts';

const env = (name: string, otherwise: string): string => process.env[`SIMULATE_${name}`] ?? otherwise;
const seed = Number(env('SEED', '1'));
const soak = Number(env('SOAK', '0'));
const rounds = soak > 0 ? Number.POSITIVE_INFINITY : Number(env('ROUNDS', '100'));
const shrinks = Number(env('SHRINK', '0'));
const small = env('SMALL', 'false') === 'true';
const months = env('MONTHS', '') === '' ? undefined : Number(env('MONTHS', ''));
const kills = env('KILLS', 'false') === 'true';
const replay = env('REPLAY', '');
const out = env('OUT', join(tmpdir(), 'cps-simulate'));

const ground = new Ground();
const counts = new Counts();
const failed: number[] = [];
const begun = Date.now();

async function playAlone(script: Script): Promise<Outcome> {
  return play(await ground.empty(), script, kills);
}

function stepText(step: Exclude<Step, { do: 'deliver' }>): string {
  if (step.do === 'adopt') return `adopt ${JSON.stringify(step.policy)}`;
  const { do: verb, through, ...how } = step;
  return `${verb} ${through} ${JSON.stringify(how)}`;
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
    if (step.do !== 'deliver') steps.push(stepText(step));
    else steps.push(`ingest ${(await writeDelivery(folder, n, step)).split('/').at(-1)}`);
  }
  writeFileSync(join(folder, 'steps.txt'), `${steps.join('\n')}\n`);
  return folder;
}

async function playRound(script: Script): Promise<void> {
  const outcome = await playAlone(script);
  counts.add('rounds');
  counts.add(`rounds in ${script.zone}`);
  if (outcome.counts.under('faults ') > 0) counts.add('rounds with faults');
  if (outcome.counts.under('kills ') > 0) counts.add('rounds with kills');
  counts.addAll(outcome.counts);
  if (outcome.differences.length === 0) return;
  failed.push(script.seed);
  const folder = await keep(`seed-${script.seed}`, script, outcome);
  console.log(`seed ${script.seed} differs (${folder}):\n${outcome.differences.join('\n')}`);
  if (failed.length > shrinks) return;
  const smaller = await shrink(script, async (one) => (await playAlone(one)).differences);
  console.log(`shrunk: ${await keep(`seed-${script.seed}-small`, smaller, await playAlone(smaller))}`);
}

/** Written after every few rounds, so that a run that is ended early has left one too. */
function report(first: number): string {
  const done = counts.of('rounds');
  const minutes = (Date.now() - begun) / 60_000;
  const seeds = { first, last: first + done - 1, failed };
  const document = {
    seeds,
    small,
    months: months ?? null,
    kills,
    readers: installed,
    minutes: Math.round(minutes),
    counts,
  };
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, 'report.json'), `${JSON.stringify(document, null, 2)}\n`);
  const faults = `${counts.under('faults ')} faults, ${counts.under('kills ')} kills`;
  const wrong = failed.length === 0 ? 'none failed' : `failed: ${failed.join(' ')}`;
  return `${done} rounds of seeds ${first} to ${seeds.last}: ${wrong}; ${faults}; ${Math.round((done * 60) / minutes)} an hour`;
}

afterAll(() => ground.leave());

it('agrees with the reference in every round', async () => {
  const script = replay === '' ? undefined : (JSON.parse(readFileSync(replay, 'utf8')) as Script);
  const first = script?.seed ?? seed;
  const over = (): boolean => soak > 0 && Date.now() - begun > soak * 60_000;
  for (let n = 0; n < (script === undefined ? rounds : 1) && !over(); n += 1) {
    await playRound(script ?? makeScript(seed + n, { small, months }));
    if ((n + 1) % 25 === 0) console.log(report(first));
  }
  console.log(`${report(first)}\n${JSON.stringify(counts, null, 2)}`);
  expect(failed).toEqual([]);
});
