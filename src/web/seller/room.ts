/** The seller's room: what was charged and given back, each line with why, and disputes. */
import { deductionsTold } from '../../formats/document/told.ts';
import { paged } from '../../formats/files/figures.ts';
import type { Room } from '../page.ts';
import { monthFiles } from '../party/files.ts';
import { linePage } from '../party/line-page.ts';
import { linesPage } from '../party/lines-page.ts';
import { latestMonth, monthPage } from '../party/month-page.ts';
import type { PartyMonth, Side } from '../party/side.ts';
import { figures, money } from '../pieces.ts';
import type { Visit } from '../visit.ts';
import { disputeForm, disputing } from './dispute.ts';

const SELLER: Side = {
  kind: 'deductions',
  role: 'seller',
  right: 'see-deductions',
  base: '/seller',
  section: 'section-seller-month',
  words: {
    month: 'seller-month-title',
    lines: 'seller-lines-title',
    came: 'month-charged',
    back: 'month-given-back',
    byDay: 'charged-by-day',
    empty: 'seller-empty',
    none: 'seller-none',
  },
  besides: async (_, of, visit) => ({ figures: keyFigures(of, visit), parts: [], isThere: false }),
  lineActs: { dispute: disputing },
  underLine: disputeForm,
};

function keyFigures({ document, groups: { totals, all } }: PartyMonth, visit: Visit) {
  const { t } = visit.speech;
  const terms = { ...visit.book, language: visit.speech.language };
  const deducted = -totals.of('DeductionInstructed', 'DeductionFailed');
  return figures([
    { label: t('month-charged'), value: money(visit, all.came) },
    { label: t('month-given-back'), value: money(visit, all.back) },
    { label: t('month-net'), value: money(visit, all.came + all.back) },
    {
      label: t('month-deducted'),
      value: money(visit, deducted),
      beside: deductionsTold(totals, terms, paged(visit.book)).join(', '),
    },
    {
      label: t('month-due'),
      value: money(visit, totals.balance),
      beside: t('month-opening', { amount: money(visit, document.frame.opening) }),
    },
  ]);
}

const FILES = { path: '/seller/:month/files/:format', roles: ['seller'], right: 'see-deductions' } as const;

export const SELLER_ROOM: Room = {
  sections: [{ term: 'section-seller-month', path: SELLER.base, roles: ['seller'] }],
  pages: [latestMonth(SELLER), linePage(SELLER), monthPage(SELLER), linesPage(SELLER)],
  counters: [monthFiles(FILES, 'deductions')],
};
