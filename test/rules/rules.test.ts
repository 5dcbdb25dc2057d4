/** The house keeps its rules; and each rule is seen to catch what it forbids. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { breaches } from './rules.ts';

const ROOT = resolve(import.meta.dirname, '../..');

function sources(): Map<string, string> {
  const files = readdirSync(join(ROOT, 'src'), { recursive: true, withFileTypes: true });
  const paths = files
    .filter((file) => file.isFile() && file.name.endsWith('.ts'))
    .map((file) => join(file.parentPath, file.name));
  return new Map(paths.map((path) => [relative(ROOT, path), readFileSync(path, 'utf8')]));
}

describe('the house', () => {
  it('keeps its rules', () => {
    expect(breaches(sources())).toEqual([]);
  });

  it.each([
    ['src/core/a.ts', "import { b } from '../store/b.ts';", 'a floor above'],
    ['src/store/a.ts', "import type { b } from '../night/b.ts';", 'a floor above'],
    ['src/store/a.ts', "export { b } from '../formats/b.ts';", 'do not know each other'],
    ['src/night/a.ts', "import { b } from '../ingest/b.ts';", 'do not know each other'],
    ['src/core/a.ts', "import pg from 'pg';", 'the core is pure'],
    ['src/core/a.ts', "import { readFileSync } from 'node:fs';", 'the core is pure'],
    ['src/core/a.ts', 'const now = Date.now();', 'reads the clock'],
    ['src/core/a.ts', 'const now = new Date();', 'reads the clock'],
    ['src/core/a.ts', 'const luck = Math.random();', 'takes a chance'],
    ['src/core/a.ts', "const home = process.env['HOME'];", 'reads the environment'],
    ['src/core/a.ts', "console.log('x');", 'logs'],
    ['src/core/a.ts', 'setTimeout(go, 1);', 'waits'],
    ['src/core/a.ts', 'const fen = Math.round(x * 100);', 'floats'],
    ['src/night/a.ts', 'await sql`select 1`.execute(db);', 'speaks SQL'],
    ['src/cli/a.ts', "await client.query('select 1');", 'speaks SQL'],
    ['src/cli/a.ts', 'const now = Date.now();', 'only src/main.ts'],
    ['src/night/a.ts', "import { keepProjections } from '../store/log/projections.ts';", 'only the door'],
    ['src/night/a.ts', "import { b } from '../mail/b.ts';", 'do not know each other'],
    ['src/cli/a.ts', "import { createTransport } from 'nodemailer';", 'speaks SMTP'],
    ['src/hooks/a.ts', "import { b } from '../night/b.ts';", 'do not know each other'],
    ['src/night/a.ts', "import { b } from '../hooks/b.ts';", 'do not know each other'],
    ['src/cli/a.ts', "import https from 'node:https';", 'speaks HTTP'],
    ['src/store/a.ts', "sql`where account = 'assets:bank'`", 'spells an account'],
    ['src/night/a.ts', 'const due = `assets:seller:s1:due`;', 'spells an account'],
    ['src/store/a.ts', "sql`select split_part(account, ':', 3)`", 'takes an account apart'],
    ['src/night/a.ts', 'const id = `D-s1-20131220`;', 'the id of a deduction'],
    ['src/store/a.ts', "sql`'P-' || publisher_id`", 'the id of a deduction'],
    ['src/core/a.ts', "const subject = 'opening:' + id;", 'the subject of an adjustment'],
    ['src/store/a.ts', "sql`business_day::text || '.' || type::text`", 'the id of an entry'],
    ['src/elsewhere/a.ts', 'export const a = 1;', 'no floor'],
  ])('catches in %s: %s', (path, text, says) => {
    expect(breaches(new Map([[path, text]]))).toEqual([expect.stringContaining(says)]);
  });

  it('catches a circle, of types too', () => {
    const a = ['src/core/a.ts', "import type { B } from './b.ts';"] as const;
    const b = ['src/core/b.ts', "import { a } from './a.ts';"] as const;
    expect(breaches(new Map([a, b]))).toEqual([expect.stringContaining('circle')]);
  });

  it('does not mind what comments say', () => {
    expect(breaches(new Map([['src/core/a.ts', '// not Date.now()\n/* nor Math.random() */']]))).toEqual([]);
  });
});
