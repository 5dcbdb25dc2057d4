// Reads `--seed S --rounds N --shrink K --kills --replay FILE --out DIR` and starts the simulator (simulate.run.ts) with them.
import { spawnSync } from 'node:child_process';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const usage =
  'usage: npm run simulate -- [--seed S] [--rounds N] [--shrink K] [--kills] [--replay script.json] [--out DIR]';
const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, '../..');

function given() {
  const text = { type: 'string' };
  try {
    return parseArgs({
      options: { seed: text, rounds: text, shrink: text, kills: { type: 'boolean' }, replay: text, out: text },
    }).values;
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n${usage}`);
    process.exit(2);
  }
}

const values = given();
const env = { ...process.env };
for (const [name, value] of Object.entries(values)) {
  const whole = name === 'seed' || name === 'rounds' || name === 'shrink';
  if (whole && !/^\d+$/.test(String(value))) {
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
