/** Runs a command line in this process: quicker than a process of its own, and in a world of the test's making. */
import { Writable } from 'node:stream';
import { pino } from 'pino';
import type { World } from '../../src/cli/context.ts';
import { main } from '../../src/cli/program.ts';

/** What a command line ended with and wrote. The clock stands at 2026, the log is silent. */
export async function commandLine(
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<{ code: number; out: string; err: string }> {
  const text = { out: '', err: '' };
  const into = (which: 'out' | 'err'): NodeJS.WriteStream =>
    new Writable({
      write(piece: Buffer, _encoding, done) {
        text[which] += piece.toString();
        done();
      },
    }) as unknown as NodeJS.WriteStream;
  const world = {
    version: 'test',
    now: () => Date.UTC(2026, 0, 1),
    ticks: () => 0,
    environment,
    user: 'tester',
    stdin: process.stdin,
    stdout: into('out'),
    stderr: into('err'),
    log: pino({ level: 'silent' }),
    place: 'test',
    untilStopped: () => Promise.resolve(),
  } satisfies World;
  return { code: await main(args, world), ...text };
}
