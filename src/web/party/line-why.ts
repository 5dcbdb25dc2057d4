/** Why a line is whose it is: its candidates with their tests, the rate, and what would have had to be different. */

import type { Relied, Tested } from '../../core/events/event.ts';
import { parsePid } from '../../core/ids.ts';
import { ANOTHER } from '../../core/line/audience.ts';
import { html, type Markup } from '../../formats/files/markup.ts';
import type { PlainTerm } from '../../formats/words/index.ts';
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
  const tests = testsOf(tested, story, visit).map(
    ({ what, fact, isFailed }) =>
      html`<li class="${isFailed ? 'is-bad' : 'is-good'}"><span>${what}<span class="unseen">: ${isFailed ? t('no') : t('yes')}</span></span><span class="fact">${fact}</span></li>`,
  );
  return html`<li class="${tone}">${titleOf(tested, visit)}<ul class="tests">${tests}</ul><p class="verdict">${end}</p></li>`;
}

function titleOf({ candidate, trace }: Tested, visit: Visit): Markup {
  const { t } = visit.speech;
  if ('coupon' in candidate) return html`<h3>${t('candidate-coupon', { pid: candidate.coupon })}</h3>`;
  const { click, at, pid, shop, referrer } = candidate;
  const when = visit.book.calendar.format(Date.parse(at));
  const where = t('on-shop', { click, shop, trace: t(trace) });
  const from = referrer === undefined || referrer === '' ? '' : `, ${t('from-page', { referrer })}`;
  return html`<h3>${t('candidate-click', { when, pid })}</h3><p class="quiet small id">${where}${from}</p>`;
}

interface Test {
  readonly what: string;
  readonly fact: string;
  readonly isFailed: boolean;
}

/** The tests of SPEC 5 that were made, in their order, each with the fact it relied on. */
function testsOf(tested: Tested, { attribution, policy }: LineStory, visit: Visit): Test[] {
  const { t, word } = visit.speech;
  const { candidate, verdict } = tested;
  const pid = 'coupon' in candidate ? candidate.coupon : candidate.pid;
  const site = parsePid(pid)?.siteId ?? '';
  const { shop, mall } = attribution.body.order;
  if (verdict === 'pid-unknown') return [{ what: t('test-pid'), fact: pid, isFailed: true }];
  const since = (relied: Relied, none: PlainTerm): string =>
    relied === null
      ? t(none)
      : t('since', { value: word(relied.value), when: visit.book.calendar.format(Date.parse(relied.since)) });
  const tests: Test[] = [];
  const add = (what: string, fact: string, failing: Tested['verdict']): void => {
    tests.push({ what, fact, isFailed: verdict === failing });
  };
  if (tested.publisher !== undefined)
    add(t('test-publisher'), since(tested.publisher, 'fact-active'), 'publisher-not-active');
  if (tested.site !== undefined)
    add(t('test-site', { site }), since(tested.site, 'fact-submitted'), 'site-not-approved');
  if (tested.programme !== undefined)
    add(t('test-programme', { shop }), since(tested.programme, 'fact-never-joined'), 'shop-not-in-programme');
  if (tested.permission !== undefined) {
    const asOf = t(policy.permissionAsOf === 'click' ? 'as-of-click' : 'as-of-order');
    const what = t('test-permission', { site, permission: `cross-store:${mall}` });
    add(what, `${since(tested.permission, 'fact-never-granted')} (${asOf})`, 'cross-store-not-permitted');
  }
  if (tested.ownBuyer !== undefined)
    add(t('test-buyer'), t(tested.ownBuyer ? 'fact-own' : 'fact-not-own'), 'self-purchase');
  return tests;
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
  const items = failed.map(({ tested }) => html`<li>${neededFor(tested, story, visit)}</li>`);
  return part(visit.speech.t('needed-title'), html`<ul class="plainlist">${items}</ul>`);
}

function neededFor({ candidate, verdict }: Tested, { attribution, policy }: LineStory, visit: Visit): string {
  const { t, word } = visit.speech;
  const { shop, mall } = attribution.body.order;
  const isCoupon = 'coupon' in candidate;
  const pid = isCoupon ? candidate.coupon : candidate.pid;
  const site = parsePid(pid)?.siteId ?? '';
  const at = (as: string): string => t(as === 'click' && !isCoupon ? 'moment-click' : 'moment-order');
  switch (verdict) {
    case 'pid-unknown':
      return t('needed-pid', { pid });
    case 'publisher-not-active':
      return t('needed-publisher', { moment: at('click') });
    case 'site-not-approved':
      return t('needed-site', { site, moment: at('click') });
    case 'shop-not-in-programme':
      return t('needed-shop', { shop, moment: at('click') });
    case 'cross-store-not-permitted':
      return t('needed-permission', {
        site,
        shop,
        permission: `cross-store:${mall}`,
        moment: at(policy.permissionAsOf),
      });
    case 'self-purchase':
      return t('needed-buyer');
    case 'no-rate':
      return t('needed-rate', { shop, moment: at(policy.rateAsOf) });
    case 'passed':
    case 'no-click':
      return word(verdict);
  }
}
