/**
 * What waits for a second person in finance: adjustments and cut-overs, with the forms that approve them. Postings of bank lines
 * wait on the page of their break. Who may be the second, the acts decide; here whoever was the first finds no form.
 */
import { type CutOverTotals, totalsOf } from '../../core/cut-over/opening.ts';
import { samePerson } from '../../core/person.ts';
import { orThrow } from '../../core/refusal.ts';
import { html, type Markup } from '../../formats/files/markup.ts';
import { approveAdjustment, handedOn, signOffCutOver } from '../../office/acts/balances.ts';
import { adjustmentsAll, type KnownAdjustment } from '../../store/intake/adjustments.ts';
import { cutOversWaiting } from '../../store/intake/openings.ts';
import { actForm, actSaid, doing } from '../acts.ts';
import { NOTHING } from '../layout.ts';
import { columnsFor } from '../list.ts';
import { page } from '../page.ts';
import { empty, facts, money, part, tableOf } from '../pieces.ts';
import { desk, mayDo, officePage } from '../staff.ts';
import type { Visit } from '../visit.ts';
import { FINANCE_OFFICE } from './office.ts';

interface WaitingCutOver {
  readonly id: string;
  readonly totals: CutOverTotals;
  /** Whether who looks has prepared some of it. */
  readonly isOwn: boolean;
}

export const secondsPage = page({
  ...desk('see-breaks'),
  path: '/finance/seconds',
  reads: 'all',
  acts: { approve: doing(approveAdjustment), 'sign-off': doing(signOffCutOver) },
  load: async (session, { principal }) => {
    const cutOvers: WaitingCutOver[] = [];
    for (const id of await cutOversWaiting(session)) {
      const { openings, lines } = orThrow(await handedOn(session, id));
      const isOwn = [...openings, ...lines].some(({ preparedBy }) => samePerson(preparedBy, principal.name));
      cutOvers.push({ id, totals: totalsOf(openings, lines), isOwn });
    }
    return { adjustments: await adjustmentsAll(session, true), cutOvers };
  },
  show: ({ adjustments, cutOvers }, visit) => {
    const { t } = visit.speech;
    const none = adjustments.length + cutOvers.length === 0 ? empty(t('seconds-none')) : NOTHING;
    const list = adjustments.length === 0 ? NOTHING : part(t('adjustments'), adjustmentsTable(adjustments, visit));
    return officePage(FINANCE_OFFICE, 'way-seconds', visit, {
      title: t('seconds-title'),
      under: visit.book.currency,
      body: html`${actSaid(visit, approveAdjustment, signOffCutOver)}${none}${list}${cutOvers.map((one) => cutOverPart(one, visit))}`,
    });
  },
});

function adjustmentsTable(all: readonly KnownAdjustment[], visit: Visit): Markup {
  const { t } = visit.speech;
  const { id, amount, text, word, day } = columnsFor<KnownAdjustment>(visit);
  const form = (one: KnownAdjustment): Markup | string => {
    if (!mayDo(visit, approveAdjustment.right)) return '';
    if (samePerson(one.proposedBy, visit.principal.name)) return t('seconds-own');
    return actForm(visit, 'approve', approveAdjustment, { ask: [], fixed: { adjustment: one.adjustmentId } });
  };
  const columns = [
    id(t('seconds-id'), ({ adjustmentId }) => adjustmentId, { fold: 'head' }),
    id(t('person-party'), ({ party }) => party.publisherId ?? party.sellerId),
    amount(t('amount'), (one) => one.amount, { fold: 'end' }),
    text(t('seconds-by'), ({ proposedBy }) => proposedBy),
    day(t('seconds-at'), ({ proposedAt }) => visit.book.calendar.format(proposedAt)),
    text(
      t('seconds-why'),
      ({ reason, document }) => html`${reason} <span class="quiet small">${document.slice(0, 12)}…</span>`,
      {
        fold: 'whole',
      },
    ),
    word(t('action'), form),
  ];
  return tableOf(t('adjustments'), columns, all, true);
}

/** A cut-over as it was delivered; whoever signs it off types what the old books say, and the two have to agree. */
function cutOverPart({ id, totals, isOwn }: WaitingCutOver, visit: Visit): Markup {
  const { t } = visit.speech;
  const shown = facts([
    [t('seconds-openings'), String(totals.openings)],
    [t('seconds-payable'), money(visit, totals.payable)],
    [t('seconds-returned'), money(visit, totals.returned)],
    [t('seconds-due'), money(visit, totals.due)],
    [t('seconds-lines'), `${totals.lines} · ${money(visit, totals.linesPaid)}`],
  ]);
  const ask = ['payable', 'returned', 'due', ...(totals.lines > 0 ? (['linesPaid'] as const) : [])] as const;
  const form = !mayDo(visit, signOffCutOver.right)
    ? NOTHING
    : isOwn
      ? html`<p class="note">${t('seconds-own')}</p>`
      : html`<p class="quiet intro">${t('seconds-type')}</p>${actForm(visit, 'sign-off', signOffCutOver, { ask, fixed: { cutOver: id } })}`;
  return part(t('seconds-cut-over', { id }), html`${shown}${form}`);
}
