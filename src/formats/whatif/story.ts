/** The answer of a "what if" as a story: who gains and loses, what comes out otherwise, and the same traffic paid otherwise. */
import { each, type Money } from '../../core/money.ts';
import type { Interests, Pair, Party, Supposed, Traffic, WhatIf } from '../../core/whatif/result.ts';
import type { Both, ChangedLine, Figure, SideOfLine } from '../../core/whatif/tally.ts';
import type { Showing } from '../files/lines.ts';
import {
  type Bars,
  type Block,
  type Column,
  change,
  type Fact,
  fact,
  facts,
  type Inline,
  joined,
  note,
  type Section,
  type Story,
  tableOf,
} from '../story/story.ts';
import type { Speech } from '../words/index.ts';

const pairOf = ({ book, other }: Both, figure: Figure): Pair => ({ book: book[figure], other: other[figure] });
const countChange = (book: bigint, other: bigint): string => `${other > book ? '+' : ''}${other - book}`;

/** What was asked, then every section that has something to say. */
export function whatIfStory(answer: WhatIf, speech: Speech, showing: Showing): Story {
  const sections = [
    interestsSection(answer.interests, speech),
    tracesSection(answer, speech),
    shiftsSection(answer, speech),
    partiesSection('sellers', answer, speech),
    partiesSection('publishers', answer, speech),
    linesSection(answer, speech),
    ...(answer.traffic === null ? [] : trafficSections(answer.traffic, speech)),
  ];
  return {
    title: speech.t('whatif-title', { from: answer.from, to: answer.to }),
    blocks: [facts(askedFacts(answer, speech, showing))],
    sections: sections.filter(({ blocks }) => blocks.some((block) => block.kind !== 'table' || block.rows.length > 0)),
  };
}

function askedFacts({ from, to, through, changes }: WhatIf, speech: Speech, { currency, calendar }: Showing): Fact[] {
  const { t } = speech;
  const changed = changes.length === 0 ? [t('whatif-nothing')] : changes.map((one) => supposedText(one, speech));
  return [
    fact(t('lines'), t('whatif-span', { from, to, through })),
    ...changed.map((value, at): Fact => fact(at === 0 ? t('whatif-changed') : '', value)),
    fact(t('amounts'), t('amounts-in', { currency, zone: calendar.zone })),
  ];
}

/** What was supposed, as a phrase. */
export function supposedText(of: Supposed, { t }: Speech): string {
  switch (of.kind) {
    case 'policy': {
      const settings = of.settings.map((one) => t('supposed-setting', { ...one, day: of.day }));
      const said = settings.length === 0 ? t('supposed-as-it-was') : settings.join(t('between'));
      return t('supposed-policy', { name: of.name, file: of.file, settings: said });
    }
    case 'permissions':
    case 'rates': {
      const { rows, file, parties } = of;
      const counted = { parties, rows, file };
      const one = `${parties === 1 ? '-one' : ''}${rows === 1 ? '-row' : ''}` as const;
      return t(`supposed-${of.kind}${one}`, counted);
    }
  }
}

/** The columns of an amount under the book's rules and the others, and the change with its sign. */
function pairColumns<Row>(of: (row: Row) => Pair, { t }: Speech, total?: Pair, book = t('whatif-book')) {
  const ends = (cell: Inline) => (total === undefined ? {} : { total: cell });
  return [
    { label: book, kind: 'amount', cell: (row: Row) => of(row).book, ...ends(total?.book ?? 0n) },
    { label: t('whatif-other'), kind: 'amount', cell: (row: Row) => of(row).other, ...ends(total?.other ?? 0n) },
    {
      label: t('whatif-change'),
      kind: 'amount',
      fold: 'end',
      cell: (row: Row) => change(of(row).other - of(row).book),
      ...ends(change((total?.other ?? 0n) - (total?.book ?? 0n))),
    },
  ] as const satisfies readonly (Column & { readonly cell: (row: Row) => Inline })[];
}

interface InterestRow {
  readonly label: string;
  readonly pair: Pair;
  readonly isPart: boolean;
}

/** The four interests of SPEC 2, and under a publisher's what of it is held or forfeited. */
function interestRows(of: Interests, { t, word }: Speech): InterestRow[] {
  const row = (label: string, pair: Pair): InterestRow => ({ label, pair, isPart: false });
  const part = (label: string, pair: Pair): InterestRow[] =>
    pair.book === 0n && pair.other === 0n ? [] : [{ label: `  ${label}`, pair, isPart: true }];
  const count = (one: bigint): string => String(one);
  return [
    row(t('interest-alliance'), of.alliance),
    ...of.sellers.map(({ mall, commission }) => row(t('interest-sellers', { mall: word(`mall-${mall}`) }), commission)),
    row(t(of.goodCount === 1n ? 'interest-good-one' : 'interest-good', { count: count(of.goodCount) }), of.good),
    ...part(t('interest-held'), of.goodHeld),
    row(
      t(of.irregularCount === 1n ? 'interest-irregular-one' : 'interest-irregular', {
        count: count(of.irregularCount),
      }),
      of.irregular,
    ),
    ...part(t('interest-held'), of.irregularHeld),
    ...part(t('interest-forfeited'), of.irregularForfeited),
  ];
}

