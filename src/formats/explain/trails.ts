/**
 * Where the money of a line's entry went: the seller's deduction that carried it and the publisher's statement and
 * payout, with what the bank did. It tells trails as the store found them.
 */
import { nextMonth } from '../../core/calendar.ts';
import type { Event, EventOf } from '../../core/events/event.ts';
import type { Logged } from '../../core/events/read-body.ts';
import type { StatementTrail, Trail } from '../../core/line/history.ts';
import { type Fact, fact, type Inline, joined, link } from '../story/story.ts';
import type { Speech } from '../words/index.ts';

/** The facts under a line's event: entry, deduction, statement. */
export function trailFacts(trail: Trail, event: Event, speech: Speech): Fact[] {
  return [
    fact(speech.t('fact-entry'), trail.entry),
    ...deductionFacts(trail, event, speech),
    ...statementFacts(trail, speech),
  ];
}

function deductionFacts({ dueAfter, deductions }: Trail, event: Event, speech: Speech): Fact[] {
  if (dueAfter === null) return [];
  const { t, phrase } = speech;
  const told = deductions.map(
    (events, at): Fact => fact(t(at === 0 ? 'fact-deduction' : 'fact-then'), instructionPhrase(events, speech)),
  );
  if (deductions[0]?.[0]?.event.businessDay === event.businessDay) return told;
  const seller = event.sellerId ?? '';
  const netted =
    dueAfter === 0n ? t('deduction-even', { seller }) : phrase('deduction-owed', { seller, amount: -dueAfter });
  const [next] = told;
  const later = next === undefined ? t('deduction-none-since') : phrase('deduction-next', { deduction: next.value });
  return [fact(t('fact-deduction'), netted), fact('', later), ...told.slice(1)];
}

/** `D-s1-20131220 of 45.67: instructed 2013-12-20, confirmed 2013-12-22 (reason)`. */
function instructionPhrase(events: readonly Logged[], speech: Speech): Inline {
  const { t, phrase } = speech;
  const first = events[0]?.event;
  if (first?.type !== 'DeductionInstructed' && first?.type !== 'PayoutInstructed') {
    throw new Error(`${first?.subject} does not begin with its instruction: see cps verify`);
  }
  const steps = joined(events.map(({ event }) => stepText(event, speech)));
  const waiting = events.length === 1 ? t('instruction-no-result') : '';
  return phrase('instruction-told', { id: first.subject, amount: first.body.amount, steps: [steps, waiting] });
}

const STEPS = {
  DeductionInstructed: 'step-instructed',
  PayoutInstructed: 'step-instructed',
  DeductionConfirmed: 'step-confirmed',
  PayoutConfirmed: 'step-confirmed',
  DeductionFailed: 'step-failed',
  PayoutReturned: 'step-returned',
} as const;

function stepText({ type, businessDay: day, body }: Event, { t }: Speech): string {
  if (!(type in STEPS)) throw new Error(`${type} is no step of an instruction: see cps verify`);
  const step = t(STEPS[type as keyof typeof STEPS]);
  const reason = 'reason' in body ? body.reason : '';
  return reason === '' ? t('instruction-step', { step, day }) : t('instruction-step-because', { step, day, reason });
}

function statementFacts({ month, statements }: Trail, speech: Speech): Fact[] {
  if (month === null) return [];
  const { t, phrase } = speech;
  if (statements.length === 0)
    return [fact(t('fact-statement'), phrase('statement-open', { month: link('month', month) }))];
  return statements.flatMap((one, at) => statementTrail(one, at, statements.length, speech));
}

function statementTrail(trail: StatementTrail, at: number, of: number, speech: Speech): Fact[] {
  const { t, phrase, word } = speech;
  const { event } = trail.issued;
  if (event.type !== 'StatementIssued') throw new Error(`${event.subject} is no statement: see cps verify`);
  const { month, disposition, closing, gross, tax_due: tax } = event.body;
  const isLess = gross < closing && gross > 0n;
  const figures = isLess ? phrase('statement-less', { closing, gross }) : phrase('statement-closing', { closing });
  const facts: Fact[] = [
    fact(
      t(at === 0 ? 'fact-statement' : 'fact-then'),
      phrase('statement-told', {
        month: link('month', month),
        publisher: event.publisherId ?? '',
        day: event.businessDay,
        figures,
        disposition: word(disposition),
      }),
    ),
  ];
  if (trail.payout.length > 0) {
    const payout = instructionPhrase(trail.payout, speech);
    const value = tax > 0n ? phrase('payout-taxed', { payout, tax }) : payout;
    facts.push(fact(t('fact-payout'), value));
  }
  if (at === of - 1 && disposition !== 'paid') facts.push(fact('', unpaidText(event, speech)));
  return facts;
}

function unpaidText({ body }: EventOf<'StatementIssued'>, { t }: Speech): string {
  const month = nextMonth(body.month);
  if (body.disposition === 'frozen') return t('unpaid-frozen', { month });
  return t(body.gross + body.returned <= 0n ? 'unpaid-nothing' : 'unpaid-little', { month });
}
