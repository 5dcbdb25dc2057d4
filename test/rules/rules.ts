/**
 * The rules of the house, checked on source text: imports point down only and never in a circle, SQL stays in the
 * store, and the core knows no clock, chance, environment or disk.
 */
import { dirname, join, normalize } from 'node:path';

/** Path from the root, such as `src/core/money.ts`, and its text. */
export type Sources = ReadonlyMap<string, string>;

const FLOORS: readonly (readonly [folder: string, floor: number])[] = [
  ['src/core/', 0],
  ['src/formats/', 1],
  ['src/store/', 1],
  ['src/workers/', 1],
  ['src/ingest/', 2],
  ['src/night/', 2],
  ['src/verify/', 2],
  ['src/whatif/', 2],
  ['src/filing/', 2],
  ['src/mail/', 2],
  ['src/hooks/', 2],
  ['src/office/', 3],
  ['src/sign-in/', 3],
  ['src/http/', 4],
  ['src/web/', 4],
  ['src/cli/', 4],
  ['src/index.ts', 1],
  ['src/main.ts', 5],
];

/** Rooms of one floor that must not know each other. */
const APART: readonly (readonly [string, string])[] = [
  ['src/formats/', 'src/store/'],
  ['src/store/', 'src/formats/'],
  // What reads the log again and what takes files in meet in the store alone; letters and webhooks leave after what they
  // tell of is settled: no night and no delivery waits for another's server.
  ...['src/ingest/', 'src/mail/', 'src/hooks/'].flatMap((one) =>
    ['src/ingest/', 'src/mail/', 'src/hooks/', 'src/night/', 'src/verify/', 'src/whatif/', 'src/filing/']
      .filter((other) => other !== one)
      .flatMap((other): [string, string][] => [
        [one, other],
        [other, one],
      ]),
  ),
  // The server knows nothing of the pages that are put on it, and neither of them of the command line that starts both.
  ['src/http/', 'src/web/'],
  ['src/http/', 'src/cli/'],
  ['src/web/', 'src/cli/'],
];

