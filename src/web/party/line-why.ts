/** Why a line is whose it is: its candidates with their tests, the rate, and what would have had to be different. */

import type { Tested } from '../../core/attribution/tests/index.ts';
import { ANOTHER } from '../../core/line/audience.ts';
import { toldNeeded, toldTests, triedOf } from '../../formats/explain/tests.ts';
import { html, type Markup } from '../../formats/files/markup.ts';
import { NOTHING } from '../layout.ts';
import { facts, part, product, rate } from '../pieces.ts';
import type { Visit } from '../visit.ts';
import type { Candidate, LineStory } from './story.ts';

/** The candidates in the order in which they were tested. */
export function candidatesOf(story: LineStory, visit: Visit): Markup {
  const { t } = visit.speech;
  const { candidates, rest, attribution } = story;
  if (attribution.type === 'LineBroughtIn') {
    const { pid, trace, rate: of } = attribution.body;
    return html`<p>${t('brought-in-says', { pid, trace: t(trace), rate: rate(of) })}</p>`;
  }
  const more = rest === 0 ? NOTHING : html`<p class="quiet small">${t('rest-clicks', { count: rest })}</p>`;
  if (candidates.length === 0) return html`<p>${t('no-candidate')}</p>${more}`;
  return html`<ol class="trail">${candidates.map((one) => candidateOf(one, story, visit))}</ol>${more}`;
}

function candidateOf({ tested, isOpen }: Candidate, story: LineStory, visit: Visit): Markup {
  const { t } = visit.speech;
  const { verdict } = tested;
  const tone = verdict === 'passed' ? 'is-good' : 'is-bad';
  const end = verdict === 'passed' ? t('earned-it') : t('failed-by', { reason: t(verdict) });
  if (!isOpen) {
    return html`<li class="${tone}"><h3>${t('candidate-other')}</h3><p class="verdict">${end}</p></li>`;
  }
  const tests = toldTests(tested, triedIn(tested, story, visit), visit.speech.language).map(
    ({ isPassed, asked, found }) =>
      html`<li class="${isPassed ? 'is-good' : 'is-bad'}"><span>${asked}<span class="unseen">: ${isPassed ? t('yes') : t('no')}</span></span><span class="fact">${found}</span></li>`,
  );
  return html`<li class="${tone}">${titleOf(tested, visit)}<ul class="tests">${tests}</ul><p class="verdict">${end}</p></li>`;
}

const triedIn = (tested: Tested, { attribution, policy }: LineStory, { book }: Visit) =>
  triedOf(tested, attribution.body.order, policy, (iso) => book.calendar.format(Date.parse(iso)));

function titleOf({ candidate, trace }: Tested, visit: Visit): Markup {
  const { t } = visit.speech;
  if ('coupon' in candidate) return html`<h3>${t('candidate-coupon', { pid: candidate.coupon })}</h3>`;
  const { click, at, pid, shop } = candidate;
  const when = visit.book.calendar.format(Date.parse(at));
  const where = t('on-shop', { click, shop, trace: t(trace) });
  return html`<h3>${t('candidate-click', { when, pid })}</h3><p class="quiet small id">${where}</p>`;
}

/** The rate and where it comes from, with the estimate it makes; nothing for a line that is another's or nobody's. */
export function rateOf({ attribution, had }: LineStory, visit: Visit): Markup {
  if (attribution.type !== 'OrderAttributed' || had === 'another' || attribution.body.pid === ANOTHER) return NOTHING;
  const { t, word } = visit.speech;
  const { source, rate: of, order } = attribution.body;
  const { plan, kind, scope, scope_id: id } = source;
  const rows = [
    [t('rate'), t('rate-of', { plan, kind: word(kind), scope: word(scope), id })] as const,
    [t('estimate-word'), product(visit, order.paid, [of])] as const,
  ];
  return part(t('rate-title', { rate: rate(of) }), facts(rows));
}

/** For a line that a publisher did not earn: what would have had to be different, of its own candidates. */
export function neededOf(story: LineStory, visit: Visit): Markup {
  const { candidates, had } = story;
  const failed = candidates.filter(({ tested, isOpen }) => isOpen && tested.verdict !== 'passed');
  if (visit.principal.role !== 'publisher' || had === 'told' || failed.length === 0) return NOTHING;
  const { language } = visit.speech;
  const items = failed.map(
    ({ tested }) => html`<li>${toldNeeded(tested, triedIn(tested, story, visit), language) ?? NOTHING}</li>`,
  );
  return part(visit.speech.t('needed-title'), html`<ul class="plainlist">${items}</ul>`);
}
