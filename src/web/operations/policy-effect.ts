/** What a draft of a policy would have made of a month, as tables of a page. Every figure is the preview's; none is made here. */
import type { Interests, Pair, Party, WhatIf } from '../../core/whatif/result.ts';
import type { ChangedLine, Figure, SideOfLine } from '../../core/whatif/tally.ts';
import { html, type Markup } from '../../formats/files/markup.ts';
import { interestRows } from '../../formats/whatif/sections.ts';
import { NOTHING } from '../layout.ts';
import { type Column, empty, money, part, tableOf } from '../pieces.ts';
import type { Visit } from '../visit.ts';

/** The four interests, the lines that come out otherwise, and who gains and loses most. */
export function effect(answer: WhatIf, visit: Visit): Markup {
  const { t } = visit.speech;
  const { interests, sellers, publishers, lines } = answer;
  if (lines.of === 0)
    return html`${part(t('preview-interests'), interestsTable(interests, visit))}${part(t('preview-shifts'), empty(t('preview-none')))}`;
  return html`${part(t('preview-interests'), interestsTable(interests, visit))}
${part(t('preview-shifts'), shiftsTable(answer, visit))}
${part(t('preview-sellers'), partiesTable(sellers.list, 'commission', visit), largest(sellers, visit))}
${part(t('preview-publishers'), partiesTable(publishers.list, 'earning', visit), largest(publishers, visit))}
${part(t('preview-lines'), linesTable(lines.list, visit), largest(lines, visit))}`;
}

function largest({ list, of }: { readonly list: readonly unknown[]; readonly of: number }, visit: Visit): Markup {
  const shown = list.length;
  return of > shown ? html`<span class="quiet">${visit.speech.t('preview-largest', { shown, of })}</span>` : NOTHING;
}

/** The columns of an amount under the book's rules and the draft's, and the change with its sign. */
function pairColumns<Row>(of: (row: Row) => Pair, visit: Visit): Column<Row>[] {
  const { t } = visit.speech;
  return [
    { label: t('preview-book'), kind: 'amount', cell: (row) => money(visit, of(row).book) },
    { label: t('preview-other'), kind: 'amount', cell: (row) => money(visit, of(row).other) },
    {
      label: t('preview-change'),
      kind: 'amount',
      fold: 'end',
      cell: (row) => {
        const change = of(row).other - of(row).book;
        return `${change > 0n ? '+' : ''}${money(visit, change)}`;
      },
    },
  ];
}

function interestsTable(interests: Interests, visit: Visit): Markup {
  const { t, word } = visit.speech;
  const rows = interestRows(interests, {
    alliance: t('interest-alliance'),
    sellers: (mall) => t('interest-sellers', { mall: word(`mall-${mall}`) }),
    good: (count) => t('interest-good', { count: String(count) }),
    irregular: (count) => t('interest-irregular', { count: String(count) }),
    held: `\u2003${t('interest-held')}`,
    forfeited: `\u2003${t('interest-forfeited')}`,
  });
  const who: Column<(typeof rows)[number]> = {
    label: t('preview-who'),
    kind: 'text',
    fold: 'head',
    cell: ({ label }) => label,
  };
  return tableOf(
    t('preview-interests'),
    [who, ...pairColumns(({ pair }: (typeof rows)[number]) => pair, visit)],
    rows,
    true,
  );
}

function shiftsTable({ shifts, decidedForAnother }: WhatIf, visit: Visit): Markup {
  const { t } = visit.speech;
  type Row = WhatIf['shifts'][number];
  const columns: Column<Row>[] = [
    { label: t('preview-what'), kind: 'text', fold: 'head', cell: ({ shift }) => t(`shift-${shift}`) },
    { label: t('preview-lines-head'), kind: 'count', cell: ({ both }) => String(both.other.lines) },
    ...pairColumns(({ both }: Row) => ({ book: both.book.commission, other: both.other.commission }), visit),
  ];
  const some = shifts.filter(({ both }) => both.other.lines > 0n);
  const decided = decidedForAnother.lines;
  const note =
    decided === 0n ? NOTHING : html`<p class="quiet">${t('preview-decided', { count: String(decided) })}</p>`;
  return html`${tableOf(t('preview-shifts'), columns, some, true)}${note}`;
}

function partiesTable(parties: readonly Party[], figure: Figure & ('commission' | 'earning'), visit: Visit): Markup {
  const { t } = visit.speech;
  const isSeller = figure === 'commission';
  const columns: Column<Party>[] = [
    {
      label: isSeller ? t('preview-seller') : t('publisher'),
      kind: 'id',
      fold: 'head',
      cell: ({ id, name }) => (name === null ? id : html`${id} <span class="quiet">${name}</span>`),
    },
    ...pairColumns(({ both }: Party) => ({ book: both.book[figure], other: both.other[figure] }), visit),
  ];
  return tableOf(t(isSeller ? 'preview-sellers' : 'preview-publishers'), columns, parties, true);
}

function linesTable(lines: readonly ChangedLine[], visit: Visit): Markup {
  const { t, word } = visit.speech;
  const side = ({ publisherId, why }: SideOfLine): string =>
    publisherId === null ? word(why) : `${publisherId}, ${word(why)}`;
  const sides: readonly (readonly ['book' | 'other', string])[] = [
    ['book', t('preview-book')],
    ['other', t('preview-other')],
  ];
  const columns: Column<ChangedLine>[] = [
    { label: t('order-line'), kind: 'id', cell: ({ orderLineId }) => orderLineId },
    { label: t('business-day-head'), kind: 'day', cell: ({ businessDay }) => businessDay },
    { label: t('shop'), kind: 'id', cell: ({ shopId }) => shopId },
    ...sides.flatMap(([of, label]): Column<ChangedLine>[] => [
      { label, kind: 'word', cell: (line) => side(line[of]) },
      { label: t('commission'), kind: 'amount', cell: (line) => money(visit, line[of].commission) },
      { label: t('preview-earning'), kind: 'amount', cell: (line) => money(visit, line[of].earning) },
    ]),
  ];
  return tableOf(t('preview-lines'), columns, lines);
}
