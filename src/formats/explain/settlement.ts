/**
 * What became of an attributed order line (SPEC 7 to 9), an event a step: the base, the arithmetic with its roundings, what
 * a refund gave back, what was held and who decided it.
 */
import type { Amounts, Clearing, CountedRefund, Event, EventOf } from '../../core/events/event.ts';
import { least, type Money, sum } from '../../core/money.ts';
import { type Fact, fact, type Inline, id, instant, product, rate, type Step } from '../story/story.ts';
import type { PlainTerm, Speech } from '../words/index.ts';

/** The step of one event after attribution, without what carried its money; undefined for an event of no order line. */
export function settlementStep(event: Event, speech: Speech): Step | undefined {
  const { phrase, word } = speech;
  const when = instant(event.occurredAt);
  const step = (title: Inline, tone: Step['tone'], facts: readonly Fact[]): Step => ({
    title,
    day: event.businessDay,
    tone,
    facts,
  });
  switch (event.type) {
    case 'CommissionSettled':
      return step(phrase('became-settled', { when }), 'good', settledFacts(event, speech));
    case 'CommissionReversed': {
      const { refund, amount: of, correction: why } = event.body.refund;
      const title =
        why === undefined
          ? phrase('became-reversed', { refund, amount: of, when })
          : phrase('became-corrected', { refund, amount: -of, when, why });
      return step(title, 'none', reversedFacts(event, speech));
    }
    case 'CommissionVoided':
      return step(
        phrase('became-voided', { reason: word(event.body.reason), when }),
        'none',
        voidedFacts(event, speech),
      );
    case 'CommissionReleased':
      return step(phrase('became-released', { when }), 'good', [
        decidedFact(event.body, speech),
        releasedFact(event, speech),
      ]);
    case 'CommissionForfeited':
      return step(phrase('became-forfeited', { when }), 'bad', [
        decidedFact(event.body, speech),
        ...givenBackFacts(event, speech),
      ]);
    case 'EarningCleared':
      return step(phrase('became-cleared'), 'good', clearedFacts(event, speech));
    case 'CommissionRestored': {
      const title = phrase('became-restored', { publisher: event.publisherId ?? '', when });
      return step(title, 'good', restoredFacts(event, speech));
    }
    default:
      return undefined;
  }
}

function decidedFact(of: { decision: string; decided_by: string; reason: string }, { t }: Speech): Fact {
  const { decision, decided_by: by, reason } = of;
  const value = reason === '' ? t('decided-by', { by, decision }) : t('decided-because', { by, decision, reason });
  return fact(t('fact-decided'), value);
}

function releasedFact({ body, publisherId }: EventOf<'CommissionReleased'>, { t, phrase }: Speech): Fact {
  const { earning, pocket = 'payable' } = body;
  const moved = phrase('moved-released', { amount: earning, pocket: t(pocket), publisher: publisherId ?? '' });
  return fact(t('fact-moved'), earning === 0n ? t('moved-no-held') : moved);
}

function clearedFacts({ body, publisherId }: EventOf<'EarningCleared'>, { t, phrase }: Speech): Fact[] {
  const { earning, deduction } = body;
  const moved = phrase('moved-cleared', { amount: earning, publisher: publisherId ?? '' });
  const by = deduction === null || deduction === undefined ? t('collected-netted') : t('collected-by', { deduction });
  return [
    ...(deduction === undefined ? [] : [fact(t('fact-collected'), by)]),
    fact(t('fact-moved'), earning === 0n ? t('moved-nothing-left') : moved),
  ];
}

function settledFacts(event: EventOf<'CommissionSettled'>, speech: Speech): Fact[] {
  const { body } = event;
  const { t } = speech;
  return [
    fact(t('fact-paid'), body.paid),
    ...(body.received === null ? [] : [fact(t('fact-received'), body.received)]),
    ...body.refunds.map((refund) => refundFact(refund, speech)),
    fact(t('fact-base'), basePhrase(event, speech)),
    ...productFacts(event, body.base, body.rate, body.fee_rate, t(body.pocket), speech),
    ...waitsFacts(body, speech),
  ];
}