function interestsSection(interests: Interests, speech: Speech): Section {
  const { t } = speech;
  const rows = interestRows(interests, speech);
  const table = tableOf(rows, [
    { label: t('whatif-who'), kind: 'text', fold: 'head', cell: ({ label }) => label },
    ...pairColumns(({ pair }: InterestRow) => pair, speech),
  ]);
  const chart = rows.flatMap(({ label, pair, isPart }) => (isPart ? [] : [{ label, ...pair }]));
  return { title: t('whatif-interests'), blocks: [charted(table, chart)] };
}

function charted(table: Block & { readonly kind: 'table' }, chart: readonly Bars[]): Block {
  return chart.length === 0 ? table : { ...table, chart };
}

/** The bar of a change alone. */
const changeBar = (label: string, { book, other }: Pair): Bars => ({ label, other: other - book });

function tracesSection({ traces, reasons, all }: WhatIf, speech: Speech): Section {
  const { t, phrase, word } = speech;
  type Row = readonly [label: string, both: Both];
  const rows: Row[] = [
    ...traces.map(({ trace, both }): Row => [word(trace), both]),
    ...reasons.map(({ reason, both }): Row => [t('whatif-nobody', { reason: word(reason) }), both]),
  ];
  const lines = (both: Both) => pairOf(both, 'lines');
  const count = { kind: 'count', more: true } as const;
  const table = tableOf(rows, [
    { label: t('whatif-earned'), kind: 'text', fold: 'head', cell: ([label]) => label, total: t('whatif-all') },
    { label: t('lines'), ...count, cell: ([, both]) => String(lines(both).book), total: String(lines(all).book) },
    {
      label: t('whatif-other'),
      ...count,
      cell: ([, both]) => String(lines(both).other),
      total: String(lines(all).other),
    },
    {
      label: t('whatif-change'),
      kind: 'count',
      cell: ([, both]) => countChange(both.book.lines, both.other.lines),
      total: countChange(all.book.lines, all.other.lines),
    },
    ...pairColumns(
      ([, both]: Row) => pairOf(both, 'commission'),
      speech,
      pairOf(all, 'commission'),
      t('whatif-commission'),
    ),
  ]);
  const open = phrase('whatif-open', {
    book: String(all.book.open),
    other: String(all.other.open),
    estimate: all.book.estimate,
    otherwise: all.other.estimate,
  });
  return {
    title: t('whatif-traces'),
    blocks: [
      charted(
        table,
        traces.map(({ trace, both }) => ({ label: word(trace), ...pairOf(both, 'commission') })),
      ),
      ...(all.book.open > 0n || all.other.open > 0n ? [note(open)] : []),
    ],
  };
}

function shiftsSection({ shifts, decidedForAnother }: WhatIf, speech: Speech): Section {
  const { t } = speech;
  const some = shifts.filter(({ both }) => both.other.lines > 0n);
  const decided = decidedForAnother.lines;
  const table = tableOf(some, [
    { label: t('whatif-what'), kind: 'text', fold: 'head', cell: ({ shift }) => t(`shift-${shift}`) },
    { label: t('lines'), kind: 'count', cell: ({ both }) => String(both.other.lines) },
    ...pairColumns(
      ({ both }: (typeof some)[number]) => pairOf(both, 'commission'),
      speech,
      undefined,
      t('whatif-commission'),
    ),
  ]);
  return {
    title: t('whatif-shifts'),
    blocks: [
      ...(some.length === 0 ? [note(t('whatif-none'))] : [table]),
      ...(decided === 0n
        ? []
        : [note(t(decided === 1n ? 'whatif-decided-one' : 'whatif-decided', { count: String(decided) }))]),
    ],
  };
}

function largest(list: readonly unknown[], of: number, { t }: Speech): Block[] {
  return of > list.length ? [note(t('whatif-largest', { shown: list.length, of }))] : [];
}

