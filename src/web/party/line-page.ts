/** One order line: what was bought, why it is whose it is, what became of it, and what its party can do about it. */
import type { Right } from '../../core/access.ts';
import { ANOTHER } from '../../core/line/audience.ts';
import { html, type Markup } from '../../formats/files/markup.ts';
import type { PlainTerm } from '../../formats/words/index.ts';
import { historyOf } from '../../store/lists/history.ts';
import { NOTHING } from '../layout.ts';
import { type Page, page } from '../page.ts';
import { facts, figures, head, money, part, type Shown, state, type Tone } from '../pieces.ts';
import { partyOf, type Visit } from '../visit.ts';
import { becameOf, waitingOf } from './line-became.ts';
import { candidatesOf, neededOf, rateOf } from './line-why.ts';
import type { Side } from './side.ts';
import { type LineStory, storyOf } from './story.ts';

export function linePage(side: Side, right: Right = 'see-explanations'): Page {
  return page({
    path: `${side.base}/lines/:line`,
    roles: [side.role],
    right,
    // A line's log has others in it: storyOf leaves in what this party may know.
    reads: 'all',
    acts: side.lineActs,
    load: async (session, visit) => {
      const line = visit.params['line'] ?? '';
      const history = await historyOf(session, visit.book, line);
      const story = history === undefined ? null : storyOf(history, { role: side.role, party: partyOf(visit) });
      return story === null ? null : { story, under: await side.underLine(session, story, visit) };
    },
    show: ({ story, under }, visit) => {
      const { t } = visit.speech;
      const { order } = story.attribution.body;
      const title = t('line-title', { line: story.line });
      const when = visit.book.calendar.format(Date.parse(order.paid_at));
      const amount = money(visit, order.paid);
      const top = head({
        title,
        under: t('line-paid', { amount, currency: visit.book.currency, when }),
        back: { path: side.base, label: t(side.section) },
      });
      const body = html`${top}${amountsOf(story, visit)}${aboutOf(story, visit)}${part(t('why-title'), candidatesOf(story, visit))}${rateOf(story, visit)}${neededOf(story, visit)}${becameOf(story, visit)}${waitingOf(story, visit)}${under}`;
      return { title, section: side.section, body };
    },
  });
}

/** What is left of C, F and P, or what is expected. */
function amountsOf({ standing, attribution }: LineStory, visit: Visit): Markup {
  const { t } = visit.speech;
  if (standing === null || attribution.type === 'OrderUnattributed') return NOTHING;
  const { amounts } = standing;
  if (amounts === null) {
    // Before its receipt, a line given back is estimated for whom it was taken from.
    if (attribution.body.pid === ANOTHER) return NOTHING;
    return figures([{ label: t('estimate-word'), value: money(visit, attribution.body.estimate) }]);
  }
  return figures([
    { label: t('commission-word'), value: money(visit, amounts.commission) },
    { label: t('fee-word'), value: money(visit, amounts.fee) },
    { label: t('earning-word'), value: money(visit, amounts.earning) },
  ]);
}

function aboutOf(story: LineStory, visit: Visit): Markup {
  const { t, word } = visit.speech;
  const { attribution, signals } = story;
  const { order } = attribution.body;
  const { item, category, shop, mall } = order;
  const rows: (readonly [string, Shown])[] = [
    [t('stands'), standsOf(story, visit)],
    ...(story.had === 'told' && story.standing?.publisher != null
      ? [[t('publisher'), story.standing.publisher] as const]
      : []),
    [t('order'), order.order_id],
    [t('bought'), t('bought-what', { item, category, shop, mall })],
    [t('decided-night'), attribution.businessDay],
    ...(signals.length === 0 ? [] : [[t('signals-fired'), signals.map(word).join(', ')] as const]),
  ];
  return html`<section>${facts(rows)}</section>`;
}

const TONES: Readonly<Record<'unattributed' | 'attributed' | 'settled' | 'voided' | 'forfeited', Tone>> = {
  unattributed: 'none',
  attributed: 'wait',
  settled: 'good',
  voided: 'none',
  forfeited: 'bad',
};

function standsOf({ standing }: LineStory, { speech: { t } }: Visit): Markup {
  if (standing === null) return state(t('stands-another'), 'none');
  const { state: of, undecided } = standing;
  const isHeld = undecided && (of === 'attributed' || of === 'settled');
  const term: PlainTerm = isHeld ? `stands-${of}-held` : `stands-${of}`;
  return state(t(term), isHeld ? 'wait' : TONES[of]);
}
