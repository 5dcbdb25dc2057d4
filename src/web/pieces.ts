/**
 * What pages are made of: headings, key figures, facts, tables with their totals, states, links to months, and empty
 * states. Every page uses these, so that they look alike; none of them knows what it shows.
 */
import type { Month } from '../core/calendar.ts';
import type { Money, Rate } from '../core/money.ts';
import { paged, percent } from '../formats/files/figures.ts';
import { productText } from '../formats/files/lines.ts';
import { html, type Markup } from '../formats/files/markup.ts';
import { NOTHING } from './layout.ts';
import type { Caller, Visit } from './visit.ts';

/** What stands in a place: text, or markup. */
export type Shown = Markup | string;

/** An amount as pages show it: thousands apart, a true minus. */
export function money({ book }: Visit, amount: Money): string {
  return paged(book)(amount);
}

/** A product with its rounding as pages write it, such as `63.99 × 0.0996 = 6.373404 → 6.37`. */
export function product({ book }: Visit, base: Money, rates: readonly Rate[]): Markup {
  const text = productText(base, rates, book.digits).replaceAll(' x ', ' × ').replace('->', '→');
  return html`<span class="sum">${text}</span>`;
}

/** A rate in percent, empty for none. */
export function rate(of: string | null): string {
  return of === null ? '' : percent(of);
}

/** The head of a page: where one came from, its title, what is said under it, and what may be done beside it. */
export function head(of: {
  readonly title: string;
  readonly under?: Shown;
  readonly back?: { readonly path: string; readonly label: string };
  readonly beside?: Markup;
}): Markup {
  const back =
    of.back === undefined ? NOTHING : html`<p class="back"><a href="${of.back.path}">← ${of.back.label}</a></p>`;
  const under = of.under === undefined ? NOTHING : html`<p class="under">${of.under}</p>`;
  return html`<div class="head"><div>${back}<h1>${of.title}</h1>${under}</div>${of.beside ?? NOTHING}</div>`;
}

/** A part of a page under a heading; what stands beside the heading is a way on. */
export function part(title: string, body: Markup | readonly Markup[], beside: Markup = NOTHING): Markup {
  return html`<section><div class="bar"><h2>${title}</h2>${beside}</div>${body}</section>`;
}

/** The few figures that a page is opened for. */
export function figures(
  of: readonly { readonly label: string; readonly value: Shown; readonly beside?: Shown }[],
): Markup {
  const each = of.map(({ label, value, beside }) => {
    const more = beside === undefined || beside === '' ? NOTHING : html`<span class="beside">${beside}</span>`;
    return html`<div><dt>${label}</dt><dd>${value}${more}</dd></div>`;
  });
  return html`<dl class="figures">${each}</dl>`;
}

/** Labels with what stands beside them. */
export function facts(of: readonly (readonly [label: string, value: Shown])[]): Markup {
  return html`<dl class="facts">${of.map(([label, value]) => html`<dt>${label}</dt><dd>${value}</dd>`)}</dl>`;
}

/** A PID, which may go on in a further line after each of its parts. */
export function pidOf(pid: string): Markup {
  const parts = pid.split('_');
  return html`${parts.map((part, at) => (at === parts.length - 1 ? html`${part}` : html`${part}_<wbr>`))}`;
}

/** What a state is like, which its mark shows beside its word. */
export type Tone = 'good' | 'wait' | 'bad' | 'none';

export function state(word: string, tone: Tone): Markup {
  return html`<span class="state is-${tone}">${word}</span>`;
}

/** What stands where there is nothing to show. */
export function empty(sentence: string): Markup {
  return html`<p class="empty">${sentence}</p>`;
}

/** What was done, after a form. */
export function done(sentence: string): Markup {
  return html`<p class="done" role="status">${sentence}</p>`;
}