function partiesSection(kind: 'sellers' | 'publishers', answer: WhatIf, speech: Speech): Section {
  const { t } = speech;
  const { list, of } = answer[kind];
  const figure = kind === 'sellers' ? 'commission' : 'earning';
  const pair = ({ both }: Party): Pair => pairOf(both, figure);
  const table = tableOf(list, [
    { label: t(kind === 'sellers' ? 'seller' : 'publisher'), kind: 'id', fold: 'head', cell: ({ id }) => id },
    ...(kind === 'sellers'
      ? []
      : [{ label: t('name'), kind: 'text', most: 30, cell: ({ name }: Party) => name ?? '' } as const]),
    ...pairColumns(pair, speech),
    ...(kind === 'sellers'
      ? []
      : [
          {
            label: t('whatif-held'),
            kind: 'amount',
            more: true,
            cell: ({ both }: Party) => both.other.held,
          } as const,
        ]),
  ]);
  const chart = list.map((one) => changeBar(`${one.id} ${one.name ?? ''}`.trim(), pair(one)));
  return { title: t(`whatif-${kind}`), blocks: [charted(table, chart), ...largest(list, of, speech)] };
}

function linesSection({ lines: { list, of } }: WhatIf, speech: Speech): Section {
  const { t, word } = speech;
  const side = ({ publisherId, why }: SideOfLine): string =>
    publisherId === null ? word(why) : `${publisherId}, ${word(why)}`;
  const sides = [
    ['book', t('whatif-book')],
    ['other', t('whatif-other')],
  ] as const;
  const table = tableOf(list, [
    { label: t('order-line'), kind: 'id', cell: ({ orderLineId }) => orderLineId },
    { label: t('day'), kind: 'day', cell: ({ businessDay }) => businessDay },
    { label: t('shop'), kind: 'id', cell: ({ shopId }) => shopId },
    ...sides.flatMap(([which, label]) => [
      { label, kind: 'word' as const, cell: (line: ChangedLine) => side(line[which]) },
      { label: t('whatif-commission'), kind: 'amount' as const, cell: (line: ChangedLine) => line[which].commission },
      { label: t('whatif-earning'), kind: 'amount' as const, cell: (line: ChangedLine) => line[which].earning },
    ]),
  ]);
  return { title: t('whatif-lines'), blocks: [table, ...largest(list, of, speech)] };
}

/** The same traffic under each way of paying, by shop, and who bears the clicks that bring nothing. */
function trafficSections(traffic: Traffic, speech: Speech): Section[] {
  const { t, phrase } = speech;
  const { cpc, cpa, shops, all, shopCount } = traffic;
  type Row = Traffic['all'];
  const ways = [
    { label: 'CPS', of: 'cps' as const },
    ...(cpc === null ? [] : [{ label: 'CPC', of: 'cpc' as const }]),
    ...(cpa === null ? [] : [{ label: 'CPA', of: 'cpa' as const }]),
  ];
  const shopColumns = [
    { label: t('shop'), kind: 'id', cell: ({ shopId }: Traffic['shops'][number]) => shopId, total: t('whatif-all') },
    { label: t('name'), kind: 'text', most: 24, cell: ({ name }: Traffic['shops'][number]) => name },
  ] as const;
  const figure = (label: string, kind: 'count' | 'amount', cell: (one: Row) => Inline) => ({
    label,
    kind,
    cell,
    total: cell(all),
  });
  const aSale = (one: Row, of: 'cps' | 'cpc' | 'cpa'): Inline => {
    const share = each(one[of], one.sales);
    return share === undefined ? '-' : share;
  };
  const price = (of: Money | null, term: 'whatif-a-click' | 'whatif-a-sale'): Inline[] =>
    of === null ? [] : [phrase(term, { price: of })];
  const prices = joined([...price(cpc, 'whatif-a-click'), ...price(cpa, 'whatif-a-sale')]);
  const paid = tableOf(shops, [
    ...shopColumns,
    figure(t('whatif-clicks'), 'count', ({ clicks }) => String(clicks)),
    figure(t('whatif-sales'), 'count', ({ sales }) => String(sales)),
    ...ways.flatMap(({ label, of }) => [
      figure(label, 'amount', (one) => one[of]),
      figure(t('whatif-each-sale'), 'amount', (one) => aSale(one, of)),
    ]),
  ]);
  const idle = tableOf(shops, [
    ...shopColumns,
    figure(t('whatif-without'), 'count', ({ clicks, buying }) => String(clicks - buying)),
    figure(t('whatif-of-clicks'), 'count', ({ clicks }) => String(clicks)),
    ...(cpc === null ? [] : [figure(t('whatif-at-price'), 'amount', (one) => one.idle)]),
  ]);
  return [
    {
      title: phrase('whatif-traffic', { prices }),
      blocks: [paid, note(t('whatif-sale-is')), ...largest(shops, shopCount, speech)],
    },
    {
      title: t('whatif-idle'),
      blocks: [
        idle,
        note(`${t(cpa === null ? 'whatif-bear-cps' : 'whatif-bear-cpa')}${cpc === null ? '' : t('whatif-bear-cpc')}`),
      ],
    },
  ];
}
