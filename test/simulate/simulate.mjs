// Reads the simulator's flags and starts it with them (simulate.run.ts).
import { spawnSync } from 'node:child_process';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const usage = `usage: npm run simulate -- [flags]
  --seed S             the first round's seed (1); the next rounds have the next seeds
  --rounds N           how many rounds (100)
  --soak MINUTES       rounds until so much time has gone, however many
  --small              short stories of few lines, which are other stories than the usual ones of the same seeds
  --months M           long histories of so many months each
  --kills              some commands run as programs and are killed with SIGKILL at some instant
  --shrink K           makes the scripts of the first K failing rounds as small as they still fail
  --replay script.json plays one script again, as a failing round left it
  --out DIR            where report.json and failing rounds go (a folder of the system's temporary folder)
A round is played again by its seed with the same --small, --months and --kills.`;
const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, '../..');
const COUNTS = ['seed', 'rounds', 'soak', 'months', 'shrink'];

function given() {
  const text = { type: 'string' };
  const flag = { type: 'boolean' };
  const counts = Object.fromEntries(COUNTS.map((name) => [name, text]));
  try {
    return parseArgs({ options: { ...counts, small: flag, kills: flag, help: flag, replay: text, out: text } }).values;
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n${usage}`);
    process.exit(2);
  }
}

const values = given();
if (values.help) {
  console.log(usage);
  process.exit(0);
}
const env = { ...process.env };
for (const [name, value] of Object.entries(values)) {
  if (COUNTS.includes(name) && !/^\d+$/.test(String(value))) {
    console.error(`--${name} is ${value}: it must be a whole number\n${usage}`);
    process.exit(2);
  }
  env[`SIMULATE_${name.toUpperCase()}`] = name === 'replay' || name === 'out' ? resolve(String(value)) : String(value);
}
const vitest = join(root, 'node_modules/vitest/vitest.mjs');
const config = join(here, 'vitest.config.ts');
const { status } = spawnSync(process.execPath, [vitest, 'run', '--config', config], {
  env,
  stdio: 'inherit',
  cwd: root,
});
process.exit(status ?? 1);
