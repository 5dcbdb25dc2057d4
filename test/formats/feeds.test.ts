/** What is told of feeds is whole and true: every column has a meaning and an example that reads, and pages of this repo tell the same. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Calendar } from '../../src/core/calendar.ts';
import { FEEDS } from '../../src/core/feeds/index.ts';
import { deliveredBy, toldColumns } from '../../src/core/feeds/told.ts';
import { feedsMarkdown, feedsText, feedText } from '../../src/formats/feeds.ts';

const README = join(import.meta.dirname, '../../src/ingest/README.md');
const BEGIN = '## What feeds hold\n';
const terms = { calendar: new Calendar('Asia/Shanghai'), digits: 2 };

it('every column means something in both languages, and its example reads as one of its values', () => {
  for (const feed of FEEDS) {
    expect(
      deliveredBy(feed).every((one) => one !== ''),
      feed.name,
    ).toBe(true);
    for (const { name, meaning, example } of toldColumns(feed)) {
      const column = feed.columns[name];
      expect(meaning[0], `${feed.name}.${name}`).toMatch(/\p{Script=Han}|PID|IP/u);
      expect(column?.parse(example, terms), `${feed.name}.${name}: ${example}`).toBeDefined();
    }
  }
});

it('the README of intake has the table of the declarations', () => {
  const text = readFileSync(README, 'utf8');
  const from = text.indexOf(BEGIN) + BEGIN.length;
  const to = text.indexOf('\n## ', from);
  const said = `\nMade from \`src/core/feeds\`; meaning, form and example of every column: \`cps feeds NAME\`.\n\n${feedsMarkdown(FEEDS)}`;
  if (process.env['UPDATE'] === '1') writeFileSync(README, `${text.slice(0, from)}${said}${text.slice(to)}`);
  expect(readFileSync(README, 'utf8').slice(from, from + said.length)).toBe(said);
});

it('the command lists every feed, and tells the columns of one', () => {
  for (const { name } of FEEDS) expect(feedsText(FEEDS, 'en')).toContain(name);
  const orders = FEEDS.find(({ name }) => name === 'orders');
  if (orders === undefined) throw new Error('no orders');
  expect(feedText(orders, 'en')).toMatch(
    /paid_amount +what the buyer paid, without freight +an amount of 0 or more.* 12\.50 +needed/,
  );
  expect(feedText(orders, 'zh')).toContain('实付金额，不含运费');
});
