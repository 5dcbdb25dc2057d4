/** A reconciliation for people, for programs and as a table: balances down to the remainder, then every break with its story. */
import { ownAccount } from '../core/accounts.ts';
import type { Posting } from '../core/bank/posting.ts';
import { formatMoney, type Money, sum } from '../core/money.ts';
import type { Uncovered } from '../core/reconcile/coverage.ts';
import {
  type FeedAndLedger,
  isReconciled,
  isResolved,
  type NotedBreak,
  openBreaks,
  type Reconciliation,
} from '../core/reconcile/report.ts';
import type { Gap, Sight } from '../core/reconcile/sight.ts';
import type { Showing } from './files/lines.ts';
import { standingDocument, standingText } from './standing.ts';
import {
  type Fact,
  fact,
  facts,
  type Inline,
  keyFact,
  link,
  list,
  note,
  type Section,
  type Story,
  state,
  tableOf,
} from './story/story.ts';
import { inlineText } from './story/text.ts';
import { SPEECH, type Speech } from './words/index.ts';

/** The other two ways: the network's feed beside the ledger, and what the ledger sent to the bank. */
export interface Ways {
  readonly network: FeedAndLedger;
  readonly deductions: Way;
  readonly payouts: Way;
}

interface Way {
  readonly instructions: number;
  readonly instructed: Money;
  readonly clearing: Money;
}

/** Received lines without an answer of the ledger, and lines without a decision: none in a book that is whole. */
function feedRemainder({ network }: Ways): { undecided: number; unsettled: number } {
  const { undecided, received, settled, voided, unearned } = network;
  return { undecided, unsettled: received - settled - voided - unearned };
}

/** Whether all three ways agree. */
export function agrees(of: Reconciliation, ways: Ways): boolean {
  const { undecided, unsettled } = feedRemainder(ways);
  return isReconciled(of) && undecided === 0 && unsettled === 0;
}

/** What stands in each column of `--format csv`. */
const BREAK_CELLS: Readonly<Record<string, (one: NotedBreak, terms: Showing) => string | null | undefined>> = {
  break: ({ id }) => id,
  kind: ({ kind }) => kind,
  state: (one) => (isResolved(one) ? 'resolved' : 'open'),
  since: ({ since }) => since,
  age_days: ({ age }) => String(age),
  instruction: ({ instructionId }) => instructionId,
  account: ({ account }) => account,
  line_ref: (one) => one.lineRef || one.lineId,
  effect: ({ effect }, { digits }) => formatMoney(effect, digits),
  owner: ({ owner }) => owner,
  what: ({ saw }, terms) => inlineText(sightPhrase(saw, SPEECH.en), terms),
  resolved_by: ({ resolved }) => resolved?.by,
  reason: ({ resolved }) => resolved?.reason,
};
export const BREAK_COLUMNS = Object.keys(BREAK_CELLS);

/** A break as a row of BREAK_COLUMNS. */
export function breakCells(one: NotedBreak, terms: Showing): string[] {
  return Object.values(BREAK_CELLS).map((cell) => cell(one, terms) ?? '');
}

/** What is seen where the bank and the ledger differ. */
export function sightPhrase(sight: Sight, { phrase }: Speech): Inline {
  switch (sight.of) {
    case 'again':
    case 'no-instruction':
    case 'no-result':
      return phrase(`sight-${sight.of}`, { bank: sight.bank });
    case 'result-waits':
      return phrase('sight-result-waits', { bank: sight.bank, night: sight.night });
    case 'charge':
      return phrase('sight-charge', { bank: sight.bank });
    case 'rest':
      return phrase('sight-rest', { bank: sight.bank, paid: sight.paid, payments: sight.payments });
    case 'no-line':
      return phrase('sight-no-line', { ledger: sight.ledger });
    case 'bank-later':
    case 'ledger-later':
      return phrase(`sight-${sight.of}`, { day: sight.day });
    case 'another-payee':
      return phrase('sight-another-payee');
    case 'amounts':
    case 'another-payee-and-amount':
      return phrase(`sight-${sight.of}`, { ledger: sight.ledger, bank: sight.bank });
    case 'days':
      return phrase('sight-days', { ledger: sight.ledger, bank: sight.bank });
  }
}

