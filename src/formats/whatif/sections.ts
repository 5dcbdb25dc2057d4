/** The answer of a "what if" as tables of text: what stands in them and in which order, for terminals and pages alike. */
import { each, formatMoney, type Money } from '../../core/money.ts';
import type { Interests, Pair, Traffic, WhatIf } from '../../core/whatif/result.ts';
import type { Both, Figure, SideOfLine } from '../../core/whatif/tally.ts';
import type { Column } from '../files/table.ts';

/** A table under its title. */
export interface Section {
  readonly title: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
  readonly total?: readonly string[];
  /** What a reader has to know of it, a sentence each. */
  readonly notes: readonly string[];
}

const left = (title: string, max?: number): Column => (max === undefined ? { title } : { title, max });
const right = (title: string): Column => ({ title, align: 'right' });

/** A change with its sign: `+4.00`, `-4.00`, `0.00`. */
export function changeText({ book, other }: Pair, digits: number): string {
  const change = other - book;
  return `${change > 0n ? '+' : ''}${formatMoney(change, digits)}`;
}

const countChange = (book: bigint, other: bigint): string => `${other > book ? '+' : ''}${other - book}`;
const pairOf = ({ book, other }: Both, figure: Figure): Pair => ({ book: book[figure], other: other[figure] });

/** Every section that has something to say. */
export function sectionsOf(answer: WhatIf, digits: number): Section[] {
  const sections = [
    interestsSection(answer.interests, digits),
    tracesSection(answer, digits),
    shiftsSection(answer, digits),
    sellersSection(answer, digits),
    publishersSection(answer, digits),
    linesSection(answer, digits),
    ...(answer.traffic === null ? [] : trafficSections(answer.traffic, digits)),
  ];
  return sections.filter(({ rows, notes }) => rows.length > 0 || notes.length > 0);
}

/** What the rows of the four interests are called. */
interface InterestWords {
  readonly alliance: string;
  readonly sellers: (mall: string) => string;
  readonly good: (publishers: bigint) => string;
  readonly irregular: (publishers: bigint) => string;
  readonly held: string;
  readonly forfeited: string;
}

const noun = (count: bigint): string => (count === 1n ? 'publisher' : 'publishers');
const INTERESTS: InterestWords = {
  alliance: 'alliance: service fee',
  sellers: (mall) => `sellers: commission on ${mall}`,
  good: (count) => `${count} ${noun(count)} in good standing: earnings`,
  irregular: (count) => `${count} irregular ${noun(count)}: earnings`,
  held: '  of that held',
  forfeited: '  forfeited',
};

/** The rows of the four interests: label and amounts. */
export function interestRows(
  interests: Interests,
  words: InterestWords = INTERESTS,
): { readonly label: string; readonly pair: Pair; readonly part: boolean }[] {
  const row = (label: string, pair: Pair) => ({ label, pair, part: false });
  const part = (label: string, pair: Pair) =>
    pair.book === 0n && pair.other === 0n ? [] : [{ label, pair, part: true }];
  return [
    row(words.alliance, interests.alliance),
    ...interests.sellers.map(({ mall, commission }) => row(words.sellers(mall), commission)),
    row(words.good(interests.goodCount), interests.good),
    ...part(words.held, interests.goodHeld),
    row(words.irregular(interests.irregularCount), interests.irregular),
    ...part(words.held, interests.irregularHeld),
    ...part(words.forfeited, interests.irregularForfeited),
  ];
}

function interestsSection(interests: Interests, digits: number): Section {
  return {
    title: 'The four interests',
    columns: [left('who'), right('book'), right('what if'), right('change')],
    rows: interestRows(interests).map(({ label, pair }) => [label, ...pairCells(pair, digits)]),
    notes: [],
  };
}

function pairCells(pair: Pair, digits: number): string[] {
  return [formatMoney(pair.book, digits), formatMoney(pair.other, digits), changeText(pair, digits)];
}

function bothCells(both: Both, digits: number): string[] {
  const { book, other } = both;
  const lines = [String(book.lines), String(other.lines), countChange(book.lines, other.lines)];
  return [...lines, ...pairCells(pairOf(both, 'commission'), digits)];
}

function tracesSection({ traces, reasons, all }: WhatIf, digits: number): Section {
  const nobody = reasons.map(({ reason, both }) => [`nobody: ${reason}`, ...bothCells(both, digits)]);
  const open = all.book.open > 0n || all.other.open > 0n;
  const estimates = `${formatMoney(all.book.estimate, digits)} and ${formatMoney(all.other.estimate, digits)}`;
  return {
    title: 'Lines and their commission, by trace',
    columns: [
      left('earned'),
      right('lines'),
      right('what if'),
      right('change'),
      right('commission'),
      right('what if'),
      right('change'),
    ],
    rows: [...traces.map(({ trace, both }) => [trace, ...bothCells(both, digits)]), ...nobody],
    total: ['all', ...bothCells(all, digits)],
    notes: open
      ? [
          `Not received yet: ${all.book.open} lines, and ${all.other.open} under the other rules; estimates ${estimates}.`,
        ]
      : [],
  };
}

const SHIFT_TEXTS = {
  'changes-hands': 'another publisher is paid',
  'newly-paid': 'newly paid',
  'no-longer-paid': 'no longer paid',
  'other-amount': 'another amount',
  open: 'not received yet, decided otherwise',
} as const;

