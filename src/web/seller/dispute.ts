/** A seller disputes a line: one row of the feed `disputes`, once for a line, through the intake that takes files. */
import { type RunHistory, standingOf } from '../../formats/explain/explain.ts';
import { html, type Markup } from '../../formats/files/markup.ts';
import { dispute, disputeId } from '../../office/acts/cases.ts';
import type { Session } from '../../store/connection/session.ts';
import { disputeOf } from '../../store/lists/party-lines.ts';
import { actForm, doing } from '../acts.ts';
import { NOTHING } from '../layout.ts';
import { linePath } from '../party/months.ts';
import { done, part } from '../pieces.ts';
import { partyOf, type Visit } from '../visit.ts';

export const disputing = doing(dispute, {
  knows: (visit) => {
    const orderLine = visit.params['line'] ?? '';
    return { dispute: disputeId(orderLine), orderLine, seller: partyOf(visit) };
  },
  to: ({ params }, came) => `${linePath({ base: '/seller' }, params['line'] ?? '')}?done=${came}#dispute`,
});

/** The dispute of a line as it stands, or the form to make one. */
export async function disputeForm(session: Session, history: RunHistory, visit: Visit): Promise<Markup> {
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
