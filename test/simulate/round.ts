/** One round: a script played on the engine and on the reference side by side, and every difference between them. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installed, objections } from '../support/accountants.ts';
import type { Counts } from './counts.ts';
import { Draw } from './draw.ts';
import { Engine } from './engine.ts';
import { writeDelivery } from './files.ts';
import { brokenLaws } from './invariants.ts';
import { EXPORTS, Reference } from './reference/reference.ts';
import { Zone } from './reference/zone.ts';
import type { DeliverStep, RunStep, Script, Step } from './script.ts';

export interface Outcome {
  /** Empty where all agrees. */
  readonly differences: readonly string[];
  readonly counts: Counts;
}

/** Plays a script in an empty, migrated database; with `kills`, some commands are run in a child process and killed. */
export async function play(url: string, script: Script, kills = false): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), 'cps-simulate-'));
  const engine = await Engine.open(url, script, kills ? new Draw(script.seed + 1) : undefined);
  const player = new Player(engine, folder, script);
  try {
    await player.play();
    return { differences: player.differences, counts: engine.counts };
  } catch (error) {
    const said = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { differences: [...player.differences, `step ${player.at}: ${said}`], counts: engine.counts };
  } finally {
    await engine.close();
    await rm(folder, { recursive: true, force: true });
  }
}

class Player {
  readonly #engine: Engine;
  readonly #reference: Reference;
  readonly #folder: string;
  readonly #script: Script;
  readonly differences: string[] = [];
  at = 0;

  constructor(engine: Engine, folder: string, script: Script) {
    this.#engine = engine;
    this.#folder = folder;
    this.#script = script;
    this.#reference = new Reference(script);
  }

  async play(): Promise<void> {
    const { steps, seed } = this.#script;
    const draw = new Draw(seed);
    const lastRun = steps.findLastIndex((step) => step.do === 'run');
    for (this.at = 0; this.at < steps.length; this.at += 1) {
      const step = steps[this.at];
      if (step === undefined) continue;
      if (step.do === 'run') await this.#run(step);
      else await this.#take(step);
      if (step.do === 'run' && (this.at === lastRun || draw.chance(0.25))) await this.#compare(draw);
      if (this.differences.length > 0) return;
    }
    await this.#compare(draw);
    this.differences.push(...(await brokenLaws(this.#engine.session)));
    this.differences.push(...(await this.#engine.verified()));
    this.differences.push(...(await objections(this.#engine.session)));
    for (const name of installed) this.#engine.counts.add(`journals read by ${name}`);
  }

  async #take(step: Step): Promise<void> {
    if (step.do === 'adopt') {
      this.#reference.adopt(step.policy);
      await this.#engine.adopt(step.policy, this.#script.digits, step.faults);
    } else if (step.do === 'deliver') {
      for (let times = step.twice ? 2 : 1; times > 0; times -= 1) this.#reference.deliver(step.feed, step.rows);
      const path = await writeDelivery(this.#folder, this.at, step);
      if (step.twice) await this.#engine.deliverTwice(path, step.feed);
      else await this.#engine.deliver(path, step.feed, step.faults);
    }
  }

  async #run(step: RunStep): Promise<void> {
    const end = new Zone(this.#script.zone).end(step.through);
    if (step.early) await this.#engine.runTooEarly(step, end - 1);
    const next = this.#script.steps[this.at + 1];
    const { nextDay } = await this.#engine.progress();
    if (step.beside && next?.do === 'deliver' && nextDay !== null && goesBetween(next)) {
      await this.#runBeside(step, next);
      return;
    }
    for (let attempt = 0; !(await this.#engine.run(step, attempt)); attempt += 1) {
      if (attempt === 20) throw new Error('a run does not come to its end');
      if (attempt === 0 && step.interrupted) await this.#interrupt();
    }
    this.#reference.run(step.through);
  }

  /** The next step comes between a run that was stopped and the one that takes it up again. */
  async #interrupt(): Promise<void> {
    const next = this.#script.steps[this.at + 1];
    const { nextDay } = await this.#engine.progress();
    if (next === undefined || nextDay === null || !goesBetween(next)) return;
    this.#engine.counts.add('steps between a fault and the run taken up again');
    this.#reference.runBefore(nextDay);
    this.at += 1;
    await this.#take(next);
  }

  async #runBeside(step: RunStep, next: DeliverStep): Promise<void> {
    this.at += 1;
    const path = await writeDelivery(this.#folder, this.at, next);
    const seen = await this.#engine.runBeside(step, path, next.feed);
    if (seen === null) this.#reference.run(step.through);
    else this.#reference.runBefore(seen);
    this.#reference.deliver(next.feed, next.rows);
    this.#reference.run(step.through);
  }

  async #compare(draw: Draw): Promise<void> {
    const { nextDay } = this.#reference;
    const asOf = nextDay !== undefined && draw.chance(0.3) ? shifted(nextDay, -draw.whole(0, 20)) : null;
    for (const name of EXPORTS) {
      this.#differ(name, this.#reference.export(name), await this.#engine.export(name, null));
      if (asOf !== null && name !== 'ingest')
        this.#differ(
          `${name} as of ${asOf}`,
          this.#reference.export(name, asOf),
          await this.#engine.export(name, asOf),
        );
    }
  }

  #differ(name: string, expected: string, got: string): void {
    if (expected === got) return;
    const [lines, others] = [expected.split('\n'), got.split('\n')];
    const missing = lines.filter((line) => !others.includes(line)).slice(0, 6);
    const extra = others.filter((line) => !lines.includes(line)).slice(0, 6);
    const shown = [...missing.map((line) => `  expected ${line}`), ...extra.map((line) => `  got      ${line}`)];
    this.differences.push(
      `after step ${this.at}, ${name} differs:\n${shown.length > 0 ? shown.join('\n') : '  in order only'}`,
    );
  }
}

/** Results name what a night has instructed, which an open night may not have done yet. */
function goesBetween(step: Step): boolean {
  return step.do === 'adopt' || (step.do === 'deliver' && !step.feed.endsWith('-results'));
}

function shifted(day: string, by: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + by * 86_400_000).toISOString().slice(0, 10);
}
