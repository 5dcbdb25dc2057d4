/**
 * What a document says beside its lines, in words: title, facts, sums, what was paid of it, and the memo of amounts that
 * are not in it. Every format for people takes its words from here; none adds an amount of its own.
 */
import { formatMoney, type Money } from '../../core/money.ts';
import { type Document, MOVEMENTS } from '../../core/month/document.ts';
import type { IssuedStatement, MonthTotals, PublisherFrame } from '../../core/month/month.ts';
import type { Showing } from '../files/lines.ts';
import { standingText } from '../standing.ts';
import { type Language, say, sayWord, type Value } from '../words/index.ts';

/** How a document is shown. */
export interface Terms extends Showing {
  readonly language: Language;
}

/** An amount as the words of a document show it. */
export type ShowAmount = (amount: Money) => string;

function plain({ digits }: Showing): ShowAmount {
  return (amount) => formatMoney(amount, digits);
}

/** A label and what stands beside it. */
export type Fact = readonly [label: string, value: string];

export interface Sum {
  readonly label: string;
  readonly amount: Money;
}

export function titleOf({ kind, frame }: Document, { language }: Terms): string {
  return say(kind === 'statement' ? 'statement-title' : 'deductions-of', language, { party: frame.party });
}

/** Name, month and its state, currency and zone. */
export function factsOf(document: Document, terms: Terms): Fact[] {
  const { language } = terms;
  const { frame } = document;
  const name = document.kind === 'statement' ? document.frame.name : '';
  return [
    ...(name === '' ? [] : [[say('name', language), name] as const]),
    [say('month', language), `${frame.month}, ${stateOf(document, language)}`],
    [say('amounts', language), say('amounts-in', language, { currency: terms.currency, zone: terms.calendar.zone })],
  ];
}

/** Whether a month is open, and else how it was closed. */
function stateOf(document: Document, language: Language): string {
  const { open, through } = document.frame;
  if (open) return through === null ? say('open-none-run', language) : say('open-as-of', language, { day: through });
  if (document.kind === 'deductions') return say('closed', language);
  const { issued } = document.frame;
  if (issued === null) return say('closed-without', language);
  return say('closed-on', language, { day: issued.business_day, disposition: word(issued.disposition) });
}

/** Opening, what moved by kind (kinds that did not occur left out), closing: the amounts add up down the list. */
export function sumsOf({ kind, frame }: Document, totals: MonthTotals, { language }: Terms): Sum[] {
  const edge = (which: 'opening' | 'closing') => (kind === 'statement' ? which : (`${which}-due` as const));
  return [
    { label: say(edge('opening'), language), amount: frame.opening },
    ...MOVEMENTS[kind]
      .map(([name, ...types]) => ({ label: say(name, language), amount: totals.of(...types) }))
      .filter(({ amount }) => amount !== 0n),
    { label: say(edge('closing'), language), amount: totals.balance },
  ];
}

/** What was decided about paying a closed month; nothing for an open one and for a seller. */
export function payingOf(document: Document, terms: Terms, money: ShowAmount = plain(terms)): Fact[] {
  if (document.kind === 'deductions' || document.frame.issued === null) return [];
  const { language } = terms;
  const { issued } = document.frame;
  return [
    [say('to-pay', language), say('to-pay-why', language, { amount: money(issued.gross), day: issued.business_day })],
    ...(issued.tax_due === 0n ? [] : [[say('tax', language), money(issued.tax_due)] as const]),
    ...(issued.returned === 0n
      ? []
      : [[say('returned', language), say('returned-why', language, { amount: money(issued.returned) })] as const]),
    [say('payout', language), payoutText(document.frame, issued, money(issued.payout), language)],
  ];
}

function payoutText(frame: PublisherFrame, issued: IssuedStatement, amount: string, language: Language): string {
  const { payout } = frame;
  if (payout === null) return say('payout-none', language, { disposition: word(issued.disposition) });
  const { id, standing } = payout;
  const state: Value = (spoken) => standingText(standing, spoken);
  return say('payout-of', language, { amount, id, day: standing.valueDate, state });
}

/** A month's deductions by what became of them, such as `2 confirmed (25.00)`; empty where there was none. */
export function deductionsTold({ deductions }: MonthTotals, terms: Terms, money: ShowAmount = plain(terms)): string[] {
  return (['confirmed', 'failed', 'instructed'] as const).flatMap((state) => {
    const of = deductions.get(state);
    const name = say(state === 'instructed' ? 'without-result' : state, terms.language);
    return of === undefined ? [] : [`${of.count} ${name} (${money(of.amount)})`];
  });
}

/** Amounts that are the publisher's and are not in the statement, and when they stood so; null where no day was run. */
export function memoOf(document: Document, terms: Terms): { when: string; amounts: Sum[]; sentence: string } | null {
  if (document.kind === 'deductions' || document.frame.through === null) return null;
  const { open, through, held, clearing, returned } = document.frame;
  const { language } = terms;
  const amounts = [
    { label: say('held', language), amount: held },
    ...(clearing === 0n ? [] : [{ label: say('clearing', language), amount: clearing }]),
    { label: say('returned', language), amount: returned },
  ];
  const told = amounts.map(({ label, amount }) => `${label} ${formatMoney(amount, terms.digits)}`);
  const values = { day: through, amounts: told.join(language === 'zh' ? '，' : ', ') };
  return {
    when: say(open ? 'as-of-open' : 'as-of-closed', language, values),
    amounts,
    sentence: say(open ? 'memo-open' : 'memo-closed', language, values),
  };
}

/** What a document without a line says in their place. */
export function nothingOf({ kind }: Document, { language }: Terms): string {
  return say(kind === 'statement' ? 'no-line-payable' : 'no-line-due', language);
}

function word(of: string): Value {
  return (language) => sayWord(of, language);
}
