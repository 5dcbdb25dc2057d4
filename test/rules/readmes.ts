/**
 * What has to hold of the READMEs, checked on their text: links and paths lead somewhere, and what they show of the
 * program is what a scenario shows. It judges no wording.
 */
import { dirname, join, normalize } from 'node:path';

export interface Tree {
  /** Path from the root of each file and folder, such as `src/core/money.ts`, `src/core`. */
  readonly paths: ReadonlySet<string>;
  /** The text of each markdown page by its path. */
  readonly pages: ReadonlyMap<string, string>;
}

/** Folders that need a page of their own, beside every folder of src and of src/core. */
const ROOMS = ['src', 'migrations', 'scenarios', 'test'];
/** The front page in bytes: what somebody reads who has ten minutes. */
const FRONT_PAGE = 10_240;

const isReadme = (path: string): boolean => /(^|\/)README\.md$/.test(path);
const withoutBlocks = (text: string): string => text.replace(/^ *```[\s\S]*?^ *```$/gm, '');

/** Every fault of the READMEs of a tree, a sentence each. */
export function faultsOfReadmes(tree: Tree): string[] {
  const found = roomsWithoutPage(tree);
  const front = Buffer.byteLength(tree.pages.get('README.md') ?? '');
  if (front > FRONT_PAGE) found.push(`README.md has ${front} bytes, ${FRONT_PAGE} at most: move text to its folder`);
  for (const [path, text] of tree.pages) {
    if (!isReadme(path)) continue;
    found.push(...brokenLinks(tree, path, text), ...pathsThatAreNone(tree, path, text));
    found.push(...shown(text).flatMap((output) => faultOfShown(tree, path, output)));
  }
  return found;
}

function roomsWithoutPage({ paths }: Tree): string[] {
  const rooms = [...paths].filter((path) => /^src(\/core)?\/[^/.]+$/.test(path));
  return [...ROOMS, ...rooms]
    .filter((room) => !paths.has(`${room}/README.md`))
    .map((room) => `${room} has no README.md: what it decides, what it does not, how to add one there, its decisions`);
}

/** The anchor of a heading, as GitHub makes it. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

function brokenLinks(tree: Tree, path: string, text: string): string[] {
  const links = [...withoutBlocks(text).matchAll(/\]\((?!\w+:)([^)#\s]*)(?:#([^)\s]+))?\)/g)];
  return links.flatMap(([, link = '', anchor]) => {
    const file = link === '' ? path : normalize(join(dirname(path), link));
    if (!tree.paths.has(file)) return [`${path} links to ${link}, which is not there`];
    if (anchor === undefined) return [];
    const headings = withoutBlocks(tree.pages.get(file) ?? '').matchAll(/^#+ (.*)$/gm);
    if ([...headings].some(([, heading = '']) => anchorOf(heading) === anchor)) return [];
    return [`${path} links to #${anchor} of ${file}, which has no such heading`];
  });
}

function pathsThatAreNone(tree: Tree, path: string, text: string): string[] {
  const quoted = [...withoutBlocks(text).matchAll(/`([\w.-]+(?:\/[\w.-]+)*)\/?`/g)].map(([, words = '']) => words);
  const meant = quoted.filter(
    (words) => /^(src|test|migrations|scenarios|\.ci)\/(?!output\b)/.test(words) || /\.(ts|mjs|sql|md)$/.test(words),
  );
  const ends = [...tree.paths].map((file) => `/${file}`);
  return meant
    .filter((words) => !ends.some((end) => end.endsWith(`/${words}`)))
    .map((words) => `${path} names \`${words}\`, which is not there`);
}

interface Shown {
  readonly command: string;
  readonly output: string;
}

/** What a page shows of the program: blocks that begin with a command. */
function shown(text: string): Shown[] {
  return [...text.matchAll(/^```text\n\$ cps ([^\n]+)\n([\s\S]*?)\n```$/gm)].map(([, command = '', output = '']) => ({
    command,
    output,
  }));
}

function faultOfShown({ pages }: Tree, path: string, { command, output }: Shown): string[] {
  const block = `\n\`\`\`${command}\n`;
  const told = [...pages].filter(([page, text]) => page.startsWith('scenarios/') && text.includes(block));
  if (told.length === 0) return [`${path} shows cps ${command}, which no scenario has`];
  if (told.some(([, text]) => text.includes(`${block}${output}\n\`\`\`\n`))) return [];
  return [`${path} shows cps ${command} otherwise than ${told.map(([page]) => page).join(', ')}: copy its block`];
}

/** The commands that a page's first shell block tells a newcomer to type, without their comments. */
export function commandsOf(page: string): string[] {
  const [, block = ''] = /^```sh\n([\s\S]*?)^```$/m.exec(page) ?? [];
  return block
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/\s+#.*$/, ''));
}
