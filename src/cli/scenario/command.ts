/** `cps scenario`: plays scenario files, each on a fresh book, and shows where an outcome differs. */

import { readFile, writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { whyNot } from '../../core/error-code.ts';
import { Refusal } from '../../core/refusal.ts';
import { withTemporaryDatabase } from '../../store/server/temporary.ts';
import type { Act } from '../command.ts';
import { answer, type Common, DONE, FINDINGS, type Outcome, type World, withServer } from '../context.ts';
import { differenceText, mayUpdate, type Played, play } from './play.ts';

interface ScenarioOptions {
  readonly update?: true;
}

export function registerScenario(program: Command, act: Act): void {
  program
    .command('scenario')
    .description('play scenario files, each on a fresh book of its own')
    .argument('<file...>', 'Markdown files with feeds, nights and the outcomes they should have')
    .option('--update', 'rewrite the outcome blocks to what came of them, as UPDATE=1 does; not under CI')
    .addHelpText(
      'after',
      '\nExamples:\n  cps scenario scenarios/*.md\n  cps scenario --update scenarios/01-first-sale.md',
    )
    .action(act(scenario));
}

async function scenario(world: World, common: Common, files: string[], options: ScenarioOptions): Promise<Outcome> {
  const update = mayUpdate(world.environment, options.update === true);
  const texts = await Promise.all(files.map(async (file) => ({ file, text: await textOf(file) })));
  return withServer(world, common, async (server) => {
    const results: { played: Played; updated: boolean }[] = [];
    for (const { file, text } of texts) {
      const played = await withTemporaryDatabase(server, (url) => play(file, text, { url, now: world.now() }));
      const updated = update && played.text !== text;
      if (updated) await writeFile(file, played.text);
      const left = updated ? played.differences.filter(({ line }) => line === 0) : played.differences;
      const result = { played: { ...played, differences: left }, updated };
      results.push(result);
      if (common.json !== true) world.stdout.write(resultText(result.played, updated));
    }
    const differ = results.filter(({ played }) => played.differences.length > 0).length;
    const document = {
      scenarios: results.map(({ played: { file, outcomes, differences }, updated }) => ({
        file,
        passed: differences.length === 0,
        outcomes,
        updated,
        differences,
      })),
    };
    answer(world, common, document, () => `${results.length - differ} as written, ${differ} not.\n`);
    return differ === 0 ? DONE : FINDINGS;
  });
}

function resultText(played: Played, updated: boolean): string {
  const { file, outcomes, differences } = played;
  const rewrote = updated ? `${file}: outcome blocks rewritten\n` : '';
  if (differences.length > 0) return `${differenceText(played)}${rewrote}`;
  return updated ? rewrote : `${file}: ${outcomes} ${outcomes === 1 ? 'outcome' : 'outcomes'} as written\n`;
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new Refusal(`the scenario ${file} cannot be read (${whyNot(error)}): give the path of a Markdown file`);
  }
}
