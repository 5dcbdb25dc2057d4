/**
 * The package as others install it: packed, put into an empty folder, and used there as the READMEs say: the command, the
 * core as a library, the API's client, and the types of both.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };

const execute = promisify(execFile);
const ROOT = resolve(import.meta.dirname, '../..');
let home = '';
let said = '';

const npm = (args: readonly string[], cwd: string) => execute('npm', args, { cwd, env: { ...process.env, CI: '' } });

/** The blocks of TypeScript in a README that use the package. */
function examples(readme: string): string[] {
  const text = readFileSync(join(ROOT, readme), 'utf8');
  return [...text.matchAll(/```ts\n([\s\S]*?)```/g)].flatMap(([, code = '']) =>
    code.includes(`from '${manifest.name}`) ? [code] : [],
  );
}

const LIBRARY = examples('src/core/README.md');
const CLIENT = examples('src/http/README.md');

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'cps-package-'));
  await npm(['pack', '--ignore-scripts', '--pack-destination', home], ROOT);
  writeFileSync(join(home, 'package.json'), '{ "name": "elsewhere", "private": true, "type": "module" }\n');
  const packed = `./${manifest.name}-${manifest.version}.tgz`;
  const { stdout, stderr } = await npm(['install', '--prefer-offline', '--no-audit', '--no-fund', packed], home);
  said = stdout + stderr;
}, 180_000);
afterAll(() => rmSync(home, { recursive: true, force: true }));

it('installs without a warning about the version of Node, and brings no test, source or map', () => {
  expect(said).not.toMatch(/EBADENGINE|deprecated/);
  const files = readdirSync(join(home, 'node_modules', manifest.name), { recursive: true, encoding: 'utf8' });
  expect(files.filter((file) => /^(test|src)\/|\.map$|(?<!\.d)\.ts$/.test(file))).toEqual([]);
  expect(files).toEqual(
    expect.arrayContaining(['dist/main.js', 'dist/index.d.ts', 'migrations/001_book.sql', 'LICENSE']),
  );
});

it('plays the demonstration in an empty folder, and shows its pages', async () => {
  const { stdout } = await execute('npx', ['cps', 'demo'], { cwd: home, maxBuffer: 1 << 24 });
  expect(stdout).toContain('Earned by nobody: cross-store was not permitted');
  expect(existsSync(join(home, 'node_modules', manifest.name, 'dist/web/assets/style.css'))).toBe(true);
}, 120_000);

it('is a library and a client, as the READMEs show them, for JavaScript and with types', async () => {
  expect([LIBRARY.length, CLIENT.length]).toEqual([1, 1]);
  const folder = join(home, 'examples');
  mkdirSync(folder);
  writeFileSync(join(folder, 'library.ts'), LIBRARY[0] ?? '');
  writeFileSync(join(folder, 'client.ts'), CLIENT[0] ?? '');
  const options = ['--strict', '--noEmit', '--skipLibCheck', 'false', '--module', 'nodenext', '--target', 'es2023'];
  const types = ['--typeRoots', join(ROOT, 'node_modules/@types'), '--types', 'node'];
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  await execute(process.execPath, [tsc, ...options, ...types, 'library.ts', 'client.ts'], { cwd: folder });
  // Types taken away, it is what a program in JavaScript says.
  const script = (LIBRARY[0] ?? '')
    .replaceAll(/\(text: string\)|\(day: string\)/g, (of) => of.replace(/: string/, ''))
    .replaceAll(' as const', '');
  writeFileSync(join(folder, 'library.mjs'), script);
  const { stdout } = await execute(process.execPath, ['library.mjs'], { cwd: folder });
  const expected = /\/\/ (.*)\n$/.exec(LIBRARY[0] ?? '')?.[1];
  expect(stdout).toBe(`${expected}\n`);
}, 60_000);
