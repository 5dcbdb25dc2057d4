/** One order line: what was bought, why it is whose it is, what became of it, and what its party can do about it. */
import type { Right } from '../../core/access.ts';
import { ANOTHER, historyFor } from '../../core/line/audience.ts';
import { beginOf, explainStory, type RunHistory, standingOf } from '../../formats/explain/explain.ts';
import { html, type Markup } from '../../formats/files/markup.ts';
import { historyOf } from '../../store/lists/history.ts';
import { NOTHING } from '../layout.ts';
import { type Page, page } from '../page.ts';
import { figures, head, money } from '../pieces.ts';
import { told } from '../telling.ts';
import { partyOf, type Visit } from '../visit.ts';
import type { Side } from './side.ts';

export function linePage(side: Side, right: Right = 'see-explanations'): Page {
  return page({
    path: `${side.base}/lines/:line`,
    roles: [side.role],
    right,
    // A line's log has others in it: historyFor leaves in what this party may know.
    reads: 'all',
    acts: side.lineActs,
    load: async (session, visit) => {
      const whole = await historyOf(session, visit.book, visit.params['line'] ?? '');
      const history = whole === undefined ? undefined : historyFor(whole, { role: side.role, party: partyOf(visit) });
      if (history?.kind !== 'run') return null;
      return { history, under: await side.underLine(session, history, visit) };
    },
    show: ({ history, under }, visit) => {
      const { t } = visit.speech;
      const story = explainStory(history, visit.speech, visit.book, side.role === 'publisher');
      const title = t('line-title', { line: history.orderLineId });
      const top = head({ title, back: { path: side.base, label: t(side.section) } });
      const about = told({ ...story, sections: [] }, visit);
      const rest = told({ ...story, blocks: [] }, visit);
      const body = html`${top}${amountsOf(history, visit)}<div class="under-figures">${about}</div>${rest}${under}`;
      return { title, section: side.section, body };
    },
  });
}

/** What is left of C, F and P, or what is expected. */
function amountsOf(history: RunHistory, visit: Visit): Markup {
  const { t } = visit.speech;
  const begin = beginOf(history);
  const { amounts, publisher } = standingOf(history.events);
  if (begin.type === 'OrderUnattributed' || publisher === ANOTHER) return NOTHING;
  if (amounts === null) {
    // Before its receipt, a line given back is estimated for whom it was taken from.
    if (begin.body.pid === ANOTHER) return NOTHING;
    return figures([{ label: t('month-estimated'), value: money(visit, begin.body.estimate) }]);
  }
  return figures([
    { label: t('commission-word'), value: money(visit, amounts.commission) },
    { label: t('fee-word'), value: money(visit, amounts.fee) },
    { label: t('earning-word'), value: money(visit, amounts.earning) },
  ]);
}
