#!/usr/bin/env node
/** The only place that knows the clock, the environment and the logger: it hands them to the command line. */
import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { pino } from 'pino';
import { main } from './cli/program.ts';

const log = pino({ level: process.env['CPS_LOG'] ?? 'warn', base: null }, pino.destination({ dest: 2, sync: true }));

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/** The user who runs this; its number where the system has no name for it. */
function user(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? ''}`;
  }
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Whoever reads may stop early, as `head` does.
  process.exit(error.code === 'EPIPE' ? 0 : 4);
});

process.exitCode = await main(process.argv.slice(2), {
  version,
  now: () => Date.now(),
  ticks: () => performance.now(),
  environment: process.env,
  user: user(),
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  log,
  untilStopped: () =>
    new Promise((resolve) => {
      for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
    }),
});
