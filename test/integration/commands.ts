/** Runs `cps` as its users do: the built program in a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';

const MAIN = resolve(import.meta.dirname, '../../dist/main.js');

export interface Ended {
  /** Null when it was killed. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Starts a command; `input` is its standard input, `log` the level it logs at, `more` is added to the environment, `as` is
 * the user it runs as, which only root can choose.
 */
export function cps(
  args: readonly string[],
  {
    input = '',
    log = 'warn',
    more = {},
    as,
  }: { input?: string; log?: string; more?: Record<string, string>; as?: number | undefined } = {},
): { child: ChildProcess; ended: Promise<Ended> } {
  const env = { ...process.env, DATABASE_URL: '', CI: '', CPS_LOG: log, ...more };
  const user = as === undefined ? {} : { uid: as, gid: as };
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['pipe', 'pipe', 'pipe'], env, ...user });
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(input);
  const said = { stdout: '', stderr: '' };
  child.stdout?.on('data', (piece) => {
    said.stdout += String(piece);
  });
  child.stderr?.on('data', (piece) => {
    said.stderr += String(piece);
  });
  const ended = new Promise<Ended>((done) => {
    child.on('close', (code) => done({ code, ...said }));
  });
  return { child, ended };
}
