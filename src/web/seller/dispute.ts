/** A seller disputes a line: one row of the feed `disputes`, once for a line, through the intake that takes files. */
import { createHash } from 'node:crypto';
import { isOtherId } from '../../core/ids.ts';
import { type RunHistory, standingOf } from '../../formats/explain/explain.ts';
import { html, type Markup } from '../../formats/files/markup.ts';
import { deliverRows } from '../../ingest/deliver/rows.ts';
import { disputeRow } from '../../office/requests.ts';
import type { Session } from '../../store/connection/session.ts';
import { disputeOf, sellerOfLine } from '../../store/lists/party-lines.ts';
import { attempted, formOf, REASON_AT_MOST, wordsFault } from '../form.ts';
import { NOTHING } from '../layout.ts';
import type { Act } from '../page.ts';
import { linePath } from '../party/months.ts';
import { done, part } from '../pieces.ts';
import { partyOf, type Visit } from '../visit.ts';

export const dispute: Act = {
  right: 'dispute',
  do: async (session, visit, { reason = '' }) => {
    const { t } = visit.speech;
    const line = visit.params['line'] ?? '';
    const seller = partyOf(visit);
    if ((await sellerOfLine(session, visit.book, line)) !== seller) return null;
    const fault = wordsFault(reason, visit, { missing: 'dispute-reason-missing' });
    if (fault !== undefined) return { refused: fault };
    if ((await disputeOf(session, seller, line)) !== undefined) return { refused: t('dispute-twice') };
    const row = disputeRow({ dispute: disputeId(line), orderLine: line, seller, at: visit.now, reason });
    return attempted(async () => {
      await deliverRows(session, 'pages dispute', [row]);
      return { to: `${linePath({ base: '/seller' }, line)}?done=dispute#dispute` };
    });
  },
};

/** The id of a line's dispute: its own id in it where that fits. */
function disputeId(line: string): string {
  const id = `dispute-${line}`;
  return isOtherId(id) ? id : `dispute-${createHash('sha256').update(line).digest('hex').slice(0, 32)}`;
}

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
  const form = formOf(
    visit,
    'dispute',
    [{ name: 'reason', label: t('dispute-reason'), kind: 'text', required: true, most: REASON_AT_MOST }],
    t('dispute-send'),
  );
  return html`<div id="dispute">${part(t('dispute-title'), html`<p class="quiet">${t('dispute-intro')}</p>${form}`)}</div>`;
}
