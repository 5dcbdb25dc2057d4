// Builds the checkout into a folder of its own, so that an edit meanwhile changes nothing, and starts the bench (bench.ts)
// there: `npm run bench -- --lines 50000`. What Node is given (`node --cpu-prof test/bench/bench.mjs`) is passed on.
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const folder = mkdtempSync(join(tmpdir(), 'cps-bench-'));
const built = join(folder, 'built');

function build() {
  // The private server's user has to reach its cluster in here.
  chmodSync(folder, 0o711);
  mkdirSync(built);
  symlinkSync(join(root, 'node_modules'), join(built, 'node_modules'));
  cpSync(join(root, 'migrations'), join(built, 'migrations'), { recursive: true });
  cpSync(join(root, 'src/web/assets'), join(built, 'src/web/assets'), { recursive: true });
  cpSync(join(root, 'package.json'), join(built, 'package.json'));
  const project = join(folder, 'tsconfig.json');
  const compilerOptions = {
    noEmit: false,
    noCheck: true,
    allowImportingTsExtensions: false,
    sourceMap: true,
    rootDir: root,
    outDir: built,
    typeRoots: [join(root, 'node_modules/@types')],
  };
  const include = [join(root, 'src'), join(root, 'test/bench')];
  const exclude = [join(root, 'test/bench/*.test.ts')];
  writeFileSync(project, JSON.stringify({ extends: join(root, 'tsconfig.json'), compilerOptions, include, exclude }));
  return spawnSync(join(root, 'node_modules/.bin/tsc'), ['-p', project], { stdio: 'inherit' }).status;
}

async function bench() {
  const program = join(built, 'test/bench/bench.js');
  const given = [...process.execArgv, program, ...process.argv.slice(2)];
  const child = spawn(process.execPath, given, { stdio: 'inherit', env: { ...process.env, CPS_BENCH_FOLDER: folder } });
  // Ctrl-C ends the bench at once; its server is stopped and cleared away below.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  return new Promise((done) => child.on('exit', (code) => done(code ?? 1)));
}

async function stopServer() {
  const { stopEmbedded } = await import(join(built, 'src/store/server/embedded.js'));
  await stopEmbedded(join(folder, 'data'));
}

try {
  process.exitCode = build() || (await bench());
} finally {
  await stopServer().catch((error) => console.error(error));
  rmSync(folder, { recursive: true, force: true });
}