/** Commission, fee and earning of a base, each with its product. */
function productFacts(
  { sellerId, publisherId, body }: EventOf<'CommissionSettled'> | EventOf<'CommissionRestored'>,
  base: Money,
  of: string,
  feeRate: string,
  pocket: string,
  { t }: Speech,
): Fact[] {
  return [
    fact(t('fact-commission'), product(base, of), t('owed-by-seller', { seller: sellerId ?? '' })),
    fact(t('fact-fee'), product(base, of, feeRate), t('fee-out-of-it')),
    fact(t('fact-earning'), earningOf(body), t('to-pocket', { pocket, publisher: publisherId ?? '' })),
  ];
}

/** `6.37 - 0.64 = 5.73`. */
function earningOf({ commission, fee, earning }: Amounts): Inline {
  return [commission, ' - ', fee, ' = ', earning];
}

/** What an earning waits for before it is payable. */
function waitsFacts({ clears_on: day, when_collected: collected }: Clearing, { t }: Speech): Fact[] {
  if (day === undefined) return [];
  return [fact(t('fact-waits'), t(collected === true ? 'waits-collected' : 'waits-until', { day }))];
}

function refundFact(
  { refund, refunded_at: at, amount: of, correction: why }: CountedRefund,
  { t, phrase }: Speech,
): Fact {
  const when = instant(at);
  return why === undefined
    ? fact(t('fact-refund'), phrase('refund-of', { amount: of, refund, when }))
    : fact(t('fact-corrected'), phrase('correction-of', { amount: -of, refund, when, why }));
}

const total = (refunds: readonly CountedRefund[]): Money => sum(refunds.map(({ amount: of }) => of));

/** `63.99 - 10.00 + 2.00`. */
function less(from: Money, counted: readonly CountedRefund[]): Inline {
  return [from, ...counted.map(({ amount: of }): Inline => (of < 0n ? [' + ', -of] : [' - ', of]))];
}

/** `the lesser of 50.00 received and 63.99 - 10.00, less 3.00 refunded after it = 47.00`: how SPEC 7 comes to the base. */
function basePhrase(event: EventOf<'CommissionSettled'>, { phrase }: Speech): Inline {
  const { paid, received, refunds, base } = event.body;
  const equals = (exact: Money): Inline =>
    exact === base ? phrase('base-equals', { base }) : phrase('base-never-below', { exact, base });
  if (received === null) {
    if (refunds.length === 0) return phrase('base-paid', { base });
    return [less(paid, refunds), equals(paid - total(refunds))];
  }
  const isEarlier = ({ refunded_at: at }: CountedRefund): boolean => Date.parse(at) <= event.occurredAt;
  const earlier = refunds.filter(isEarlier);
  const later = refunds.filter((refund) => !isEarlier(refund));
  const most = least(received, paid - total(earlier));
  const after = later.map(({ amount: of, correction }): Inline => {
    if (of < 0n) return phrase('base-later-added', { amount: -of });
    return phrase(correction === undefined ? 'base-later-refunded' : 'base-later-taken', { amount: of });
  });
  return [phrase('base-lesser', { received, left: less(paid, earlier) }), ...after, equals(most - total(later))];
}

function reversedFacts(event: EventOf<'CommissionReversed'>, speech: Speech): Fact[] {
  const { body } = event;
  const { t, phrase } = speech;
  const { base, rate: of, fee_rate: feeRate, left } = body;
  const isAdded = body.refund.amount < 0n;
  const was = (delta: Money, now: Money): Inline =>
    phrase(isAdded ? 'was-more' : 'was-back', {
      was: now + delta,
      delta: isAdded ? -delta : delta,
    });
  const isNothing = body.commission === 0n && body.fee === 0n && body.earning === 0n;
  return [
    fact(t('fact-base'), phrase('base-left', { base })),
    fact(t('fact-commission'), product(base, of), was(body.commission, left.commission)),
    fact(t('fact-fee'), product(base, of, feeRate), was(body.fee, left.fee)),
    fact(t('fact-earning'), earningOf(left), was(body.earning, left.earning)),
    fact(t('fact-moved'), isNothing ? t('moved-no-delta') : backText(event, speech)),
  ];
}