const CORE_MAY_IMPORT = ['decimal.js', '@date-fns/tz', 'date-fns', 'node:crypto'];
const BANNED_IN_CORE: readonly (readonly [RegExp, string])[] = [
  [/\bDate\.now\b|\bnew Date\(\)|\bperformance\b/, 'reads the clock'],
  [/\bMath\.random\b|\brandom(Bytes|UUID|Int)\b/, 'takes a chance'],
  [/\bprocess\b|\bglobalThis\b/, 'reads the environment'],
  [/\bconsole\b|\bpino\b/, 'logs'],
  [/\bsetTimeout\b|\bsetInterval\b|\bfetch\(/, 'waits or asks'],
  [/\bparseFloat\b|\bMath\.round\b|\bNumber\(amount/, 'handles amounts as floats'],
];
/** PATH is how the system's own programs are found; nothing is decided by it. */
const MAY_READ_THE_WORLD = ['src/main.ts', 'src/store/server/binaries.ts'];
const SQL_OUTSIDE =
  /\bfrom '(pg|kysely|pg-copy-streams)'|\bsql`|\.query\(|\bselectFrom\(|\binsertInto\(|\bupdateTable\(/;

/** What is spelt in one file each: the accounts, the ids the book makes, and both of them as SQL (SPEC 11, 15). */
const SPELT_ONCE: readonly (readonly [pattern: RegExp, files: readonly string[], what: string])[] = [
  [/['"`^(](assets|liabilities|revenues|expenses|equity):/, ['src/core/accounts.ts'], 'spells an account'],
  [/split_part\([^)]*, ':'/, ['src/store/chart.ts'], 'takes an account apart'],
  [/['"`][DP]-/, ['src/core/ids.ts', 'src/store/chart.ts'], 'spells the id of a deduction or payout'],
  [/['"`](due|opening):(\$|['"`])/, ['src/core/ids.ts'], 'spells the subject of an adjustment or opening'],
  [/\|\| '\.' \|\|/, ['src/store/chart.ts'], 'spells the id of an entry'],
];

function floorOf(path: string): number | undefined {
  return FLOORS.find(([folder]) => path.startsWith(folder))?.[1];
}

/** The files a source imports, as paths from the root, and the packages. `import type` counts: a circle of types is one too. */
function importsOf(path: string, text: string): { files: string[]; packages: string[] } {
  const files: string[] = [];
  const packages: string[] = [];
  for (const match of text.matchAll(/(?:^|\n)\s*(?:import|export)\b[^;'"]*?from\s*'([^']+)'|\bimport\('([^']+)'\)/g)) {
    const from = match[1] ?? match[2] ?? '';
    if (from.startsWith('.')) files.push(normalize(join(dirname(path), from)));
    else packages.push(from);
  }
  return { files, packages };
}

/** Every breach of the rules, a sentence each. */
export function breaches(sources: Sources): string[] {
  const found: string[] = [];
  for (const [path, text] of sources) {
    const code = withoutComments(text);
    found.push(...importBreaches(path, code), ...textBreaches(path, code));
  }
  return [...found, ...circles(sources)];
}

function importBreaches(path: string, code: string): string[] {
  const floor = floorOf(path);
  if (floor === undefined) return [`${path} is on no floor of the house: see src/README.md`];
  const { files, packages } = importsOf(path, code);
  const found = files.flatMap((file) => {
    if ((floorOf(file) ?? 9) > floor) return [`${path} imports ${file}, a floor above it`];
    const apart = APART.some(([room, other]) => path.startsWith(room) && file.startsWith(other));
    return apart ? [`${path} imports ${file}: these rooms do not know each other`] : [];
  });
  const door = files.filter(
    (file) =>
      file === 'src/store/log/projections.ts' &&
      path !== 'src/store/log/append.ts' &&
      !/import type [^;]*projections/.test(code),
  );
  found.push(...door.map((file) => `${path} imports ${file}: only the door writes what events make`));
  const foreign = packages.filter((name) => path.startsWith('src/core/') && !CORE_MAY_IMPORT.includes(name));
  return [...found, ...foreign.map((name) => `${path} imports ${name}: the core is pure`)];
}

function textBreaches(path: string, code: string): string[] {
  const found: string[] = [];
  if (path.startsWith('src/core/')) {
    for (const [pattern, what] of BANNED_IN_CORE)
      if (pattern.test(code)) found.push(`${path} ${what}: the core is pure`);
  }
  if (!path.startsWith('src/store/') && !path.startsWith('src/core/') && SQL_OUTSIDE.test(code))
    found.push(`${path} speaks SQL: only src/store does`);
  if (!path.startsWith('src/mail/') && /\bfrom 'nodemailer'/.test(code))
    found.push(`${path} speaks SMTP: only src/mail does`);
  if (!/^src\/(hooks|http)\//.test(path) && /\bfrom 'node:(https?|dns)'/.test(code))
    found.push(`${path} speaks HTTP: only src/hooks posts, and src/http answers`);
  if (!path.startsWith('src/sign-in/') && /\bfrom '(@simplewebauthn\/|openid-client)/.test(code))
    found.push(`${path} judges who somebody is: only src/sign-in does`);
  for (const [pattern, files, what] of SPELT_ONCE)
    if (pattern.test(code) && !files.includes(path)) found.push(`${path} ${what}: only ${files.join(' and ')} may`);
  const readsWorld = /\bprocess\.env\b|\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b/.test(code);
  if (!MAY_READ_THE_WORLD.includes(path) && !path.startsWith('src/core/') && readsWorld) {
    found.push(`${path} reads the clock or the environment: only src/main.ts does`);
  }
  return found;
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1');
}

function circles(sources: Sources): string[] {
  const done = new Set<string>();
  const found: string[] = [];
  const walk = (path: string, way: readonly string[]): void => {
    const at = way.indexOf(path);
    if (at >= 0) {
      found.push(`a circle of imports: ${[...way.slice(at), path].join(' -> ')}`);
      return;
    }
    if (done.has(path)) return;
    for (const next of importsOf(path, sources.get(path) ?? '').files)
      if (sources.has(next)) walk(next, [...way, path]);
    done.add(path);
  };
  for (const path of sources.keys()) walk(path, []);
  return found;
}