/** The sums down to the remainder, the other two ways, the bank's statements, every break, and whether all agrees. */
export function reconcileStory(of: Reconciliation, ways: Ways, speech: Speech, terms: Showing): Story {
  const { t } = speech;
  const { remainder } = of;
  const resolved = of.breaks.filter(isResolved);
  const accounts = accountNotes(of, speech, terms);
  const key = { key: true } as const;
  return {
    title: t('reconciliation-title', { day: of.through, currency: terms.currency }),
    blocks: [
      facts([
        keyFact(t('rec-bank'), remainder.bank),
        keyFact(t('rec-opening'), remainder.opening),
        keyFact(t('rec-ledger', { account: ownAccount('bank') }), remainder.ledger),
        keyFact(t('rec-named'), remainder.named),
        {
          label: t('rec-unexplained'),
          value: remainder.unexplained,
          tone: remainder.unexplained === 0n ? 'good' : 'bad',
          ...key,
        },
      ]),
    ],
    sections: [
      { title: '', blocks: [facts(wayFacts(of, ways, speech))] },
      ...(of.uncovered.length === 0
        ? []
        : [{ title: t('rec-uncovered'), blocks: [list(of.uncovered.map((one) => uncoveredText(one, speech)))] }]),
      ...overdueSections(of, speech),
      ...(accounts.length === 0 ? [] : [{ title: '', blocks: [list(accounts)] }]),
      ...breakSections(t('rec-breaks-open'), openBreaks(of), speech, terms),
      ...breakSections(t('rec-breaks-resolved'), resolved, speech, terms),
      { title: '', blocks: [note(verdictOf(of, ways, speech))] },
    ],
  };
}

function wayFacts(of: Reconciliation, { network, deductions, payouts }: Ways, { t, phrase }: Speech): Fact[] {
  const { undecided, unsettled } = feedRemainder({ network, deductions, payouts });
  // What came back of a payout is less paid, and no deduction.
  const moved = (kind: 'D' | 'P'): Money => {
    const own = of.matched.filter(({ movement }) => movement.instructionId.startsWith(`${kind}-`));
    const seen = sum(own.map(({ line }) => line.amount));
    return seen < 0n ? -seen : seen;
  };
  const sent = ({ instructions: count, instructed, clearing }: Way, seen: Money): Inline =>
    phrase('rec-way-told', { count, amount: instructed, clearing, seen });
  return [
    fact(t('rec-network'), t('rec-network-told', { ...network, undecided })),
    fact('', t('rec-received-told', { ...network, unsettled })),
    fact(t('rec-deductions'), sent(deductions, moved('D'))),
    fact(t('rec-payouts'), sent(payouts, moved('P'))),
  ];
}

/** Days of which no bank file says anything. */
export function uncoveredText({ account, from, through }: Uncovered, { t }: Speech): string {
  if (account === null) return t('rec-uncovered-all', { from, through });
  return t('rec-uncovered-account', { account, from, through });
}

function overdueSections({ overdue }: Reconciliation, speech: Speech): Section[] {
  if (overdue.length === 0) return [];
  const { t, language } = speech;
  const table = tableOf(overdue, [
    {
      label: t('instruction-id'),
      kind: 'id',
      fold: 'head',
      cell: ({ instructionId }) => instructionId,
      ...(overdue.length === 1 ? {} : { total: t('total-lines', { count: overdue.length }) }),
    },
    { label: t('value-date'), kind: 'day', cell: ({ standing }) => standing.valueDate },
    { label: t('break-days'), kind: 'count', cell: ({ standing }) => standing.overdue },
    {
      label: t('amount'),
      kind: 'amount',
      fold: 'end',
      cell: (one) => one.amount,
      ...(overdue.length === 1 ? {} : { total: sum(overdue.map((one) => one.amount)) }),
    },
    {
      label: t('instruction-last'),
      kind: 'text',
      most: 100,
      fold: 'whole',
      cell: ({ standing }) => standingText(standing, language),
    },
  ]);
  return [{ title: t('rec-overdue'), blocks: [table] }];
}

function accountNotes(of: Reconciliation, { t }: Speech, { digits }: Showing): string[] {
  return of.accounts.flatMap(({ account, stated, gaps }) => [
    ...(stated === null ? [t('rec-account-unstated', { account })] : []),
    ...gaps.map((gap) => t('rec-account-gap', { account, gap: gapText(gap, t, digits) })),
  ]);
}

/** What moved in no line: between two days, or on one. */
function gapText({ after, before, missing }: Gap, t: Speech['t'], digits: number): string {
  const amount = formatMoney(missing, digits);
  return after === before ? t('rec-gap-within', { day: after, amount }) : t('rec-gap', { after, before, amount });
}

