/**
 * Plays every file in scenarios/ on a database of its own, asks other bookkeeping programs about its journal where they are
 * installed, and sees that the runner itself fails where it has to.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { unifiedDiff } from '../../src/cli/scenario/diff.ts';
import { readScenario } from '../../src/cli/scenario/document.ts';
import { differenceText, mayUpdate, type Played, play } from '../../src/cli/scenario/play.ts';
import { connect } from '../../src/store/connection/session.ts';
import { installed, objections } from '../support/accountants.ts';
import { freshDatabase } from '../support/database.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const FOLDER = resolve(ROOT, 'scenarios');
const NOW = Date.UTC(2026, 0, 1);

/** @param then is given the database before it is dropped */
async function playText(file: string, text: string, then?: (url: string) => Promise<void>): Promise<Played> {
  const database = await freshDatabase();
  try {
    const played = await play(file, text, { url: database.url, now: NOW });
    await then?.(database.url);
    return played;
  } finally {
    await database.drop();
  }
}

async function askOthers(url: string): Promise<void> {
  if (installed.length === 0) return;
  const session = await connect(url, 'test');
  try {
    expect(await objections(session)).toEqual([]);
  } finally {
    await session.close();
  }
}

describe('scenarios', () => {
  const update = mayUpdate(process.env, false);
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.md') && name !== 'README.md');
  it('are there', () => expect(files.length).toBeGreaterThan(30));
  for (const name of files.sort()) {
    it(name, async () => {
      const path = resolve(FOLDER, name);
      const text = readFileSync(path, 'utf8');
      const played = await playText(relative(ROOT, path), text, askOthers);
      if (update && played.text !== text) writeFileSync(path, played.text);
      const left = update ? played.differences.filter(({ line }) => line === 0) : played.differences;
      expect(differenceText({ ...played, differences: left })).toBe('');
    });
  }
});

/** A sale through receipt, told up to where a test goes on; `journal` is wanted after it. */
const SALE = `
\`\`\`cast 00-the-cast.md
\`\`\`

\`\`\`feed clicks
click_id,clicked_at,pid,buyer_id,shop_id
c1,2013-11-04 20:00:00,mm_1001_501_9001,b1,tea
\`\`\`

\`\`\`feed orders
order_line_id,order_id,buyer_id,shop_id,item_id,category_id,quantity,paid_amount,paid_at
L1,O1,b1,tea,i1,green-tea,1,200.00,2013-11-05 10:00:00
\`\`\`

\`\`\`feed receipts
order_line_id,confirmed_at
L1,2013-11-05 18:30:00
L1,2013-11-05 18:30:01
\`\`\`

\`\`\`run 2013-11-05
\`\`\`
`;

const ATTRIBUTED = `
\`\`\`attributions
order_line_id  outcome     pid               click_id  trace       plan_id      rate  estimate
-------------  ----------  ----------------  --------  ----------  -----------  ----  --------
L1             attributed  mm_1001_501_9001  c1        same-store  tea-general  0.05     10.00
\`\`\`
`;

const REJECTED = `
\`\`\`rejects
receipts.csv:3 conflict: order_line_id "L1" is known with confirmed_at 2013-11-05 18:30:00+08:00 and not 2013-11-05 18:30:01+08:00: it stays as it was first delivered
\`\`\`
`;

const JOURNAL = `
\`\`\`journal
2013-11-05 CommissionSettled | L1  ; entry: 2013-11-05.CommissionSettled.L1.1, occurred: 2013-11-05 18:30:00+08:00
    assets:seller:s1:due                        9.00 CNY
    liabilities:publisher:1001:payable         -9.00 CNY
    assets:seller:s1:due                        1.00 CNY
    revenues:service-fee                       -1.00 CNY

2013-11-05 DeductionInstructed | D-s1-20131105  ; entry: 2013-11-05.DeductionInstructed.D-s1-20131105.1, occurred: 2013-11-06 00:00:00+08:00
    assets:clearing:deductions         10.00 CNY
    assets:seller:s1:due              -10.00 CNY
\`\`\`
`;

