/**
 * The columns of a document's lines: what each is called, what stands in it and on which side. Formats choose among
 * them and lay them out; none has a column of its own.
 */

import type { EventType } from '../../core/events/event.ts';
import type { ListedType } from '../../core/events/index.ts';
import { entryId } from '../../core/ids.ts';
import { formatMoney, type Money } from '../../core/money.ts';
import type { Document, DocumentRow } from '../../core/month/document.ts';
import type { MonthLine, Sums } from '../../core/month/month.ts';
import { momentText } from '../files/lines.ts';
import { type Language, say, sayWord, type Term, type Value } from '../words/index.ts';
import type { Terms } from './told.ts';

/** What a cell is: words; an id; an amount in plain decimals; a rate as a decimal fraction; a day `yyyy-mm-dd`. */
export type CellKind = 'words' | 'id' | 'amount' | 'rate' | 'day';

export interface DocumentColumn {
  readonly term: Term;
  readonly kind: CellKind;
  /** The total that stands under it, if any. */
  readonly sum?: keyof Sums;
  /** Empty where there is nothing to say. */
  readonly cell: (row: DocumentRow, terms: Terms) => string;
}

/** What a document calls the events that it lists; one that a record puts on it does not compile without a word. */
const ENTRIES: { readonly [K in Document['kind']]: Readonly<Record<ListedType[K], Term>> } = {
  statement: {
    CommissionSettled: 'settled',
    CommissionReversed: 'reversed',
    CommissionReleased: 'released',
    CommissionForfeited: 'forfeited',
    CommissionRestored: 'restored',
    EarningCleared: 'cleared',
    AdjustmentPosted: 'adjusted',
    OpeningPosted: 'brought-in',
    TaxWithheld: 'tax',
    PayoutInstructed: 'payout',
  },
  deductions: {
    CommissionSettled: 'charged',
    CommissionReversed: 'given-back',
    CommissionForfeited: 'forfeited',
    CommissionRestored: 'charged-anew',
    DueAdjusted: 'adjusted',
    OpeningPosted: 'brought-in',
    DeductionInstructed: 'deducted',
    DeductionFailed: 'deduction-failed',
  },
};

/** What a document of a kind calls an event; one that it has no word for is called by its type. */
export function entryText(kind: Document['kind'], type: EventType, language: Language): string {
  const term = (ENTRIES[kind] as Partial<Record<EventType, Term>>)[type];
  return term === undefined ? type : say(term, language);
}

const amountText = (amount: Money | null, terms: Terms): string =>
  amount === null ? '' : formatMoney(amount, terms.digits);

const entry = (kind: Document['kind']): DocumentColumn => ({
  term: 'entry',
  kind: 'words',
  cell: ({ line }, { language }) => entryText(kind, line.type, language),
});
const subject = (term: Term): DocumentColumn => ({ term, kind: 'id', cell: ({ line }) => line.subject });
const day: DocumentColumn = { term: 'day', kind: 'day', cell: ({ line }) => line.business_day };
const publisher: DocumentColumn = { term: 'publisher', kind: 'id', cell: ({ line }) => line.publisher_id ?? '' };
const pid: DocumentColumn = { term: 'pid', kind: 'id', cell: ({ line }) => line.pid ?? '' };
const mark: DocumentColumn = { term: 'sub-id', kind: 'id', cell: ({ line }) => line.sub_id ?? '' };
const trace: DocumentColumn = {
  term: 'trace',
  kind: 'words',
  cell: ({ line }, { language }) => (line.trace === null ? '' : sayWord(line.trace, language)),
};
const rate: DocumentColumn = { term: 'rate', kind: 'rate', cell: ({ line }) => line.rate ?? '' };
const figure = (term: Term, sum: keyof Sums): DocumentColumn => ({
  term,
  kind: 'amount',
  sum,
  cell: ({ line }, terms) => amountText(line[sum], terms),
});
const balance = (term: Term): DocumentColumn => ({
  term,
  kind: 'amount',
  cell: (row, terms) => amountText(row.balance, terms),
});
const note: DocumentColumn = {
  term: 'note',
  kind: 'words',
  cell: ({ line }, { language }) => noteText(line, language),
};
const why: DocumentColumn = {
  term: 'why',
  kind: 'words',
  cell: ({ line }, terms) => whyText(line, terms) || noteText(line, terms.language),
};
/** Before the words of a fact that came late, the instant at which it happened. */
const withMoment = (column: DocumentColumn): DocumentColumn => ({
  ...column,
  cell: (row, terms) => {
    const { occurred_at: at, business_day: businessDay } = row.line;
    const told = column.cell(row, terms);
    if (terms.calendar.dayOf(at) >= businessDay) return told;
    const moment = say('happened', terms.language, { moment: terms.calendar.format(at) });
    return told === '' ? moment : `${moment}; ${told}`;
  },
});
const withCorrection = (column: DocumentColumn): DocumentColumn => ({
  ...column,
  cell: (row, terms) => {
    const { corrects } = row.line;
    const told = column.cell(row, terms);
    if (corrects === null) return told;
    const correction = say('corrects-entry', terms.language, { entry: corrects });
    return told === '' ? correction : `${correction}; ${told}`;
  },
});
const entryOf: DocumentColumn = {
  term: 'entry-id',
  kind: 'id',
  cell: ({ line: { business_day: businessDay, type, subject: of, ordinal } }) =>
    entryId({ businessDay, type, subject: of, ordinal }),
};
const corrects: DocumentColumn = { term: 'corrects', kind: 'id', cell: ({ line }) => line.corrects ?? '' };
const occurredAt: DocumentColumn = {
  term: 'occurred-at',
  kind: 'id',
  cell: ({ line }, { calendar }) => calendar.format(line.occurred_at),
};
const occurredAtUtc: DocumentColumn = {
  term: 'occurred-at-utc',
  kind: 'id',
  cell: ({ line }) => utcText(line.occurred_at),
};
const currency: DocumentColumn = { term: 'currency', kind: 'words', cell: (_, terms) => terms.currency };

