/** Has the processes of a test run record the statements they run, and holds these in the end to the row types they claim. */
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { claimsIn } from './declared.ts';
import { hold, type Ran } from './held.ts';

const ROOT = resolve(import.meta.dirname, '../../..');

/** Lets every process from here on, and those that it starts, note its statements in a folder. */
export function recordStatements(folder: string): void {
  mkdirSync(folder, { mode: 0o777 });
  const preload = `--import=${pathToFileURL(join(import.meta.dirname, 'record.mjs')).href}`;
  process.env['NODE_OPTIONS'] = `${process.env['NODE_OPTIONS'] ?? ''} ${preload}`.trim();
  process.env['CPS_STATEMENTS'] = folder;
}

/** Says what is wrong with those that ran, if anything is; with STATEMENTS=1 also which typed ones did not run. */
export function holdStatements(folder: string): boolean {
  const claims = claimsIn(ROOT, 'src');
  const { wrong, unseen } = hold(claims, ran(folder));
  const say = (text: string): void => void process.stdout.write(`${text}\n`);
  say(
    `Statements with a row type: ${claims.length - unseen.length} of ${claims.length} ran, ${wrong.length} are wrong`,
  );
  for (const sentence of wrong) say(`  ${sentence}`);
  if (process.env['STATEMENTS'] === '1') for (const { where } of unseen) say(`  did not run: ${where}`);
  return wrong.length === 0;
}

function* ran(folder: string): Generator<Ran> {
  const seen = new Set<string>();
  for (const file of readdirSync(folder)) {
    for (const line of readFileSync(join(folder, file), 'utf8').split('\n')) {
      if (line === '' || seen.has(line)) continue;
      seen.add(line);
      yield JSON.parse(line) as Ran;
    }
  }
}
