/** The tables of networks by name: whose they are, by which day their rows belong to a month, and their columns. */
import type { ReportLine, ReportRefund } from '../../core/line/report.ts';
import { JD } from './jd.ts';
import { MERCHANT } from './merchant.ts';
import { MERCHANT_REFUNDS, PUBLISHER_REFUNDS } from './refunds.ts';
import type { ReportColumn } from './table.ts';
import { FEE_RATE_COLUMN, TAOBAOKE } from './taobaoke.ts';

/** A table of lines, or of their refunds. */
type Rows =
  | { readonly of: 'lines'; readonly columns: (terms: ReportChoice) => readonly ReportColumn<ReportLine>[] }
  | { readonly of: 'refunds'; readonly columns: (terms: ReportChoice) => readonly ReportColumn<ReportRefund>[] };

export type Report = Rows & {
  /** What a month means: orders paid in it, settled in it, or given back in it. */
  readonly by: 'paid' | 'settled' | 'reversed';
};

interface ReportChoice {
  /** Of the Taobaoke order report: 30 or 31. */
  readonly columns: number;
  /** Whether a seller asks, not a publisher. */
  readonly bySeller: boolean;
}

export const REPORTS: Readonly<Record<string, Report>> = {
  taobaoke: {
    of: 'lines',
    by: 'paid',
    columns: ({ columns }) => (columns === 30 ? TAOBAOKE.filter(({ header }) => header !== FEE_RATE_COLUMN) : TAOBAOKE),
  },
  refunds: {
    of: 'refunds',
    by: 'reversed',
    columns: ({ bySeller }) => (bySeller ? MERCHANT_REFUNDS : PUBLISHER_REFUNDS),
  },
  merchant: { of: 'lines', by: 'settled', columns: () => MERCHANT },
  jd: { of: 'lines', by: 'paid', columns: () => JD },
};