const GROSS = figure('commission-gross', 'commission');
const FEE = figure('fee-service', 'fee');

const SHEET_FIGURES = [GROSS, FEE, figure('net', 'earning'), figure('amount', 'amount')];
/** What an entry is of, and by what: how every table of lines begins. */
const STATEMENT_ENTRY = [day, entry('statement'), subject('order-line'), pid, trace, rate];
const DEDUCTIONS_ENTRY = [day, entry('deductions'), subject('order-line-or-deduction'), publisher, pid, trace, rate];
/** Which entry it is, what it corrects, and when it happened: how a sheet ends. */
const ORIGIN = [corrects, entryOf, occurredAt, occurredAtUtc];

/** The columns of a terminal, where every column counts. */
const TEXT_COLUMNS: Readonly<Record<Document['kind'], readonly DocumentColumn[]>> = {
  statement: [
    ...STATEMENT_ENTRY,
    figure('commission', 'commission'),
    figure('fee', 'fee'),
    figure('net', 'amount'),
    balance('balance'),
    withMoment(note),
  ],
  deductions: [...DEDUCTIONS_ENTRY, figure('amount', 'amount'), balance('due'), withMoment(why)],
};

/** The columns of a page to be filed. */
const PAGE_COLUMNS: Readonly<Record<Document['kind'], readonly DocumentColumn[]>> = {
  statement: [
    ...STATEMENT_ENTRY,
    GROSS,
    FEE,
    figure('net', 'amount'),
    balance('balance'),
    withCorrection(withMoment(note)),
  ],
  deductions: [
    day,
    entry('deductions'),
    subject('order-line-or-deduction'),
    pid,
    trace,
    rate,
    GROSS,
    FEE,
    figure('amount', 'amount'),
    balance('due'),
    withCorrection(withMoment(why)),
  ],
};

/** Every column, for a sheet that is worked on: when a fact happened is a column of its own. */
const SHEET_COLUMNS: Readonly<Record<Document['kind'], readonly DocumentColumn[]>> = {
  statement: [...STATEMENT_ENTRY, ...SHEET_FIGURES, balance('balance'), currency, note, ...ORIGIN],
  deductions: [...DEDUCTIONS_ENTRY, ...SHEET_FIGURES, balance('due'), currency, why, ...ORIGIN],
};

const COLUMNS = { text: TEXT_COLUMNS, page: PAGE_COLUMNS, sheet: SHEET_COLUMNS } as const;

/** The columns of a document on a terminal, on a page or in a sheet; the publisher's own marks only where there are some. */
export function columnsOf(layout: keyof typeof COLUMNS, document: Document): readonly DocumentColumn[] {
  const columns = COLUMNS[layout][document.kind];
  return isMarked(document) ? columns.flatMap((column) => (column === pid ? [pid, mark] : [column])) : columns;
}

/** Whether a document shows the publisher's own marks: a statement does, of who marks its clicks. */
export const isMarked = (document: Document): boolean => document.kind === 'statement' && document.frame.marked;

/** `2013-12-10 10:08:02Z`, with milliseconds only where there are some. */
export function utcText(at: number): string {
  return new Date(at).toISOString().replace('T', ' ').replace('.000Z', 'Z');
}

/** Why the line of a settlement is its publisher's: the coupon, or the click, when and where; empty for all else. */
export function whyText(line: MonthLine, { calendar, language }: Terms): string {
  if (line.type !== 'CommissionSettled' && line.type !== 'CommissionRestored') return '';
  if (line.trace === 'coupon') return say('by-coupon', language);
  if (line.click_id === null) return say('by-old-books', language);
  const click = line.click_id;
  if (line.clicked_at === null) return say('by-click', language, { click });
  const when = momentText(line.clicked_at, calendar);
  if (line.trace !== 'cross-store') return say('by-click-at', language, { click, when });
  return say('by-click-elsewhere', language, { click, when, shop: line.click_shop ?? '' });
}

/** Refund, decision or reason of an entry, and what became of an instruction; empty where there is nothing to say. */
export function noteText(of: MonthLine, language: Language): string {
  const { refund, decision, decided_by: by, state } = of;
  const reason = of.reason ?? '';
  if (refund !== null && reason !== '') return say('note-correction', language, { correction: refund, reason });
  if (refund !== null) return say('note-refund', language, { refund });
  if (decision !== null && by === null) return say('note-after-decision', language, { decision });
  if (decision !== null) {
    const values: Record<string, Value> = { decision, by: by ?? '', reason };
    return say(reason === '' ? 'note-decision' : 'note-decision-because', language, values);
  }
  return state !== null ? sayWord(state, language) : reason;
}