/** A column: how its cells are set, and where they go when a row folds on a narrow screen. */
export interface Column<Row> {
  readonly label: string;
  readonly kind: 'amount' | 'rate' | 'count' | 'day' | 'id' | 'word' | 'text';
  readonly cell: (row: Row) => Shown;
  /** What stands under the column in the totals row. */
  readonly total?: Shown;
  /** `head` and `end` make a folded row's first line, `whole` takes a line of its own; all else stands small between. */
  readonly fold?: 'head' | 'end' | 'whole';
}

/**
 * A table. Its totals row has the columns' totals, and its first column's total is the row's name.
 * @param caption what it lists, for those who hear it
 * @param folds whether rows fold on a narrow screen; others scroll
 */
export function tableOf<Row>(
  caption: string,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  folds = false,
): Markup {
  const heads = columns.map(({ label, kind }) => html`<th scope="col" class="${kind}">${label}</th>`);
  const lines = rows.map((row) => html`<tr>${columns.map((column) => cellOf(column, column.cell(row)))}</tr>\n`);
  const totals = columns.some(({ total }) => total !== undefined)
    ? html`<tfoot><tr>${columns.map((column) => cellOf(column, column.total ?? ''))}</tr></tfoot>`
    : NOTHING;
  const table = html`<table class="${folds ? 'fold' : 'flat'}"><caption class="unseen">${caption}</caption><thead><tr>${heads}</tr></thead><tbody>\n${lines}</tbody>${totals}</table>`;
  return folds ? table : html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0">${table}</div>`;
}

function cellOf({ label, kind, fold }: Pick<Column<never>, 'label' | 'kind' | 'fold'>, shown: Shown): Markup {
  if (shown === '') return html`<td class="${kind}"></td>`;
  if (fold !== undefined) return html`<td class="${kind} fold-${fold}">${shown}</td>`;
  // Folded away from its heading, a figure or an id needs to be called something; a day or a word says what it is.
  if (kind === 'day' || kind === 'word' || kind === 'text') return html`<td class="${kind}">${shown}</td>`;
  return html`<td class="${kind}" data-label="${label}">${shown}</td>`;
}

/** The way to the next page of a list, and back to its first. */
export function pager(visit: Visit, next: string | null, told: string): Markup {
  const { t } = visit.speech;
  const query = (after: string | null): string => {
    const asked = new URLSearchParams(visit.query);
    asked.delete('after');
    if (after !== null) asked.set('after', after);
    return asked.size === 0 ? visit.path : `${visit.path}?${asked}`;
  };
  const first = visit.query.has('after') ? html`<a href="${query(null)}">${t('first-page')}</a>` : NOTHING;
  const on = next === null ? NOTHING : html`<a href="${query(next)}" rel="next">${t('older')} →</a>`;
  return html`<nav class="pager" aria-label="${told}">${first}${on}<span class="quiet">${told}</span></nav>`;
}

/** The months one can go to from a month's page: the one before, the one after, and any of them. */
export function monthsNav({ speech: { t } }: Caller, base: string, month: Month, months: readonly Month[]): Markup {
  const at = months.indexOf(month);
  const [earlier, later] = [months[at - 1], months[at + 1]];
  const options = months
    .toReversed()
    .map((one) =>
      one === month
        ? html`<option value="${one}" selected>${one}</option>`
        : html`<option value="${one}">${one}</option>`,
    );
  const before = earlier === undefined ? NOTHING : html`<a href="${base}/${earlier}" rel="prev">← ${earlier}</a>`;
  const after = later === undefined ? NOTHING : html`<a href="${base}/${later}" rel="next">${later} →</a>`;
  return html`<div class="months">${before}<form class="at-once" method="get" action="${base}"><label class="unseen" for="to-month">${t('month-choice')}</label><select id="to-month" name="month">${options}</select><button>${t('go')}</button></form>${after}</div>`;
}

/** Files to be had, each by its name. */
export function downloads(
  { speech: { t } }: Caller,
  files: readonly (readonly [name: string, path: string])[],
): Markup {
  const items = files.map(([name, path]) => html`<li><a href="${path}" download>${name}</a></li>`);
  return html`<ul class="downloads" aria-label="${t('download')}">${items}</ul>`;
}
