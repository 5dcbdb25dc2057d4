// Growth: what a line costs in books of a tenth, three tenths and all of the lines, with three clicks a line, and the most
// memory our processes take. Each is loaded and run by the command itself, so that its memory is that of its own process.
import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Feeds, makeFeeds } from './book.ts';
import type { Ground } from './ground.ts';
import { measured, peakMemory, processTime, type Usage } from './meter.ts';
import type { Stage } from './stage.ts';

const DATABASE = 'growing';
const CLICKS = 3;
const WORKERS = '2';

interface Command {
  readonly usage: Usage;
  /** Microseconds of processor time of the command itself. */
  readonly engine: number;
  /** MiB. */
  readonly memory: number;
}

export async function growthPart({ ground, figures, options, say }: Stage): Promise<void> {
  const details: Record<number, unknown> = {};
  let first: { seconds: number; cpu: number } | undefined;
  for (const lines of [options.lines / 10, (options.lines * 3) / 10, options.lines].map(Math.round)) {
    say(`growing: ${lines} lines`);
    const { ingest, run } = await loadAndRun(ground, await makeFeeds(ground, lines, options.seed, CLICKS));
    const cost = { seconds: (run.usage.seconds / lines) * 1e6, cpu: (run.engine + serverTime(run.usage)) / lines };
    first ??= cost;
    const name = `${lines.toLocaleString('en-US')} lines`;
    const flat = { target: 'flat within 1.2' };
    figures.add('growth', `${name}: nights, by the clock`, cost.seconds, 'µs/line', { floor: first.seconds, ...flat });
    figures.add('growth', `${name}: nights, processor time`, cost.cpu, 'µs/line', { floor: first.cpu, ...flat });
    const memory = { target: 'under 512 MiB' };
    figures.add('growth', `${name}: memory of ingest`, ingest.memory, 'MiB', memory);
    figures.add('growth', `${name}: memory of run with ${WORKERS} workers`, run.memory, 'MiB', memory);
    details[lines] = { ingest, run };
  }
  figures.details['growth'] = details;
}

const serverTime = (usage: Usage): number => usage.backends + usage.writers + usage.others;

async function loadAndRun(ground: Ground, feeds: Feeds): Promise<{ ingest: Command; run: Command }> {
  await ground.empty(DATABASE);
  await command(ground, ['init']);
  const ingest = await command(ground, ['ingest', feeds.dir]);
  await rm(feeds.dir, { recursive: true });
  await ground.within(DATABASE, (session) => session.client.query('vacuum analyze'));
  await ground.checkpoint();
  const run = await command(ground, ['run', '--through', feeds.lastDay, '--workers', WORKERS]);
  await ground.drop(DATABASE);
  return { ingest, run };
}

/** Runs a command of the built program on the database; it has to succeed. */
async function command(ground: Ground, given: readonly string[]): Promise<Command> {
  const main = import.meta.url.endsWith('.ts') ? '../../dist/main.js' : '../../src/main.js';
  const program = fileURLToPath(new URL(main, import.meta.url));
  let memory = 0;
  let engine = 0;
  const { usage } = await measured(ground, () => {
    const args = [program, '--database', ground.url(DATABASE), ...given];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    const look = (): void => {
      try {
        memory = Math.max(memory, peakMemory(child.pid ?? 0));
        engine = Math.max(engine, processTime(child.pid ?? 0).own);
      } catch {
        // It has ended: what was seen last stands.
      }
    };
    const looking = setInterval(look, 20);
    return new Promise<void>((resolve, reject) => {
      child.on('exit', (code) => {
        clearInterval(looking);
        if (code === 0) resolve();
        else reject(new Error(`cps ${given[0]} ended with ${code}`));
      });
    });
  });
  return { usage, engine, memory };
}
