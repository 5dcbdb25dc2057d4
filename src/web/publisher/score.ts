/**
 * A site's score check by check: what each gave, what there is to do for it, what the score would come to if it were done, and
 * which permissions that is enough for. The arithmetic is the review's own.
 */

import type { Reviewed } from '../../core/promotion/review/decide.ts';
import { scoreIfMended } from '../../core/promotion/review/index.ts';
import { html, type Markup } from '../../formats/files/markup.ts';
import { mendOf } from '../../formats/letters/notice.ts';
import type { PermissionsView } from '../../formats/permissions.ts';
import { seenText } from '../../formats/seen.ts';
import { NOTHING } from '../layout.ts';
import { columnsFor } from '../list.ts';
import { part, state, tableOf } from '../pieces.ts';
import type { Visit } from '../visit.ts';
import { permissionName } from './sites.ts';

type Checked = Reviewed['checks'][number];

/** The score of a site as a review of now would have it; nothing of one that was withdrawn. */
export function scoreOf(reviewed: Reviewed | undefined, view: PermissionsView, visit: Visit): Markup {
  if (reviewed === undefined || view.withdrawnAt !== null) return NOTHING;
  const { t } = visit.speech;
  const { checks, score, personal } = reviewed;
  const failed = checks.filter(({ points, of }) => points < of).map(({ name }) => name);
  const best = scoreIfMended(checks, failed);
  const sum = scoreIfMended(checks, []);
  const told = personal === null ? t('score-now', { score }) : t('score-of-person', { score, sum });
  const open = failed.length === 0 ? t('score-full') : t('score-if-all', { score: best });
  const table = tableOf(t('score-title'), columnsOf(checks, visit), checks, true);
  return part(t('score-title'), html`<p>${told} ${open}</p>${table}${reachOf(best, view, visit)}`);
}

function columnsOf(checks: readonly Checked[], visit: Visit) {
  const { t, word, language } = visit.speech;
  const { text, word: mark } = columnsFor<Checked>(visit);
  const passes = ({ points, of }: Checked): boolean => points >= of;
  return [
    text(t('check'), ({ name }: Checked) => word(`check-${name}`), { fold: 'head' }),
    mark(t('points'), (one) => state(`${one.points}/${one.of}`, passes(one) ? 'good' : 'bad'), { fold: 'end' }),
    text(t('saw-title'), ({ saw }: Checked) => seenText(saw, language), { fold: 'whole' }),
    text(t('to-do'), (one: Checked) => (passes(one) ? t('nothing-to-do') : mendOf(one.name, language)), {
      fold: 'whole',
    }),
    text(t('score-if-done'), (one: Checked) => (passes(one) ? '' : String(scoreIfMended(checks, [one.name]))), {
      fold: 'whole',
    }),
  ];
}

/** The permissions that the site does not hold and would be good enough for. */
function reachOf(best: number, { permissions }: PermissionsView, visit: Visit): Markup {
  const { t } = visit.speech;
  const open = permissions.filter(({ held, asks }) => !held.held && asks.leastScore <= best);
  if (open.length === 0) return NOTHING;
  const names = open.map(({ permission, asks }) =>
    t(asks.grantedBy === 'review' ? 'reach-by-review' : 'reach-by-application', {
      permission: permissionName(permission, visit),
      score: asks.leastScore,
    }),
  );
  return html`<p class="quiet">${t('reach-says', { permissions: names.join(t('list-comma')) })}</p>`;
}