function breakSections(title: string, breaks: readonly NotedBreak[], speech: Speech, { calendar }: Showing): Section[] {
  if (breaks.length === 0) return [];
  const { t } = speech;
  const table = tableOf(breaks, [
    {
      label: t('break-id'),
      kind: 'text',
      fold: 'head',
      cell: ({ id, kind }) => link('break', id, t(`break-kind-${kind}`)),
      ...(breaks.length === 1 ? {} : { total: t('total-lines', { count: breaks.length }) }),
    },
    { label: t('break-since'), kind: 'day', cell: ({ since }) => since },
    { label: t('break-days'), kind: 'count', cell: ({ age }) => age },
    { label: t('break-of'), kind: 'word', cell: ({ instructionId }) => instructionId ?? '' },
    { label: t('break-line'), kind: 'id', cell: ({ lineRef, lineId }) => lineRef || (lineId ?? '') },
    {
      label: t('break-effect'),
      kind: 'amount',
      fold: 'end',
      cell: ({ effect }) => effect,
      ...(breaks.length === 1 ? {} : { total: sum(breaks.map(({ effect }) => effect)) }),
    },
    { label: t('break-owner'), kind: 'text', cell: ({ owner }) => owner ?? '' },
    { label: t('break-what'), kind: 'text', most: 100, fold: 'whole', cell: ({ saw }) => sightPhrase(saw, speech) },
  ]);
  const said = breaks.flatMap((one): Inline[] => [
    ...[...one.comments, ...(one.resolved === null ? [] : [one.resolved])].map((of) =>
      t(of.step === 'resolve' ? 'rec-note-resolved' : 'rec-note', {
        id: one.id,
        by: of.by,
        day: calendar.dayOf(of.at),
        reason: of.reason,
      }),
    ),
    ...one.postings.map((of) => [one.id, t('id-then'), postingPhrase(of, speech)]),
  ]);
  return [{ title, blocks: [table, ...(said.length === 0 ? [] : [list(said)])] }];
}

/** What is proposed or approved to be booked of a bank line. */
export function postingPhrase(of: Posting, { t, phrase }: Speech): Inline {
  const { proposed, approved, reason, postingId: posting } = of;
  const values = { posting, amount: of.amount, account: t(`account-${of.against}`), by: proposed.by, reason };
  return approved === null
    ? phrase('rec-posting-waits', values)
    : phrase('rec-posting-approved', { ...values, approver: approved.by, day: approved.dueDay });
}

/** How many agree and differ, and whether it is reconciled. */
export function verdictOf(of: Reconciliation, ways: Ways, { t, phrase }: Speech): Inline {
  const open = openBreaks(of).length;
  const counts = t(open === 1 ? 'rec-counts-one' : 'rec-counts', {
    matched: of.matched.length,
    booked: of.booked.length,
    open,
    resolved: of.breaks.length - open,
  });
  const isDone = agrees(of, ways);
  return phrase('rec-verdict', {
    counts,
    verdict: state(t(isDone ? 'reconciled-yes' : 'reconciled-no'), isDone ? 'good' : 'wait'),
  });
}

/** A reconciliation as one JSON document. */
export function reconcileDocument(of: Reconciliation, ways: Ways, terms: Showing) {
  const { digits, calendar } = terms;
  const money = (amount: Money): string => formatMoney(amount, digits);
  const { remainder } = of;
  const way = (one: Way) => ({
    instructions: one.instructions,
    instructed: money(one.instructed),
    clearing: money(one.clearing),
  });
  return {
    through: of.through,
    reconciled: agrees(of, ways),
    bank: money(remainder.bank),
    opening: money(remainder.opening),
    ledger: money(remainder.ledger),
    named: money(remainder.named),
    unexplained: money(remainder.unexplained),
    network: ways.network,
    deductions: way(ways.deductions),
    payouts: way(ways.payouts),
    accounts: of.accounts.map(({ account, opening, stated, gaps }) => ({
      account,
      opening: opening === null ? null : money(opening),
      stated: stated === null ? null : money(stated),
      gaps: gaps.map((gap) => gapText(gap, SPEECH.en.t, digits)),
    })),
    uncovered: of.uncovered,
    overdue: of.overdue.map((one) => ({
      ...{ instruction: one.instructionId, kind: one.kind, amount: money(one.amount) },
      ...standingDocument(one.standing),
    })),
    matched: of.matched.map(({ movement, line, by }) => ({
      entry: movement.entry,
      instruction: movement.instructionId,
      account: line.account,
      lineRef: line.lineRef,
      amount: money(line.amount),
      by,
    })),
    booked: of.booked.map(({ entry, line }) => ({
      ...{ entry: entry.entry, line: entry.lineId, account: line.account, lineRef: line.lineRef },
      amount: money(entry.amount),
    })),
    breaks: of.breaks.map((one) => ({
      id: one.id,
      kind: one.kind,
      state: isResolved(one) ? 'resolved' : 'open',
      line: one.lineId,
      since: one.since,
      age: one.age,
      instruction: one.instructionId,
      account: one.account,
      lineRef: one.lineRef,
      effect: money(one.effect),
      owner: one.owner,
      saw: inlineText(sightPhrase(one.saw, SPEECH.en), terms),
      postings: one.postings.map(({ postingId, against, amount: posted, proposed, approved }) => ({
        ...{ posting: postingId, against, amount: money(posted), proposedBy: proposed.by },
        ...{ approvedBy: approved?.by ?? null, bookedBy: approved?.dueDay ?? null },
      })),
      comments: one.comments.map(({ at, by, reason }) => ({ at: calendar.format(at), by, text: reason })),
      resolved:
        one.resolved === null
          ? null
          : { at: calendar.format(one.resolved.at), by: one.resolved.by, reason: one.resolved.reason },
    })),
  };
}
