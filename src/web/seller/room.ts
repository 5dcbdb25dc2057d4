/**
 * The seller's room: what was charged and given back, each line with why, and disputes: one row of the feed `disputes`, once
 * for a line, through the intake that takes files.
 */
import { deductionsTold } from '../../formats/document/told.ts';
import { type RunHistory, standingOf } from '../../formats/explain/explain.ts';
import { paged } from '../../formats/files/figures.ts';
import { html, type Markup } from '../../formats/files/markup.ts';
import { dispute, disputeId } from '../../office/acts/cases.ts';
import type { Session } from '../../store/connection/session.ts';
import { disputeOf } from '../../store/lists/party-lines.ts';
import { actForm, doing } from '../acts.ts';
import { NOTHING } from '../layout.ts';
import type { Room } from '../page.ts';
import { linePage } from '../party/line-page.ts';
import { linesPage } from '../party/lines-page.ts';
import { latestMonth, monthPage } from '../party/month-page.ts';
import { linePath, monthFiles } from '../party/months.ts';
import type { PartyMonth, Side } from '../party/side.ts';
import { done, figures, money, part } from '../pieces.ts';
import { partyOf, type Visit } from '../visit.ts';

const disputing = doing(dispute, {
  knows: (visit) => {
    const orderLine = visit.params['line'] ?? '';
    return { dispute: disputeId(orderLine), orderLine, seller: partyOf(visit) };
  },
  to: ({ params }, came) => `${linePath({ base: '/seller' }, params['line'] ?? '')}?done=${came}#dispute`,
});

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

/** The dispute of a line as it stands, or the form to make one. */
async function disputeForm(session: Session, history: RunHistory, visit: Visit): Promise<Markup> {
  const line = history.orderLineId;
  const standing = standingOf(history.events);
  const { t } = visit.speech;
  const known = await disputeOf(session, partyOf(visit), line);
  if (known !== undefined) {
    const said = visit.query.get('done') === 'dispute' ? done(t('dispute-done', { id: known.id })) : NOTHING;
    const when = visit.book.calendar.format(known.at);
    return html`<div id="dispute">${part(t('dispute-title'), html`${said}<p>${t('dispute-known', { when, reason: known.reason })}</p>`)}</div>`;
  }
  const isCharged = standing.state === 'attributed' || (standing.amounts?.commission ?? 0n) > 0n;
  if (!isCharged) return NOTHING;
  const form = actForm(visit, 'dispute', dispute, { ask: ['reason'] });
  return html`<div id="dispute">${part(t('dispute-title'), html`<p class="quiet">${t('dispute-intro')}</p>${form}`)}</div>`;
}
