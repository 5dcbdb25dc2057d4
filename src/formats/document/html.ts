/**
 * A document as one HTML page that needs nothing beside it: for the screen, and for paper with the columns' names on each
 * page. Lines are written as they are read.
 */
import { pass, totalsOf } from '../../core/month/document.ts';
import { grouped, paged, percent } from '../files/figures.ts';
import { inHtml } from '../files/markup.ts';
import { say } from '../words/index.ts';
import { columnsOf, type DocumentColumn, utcText } from './columns.ts';
import type { DocumentFormat } from './format.ts';
import { deductionsTold, factsOf, memoOf, nothingOf, payingOf, sumsOf, titleOf } from './told.ts';

const STYLE = `
:root { color: #1c2126; background: #fff; font: 14px/1.45 "Noto Sans SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", system-ui, sans-serif; }
body { max-width: 1180px; margin: 40px auto; padding: 0 24px; }
h1 { font-size: 22px; font-weight: 600; margin: 0 0 16px; }
h2 { font-size: 14px; font-weight: 600; margin: 0 0 6px; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 20px; margin: 0; }
dt { color: #68717b; } dd { margin: 0; overflow-wrap: anywhere; }
.sides { display: grid; grid-template-columns: minmax(260px, 1fr) 2fr; gap: 40px; margin: 28px 0; }
table { border-collapse: collapse; width: 100%; font-size: 12px; }
.sums { font-size: 14px; }
th { text-align: left; font-weight: 600; color: #3a424b; border-bottom: 1px solid #8a929c; vertical-align: bottom; }
th, td { padding: 4px 8px; } th:first-child, td:first-child { padding-left: 0; } th:last-child, td:last-child { padding-right: 0; }
td { vertical-align: top; border-bottom: 1px solid #eceef1; overflow-wrap: break-word; }
.figure { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.day, .words { white-space: nowrap; }
.sums td { border: 0; padding: 2px 0; } .sums tr:last-child td { border-top: 1px solid #8a929c; font-weight: 600; }
tfoot td { border-bottom: 0; border-top: 1px solid #8a929c; font-weight: 600; }
.nothing { color: #68717b; }
@media print { @page { size: A4 landscape; margin: 14mm; } body { margin: 0; padding: 0; max-width: none; } :root { font-size: 11px; } table { font-size: 9px; } thead { display: table-header-group; } tfoot { display: table-row-group; } tr { break-inside: avoid; } }
`.trim();

export const html: DocumentFormat = {
  extension: 'html',
  mime: 'text/html; charset=utf-8',
  language: 'both',
  async *write(document, terms) {
    const { language } = terms;
    const totals = await totalsOf(document);
    const money = paged(terms);
    const title = inHtml(titleOf(document, terms));
    const sums = sumsOf(document, totals, terms);
    const memo = memoOf(document, terms);
    const told = document.kind === 'deductions' ? deductionsTold(totals, terms, money) : [];
    const ends = [
      [say('line-count', language), String(totals.count)] as const,
      ...payingOf(document, terms, money),
      ...(told.length === 0 ? [] : [[say('deductions', language), told.join(', ')] as const]),
    ];
    yield `<!doctype html>
<html lang="${language === 'en' ? 'en' : 'zh-CN'}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} ${document.frame.month}</title>
<style>
${STYLE}
</style>
</head>
<body>
<h1>${title}</h1>
${listHtml(factsOf(document, terms))}
<div class="sides">
<table class="sums"><tbody>
${sums.map(({ label, amount }) => `<tr><td>${inHtml(label)}</td><td class="figure">${money(amount)}</td></tr>`).join('\n')}
</tbody></table>
<div>
${listHtml(ends)}
${memo === null ? '' : `<h2 style="margin-top: 16px">${inHtml(say('memo', language))}, ${inHtml(memo.when)}</h2>\n${listHtml(memo.amounts.map(({ label, amount }) => [label, money(amount)]))}`}
</div>
</div>
`;
    if (totals.count === 0) {
      yield `<p class="nothing">${inHtml(nothingOf(document, terms))}</p>\n</body>\n</html>\n`;
      return;
    }
    const columns = columnsOf('page', document);
    yield `<table>\n<thead><tr>${columns.map((column) => `<th${classOf(column)}>${inHtml(say(column.term, language))}</th>`).join('')}</tr></thead>\n<tbody>\n`;
    for await (const rows of pass(document).rows) {
      let piece = '';
      for (const row of rows) {
        const cells = columns.map((column) => {
          const cell = shown(column, column.cell(row, terms));
          if (column.kind !== 'day') return `<td${classOf(column)}>${cell}</td>`;
          const utc = utcText(row.line.occurred_at).replace(' ', 'T');
          return `<td class="day"><time datetime="${utc}">${cell}</time></td>`;
        });
        piece += `<tr>${cells.join('')}</tr>\n`;
      }
      yield piece;
    }
    const foot = columns.map(({ sum, ...column }, at) => {
      const figure = sum === undefined ? '' : money(totals.sums[sum]);
      return `<td${classOf(column)}>${at === 0 ? inHtml(say('total', language)) : figure}</td>`;
    });
    yield `</tbody>\n<tfoot><tr>${foot.join('')}</tr></tfoot>\n</table>\n</body>\n</html>\n`;
  },
};

function listHtml(facts: readonly (readonly [string, string])[]): string {
  return `<dl>\n${facts.map(([label, value]) => `<dt>${inHtml(label)}</dt><dd>${inHtml(value)}</dd>`).join('\n')}\n</dl>`;
}

function classOf({ kind, term }: Pick<DocumentColumn, 'kind' | 'term'>): string {
  if (kind === 'amount' || kind === 'rate') return ' class="figure"';
  if (kind === 'words' && term !== 'note' && term !== 'why') return ' class="words"';
  return kind === 'day' ? ' class="day"' : '';
}

function shown({ kind }: DocumentColumn, cell: string): string {
  if (kind === 'amount') return grouped(cell);
  return kind === 'rate' ? percent(cell) : inHtml(cell);
}
