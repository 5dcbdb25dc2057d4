/** The bench as a program (issue 4): measures the engine against hand-written SQL, part by part; bench.mjs starts it. */
import { writeFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import type { Figures } from './figures.ts';
import { Ground } from './ground.ts';
import { type Options, PARTS, type Part, readOptions, USAGE } from './options.ts';
import { closePart } from './part-close.ts';
import { coldPart } from './part-cold.ts';
import { growthPart } from './part-growth.ts';
import { ingestPart } from './part-ingest.ts';
import { nightPart } from './part-night.ts';
import { readsPart } from './part-reads.ts';
import { spacePart } from './part-space.ts';
import { verifyPart } from './part-verify.ts';
import { whatIfPart } from './part-whatif.ts';
import { Stage } from './stage.ts';

const TAKE: { readonly [part in Part]: (stage: Stage) => Promise<void> } = {
  ingest: ingestPart,
  cold: coldPart,
  night: nightPart,
  close: closePart,
  reads: readsPart,
  verify: verifyPart,
  whatif: whatIfPart,
  space: spacePart,
  growth: growthPart,
};

/** Takes the parts asked for, in a private server under a folder. */
export async function bench(folder: string, options: Options, say: (sentence: string) => void): Promise<Figures> {
  const ground = await Ground.open(folder);
  try {
    const stage = new Stage(ground, options, say);
    for (const part of PARTS) {
      if (!options.parts.includes(part)) continue;
      const before = stage.figures.all.length;
      await TAKE[part](stage);
      say(`\n${stage.figures.text(before)}`);
    }
    return stage.figures;
  } finally {
    await ground.close();
  }
}

async function main(folder: string): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (typeof options === 'string') {
    console.error(`${options}\n${USAGE}`);
    process.exitCode = 2;
    return;
  }
  const begun = performance.now();
  const since = (): string => `${((performance.now() - begun) / 1000).toFixed(0).padStart(5)} s`;
  const figures = await bench(folder, options, (sentence) => console.error(`${since()}  ${sentence}`));
  console.log(figures.text());
  const machine = { cores: availableParallelism(), model: cpus()[0]?.model ?? '', node: process.version };
  const seconds = (performance.now() - begun) / 1000;
  const document = { options, machine, seconds, figures: figures.all, details: figures.details };
  const plain = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? Number(value) : value);
  if (options.out !== null)
    await writeFile(
      options.out,
      `${JSON.stringify(document, plain, 1)}
`,
    );
}

// Under the test runner there is no folder: it calls `bench` itself.
const folder = process.env['CPS_BENCH_FOLDER'];
if (folder !== undefined) await main(folder);
