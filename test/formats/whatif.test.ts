/** What a page and a file of a what-if do with names and ids that somebody chose to do harm. */
import { describe, expect, it } from 'vitest';
import { Calendar } from '../../src/core/calendar.ts';
import type { WhatIf } from '../../src/core/whatif/result.ts';
import { type Both, type ChangedLine, FIGURES, type Figures } from '../../src/core/whatif/tally.ts';
import { barChart } from '../../src/formats/files/chart.ts';
import { html, Markup } from '../../src/formats/files/markup.ts';
import { storyPage } from '../../src/formats/story/html.ts';
import { storyText } from '../../src/formats/story/text.ts';
import { whatIfStory } from '../../src/formats/whatif/story.ts';
import { changedRow } from '../../src/formats/whatif/whatif.ts';
import { SPEECH } from '../../src/formats/words/index.ts';

const HOSTILE = `</td></svg><script>alert("1")</script>'"&<img src=x onerror=alert(2)>\u202e\u001b[2J`;
const CONTROLS = ['\u001b', '\u202e'];
const showing = { calendar: new Calendar('Asia/Shanghai'), currency: 'CNY', digits: 2 };

const figures = (amount: bigint): Figures =>
  Object.fromEntries(FIGURES.map((name) => [name, amount])) as unknown as Figures;
const both: Both = { book: figures(1n), other: figures(200n) };
const pair = { book: 100n, other: -50n };

const side = {
  publisherId: HOSTILE,
  why: HOSTILE,
  state: 'settled',
  commission: 1n,
  fee: 0n,
  earning: 1n,
  held: 0n,
} as const;
const line: ChangedLine = {
  orderLineId: HOSTILE,
  businessDay: '2013-12-11',
  shift: 'changes-hands',
  shopId: HOSTILE,
  sellerId: '=1+1',
  book: side,
  other: { ...side, publisherId: null },
  weight: 1n,
};
const traffic = { clicks: 3n, buying: 1n, sales: 0n, cps: 100n, cpc: 90n, cpa: 0n, idle: 60n };

const answer: WhatIf = {
  from: '2013-12-01',
  to: '2013-12-31',
  through: '2013-12-31',
  changes: [
    { kind: 'policy', name: HOSTILE, file: HOSTILE, day: '2013-12-31', settings: [] },
    { kind: 'rates', file: HOSTILE, parties: 1, rows: 2 },
  ],
  all: both,
  interests: {
    alliance: pair,
    sellers: [{ mall: 'taobao', commission: pair }],
    good: pair,
    goodHeld: pair,
    goodCount: 1n,
    irregular: pair,
    irregularHeld: pair,
    irregularForfeited: pair,
    irregularCount: 2n,
  },
  traces: [{ trace: HOSTILE, both }],
  reasons: [{ reason: 'no-click', both }],
  shifts: [{ shift: 'changes-hands', both }],
  decidedForAnother: figures(1n),
  sellers: { list: [{ id: HOSTILE, name: null, both }], of: 5 },
  publishers: { list: [{ id: '1', name: HOSTILE, both }], of: 1 },
  lines: { list: [line], of: 1 },
  traffic: { cpc: 30n, cpa: null, shops: [{ shopId: 's', name: HOSTILE, ...traffic }], shopCount: 1, all: traffic },
};

describe('markup', () => {
  it('escapes every value, and only values', () => {
    expect(html`<b title="${'"><i>'}">${"<&'>"}${3}${html`<u>${'&'}</u>`}${[html`<i/>`]}</b>`.text).toBe(
      '<b title="&quot;&gt;&lt;i&gt;">&lt;&amp;&#39;&gt;3<u>&amp;</u><i/></b>',
    );
    expect(html`${'\u202e\u001b'}`.text).toBe('�␛');
    expect(new Markup('<b>').text).toBe('<b>');
  });
});

describe('a page', () => {
  const page = storyPage(whatIfStory(answer, SPEECH.en, showing), SPEECH.en, showing);

  it('shows hostile names and ids as text', () => {
    expect(page).not.toMatch(/<script|<img|onerror=alert\(2\)>/);
    for (const control of CONTROLS) expect(page).not.toContain(control);
    expect(page).toContain('&lt;script&gt;alert(&quot;1&quot;)');
    // Every tag that stands in it is one of its own.
    const tags = new Set([...page.matchAll(/<\/?([a-z0-9!]+)/gi)].map((match) => match[1]?.toLowerCase()));
    const own =
      'html head meta title style body h1 h2 dl dt dd p span i ul li section svg text rect div table thead tbody tfoot tr th td !doctype';
    expect([...tags].filter((tag) => !own.split(' ').includes(tag ?? ''))).toEqual([]);
  });

  it('asks for nothing from elsewhere, and says so to the browser', () => {
    expect(page).not.toMatch(/https?:|url\(|@import|<link/);
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
  });

  it('has a chart of each, with a name for those who hear it', () => {
    expect(page.match(/<svg viewBox="0 0 360 \d+" role="img" aria-label="[^"]+">/g)).toHaveLength(4);
  });
});

describe('a chart', () => {
  it('draws bars from a common zero, to the left of it what is lost', () => {
    const { text } = barChart('x', [
      { label: 'a', bars: [{ kind: 'book', amount: 300n, text: '3.00' }] },
      { label: 'b', bars: [{ kind: 'other', amount: -100n, text: '-1.00' }] },
    ]);
    const bars = [...text.matchAll(/<rect x="([\d.]+)" y="\d+" width="([\d.]+)"/g)].map(([, x, w]) => [
      Number(x),
      Number(w),
    ]);
    const [[x = 0, gain = 0] = [], [from = 1, loss = 0] = []] = bars;
    expect(from).toBe(0);
    expect(x).toBe(loss);
    expect(gain / loss).toBeCloseTo(3, 1);
  });

  it('of nothing, or of zeros alone, is drawn too', () => {
    expect(barChart('x', []).text).toContain('<svg viewBox="0 0 360 1"');
    const zero = barChart('x', [{ label: 'a', bars: [{ kind: 'book', amount: 0n, text: '0.00' }] }]);
    expect(zero.text).toContain('width="1.00"');
  });
});

describe('text and rows', () => {
  it('cannot drive a terminal or a spreadsheet', () => {
    for (const control of CONTROLS)
      expect(storyText(whatIfStory(answer, SPEECH.en, showing), showing)).not.toContain(control);
    expect(changedRow(line, 2)).toContain("'=1+1");
  });
});
