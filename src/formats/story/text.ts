/** A story as text for a terminal: facts in two columns, tables ruled, steps one under the other. It says nothing of its own. */
import { formatMoney } from '../../core/money.ts';
import { aligned, labelled, productText, type Showing } from '../files/lines.ts';
import { table, width } from '../files/table.ts';
import type { Block, Fact, Inline, Section, Span, Step, Story } from './story.ts';

/** The whole story; its sections stand apart by an empty line. */
export function storyText(story: Story, showing: Showing): string {
  const sections = story.sections.map((section) => sectionText(section, showing));
  return `${inlineText(story.title, showing)}\n${blocksText(story.blocks, showing)}${sections.join('')}`;
}

function sectionText({ title, heads, blocks }: Section, showing: Showing): string {
  if (heads === 'pages') return blocksText(blocks, showing);
  if (title === '') return `\n${blocksText(blocks, showing)}`;
  const isTable = blocks[0]?.kind === 'table';
  const said = blocks.map((block) => {
    const isUnder = !isTable && block.kind === 'note';
    return isUnder ? aligned([[inlineText(block.says, showing)]]) : blockText(block, showing);
  });
  return `\n${inlineText(title, showing)}\n${isTable ? '\n' : ''}${said.join('')}`;
}

function blocksText(blocks: readonly Block[], showing: Showing): string {
  return blocks.map((block) => blockText(block, showing)).join('');
}

function blockText(block: Block, showing: Showing): string {
  switch (block.kind) {
    case 'facts':
      return aligned(factRows(block.facts, showing));
    case 'table': {
      const columns = block.columns.map(({ label, kind, most }) => ({
        title: label,
        ...(RIGHT.has(kind) ? { align: 'right' as const } : {}),
        ...(most === undefined ? {} : { max: most }),
      }));
      const cells = (row: readonly Inline[]): string[] => row.map((cell) => inlineText(cell, showing));
      return table(columns, block.rows.map(cells), block.total === undefined ? {} : { total: cells(block.total) });
    }
    case 'list':
      return aligned(
        block.items.map((item, at) => [block.numbered === true ? String(at + 1) : '-', inlineText(item, showing)]),
      );
    case 'steps':
      return block.steps.map((step, at) => stepText(step, at + 1, showing)).join('');
    case 'note':
      return `${inlineText(block.says, showing)}\n`;
  }
}

const RIGHT: ReadonlySet<string> = new Set(['amount', 'rate', 'count']);

/** Facts that are all amounts stand under each other, as they are added up. */
function factRows(facts: readonly Fact[], showing: Showing): string[][] {
  const rows = facts.map(({ label, value, beside = '' }) => {
    return [label, inlineText(value, showing), inlineText(beside, showing)];
  });
  if (!facts.every(({ value }) => isAmount(value))) return rows;
  const widest = Math.max(...rows.map(([, value = '']) => width(value)));
  return rows.map(([label = '', value = '', beside = '']) => [label, value.padStart(widest), beside]);
}

function isAmount(value: Inline): boolean {
  return typeof value === 'bigint';
}

/** What happened on a day stands under its date; what was tried one after the other under its number. */
function stepText({ title, day, tests = [], facts = [], end }: Step, n: number, showing: Showing): string {
  const said = inlineText(title, showing);
  const rows = factRows(facts, showing);
  if (day !== undefined) return `\n${day}  ${said}\n${labelled(rows)}`;
  const tested = tests.map(({ passed, what, fact }) => [
    passed ? 'ok' : 'no',
    inlineText(what, showing),
    inlineText(fact, showing),
  ]);
  const last = end === undefined ? '' : aligned([[inlineText(end, showing)]], 5);
  return `${aligned([[String(n), said]])}${aligned(tested, 5)}${aligned(rows, 5)}${last}`;
}

/** Words with their values as a terminal shows them. */
export function inlineText(inline: Inline, showing: Showing): string {
  if (typeof inline === 'string') return inline;
  if (typeof inline === 'number') return String(inline);
  if (typeof inline === 'bigint') return formatMoney(inline, showing.digits);
  if (!('kind' in inline)) return inline.map((piece) => inlineText(piece, showing)).join('');
  return spanText(inline, showing);
}

function spanText(span: Span, { calendar, digits }: Showing): string {
  switch (span.kind) {
    case 'change':
      return `${span.of > 0n ? '+' : ''}${formatMoney(span.of, digits)}`;
    case 'rate':
    case 'id':
      return span.of;
    case 'product':
      return productText(span.base, span.rates, digits);
    case 'instant':
      return calendar.format(span.at);
    case 'state':
      return span.word;
    case 'link':
      return span.to === 'finance' ? `/finance/${span.id}` : span.id;
  }
}
