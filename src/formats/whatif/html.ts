/**
 * The answer of a "what if" as one page that needs nothing else: no script, no font, no picture from elsewhere. It can be
 * mailed, printed and read on a telephone.
 */
import { formatMoney } from '../../core/money.ts';
import type { Pair, WhatIf } from '../../core/whatif/result.ts';
import { barChart, type Group } from '../files/chart.ts';
import type { Showing } from '../files/lines.ts';
import { html, Markup } from '../files/markup.ts';
import { changeText, interestRows, type Section, sectionsOf } from './sections.ts';
import { askedRows } from './whatif.ts';

const STYLE = new Markup(`<style>
:root { color-scheme: light; --book: #8a8f98; --other: #1f6feb; --line: #d8dbe0; }
body { font: 16px/1.45 system-ui, sans-serif; color: #1b1f24; background: #fff; margin: 0 auto; max-width: 60rem; padding: 1rem; }
h1 { font-size: 1.5rem; margin: 0 0 .5rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; margin: 0; } dt { color: #57606a; } dd { margin: 0; overflow-wrap: anywhere; }
.legend span { margin-right: 1.2rem; } .legend i { display: inline-block; width: .9rem; height: .7rem; margin-right: .35rem; border: 1px solid #1b1f24; }
i.book, rect.book { background: var(--book); fill: var(--book); } i.other, rect.other { background: var(--other); fill: var(--other); }
svg { display: block; width: 100%; max-width: 32rem; height: auto; margin: .5rem 0 1rem; }
svg text { font: 12px system-ui, sans-serif; fill: #1b1f24; } svg text.amount { font-variant-numeric: tabular-nums; }
.wide { overflow-x: auto; } table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .25rem .8rem .25rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { font-weight: 600; color: #57606a; } .right { text-align: right; } tfoot td { font-weight: 600; border-top: 2px solid #1b1f24; }
td:first-child { white-space: pre; } p.note { color: #57606a; margin: .4rem 0; }
@media print { body { font-size: 11px; max-width: none; padding: 0; } section { break-inside: avoid; } .wide { overflow: visible; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
</style>`);

/** The page. */
export function whatIfPage(answer: WhatIf, showing: Showing): string {
  const { from, to } = answer;
  const charts = chartsOf(answer, showing.digits);
  const asked = askedRows(answer, showing).map(([label, text]) => html`<dt>${label}</dt><dd>${text}</dd>`);
  const sections = sectionsOf(answer, showing.digits).map((section) =>
    sectionMarkup(section, charts.get(section.title)),
  );
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<title>What if: ${from} to ${to}</title>
${STYLE}
</head>
<body>
<h1>What if: ${from} to ${to}</h1>
<dl>${asked}</dl>
<p class="legend"><span><i class="book"></i>as the book has it</span><span><i class="other"></i>what if</span></p>
${sections}
</body>
</html>
`;
  return page.text;
}

function sectionMarkup(section: Section, chart: Markup | undefined): Markup {
  const { title, notes } = section;
  const table = section.rows.length === 0 ? [] : [tableMarkup(section)];
  const said = notes.map((note) => html`<p class="note">${note}</p>`);
  return html`<section>
<h2>${title}</h2>
${chart === undefined ? [] : [chart]}${table}${said}
</section>
`;
}

function tableMarkup({ columns, rows, total }: Section): Markup {
  const sides = columns.map(({ align }) => (align === 'right' ? 'right' : 'left'));
  const cells = (row: readonly string[]): Markup[] =>
    row.map((cell, at) => html`<td class="${sides[at] ?? 'left'}">${cell}</td>`);
  const heads = columns.map(({ title }, at) => html`<th scope="col" class="${sides[at] ?? 'left'}">${title}</th>`);
  const body = rows.map((row) => html`<tr>${cells(row)}</tr>\n`);
  const foot = total === undefined ? [] : [html`<tfoot><tr>${cells(total)}</tr></tfoot>`];
  return html`<div class="wide"><table><thead><tr>${heads}</tr></thead><tbody>
${body}</tbody>${foot}</table></div>`;
}

/** A chart for each section that is seen better than read, by the section's title. */
function chartsOf(answer: WhatIf, digits: number): Map<string, Markup> {
  const money = (amount: bigint): string => formatMoney(amount, digits);
  const pairGroup = (label: string, { book, other }: Pair): Group => ({
    label,
    bars: [
      { kind: 'book', amount: book, text: money(book) },
      { kind: 'other', amount: other, text: money(other) },
    ],
  });
  const changeGroup = (label: string, pair: Pair): Group => ({
    label,
    bars: [{ kind: 'other', amount: pair.other - pair.book, text: changeText(pair, digits) }],
  });
  const groups: [title: string, groups: Group[]][] = [
    [
      'The four interests',
      interestRows(answer.interests).flatMap(({ label, pair, part }) => (part ? [] : [pairGroup(label, pair)])),
    ],
    [
      'Lines and their commission, by trace',
      answer.traces.map(({ trace, both }) =>
        pairGroup(trace, { book: both.book.commission, other: both.other.commission }),
      ),
    ],
    [
      'Sellers, by change of commission',
      answer.sellers.list.map(({ id, both }) =>
        changeGroup(id, { book: both.book.commission, other: both.other.commission }),
      ),
    ],
    [
      'Publishers, by change of earnings',
      answer.publishers.list.map(({ id, name, both }) =>
        changeGroup(`${id} ${name ?? ''}`.trim(), { book: both.book.earning, other: both.other.earning }),
      ),
    ],
  ];
  const drawn = groups.filter(([, list]) => list.length > 0);
  return new Map(drawn.map(([title, list]) => [title, barChart(title, list)]));
}
