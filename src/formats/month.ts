/** A month's walk as one story and one document: each step with what stands in it, and the command and page to go on with. */
import { addDays } from '../core/calendar.ts';
import { formatMoney, type Money } from '../core/money.ts';
import {
  isDone,
  isLater,
  type MonthWalk,
  type Sum,
  sumOf,
  WALK_STEPS,
  type WalkState,
  type WalkStep,
} from '../core/month/walk.ts';
import { uncoveredText } from './reconcile.ts';
import { type Inline, joined, link, note, type Step, type Story, state, steps } from './story/story.ts';
import type { Speech } from './words/index.ts';

/** The steps of a month, what is done of them and what waits, and what to do next. */
export function monthStory(of: MonthWalk, speech: Speech): Story {
  const { t } = speech;
  const left = WALK_STEPS.filter((step) => !isDone(step, of)).length;
  const verdict = left === 0 ? t('walk-all-done') : t('walk-some-left', { count: left });
  return {
    title:
      of.asOf === null ? t('walk-title-none', { month: of.month }) : t('walk-title', { month: of.month, day: of.asOf }),
    blocks: [steps(WALK_STEPS.map((step) => stepOf(step, of, speech)))],
    sections: [{ title: '', blocks: [note(verdict)] }],
  };
}

function stepOf(step: WalkStep, of: MonthWalk, speech: Speech): Step {
  const { t, phrase } = speech;
  const [isOver, waits] = [isDone(step, of), isLater(step, of)];
  const tone = isOver ? 'good' : waits ? 'none' : step === 'broken' || step === 'left' ? 'bad' : 'wait';
  const [command, page] = ONWARDS[step](of);
  const stands = told(step, of, speech);
  const onwards = phrase('walk-on', { told: stands, command, page: link('finance', page, t(PAGES[page])) });
  return {
    title: [t(`walk-${step}`), t('id-then'), state(t(isOver ? 'walk-done' : waits ? 'walk-later' : 'walk-open'), tone)],
    tone,
    end: isOver || waits ? stands : onwards,
  };
}

/** What stands in a step. */
function told(step: WalkStep, of: MonthWalk, speech: Speech): Inline {
  const { t, phrase } = speech;
  const counted = (side: 'payout' | 'deduction', ...states: WalkState[]): { count: number; amount: Inline } => {
    const { count, amount: sum } = sumOf(of[side], ...states);
    return { count, amount: sum };
  };
  const many = ({ count, amount: sum }: { count: number; amount: Inline }): Inline =>
    phrase('walk-sum', { count, amount: sum });
  switch (step) {
    case 'closed':
      return of.closedOn === null ? t('walk-closes', { day: of.closesOn }) : t('closed-by-night', { day: of.closedOn });
    case 'charged':
      return phrase('walk-charged-told', {
        confirmed: many(counted('deduction', 'confirmed')),
        waiting: many(counted('deduction', 'instructed', 'sent', 'delivered')),
        failed: many(counted('deduction', 'failed')),
      });
    case 'filed':
      return phrase('walk-filed-told', {
        filed: many(of.filed),
        files: of.files.length === 0 ? t('walk-no-file') : of.files.join(', '),
        waiting: many(counted('payout', 'instructed')),
      });
    case 'answered':
      return phrase('walk-answered-told', {
        confirmed: many(counted('payout', 'confirmed')),
        returned: many(counted('payout', 'returned')),
        delivered: many(counted('payout', 'delivered')),
        waiting: many(counted('payout', 'instructed', 'sent')),
      });
    case 'covered':
      return of.uncovered.length === 0
        ? t('walk-covered-told', { day: of.asOf ?? '' })
        : joined(
            of.uncovered.map((one) => uncoveredText(one, speech)),
            '; ',
          );
    case 'broken':
      return phrase('walk-broken-told', { broken: many(of.broken) });
    case 'booked':
      return phrase('walk-booked-told', of.postings);
    case 'left':
      return phrase('walk-left-told', {
        unexplained: of.unexplained,
        unallocated: of.unallocated,
      });
  }
}

const PAGES = {
  months: 'way-close',
  deductions: 'way-deductions',
  files: 'way-files',
  reconciliation: 'way-reconciliation',
} as const;

/** The command that a step goes on with, and the page of finance. */
const ONWARDS: Readonly<Record<WalkStep, (of: MonthWalk) => readonly [command: string, page: keyof typeof PAGES]>> = {
  closed: ({ closesOn }) => [`cps run --through ${closesOn}`, 'months'],
  charged: (of) =>
    sumOf(of.deduction, 'instructed').count > 0
      ? ['cps pay files --deductions --out DIR --as PERSON', 'deductions']
      : answers(of, 'deduction', 'deductions'),
  filed: () => ['cps pay files --format FORMAT --out DIR --as PERSON', 'files'],
  answered: (of) => answers(of, 'payout', 'files'),
  covered: () => ['cps bank FILE', 'reconciliation'],
  broken: ({ asOf }) => [`cps reconcile --through ${asOf ?? 'DAY'}`, 'reconciliation'],
  booked: () => ['cps posting list --waiting', 'reconciliation'],
  left: ({ asOf }) => [`cps reconcile --through ${asOf ?? 'DAY'}`, 'reconciliation'],
};

/** Where the bank has answered for all, its answers wait for the night. */
function answers<P extends keyof typeof PAGES>(of: MonthWalk, side: 'payout' | 'deduction', page: P) {
  const isAnswered = sumOf(of[side], 'instructed', 'sent').count === 0;
  const next = of.asOf === null ? 'DAY' : addDays(of.asOf, 1);
  return [isAnswered ? `cps run --through ${next}` : 'cps pay results FILE', page] as const;
}

/** The same as one JSON document. */
export function monthDocument(of: MonthWalk, digits: number) {
  const money = (sum: Money): string => formatMoney(sum, digits);
  const told = ({ count, amount: sum }: Sum) => ({ count, amount: money(sum) });
  const side = (states: MonthWalk['payout']) => Object.fromEntries([...states].map(([name, sum]) => [name, told(sum)]));
  return {
    ...{ month: of.month, asOf: of.asOf, closedOn: of.closedOn, closesOn: of.closesOn },
    steps: WALK_STEPS.map((step) => {
      const [command, page] = ONWARDS[step](of);
      return { step, done: isDone(step, of), command, page: `/finance/${page}` };
    }),
    payouts: side(of.payout),
    deductions: side(of.deduction),
    filed: told(of.filed),
    files: of.files,
    uncovered: of.uncovered,
    breaks: told(of.broken),
    postings: of.postings,
    unexplained: money(of.unexplained),
    unallocated: money(of.unallocated),
  };
}

/** Whether every step is done. */
export const isMonthDone = (of: MonthWalk): boolean => WALK_STEPS.every((step) => isDone(step, of));
