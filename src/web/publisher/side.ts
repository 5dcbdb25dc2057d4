/** A month from the publisher's side: what is estimated, settled, held, payable and paid, and the ways on from it. */
import type { Day } from '../../core/calendar.ts';
import type { Document } from '../../core/month/document.ts';
import { html, type Markup } from '../../formats/files/markup.ts';
import type { Session } from '../../store/connection/session.ts';
import { stateOfInstruction, type WaitingSum } from '../../store/lists/party-lines.ts';
import { NOTHING } from '../layout.ts';
import { monthPath } from '../party/months.ts';
import type { PartyMonth, Side } from '../party/side.ts';
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
    const waiting = await visit.shelf.waiting(session, partyOf(visit), of.month);
    const { frame } = of.document;
    const paid = await payoutOf(session, of.document);
    const isThere = waiting.count > 0 || (of.document.kind === 'statement' && of.document.frame.held !== 0n);
    return {
      figures: html`${keyFigures(of, waiting, paid, visit)}${ways(of, waiting.count, visit)}`,
      parts: [],
      isThere: isThere || frame.opening !== 0n,
    };
  },
  lineActs: {},
  underLine: async () => NOTHING,
};

function keyFigures(
  { document, groups: { totals, all } }: PartyMonth,
  waiting: WaitingSum,
  paid: Paid,
  visit: Visit,
): Markup {
  const { t, word } = visit.speech;
  const { frame } = document;
  const held = 'held' in frame ? frame.held : 0n;
  const clearing = 'clearing' in frame ? frame.clearing : 0n;
  return figures([
    {
      label: t('month-estimated'),
      value: money(visit, waiting.estimate),
      beside: waiting.count === 0 ? '' : t('estimated-beside', { count: waiting.count }),
    },
    { label: t('month-earned'), value: money(visit, all.came) },
    { label: t('month-taken-back'), value: money(visit, all.back) },
    { label: t('month-held'), value: money(visit, held), beside: held === 0n ? '' : t('held-beside') },
    ...(clearing === 0n ? [] : [{ label: t('clearing'), value: money(visit, clearing), beside: t('clearing-beside') }]),
    {
      label: t('month-payable'),
      value: money(visit, totals.balance),
      beside: t('month-opening', { amount: money(visit, frame.opening) }),
    },
    {
      label: t('month-paid'),
      value: money(visit, paid.amount),
      beside: paid.day === null ? '' : t('paid-beside', { day: paid.day, state: word(paid.state) }),
    },
  ]);
}

/** What was paid of a closed month, and what has become of it by now. */
interface Paid {
  readonly amount: bigint;
  readonly day: Day | null;
  readonly state: string;
}

async function payoutOf(session: Session, document: Document): Promise<Paid> {
  if (document.kind !== 'statement' || document.frame.payout === null) return { amount: 0n, day: null, state: '' };
  const { payout, issued } = document.frame;
  const state = (await stateOfInstruction(session, payout.id)) ?? payout.state;
  return { amount: issued?.payout ?? 0n, day: payout.value_date, state };
}

function ways({ month }: PartyMonth, waiting: number, { speech: { t } }: Visit): Markup {
  const base = monthPath(PUBLISHER, month);
  const first = waiting === 0 ? NOTHING : html`<a href="${base}/waiting">${t('way-waiting', { count: waiting })}</a>`;
  return html`<p class="ways under-figures">${first}<a href="${base}/missed">${t('way-missed')}</a></p>`;
}
