/**
 * The manifest beside a document's file: what it is, of which event, its count, its sums and its SHA-256, so that a file
 * can be checked and a month's writing taken up again. It is made of the same totals as the document.
 */

import { formatMoney } from '../../core/money.ts';
import { type Document, totalsOf } from '../../core/month/document.ts';
import type { MonthTotals } from '../../core/month/month.ts';
import type { Language } from '../words/index.ts';
import { movementsDocument, sumsDocument } from './json.ts';
import type { Terms } from './told.ts';

export interface FileFacts {
  /** Its name, without a folder. */
  readonly file: string;
  readonly format: string;
  /** Null where a format's words are fixed. */
  readonly language: Language | null;
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
}

/** What a manifest says; amounts are plain decimals of `currency`. */
export interface Manifest extends FileFacts {
  readonly document: Document['kind'];
  readonly party: string;
  readonly month: string;
  readonly open: boolean;
  /** The last day whose entries it has. */
  readonly through: string | null;
  /** The night after which it is told: of a closed month the one that closed it, if no other was asked for. */
  readonly asOf: string | null;
  readonly statementEvent: { readonly partition: number; readonly position: string; readonly hash: string } | null;
  readonly currency: string;
  readonly zone: string;
  readonly opening: string;
  readonly closing: string;
  readonly count: number;
  readonly sums: Readonly<Record<string, string>>;
  readonly movements: Readonly<Record<string, string>>;
  /** What banks had said of its payout or deductions by `asOf`, such as `confirmed`. */
  readonly results: string;
}

/** The manifest of a document written to a file. */
export async function manifestOf(
  document: Document,
  file: FileFacts,
  terms: Pick<Terms, 'calendar' | 'currency' | 'digits'>,
): Promise<Manifest> {
  const { event, frame, kind } = document;
  const totals = await totalsOf(document);
  const { calendar, currency, digits } = terms;
  return {
    ...file,
    document: kind,
    party: frame.party,
    month: frame.month,
    open: frame.open,
    through: frame.through,
    asOf: frame.asOf,
    statementEvent:
      event === null ? null : { partition: event.partition, position: String(event.position), hash: event.hash },
    currency,
    zone: calendar.zone,
    opening: formatMoney(frame.opening, digits),
    closing: formatMoney(totals.balance, digits),
    count: totals.count,
    sums: sumsDocument(totals, digits),
    movements: movementsDocument(document, totals, digits),
    results: resultsOf(document, totals),
  };
}

function resultsOf(document: Document, { deductions }: MonthTotals): string {
  if (document.kind === 'statement') return document.frame.payout?.standing.state ?? '';
  const states = [...deductions].map(([state, { count }]) => `${state} ${count}`);
  return states.sort().join(', ');
}

export function manifestText(manifest: Manifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}
