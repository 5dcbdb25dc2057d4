/** A story as pieces of a page: its key figures, facts, tables and steps, and the ways on where one may go there. */
import { may } from '../core/access.ts';
import { html, type Markup } from '../formats/files/markup.ts';
import type { Block, Fact, Inline, Section, Span, Step, Story, Thing } from '../formats/story/story.ts';
import { NOTHING } from './layout.ts';
import { empty, facts as factsOf, figures, money, part, product, rate, type Shown, state, tableOf } from './pieces.ts';
import type { Visit } from './visit.ts';

/** A whole story under the page's own head: what it says first, then its sections. */
export function told({ blocks, sections }: Story, visit: Visit): Markup {
  return html`${blocks.map((block) => blockOf(block, '', visit))}${sections.map((one) => sectionOf(one, visit))}`;
}

/** A section under its heading, with a way on beside it. */
function sectionOf({ title, blocks }: Section, visit: Visit, beside: Markup = NOTHING): Markup {
  const caption = plain(title, visit);
  const body = blocks.map((block) => blockOf(block, caption, visit));
  return caption === '' ? html`<section>${body}</section>` : part(caption, body, beside);
}

/** A part of a story as a page shows it. */
export function blockOf(block: Block, caption: string, visit: Visit): Markup {
  switch (block.kind) {
    case 'facts':
      return factsAndFigures(block.facts, visit);
    case 'table':
      return tableIn(block, caption, visit);
    case 'list':
      return html`<ul class="plainlist">${block.items.map((item) => html`<li>${shown(item, visit)}</li>`)}</ul>`;
    case 'steps':
      return html`<ol class="trail">${block.steps.map((step) => stepOf(step, visit))}</ol>`;
    case 'note':
      if (block.tone === 'none') return empty(plain(block.says, visit));
      if (block.tone === 'bad') return html`<p class="fault" role="alert">${shown(block.says, visit)}</p>`;
      return html`<p class="quiet small after-table">${shown(block.says, visit)}</p>`;
  }
}

function factsAndFigures(all: readonly Fact[], visit: Visit): Markup {
  const keys = all.filter(({ key }) => key === true);
  const rest = all.filter(({ key }) => key !== true);
  const first = figures(
    keys.map(({ label, value, beside = '', tone }) => {
      const says = shown(value, visit);
      const toned =
        tone === undefined ? says : html`<span class="${tone === 'good' ? 'even' : 'uneven'}">${says}</span>`;
      return { label: headed(label), value: toned, beside: shown(beside, visit) };
    }),
  );
  const below = factList(rest, visit);
  if (keys.length === 0) return below;
  return rest.length === 0 ? first : html`${first}<div class="under-figures">${below}</div>`;
}

/** Facts, those without a label of their own under the one before them. */
function factList(of: readonly Fact[], visit: Visit): Markup {
  const rows: [string, Shown][] = [];
  for (const { label, value, beside = '' } of of) {
    const more = beside === '' ? NOTHING : html` <span class="quiet">${shown(beside, visit)}</span>`;
    const says = html`${shown(value, visit)}${more}`;
    const last = rows.at(-1);
    if (label === '' && last !== undefined) last[1] = html`${last[1]}<br>${says}`;
    else rows.push([headed(label), says]);
  }
  return rows.length === 0 ? NOTHING : factsOf(rows);
}

function tableIn(of: Extract<Block, { kind: 'table' }>, caption: string, visit: Visit): Markup {
  const columns = of.columns.flatMap(({ label, kind, fold, more }, at) => {
    if (more === true) return [];
    const total = of.total?.[at];
    return [
      {
        label,
        kind,
        cell: (row: readonly Inline[]) => shown(inset(row[at] ?? ''), visit),
        ...(total === undefined ? {} : { total: shown(total, visit) }),
        ...(fold === undefined ? {} : { fold }),
      },
    ];
  });
  const folds = of.columns.some(({ fold }) => fold !== undefined);
  return tableOf(caption, columns, of.rows, folds);
}

/** What stands under another row by two blanks does so on a page by a wide one. */
function inset(cell: Inline): Inline {
  return typeof cell === 'string' ? cell.replace(/^ {2}/, '\u2003') : cell;
}

function stepOf({ title, day, tone, under, tests = [], facts = [], end }: Step, visit: Visit): Markup {
  const { t } = visit.speech;
  const when = [day, under].filter((one) => one !== undefined).map((one) => shown(one, visit));
  const line =
    when.length === 0
      ? NOTHING
      : html`<p class="quiet small">${when.map((one, at) => html`${at === 0 ? '' : ' · '}${one}`)}</p>`;
  const checks = tests.map(
    ({ passed, what, fact }) =>
      html`<li class="${passed ? 'is-good' : 'is-bad'}"><span>${shown(what, visit)}<span class="unseen">: ${passed ? t('yes') : t('no')}</span></span><span class="fact">${shown(fact, visit)}</span></li>`,
  );
  const list = checks.length === 0 ? NOTHING : html`<ul class="tests">${checks}</ul>`;
  const last = end === undefined ? NOTHING : html`<p class="verdict">${shown(end, visit)}</p>`;
  return html`<li class="is-${tone}"><h3>${shown(title, visit)}</h3>${line}${list}${factList(facts, visit)}${last}</li>`;
}

/** A label of a page begins with a capital. */
function headed(label: string): string {
  return label.slice(0, 1).toUpperCase() + label.slice(1);
}

/** Words with their values as pages write them. */
export function shown(inline: Inline, visit: Visit): Shown {
  if (typeof inline === 'string') return inline;
  if (typeof inline === 'number') return String(inline);
  if (typeof inline === 'bigint') return money(visit, inline);
  if ('kind' in inline) return spanOf(inline, visit);
  const pieces = inline.map((piece) => shown(piece, visit)).filter((piece) => piece !== '');
  if (pieces.every((piece) => typeof piece === 'string')) return pieces.join('');
  return html`${pieces.map((piece) => html`${piece}`)}`;
}

/** The same without markup, for headings and captions. */
function plain(inline: Inline, visit: Visit): string {
  const said = shown(inline, visit);
  if (typeof said === 'string') return said;
  throw new Error('a heading holds words, amounts and instants only');
}

function spanOf(span: Span, visit: Visit): Shown {
  switch (span.kind) {
    case 'change':
      return `${span.of > 0n ? '+' : ''}${money(visit, span.of)}`;
    case 'rate':
      return rate(span.of);
    case 'product':
      return product(visit, span.base, span.rates);
    case 'instant':
      return visit.book.calendar.format(span.at);
    case 'id':
      return span.of;
    case 'state':
      return state(span.word, span.tone);
    case 'link': {
      const path = pathTo(span.to, span.id, visit);
      return path === null ? span.called : html`<a href="${path}">${span.called}</a>`;
    }
  }
}

/** Where something stands for who looks; null where that is not theirs to see. */
function pathTo(thing: Thing, id: string, { principal }: Visit): string | null {
  switch (thing) {
    case 'case':
      return may(principal, 'see-cases') ? `/risk/cases/${encodeURIComponent(id)}` : null;
    case 'break':
      return may(principal, 'see-breaks') ? `/finance/breaks/${id}` : null;
    case 'month':
      return principal.role === 'publisher' ? `/publisher/${id}` : null;
    case 'finance':
      return may(principal, 'see-breaks') ? `/finance/${id}` : null;
    case 'rejects':
    case 'parked':
      return may(principal, 'see-deliveries') ? `/operations/${thing}` : null;
  }
}
