/** Commands of the built program in a child process, killed with SIGKILL wherever it has come to by then. */
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

const main = resolve(import.meta.dirname, '../../dist/main.js');

/** Runs a command and kills it after some milliseconds. @returns true where it had ended by itself before */
export function killedAfter(milliseconds: number, url: string, ...command: readonly string[]): Promise<boolean> {
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, [main, '--database', url, ...command], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (piece: Buffer) => {
      said += piece;
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), milliseconds);
    child.on('error', failed);
    child.on('close', (code) => {
      clearTimeout(timer);
      if (code === null || code === 0 || code === 1) done(code !== null);
      else failed(new Error(`cps ${command.join(' ')} ended with ${code}: ${said}`));
    });
  });
}
