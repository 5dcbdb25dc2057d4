/**
 * `cps demo`: plays December 2013, and what would have come of it under other rules, each on a fresh private database:
 * the scenarios' own prose, with what the engine makes of it.
 */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { table } from '../../formats/files/table.ts';
import { withTemporaryDatabase } from '../../store/server/temporary.ts';
import type { Act } from '../command.ts';
import { type Common, DONE, FINDINGS, type Outcome, type World, withServer } from '../context.ts';
import { type Block, isBlock } from '../scenario/document.ts';
import { perform, play, type Theatre } from '../scenario/play.ts';

const STORIES = ['34-december-2013.md', '60-the-question-of-2013.md'].map((name) =>
  fileURLToPath(new URL(`../../../scenarios/${name}`, import.meta.url)),
);

/** What the command line would show the same with, for the outcomes the story shows. */
const COMMANDS: Readonly<Record<string, string>> = {
  attributions: 'cps export attributions',
  statements: 'cps export statements',
  balances: 'cps export balances',
  statement: 'cps statement',
  deductions: 'cps deductions',
  explain: 'cps explain',
  whatif: 'cps whatif',
};

export function registerDemo(program: Command, act: Act): void {
  program
    .command('demo')
    .description('tell December 2013 on a fresh private database')
    .addHelpText('after', '\nExample:\n  cps demo | less')
    .action(act(demo));
}

async function demo(world: World, common: Common): Promise<Outcome> {
  return withServer(world, common, async (server) => {
    const plays: { outcomes: number; differences: readonly unknown[] }[] = [];
    for (const story of STORIES) {
      const text = await readFile(story, 'utf8');
      await withTemporaryDatabase(server, async (url) => {
        const theatre = { url, now: world.now() };
        if (common.json === true) plays.push(await play(story, text, theatre));
        else await show(world, story, text, theatre);
      });
    }
    if (common.json !== true) {
      world.stdout.write(ENDING);
      return DONE;
    }
    const outcomes = plays.reduce((sum, one) => sum + one.outcomes, 0);
    const differences = plays.flatMap((one) => one.differences);
    world.stdout.write(`${JSON.stringify({ story: 'December 2013', outcomes, differences }, null, 2)}\n`);
    return differences.length === 0 ? DONE : FINDINGS;
  });
}

/** Plays a story and shows each piece as it comes. */
async function show(world: World, story: string, text: string, theatre: Theatre): Promise<void> {
  for await (const { piece, actual } of perform(story, text, theatre)) {
    const shown = (isBlock(piece) ? blockText(piece, actual) : proseText(piece.prose)).trimEnd();
    if (shown.trim() !== '') world.stdout.write(`${shown.replace(/^\n+/, '')}\n\n`);
  }
}

const ENDING = `This was scenarios/34-december-2013.md and 60-the-question-of-2013.md, played through PostgreSQL as the tests play it. A book of your own:

  npx cps init
  npx cps generate --lines 2000 --seed 1 --out feeds
  npx cps ingest feeds
  npx cps run --through 2014-01-31
  npx cps status
`;

const WIDTH = 100;

/** Markdown as a terminal shows it: headings underlined, paragraphs wrapped, emphasis and quotes without their marks. */
function proseText(prose: string): string {
  return prose
    .split(/\n{2,}/)
    .map((paragraph) => paragraphText(paragraph.trim()))
    .join('\n\n');
}

function paragraphText(paragraph: string): string {
  const heading = /^(#+) (.*)$/.exec(paragraph);
  if (heading !== null) {
    const title = heading[2] ?? '';
    return `${title}\n${(heading[1] === '#' ? '=' : '-').repeat(title.length)}`;
  }
  const plain = paragraph.replaceAll('**', '').replaceAll('`', '');
  if (plain.startsWith('|')) return markdownTable(plain);
  if (plain.startsWith('>')) return wrapped(plain.replace(/^> ?/gm, ''), '    ', '    ');
  if (!plain.startsWith('- ')) return wrapped(plain, '', '');
  return plain
    .split(/\n(?=- )/)
    .map((item) => wrapped(item.slice(2), '- ', '  '))
    .join('\n');
}

function markdownTable(text: string): string {
  const [header = [], , ...rows] = text.split('\n').map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  return table(
    header.map((title) => ({ title })),
    rows,
    { indent: 4 },
  );
}

function wrapped(text: string, first: string, others: string): string {
  const lines: string[] = [];
  let line = first;
  for (const word of text.split(/\s+/)) {
    if (line.length + word.length + 1 > WIDTH && line.trim() !== '') {
      lines.push(line);
      line = others;
    }
    line += line === first || line === others ? word : ` ${word}`;
  }
  return [...lines, line].join('\n');
}

function blockText(block: Block, actual: string | undefined): string {
  const { name, words, body } = block;
  if (name === 'feed') return `  delivered: ${words[0]}\n${feedTable(body)}`;
  if (name === 'file') return `  ${words[0]}:\n${feedTable(body)}`;
  if (name === 'run') return `  $ cps run --through ${words[0]}`;
  if (name === 'journal') return `  ${entriesIn(actual ?? '')}\n\n`;
  if (actual === undefined) return '';
  const [from = '', to = '', ...options] = words;
  const typed = name === 'whatif' ? ['--from', from, '--to', to, ...options] : words;
  return `  $ ${[COMMANDS[name] ?? name, ...typed].join(' ')}\n\n${indented(actual)}\n`;
}

function feedTable(body: string): string {
  const [header = [], ...rows] = body
    .trim()
    .split('\n')
    .map((line) => line.split(','));
  return table(
    header.map((title) => ({ title, max: 34 })),
    rows.map((cells) => header.map((_, i) => cells[i] ?? '')),
    { indent: 4 },
  );
}

function entriesIn(journal: string): string {
  const entries = journal.split('\n').filter((line) => /^\d{4}-/.test(line)).length;
  return `posted: ${entries} balanced ${entries === 1 ? 'entry' : 'entries'} (cps export journal shows them)`;
}

function indented(text: string): string {
  return text
    .split('\n')
    .map((line) => (line === '' ? '' : `    ${line}`))
    .join('\n');
}
