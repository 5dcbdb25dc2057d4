/**
 * A story as one document that needs nothing else: no script, no font, no picture from elsewhere. It can be mailed, printed
 * and read on a telephone.
 */
import { barChart } from '../files/chart.ts';
import type { Showing } from '../files/lines.ts';
import { html, Markup } from '../files/markup.ts';
import type { Speech } from '../words/index.ts';
import { type Bars, type Block, change, type Fact, type Inline, type Section, type Step, type Story } from './story.ts';
import { inlineText } from './text.ts';

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
td:first-child { white-space: pre; } ul, ol { padding-left: 1.2rem; } p.note { color: #57606a; margin: .4rem 0; }
@media print { body { font-size: 11px; max-width: none; padding: 0; } section { break-inside: avoid; } .wide { overflow: visible; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
</style>`);

interface Terms {
  readonly speech: Speech;
  readonly showing: Showing;
}

/** The document. */
export function storyPage(story: Story, speech: Speech, showing: Showing): string {
  const terms = { speech, showing };
  const { t, language } = speech;
  const title = inlineText(story.title, showing);
  const hasChart = story.sections.some(({ blocks }) => blocks.some((block) => block.kind === 'table' && block.chart));
  const legend = html`<p class="legend"><span><i class="book"></i>${t('whatif-as-booked')}</span><span><i class="other"></i>${t('whatif-other')}</span></p>\n`;
  const page = html`<!doctype html>
<html lang="${language === 'zh' ? 'zh-CN' : 'en'}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
${STYLE}
</head>
<body>
<h1>${title}</h1>
${story.blocks.map((block) => blockMarkup(block, title, terms))}
${hasChart ? legend : []}${story.sections.map((section) => sectionMarkup(section, terms))}
</body>
</html>
`;
  return page.text;
}

function sectionMarkup({ title, blocks }: Section, terms: Terms): Markup {
  const said = inlineText(title, terms.showing);
  const head = said === '' ? [] : [html`<h2>${said}</h2>\n`];
  return html`<section>\n${head}${blocks.map((block) => blockMarkup(block, said, terms))}</section>\n`;
}

function blockMarkup(block: Block, title: string, terms: Terms): Markup {
  const text = (inline: Inline): string => inlineText(inline, terms.showing);
  switch (block.kind) {
    case 'facts':
      return factsMarkup(block.facts, text);
    case 'table':
      return tableMarkup(block, title, terms);
    case 'list':
      return html`<ul>${block.items.map((item) => html`<li>${text(item)}</li>`)}</ul>`;
    case 'steps':
      return html`<ol>${block.steps.map((step) => stepMarkup(step, text))}</ol>`;
    case 'note':
      return html`<p class="note">${text(block.says)}</p>`;
  }
}

function factsMarkup(facts: readonly Fact[], text: (inline: Inline) => string): Markup {
  const rows = facts.map(({ label, value, beside = '' }) => {
    return html`<dt>${label}</dt><dd>${[text(value), text(beside)].filter((one) => one !== '').join(' · ')}</dd>`;
  });
  return html`<dl>${rows}</dl>`;
}

function stepMarkup({ title, day, facts = [], end }: Step, text: (inline: Inline) => string): Markup {
  const head = html`<p>${[day ?? '', text(title)].filter((one) => one !== '').join(' ')}</p>`;
  return html`<li>${head}${factsMarkup(facts, text)}${end === undefined ? [] : [html`<p class="note">${text(end)}</p>`]}</li>`;
}

const RIGHT: ReadonlySet<string> = new Set(['amount', 'rate', 'count']);

function tableMarkup(of: Extract<Block, { kind: 'table' }>, title: string, { showing }: Terms): Markup {
  const sides = of.columns.map(({ kind }) => (RIGHT.has(kind) ? 'right' : 'left'));
  const cells = (row: readonly Inline[]): Markup[] =>
    row.map((cell, at) => html`<td class="${sides[at] ?? 'left'}">${inlineText(cell, showing)}</td>`);
  const heads = of.columns.map(({ label }, at) => html`<th scope="col" class="${sides[at] ?? 'left'}">${label}</th>`);
  const body = of.rows.map((row) => html`<tr>${cells(row)}</tr>\n`);
  const foot = of.total === undefined ? [] : [html`<tfoot><tr>${cells(of.total)}</tr></tfoot>`];
  const chart = of.chart === undefined ? [] : [chartMarkup(of.chart, title, showing)];
  return html`${chart}<div class="wide"><table><thead><tr>${heads}</tr></thead><tbody>
${body}</tbody>${foot}</table></div>`;
}

function chartMarkup(bars: readonly Bars[], title: string, showing: Showing): Markup {
  const groups = bars.map(({ label, book, other }) => {
    const now = {
      kind: 'other',
      amount: other,
      text: inlineText(book === undefined ? change(other) : other, showing),
    } as const;
    const was = book === undefined ? [] : [{ kind: 'book', amount: book, text: inlineText(book, showing) } as const];
    return { label, bars: [...was, now] };
  });
  return barChart(title, groups);
}