function backText({ body, sellerId, publisherId }: EventOf<'CommissionReversed'>, { t }: Speech): string {
  const said = { pocket: t(body.pocket), publisher: publisherId ?? '', seller: sellerId ?? '' };
  if (body.refund.amount < 0n) return t('moved-added', said);
  return t(body.earning < 0n ? 'moved-back-up' : 'moved-back', said);
}

function givenBackFacts(
  { body, sellerId, publisherId }: EventOf<'CommissionForfeited'>,
  { t, phrase }: Speech,
): Fact[] {
  const { commission, fee, earning, pocket } = body;
  return [
    fact(t('fact-commission'), phrase('back-to-seller', { amount: commission, seller: sellerId ?? '' })),
    fact(t('fact-fee'), phrase('back-fee', { amount: fee })),
    fact(
      t('fact-earning'),
      phrase('back-earning', { amount: earning, pocket: t(pocket), publisher: publisherId ?? '' }),
    ),
  ];
}

/** The overwritten click that the line goes to, and what its publisher earns of what is left. */
function restoredFacts(event: EventOf<'CommissionRestored'>, speech: Speech): Fact[] {
  const { body } = event;
  const { t, phrase, word } = speech;
  const won = body.tested.at(-1)?.candidate;
  const said = { click: body.click, pid: body.pid, trace: word(body.trace) };
  const failed = body.tested.slice(0, -1).map(({ candidate, verdict }): Fact => {
    if (!('click' in candidate)) return fact(t('fact-not'), word(verdict));
    const { click, pid } = candidate;
    const reason = word(verdict);
    const value = click === '' ? t('restored-not-unnamed', { pid, reason }) : t('restored-not', { click, pid, reason });
    return fact(t('fact-not'), value);
  });
  const { decision, base, fee_rate: feeRate } = body;
  const because = decision === '' ? t('because-a-decision') : t('because-decision', { decision });
  const head: Fact[] = [
    fact(t('fact-because'), because),
    ...failed,
    {
      label: t('fact-click'),
      value:
        won !== undefined && 'click' in won
          ? phrase('restored-click', { ...said, when: instant(won.at) })
          : t('restored-click-bare', said),
    },
    fact(t('rate'), phrase('restored-rate', { rate: rate(body.rate), plan: id(body.source.plan) })),
  ];
  if (base === null || feeRate === null) return [...head, fact(t('fact-moved'), t('moved-not-yet'))];
  const pocket: PlainTerm = body.clears_on === undefined ? 'payable' : 'clearing';
  return [
    ...head,
    fact(t('fact-base'), phrase('base-left', { base })),
    ...productFacts(event, base, body.rate, feeRate, t(pocket), speech),
    ...waitsFacts(body, speech),
  ];
}

function becausePhrase({ body }: EventOf<'CommissionVoided'>, { t, phrase }: Speech): Inline {
  const { minimum, decision, decided_by: by = '', because = '' } = body;
  if (minimum !== undefined) return phrase('voided-minimum', { amount: minimum });
  return decision === undefined ? because : t('voided-decision', { decision, by, because });
}

function voidedFacts(event: EventOf<'CommissionVoided'>, speech: Speech): Fact[] {
  const { t } = speech;
  const { base, commission } = event.body;
  const because = becausePhrase(event, speech);
  return [
    ...(because === '' ? [] : [fact(t('fact-because'), because)]),
    ...(base === undefined ? [] : [fact(t('fact-base'), base)]),
    ...(commission === undefined ? [] : [fact(t('fact-commission'), commission)]),
    fact(t('fact-moved'), t('moved-nothing-owed')),
  ];
}
