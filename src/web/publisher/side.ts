/** A month from the publisher's side: what is estimated, settled, held, payable and paid, and the ways on from it. */
import { html, type Markup } from '../../formats/markup.ts';
import { waitingSum } from '../../store/party-lines.ts';
import { NOTHING } from '../layout.ts';
import { monthPath, type PartyMonth } from '../party/months.ts';
import type { Side } from '../party/side.ts';
import { figures, money } from '../pieces.ts';
import { partyOf, type Visit } from '../visit.ts';

export const PUBLISHER: Side = {
  kind: 'statement',
  role: 'publisher',
  right: 'see-statements',
  base: '/publisher',
  section: 'section-publisher-month',
  words: {
    month: 'publisher-month-title',
    lines: 'publisher-lines-title',
    came: 'month-earned',
    back: 'month-taken-back',
    byDay: 'earned-by-day',
    empty: 'publisher-empty',
    none: 'publisher-none',
  },
  besides: async (session, of, visit) => {
    const waiting = await waitingSum(session, partyOf(visit), of.month);
    const { frame } = of.document;
    const isThere = waiting.count > 0 || (of.document.kind === 'statement' && of.document.frame.held !== 0n);
    return {
      figures: html`${keyFigures(of, waiting, visit)}${ways(of, waiting.count, visit)}`,
      parts: [],
      isThere: isThere || frame.opening !== 0n,
    };
  },
  lineActs: {},
  underLine: async () => NOTHING,
};

function keyFigures(
  { document, groups: { totals, all } }: PartyMonth,
  waiting: { readonly count: number; readonly estimate: bigint },
  visit: Visit,
): Markup {
  const { t, word } = visit.speech;
  const { frame } = document;
  const payout = 'payout' in frame ? frame.payout : null;
  const held = 'held' in frame ? frame.held : 0n;
  return figures([
    {
      label: t('month-estimated'),
      value: money(visit, waiting.estimate),
      beside: waiting.count === 0 ? '' : t('estimated-beside', { count: waiting.count }),
    },
    { label: t('month-earned'), value: money(visit, all.came) },
    { label: t('month-taken-back'), value: money(visit, all.back) },
    { label: t('month-held'), value: money(visit, held), beside: held === 0n ? '' : t('held-beside') },
    {
      label: t('month-payable'),
      value: money(visit, totals.balance),
      beside: t('month-opening', { amount: money(visit, frame.opening) }),
    },
    {
      label: t('month-paid'),
      value: money(visit, payoutOf(document)),
      beside: payout === null ? '' : t('paid-beside', { day: payout.value_date, state: word(payout.state) }),
    },
  ]);
}

/** What was paid of the month: of a closed one, the payout of its statement. */
function payoutOf(document: PartyMonth['document']): bigint {
  if (document.kind !== 'statement' || document.frame.payout === null) return 0n;
  return document.frame.issued?.payout ?? 0n;
}

function ways({ month }: PartyMonth, waiting: number, { speech: { t } }: Visit): Markup {
  const base = monthPath(PUBLISHER, month);
  const first = waiting === 0 ? NOTHING : html`<a href="${base}/waiting">${t('way-waiting', { count: waiting })}</a>`;
  return html`<p class="ways under-figures">${first}<a href="${base}/missed">${t('way-missed')}</a></p>`;
}
