/** The READMEs hold to the code they speak of; and each of their faults is seen to be found. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commandsOf, faultsOfReadmes, type Tree } from './readmes.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const OURS = ['src', 'test', 'migrations', 'scenarios', '.ci'];

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

function tree(): Tree {
  const below = OURS.flatMap((folder) => readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true }));
  const top = readdirSync(ROOT).filter((name) => name !== 'node_modules' && name !== 'dist');
  const paths = [...top, ...below.map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))];
  const pages = paths.filter((path) => path.endsWith('.md')).map((path): [string, string] => [path, read(path)]);
  return { paths: new Set(paths), pages: new Map(pages) };
}

/** A tree in which nothing is wrong, but for what a test changes in its front page. */
function small(front: string, more: readonly string[] = []): Tree {
  const rooms = ['src', 'migrations', 'scenarios', 'test'].map((room) => `${room}/README.md`);
  const pages: [string, string][] = [
    ['README.md', front],
    ...rooms.map((room): [string, string] => [room, '# A room\n\n## Its page']),
    ['scenarios/01-sale.md', '\n```explain L1\nOrder line L1\n```\n'],
  ];
  return { paths: new Set([...pages.map(([path]) => path), 'src/main.ts', ...more]), pages: new Map(pages) };
}

describe('the READMEs', () => {
  it('have no fault', () => expect(faultsOfReadmes(tree())).toEqual([]));

  it('name the two commands that the package has, and .ci/run runs the second', () => {
    const commands = commandsOf(read('README.md'));
    expect(commands).toEqual(['npm ci && npm run demo', 'npm ci && npm test']);
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(['demo', 'test']));
    expect(read('.ci/run')).toMatch(/^npm ci$[\s\S]*^npm test$/m);
  });

  it('of a small tree have none', () => {
    const front =
      '[a](src/README.md#its-page) `src/main.ts` `main.ts`\n```text\n$ cps explain L1\nOrder line L1\n```\n';
    expect(faultsOfReadmes(small(front))).toEqual([]);
  });

  it.each([
    ['a front page that is too long', 'x'.repeat(10_241), [], 'README.md has 10241 bytes'],
    ['a link to nothing', '[a](src/none.md)', [], 'links to src/none.md, which is not there'],
    ['a link to no heading', '[a](src/README.md#none)', [], 'links to #none of src/README.md'],
    ['a path that is none', '`src/none.ts`', [], 'names `src/none.ts`'],
    ['a folder that is none', '`test/none`', [], 'names `test/none`'],
    ['a file that is nowhere', '`none.sql`', [], 'names `none.sql`'],
    ['a room without a page', '', ['src/core', 'src/core/README.md', 'src/core/new'], 'src/core/new has no README.md'],
    [
      'output of another day',
      '```text\n$ cps explain L1\nOrder line 1\n```\n',
      [],
      'otherwise than scenarios/01-sale.md',
    ],
    ['output of nothing', '```text\n$ cps explain L2\nOrder line L2\n```\n', [], 'which no scenario has'],
  ])('are found with %s', (_, front, more, fault) => {
    expect(faultsOfReadmes(small(front, more))).toEqual([expect.stringContaining(fault)]);
  });
});