function shiftsSection({ shifts, decidedForAnother }: WhatIf, digits: number): Section {
  const some = shifts.filter(({ both }) => both.other.lines > 0n);
  const decided = decidedForAnother.lines;
  const about = decided === 1n ? 'line was decided about by a person' : 'lines were decided about by people';
  return {
    title: 'Lines that come out otherwise',
    columns: [left('what'), right('lines'), right('commission'), right('what if'), right('change')],
    rows: some.map(({ shift, both }) => [
      SHIFT_TEXTS[shift],
      String(both.other.lines),
      ...pairCells(pairOf(both, 'commission'), digits),
    ]),
    notes: [
      ...(some.length === 0 ? ['No line comes out otherwise.'] : []),
      ...(decided === 0n
        ? []
        : [`${decided} ${about} for another publisher: the decision is applied as it was delivered.`]),
    ],
  };
}

const more = (shown: number, of: number): string[] => (of > shown ? [`The ${shown} largest of ${of}.`] : []);

function sellersSection({ sellers }: WhatIf, digits: number): Section {
  return {
    title: 'Sellers, by change of commission',
    columns: [left('seller'), right('book'), right('what if'), right('change')],
    rows: sellers.list.map(({ id, both }) => [id, ...pairCells(pairOf(both, 'commission'), digits)]),
    notes: more(sellers.list.length, sellers.of),
  };
}

function publishersSection({ publishers }: WhatIf, digits: number): Section {
  return {
    title: 'Publishers, by change of earnings',
    columns: [left('publisher'), left('name', 30), right('book'), right('what if'), right('change'), right('held')],
    rows: publishers.list.map(({ id, name, both }) => [
      id,
      name ?? '',
      ...pairCells(pairOf(both, 'earning'), digits),
      formatMoney(both.other.held, digits),
    ]),
    notes: more(publishers.list.length, publishers.of),
  };
}

function linesSection({ lines }: WhatIf, digits: number): Section {
  const side = ({ publisherId, why }: SideOfLine): string => (publisherId === null ? why : `${publisherId}, ${why}`);
  return {
    title: 'Order lines, by the commission that moves',
    columns: [
      left('order line'),
      left('day'),
      left('shop'),
      left('book'),
      right('commission'),
      right('earning'),
      left('what if'),
      right('commission'),
      right('earning'),
    ],
    rows: lines.list.map(({ orderLineId, businessDay, shopId, book, other }) => [
      orderLineId,
      businessDay,
      shopId,
      side(book),
      formatMoney(book.commission, digits),
      formatMoney(book.earning, digits),
      side(other),
      formatMoney(other.commission, digits),
      formatMoney(other.earning, digits),
    ]),
    notes: more(lines.list.length, lines.of),
  };
}

/** The same traffic under each way of paying, by shop, and who bears the clicks that bring nothing. */
function trafficSections(traffic: Traffic, digits: number): Section[] {
  const { cpc, cpa, shops, all, shopCount } = traffic;
  const ways = [
    { title: 'CPS', of: 'cps' as const },
    ...(cpc === null ? [] : [{ title: 'CPC', of: 'cpc' as const }]),
    ...(cpa === null ? [] : [{ title: 'CPA', of: 'cpa' as const }]),
  ];
  const cells = (one: Traffic['all']): string[] => [
    String(one.clicks),
    String(one.sales),
    ...ways.flatMap(({ of }) => {
      const aSale = each(one[of], one.sales);
      return [formatMoney(one[of], digits), aSale === undefined ? '-' : formatMoney(aSale, digits)];
    }),
  ];
  const idle = (one: Traffic['all']): string[] => {
    const none = one.clicks - one.buying;
    return [String(none), String(one.clicks), ...(cpc === null ? [] : [formatMoney(one.idle, digits)])];
  };
  const price = (amount: Money | null, of: string): string[] =>
    amount === null ? [] : [`${formatMoney(amount, digits)} a ${of}`];
  const atPrices = [...price(cpc, 'click'), ...price(cpa, 'sale')].join(', ');
  const named = (shop: { shopId: string; name: string }): string[] => [shop.shopId, shop.name];
  return [
    {
      title: `The same traffic paid otherwise, at ${atPrices}`,
      columns: [
        left('shop'),
        left('name', 24),
        right('clicks'),
        right('sales'),
        ...ways.flatMap(({ title }) => [right(title), right('a sale')]),
      ],
      rows: shops.map((shop) => [...named(shop), ...cells(shop)]),
      total: ['all', '', ...cells(all)],
      notes: [
        'A sale is an order line of the span that brings commission; a click one of the span with a known PID.',
        ...more(shops.length, shopCount),
      ],
    },
    {
      title: 'Clicks that brought no sale, here or in another shop',
      columns: [
        left('shop'),
        left('name', 24),
        right('without'),
        right('of clicks'),
        ...(cpc === null ? [] : [right('at that price')]),
      ],
      rows: shops.map((shop) => [...named(shop), ...idle(shop)]),
      total: ['all', '', ...idle(all)],
      notes: [
        `Under CPS${cpa === null ? '' : ' and CPA'} publishers bear them: nobody pays for them.${cpc === null ? '' : ' Under CPC the sellers do.'}`,
      ],
    },
  ];
}
