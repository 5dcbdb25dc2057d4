/** `cps scenario` as a process would run it: what it prints, rewrites and refuses, and that it leaves no database behind. */
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { connect } from '../../src/store/connection/session.ts';
import { commandLine } from './command-line.ts';

const SCENARIOS = resolve(import.meta.dirname, '../../scenarios');
let folder: string;

async function cps(args: readonly string[], environment: Record<string, string> = {}) {
  const { code, out, err } = await commandLine(['--database', inject('serverUrl'), 'scenario', ...args], environment);
  return { code, out: out.replaceAll(folder, ''), err: err.replaceAll(folder, '') };
}

async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

const GOOD = '# Nothing has happened\n\n```journal\n; nothing\n```\n';
const WRONG = '# Nothing has happened\n\n```journal\nsomething\n```\n\nThat is all.\n';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cps-scenario-test-'));
  await copyFile(join(SCENARIOS, '00-the-cast.md'), join(folder, '00-the-cast.md'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('cps scenario', () => {
  it('says of each file whether it is as written, and ends with 1 where one is not', async () => {
    const [good, wrong] = [await file('good.md', GOOD), await file('wrong.md', WRONG)];
    expect(await cps([good])).toEqual({
      code: 0,
      out: '/good.md: 1 outcome as written\n1 as written, 0 not.\n',
      err: '',
    });
    expect(await cps([good, wrong])).toEqual({
      code: 1,
      out: `/good.md: 1 outcome as written
/wrong.md:3: \`\`\`journal differs
@@ -4,1 +4,1 @@
-something
+; nothing
1 as written, 1 not.
`,
      err: '',
    });
    expect(await readFile(wrong, 'utf8')).toBe(WRONG);
  });

  it('answers with one JSON document', async () => {
    const { code, out } = await cps([await file('wrong.md', WRONG), '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toEqual({
      scenarios: [
        {
          file: '/wrong.md',
          passed: false,
          outcomes: 1,
          updated: false,
          differences: [{ line: 3, what: '```journal differs', diff: '@@ -4,1 +4,1 @@\n-something\n+; nothing\n' }],
        },
      ],
    });
  });

  it.each([
    ['--update', ['--update'], {}],
    ['UPDATE=1', [], { UPDATE: '1' }],
  ])('rewrites outcome blocks and nothing else with %s', async (_how, args, environment) => {
    const path = await file('rewritten.md', WRONG);
    expect(await cps([path, ...args], environment)).toEqual({
      code: 0,
      out: '/rewritten.md: outcome blocks rewritten\n1 as written, 0 not.\n',
      err: '',
    });
    expect(await readFile(path, 'utf8')).toBe(WRONG.replace('something', '; nothing'));
  });

  it('does not make an unmentioned outcome good by rewriting', async () => {
    const sold = `\`\`\`cast 00-the-cast.md
\`\`\`
\`\`\`feed orders
order_line_id,order_id,buyer_id,shop_id,item_id,category_id,quantity,paid_amount,paid_at
L1,O1,b1,tea,i,c,1,100.00,2013-11-05 10:00:00
\`\`\`
\`\`\`run 2013-11-05
\`\`\`
\`\`\`journal
\`\`\`
`;
    const { code, out } = await cps([await file('sold.md', sold), '--update']);
    expect({ code, out }).toEqual({
      code: 1,
      out: '/sold.md: no attributions block shows L1\n/sold.md: outcome blocks rewritten\n0 as written, 1 not.\n',
    });
  });

  it('refuses to rewrite under CI, before anything is played', async () => {
    const path = await file('wrong.md', WRONG);
    for (const [args, environment] of [
      [['--update'], { CI: 'true' }],
      [[], { CI: '1', UPDATE: '1' }],
    ] as const) {
      const { code, out, err } = await cps([path, ...args], environment);
      expect({ code, out }).toEqual({ code: 2, out: '' });
      expect(err).toContain('not rewritten under CI');
    }
    expect(await readFile(path, 'utf8')).toBe(WRONG);
  });

  it('refuses a file that is not there and a block that cannot be played, with 2', async () => {
    expect(await cps([join(folder, 'none.md')])).toMatchObject({ code: 2, out: '' });
    expect(await cps([await file('bad.md', 'Prose.\n```feed klicks\n```\n')])).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringMatching(/^cps: \/bad\.md:2: "klicks" is no feed/),
    });
  });

  it('leaves no database behind, whatever came of it', async () => {
    const server = await connect(inject('serverUrl'), 'test');
    try {
      const { rows } = await server.client.query("select datname from pg_database where datname like 'cps_temporary%'");
      expect(rows).toEqual([]);
    } finally {
      await server.close();
    }
  });
});