describe('the runner of scenarios', () => {
  const file = resolve(FOLDER, 'a-test.md');
  const differences = async (text: string): Promise<string> => {
    const played = await playText(file, text);
    return differenceText(played).replaceAll(FOLDER, 'scenarios');
  };

  it('passes where every outcome is as written', async () => {
    expect(await differences(SALE + ATTRIBUTED + REJECTED + JOURNAL)).toBe('');
  });

  it('fails with a diff where an outcome is another, and would rewrite only that', async () => {
    const wrong = JOURNAL.replace(
      '    revenues:service-fee                       -1.00',
      '    revenues:service-fee                       -1.01',
    );
    const text = SALE + ATTRIBUTED + REJECTED + wrong;
    const played = await playText(file, text);
    expect(differenceText(played).replaceAll(FOLDER, 'scenarios')).toBe(`scenarios/a-test.md:34: \`\`\`journal differs
@@ -36,7 +36,7 @@
     assets:seller:s1:due                        9.00 CNY
     liabilities:publisher:1001:payable         -9.00 CNY
     assets:seller:s1:due                        1.00 CNY
-    revenues:service-fee                       -1.01 CNY
+    revenues:service-fee                       -1.00 CNY
 
 2013-11-05 DeductionInstructed | D-s1-20131105  ; entry: 2013-11-05.DeductionInstructed.D-s1-20131105.1, occurred: 2013-11-06 00:00:00+08:00
     assets:clearing:deductions         10.00 CNY
`);
    expect(played.text).toBe(SALE + ATTRIBUTED + REJECTED + JOURNAL);
  });

  it('fails where there is no outcome at all, even when nothing happened', async () => {
    expect(await differences('```cast 00-the-cast.md\n```\n')).toBe(
      'scenarios/a-test.md: no outcome block says what should come of it\n',
    );
  });

  it('fails where an outcome is mentioned nowhere, and names it', async () => {
    expect(await differences(SALE + ATTRIBUTED)).toBe(
      'scenarios/a-test.md: no journal block shows 2013-11-05.CommissionSettled.L1.1, 2013-11-05.DeductionInstructed.D-s1-20131105.1\n' +
        'scenarios/a-test.md: no rejects block shows receipts.csv:3\n',
    );
    expect(await differences(SALE + REJECTED + JOURNAL)).toBe('scenarios/a-test.md: no attributions block shows L1\n');
  });

  it('counts what happened after the last block as mentioned nowhere', async () => {
    const more = '```feed closures\norder_line_id,closed_at\nL1,2013-11-06 10:00:00\n```\n';
    expect(await differences(SALE + ATTRIBUTED + REJECTED + JOURNAL + more)).toBe(
      'scenarios/a-test.md: no rejects block shows closures.csv:2\n',
    );
  });

  it.each([
    ['```journals\n```\n', '"journals" is no kind of block'],
    ['```\n```\n', 'a block begins with ``` at the start of a line and its name'],
    ['  ```journal\n```\n', 'a block begins with ``` at the start of a line and its name'],
    ['~~~journal\n~~~\n', 'a block begins with ``` at the start of a line and its name'],
    ['```journal\n', 'this block does not end'],
    ['```journal now\n```\n', 'this block is written ```journal, with 0 words after its name and not 1'],
    ['```run 2013-13-01\n```\n', '"2013-13-01" is no day'],
    ['```run 2013-11-31\n```\n', '"2013-11-31" is no day'],
    ['```run 2013-12-01\nquickly\n```\n', 'a run block is empty'],
    ['```feed klicks\n```\n', '"klicks" is no feed'],
    ['```feed receipts\norder_line_id,confirmed_at,amount\n```\n', '"amount" is no column of receipts'],
    ['```statement 1001 December\n```\n', '"December" is no month'],
    ['```cast ../nobody.md\n```\n', 'is no cast'],
    ['```file ../x.csv\n```\n', 'is no name of a file'],
    ['```whatif 2013-12-01\n```\n', 'with 2 words after its name and not 1'],
    ['```whatif 2013-12-01 2013-12-32\n```\n', '"2013-12-32" is no day'],
    ['```whatif 2013-12-01 2013-12-31 --quickly 1\n```\n', '"--quickly" is no option here'],
    ['```whatif 2013-12-01 2013-12-31 --policy\n```\n', '--policy needs a word after it'],
    ['```decide\nby: Chen\n```\n', 'this block is written ```decide CASE'],
    ['```decide x\nby Chen\n```\n', '"by Chen" is no line of this block'],
    ['```decide x\nat: 2013-12-01 10:00:00\nby: Chen\n```\n', 'this block does not say decision'],
    ['```appeal x\nat: 2013-12-01 10:00:00\nby: Chen\npublisher: 1001\n```\n', 'this block does not say reason'],
    ['```appeal x\nverdict: guilty\n```\n', '"verdict: guilty" is no line of this block'],
  ])('refuses %j before anything is played, with file and line', (text, sentence) => {
    const read = (): unknown => readScenario('a-test.md', `Prose.\n\n${text}`);
    expect(read).toThrow('a-test.md:3: ');
    expect(read).toThrow(sentence);
  });

  it.each([
    ['```run 2026-01-01\n```\n', '2026-01-01 is not over'],
    ['```feed receipts\norder_line_id\n```\n', 'confirmed_at'],
    ['```policy\n{"payday": 3}\n```\n', '"payday" is no setting'],
    ['```explain L1\n```\n', 'L1 is not known'],
    ['```statement 1001 2013-12\n```\n', '1001 is not known'],
    ['```cast nobody.md\n```\n', 'there is no'],
    ['```whatif 2013-12-01 2013-12-31\n```\n', 'no night of this book has been run'],
    ['```whatif 2013-12-01 2013-12-31 --rates none.csv\n```\n', 'none.csv'],
    ['```case fast-order.1.201312\n```\n', 'there is no case fast-order.1.201312'],
    ['```decide x\nat: noon\nby: Chen\ndecision: forfeit\n```\n', 'at: noon is no moment'],
    ['```decide x\nat: 2013-12-01 10:00:00\nby: Chen\ndecision: hang\n```\n', 'decision: hang is none of'],
    ['```appeal x\nat: 2013-12-01 10:00:00\nby: Lin\npublisher: 1001\nreason: no\n```\n', 'there is no decision x'],
  ])('refuses %j when its turn comes, with file and line', async (text, sentence) => {
    const refusal = await playText(file, `Prose.\n\n${text}`).then(String, String);
    expect(refusal.replaceAll(FOLDER, 'scenarios')).toContain('scenarios/a-test.md:3: ');
    expect(refusal).toContain(sentence);
  });

  it('rewrites when asked to, and never under CI', () => {
    expect(mayUpdate({}, false)).toBe(false);
    expect(mayUpdate({ UPDATE: '1' }, false)).toBe(true);
    expect(mayUpdate({}, true)).toBe(true);
    expect(() => mayUpdate({ CI: 'true', UPDATE: '1' }, false)).toThrow('not rewritten under CI');
    expect(() => mayUpdate({ CI: '1' }, true)).toThrow('not rewritten under CI');
    expect(mayUpdate({ CI: 'true' }, false)).toBe(false);
  });
});

describe('a unified diff', () => {
  const text = (...lines: number[]): string => lines.map((line) => `${line}\n`).join('');

  it('is empty for equal texts', () => expect(unifiedDiff(text(1, 2), text(1, 2))).toBe(''));
  it('tells lines of the file', () =>
    expect(unifiedDiff(text(1, 2, 3), text(1, 3, 4), 11)).toBe('@@ -11,3 +11,3 @@\n 1\n-2\n 3\n+4\n'));
  it('keeps far changes in hunks of their own', () => {
    const many = Array.from({ length: 20 }, (_, at) => at);
    const other = many.filter((line) => line !== 0 && line !== 19);
    expect(unifiedDiff(text(...many), text(...other))).toBe(
      '@@ -1,4 +1,3 @@\n-0\n 1\n 2\n 3\n@@ -17,4 +16,3 @@\n 16\n 17\n 18\n-19\n',
    );
  });
  it('shows a text that appears or goes as a whole', () => {
    expect(unifiedDiff('', text(1))).toBe('@@ -1,0 +1,1 @@\n+1\n');
    expect(unifiedDiff(text(1), '')).toBe('@@ -1,1 +1,0 @@\n-1\n');
  });
});
