/** A month from the publisher's side: what is estimated, settled, held, payable and paid, and the ways on from it. */
import { standingOf, valueDateOf } from '../../core/bank/standing.ts';
import type { Day } from '../../core/calendar.ts';
import type { Document } from '../../core/month/document.ts';
import { html, type Markup } from '../../formats/files/markup.ts';
import { standingText } from '../../formats/standing.ts';
import { paymentFacts } from '../../store/bank/standing.ts';
import type { Session } from '../../store/connection/session.ts';
import { instructionsPage, instructionTotals } from '../../store/lists/lists.ts';
import type { WaitingSum } from '../../store/lists/party-lines.ts';
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
    const paid = await payoutOf(session, of.document, visit);
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
  const { t } = visit.speech;
  const { frame } = document;
  const held = 'held' in frame ? frame.held : 0n;
  const clearing = 'clearing' in frame ? frame.clearing : 0n;
  const { amount: coming, first } = paid.onItsWay;
  return figures([
    ...(first === null
      ? []
      : [
          { label: t('month-on-its-way'), value: money(visit, coming), beside: t('on-its-way-beside', { day: first }) },
        ]),
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
      beside: paid.says,
    },
  ]);
}

/** What is paid of a closed month, and how that stands by now; and what is on its way, of whichever month. */
interface Paid {
  readonly amount: bigint;
  readonly says: string;
  readonly onItsWay: { readonly amount: bigint; readonly first: Day | null };
}

async function payoutOf(session: Session, document: Document, visit: Visit): Promise<Paid> {
  const asked = { kind: 'payout', state: 'instructed', party: partyOf(visit), from: null, through: null } as const;
  const [first] = await instructionsPage(session, asked, { after: null, limit: 1 });
  const { amount } = await instructionTotals(session, asked);
  const onItsWay = {
    amount,
    first: first === undefined ? null : valueDateOf({ kind: 'payout', day: first.business_day }),
  };
  if (document.kind !== 'statement' || document.frame.payout === null) return { amount: 0n, says: '', onItsWay };
  const { payout, issued } = document.frame;
  const facts = (await paymentFacts(session, [payout.id])).get(payout.id);
  const { lastRunDay, calendar } = visit.book;
  const standing = facts === undefined ? payout.standing : standingOf(facts, lastRunDay, true, calendar);
  const { t, language } = visit.speech;
  const says = t('paid-beside', { day: standing.valueDate, state: standingText(standing, language) });
  return { amount: issued?.payout ?? 0n, says, onItsWay };
}

function ways({ month }: PartyMonth, waiting: number, { speech: { t } }: Visit): Markup {
  const base = monthPath(PUBLISHER, month);
  const first = waiting === 0 ? NOTHING : html`<a href="${base}/waiting">${t('way-waiting', { count: waiting })}</a>`;
  return html`<p class="ways under-figures">${first}<a href="${base}/missed">${t('way-missed')}</a></p>`;
}
