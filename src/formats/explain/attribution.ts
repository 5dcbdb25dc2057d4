/**
 * Who earned an order line, or why nobody, from its first event (SPEC 5, 6, 9): each candidate with the facts its tests
 * read, the rate, the signals, and for a line nobody earned what would have had to be different.
 */
import type { ClickEvidence } from '../../core/attribution/click.ts';
import type { Tested } from '../../core/attribution/tests/index.ts';
import type { Attribution, EventOf } from '../../core/events/event.ts';
import { ANOTHER } from '../../core/line/audience.ts';
import { share } from '../../core/money.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { clicksSeen } from '../../core/signals/index.ts';
import { momentText, type Showing } from '../files/lines.ts';
import {
  type Block,
  type Fact,
  fact,
  facts,
  type Inline,
  instant,
  list,
  note,
  product,
  rate,
  type Section,
  type Step,
  steps,
  type Test,
} from '../story/story.ts';
import type { Speech } from '../words/index.ts';
import { sawText } from '../words/signals.ts';
import { toldNeeded, toldTests, triedOf } from './tests.ts';

/** What old books had of a line: who earned it, at which rate, and what they settled it at. */
export function broughtInSection({ body, publisherId }: EventOf<'LineBroughtIn'>, speech: Speech): Section {
  const { t, phrase, word } = speech;
  const { settled, order, cut_over: cutover, prepared_by: prepared, approved_by: approved } = body;
  const rows: Fact[] = [
    fact(t('old-books'), t('old-books-of', { cutover, prepared, approved })),
    fact(t('rate'), phrase('old-rate-of', { rate: rate(body.rate), product: product(order.paid, body.rate) })),
  ];
  if (settled !== null) {
    const { commission, fee, earning, fee_rate: feeRate, confirmed_at: at } = settled;
    const value = phrase('old-settled', {
      when: instant(at),
      commission,
      fee,
      earning,
      rate: rate(feeRate),
    });
    rows.push(fact(t('settled'), value));
  }
  const title = t('brought-in-title', { publisher: publisherId ?? '', pid: body.pid, trace: word(body.trace) });
  return { title, blocks: [facts(rows)] };
}

/** The sections on attribution: the outcome with its candidates, and the rate and signals or what was missing. */
export function attributionSections(event: Attribution, policy: Policy, speech: Speech, showing: Showing): Section[] {
  const { t } = speech;
  const candidates = event.body.tested.map((tested) => candidateStep(tested, event, policy, speech, showing));
  const tested = candidates.length === 0 ? [] : [steps(candidates)];
  if (event.type === 'OrderAttributed' && event.body.pid === ANOTHER)
    return [{ title: t('earned-by-another'), blocks: tested }];
  const outcome = { title: outcomeOf(event, speech), blocks: [...tested, ...restBlocks(event, policy, speech)] };
  return event.type === 'OrderAttributed'
    ? [outcome, rateSection(event, policy, speech), signalsSection(event, speech)]
    : [outcome, neededSection(event, policy, speech, showing)];
}

function outcomeOf(event: Attribution, { t, word }: Speech): string {
  if (event.type === 'OrderUnattributed') return t('earned-by-nobody', { reason: word(event.body.reason) });
  const { pid, trace } = event.body;
  return t('earned-by', { publisher: event.publisherId ?? '', pid, trace: word(trace) });
}

function candidateStep(tested: Tested, event: Attribution, policy: Policy, speech: Speech, showing: Showing): Step {
  const { t, word } = speech;
  const isPassed = tested.verdict === 'passed';
  return {
    title: candidateTitle(tested, speech),
    tone: isPassed ? 'good' : 'bad',
    tests: testsOf(tested, event, policy, speech, showing),
    end: isPassed ? t('candidate-passed') : t('candidate-failed', { reason: word(tested.verdict) }),
  };
}

/** A candidate by its click or coupon. */
export function candidateTitle({ candidate, trace }: Tested, speech: Speech): Inline {
  const { phrase, word } = speech;
  if ('coupon' in candidate) return phrase('candidate-coupon', { pid: whose(candidate.coupon, speech) });
  return phrase('candidate-click', { click: clickPhrase(candidate, speech), shop: candidate.shop, trace: word(trace) });
}

const whose = (pid: string, { t }: Speech): string => (pid === ANOTHER ? t('another') : pid);

function clickPhrase({ click, at, pid, sub }: ClickEvidence, speech: Speech): Inline {
  const said = { when: instant(at), pid: whose(pid, speech) };
  if (click === '') return speech.phrase('click-unnamed', said);
  return sub === undefined
    ? speech.phrase('click-of', { ...said, click })
    : speech.phrase('click-of-marked', { ...said, click, sub });
}

const triedIn = (tested: Tested, { body }: Attribution, policy: Policy, { calendar }: Showing) =>
  triedOf(tested, body.order, policy, (iso) => momentText(iso, calendar));

/** The tests that were made of a candidate, each with the fact it relied on. */
export function testsOf(tested: Tested, event: Attribution, policy: Policy, speech: Speech, showing: Showing): Test[] {
  return toldTests(tested, triedIn(tested, event, policy, showing), speech.language).map(
    ({ isPassed, asked, found }) => ({ passed: isPassed, what: asked, fact: found }),
  );
}

/** What was in a window and not tested. */
function restBlocks(event: Attribution, policy: Policy, { t }: Speech): Block[] {
  const { rest, unknown_pids: unknown, tested } = event.body;
  if (rest.count === 0) return tested.length === 0 ? [list([t('clicks-none')])] : [];
  const isOne = rest.count === 1 ? '-one' : '';
  const term = tested.length > 0 ? (`clicks-rest-more${isOne}` as const) : (`clicks-rest${isOne}` as const);
  const some = unknown === rest.count ? t('clicks-unknown-all') : t('clicks-unknown-some', { count: unknown });
  const first = tested[0];
  const why =
    first !== undefined && 'coupon' in first.candidate
      ? t('clicks-coupon-first')
      : event.type === 'OrderUnattributed' && !policy.fallThrough && rest.count > unknown
        ? t('clicks-last-only')
        : '';
  const said = t(term, { count: rest.count, unknown: unknown === 0 ? '' : some, why });
  return [list(rest.digest === '' ? [said] : [said, t('clicks-digest', { digest: rest.digest })])];
}

function rateSection(event: EventOf<'OrderAttributed'>, policy: Policy, { t, phrase, word }: Speech): Section {
  const { source, rate: of, order, estimate, trace } = event.body;
  const from = instant(source.valid_from);
  const when = instant(source.as_of);
  const made = product(order.paid, of);
  const plan = { plan: source.plan, kind: word(source.kind), scope: word(source.scope), id: source.scope_id };
  const rows: Fact[] = [
    fact(t('rate-plan'), t('rate-plan-of', plan)),
    {
      label: t('rate-valid'),
      value:
        source.valid_to === null
          ? phrase('rate-no-end', { from })
          : phrase('rate-from-to', { from, to: instant(source.valid_to) }),
    },
    fact(
      t('rate-as-of'),
      phrase(trace === 'coupon' || policy.rateAsOf === 'order' ? 'rate-at-payment' : 'rate-at-click', { when }),
    ),
  ];
  if (source.member_since !== undefined) {
    const since = { publisher: event.publisherId ?? '', when: instant(source.member_since) };
    rows.push(fact(t('rate-member'), phrase('rate-member-since', since)));
  }
  const isRight = share(order.paid, of) === estimate;
  rows.push(fact(t('estimate'), isRight ? made : phrase('see-verify', { value: made })));
  return { title: phrase('rate-title', { rate: rate(of) }), blocks: [facts(rows)] };
}

function signalsSection(event: EventOf<'OrderAttributed'>, speech: Speech): Section {
  const { t, phrase, word, language } = speech;
  const { signals, held, tested } = event.body;
  if (signals.length === 0) return { title: t('signals-title'), blocks: [note(t('signals-none'))] };
  const won = tested.at(-1)?.candidate;
  const rows = signals.flatMap((fired): Fact[] => [
    fact(word(fired.action), word(fired.signal), sawText(fired, language)),
    ...clicksSeen(fired).map((click): Fact => fact('', '', clickPhrase(click, speech))),
    ...(fired.signal === 'referrer-mismatch' && fired.evidence !== null && won !== undefined && 'click' in won
      ? [
          fact(
            '',
            '',
            phrase('click-referrer', {
              click: clickPhrase(won, speech),
              referrer: fired.evidence.referrer,
            }),
          ),
        ]
      : []),
  ]);
  return { title: t('signals-title'), blocks: [facts(rows), ...(held ? [note(t('signals-held'))] : [])] };
}

/** For a line nobody earned: what would have had to be different (SPEC 13). */
function neededSection(event: EventOf<'OrderUnattributed'>, policy: Policy, speech: Speech, showing: Showing): Section {
  const { t } = speech;
  const { tested, order, unknown_pids: unknown } = event.body;
  const title = t('needed-title');
  if (tested.length > 0) {
    const needed = tested.map((one) => neededFor(one, event, policy, speech, showing));
    return { title, blocks: [{ kind: 'list', items: needed, numbered: true }] };
  }
  const buyer = order.buyer === '' ? t('the-buyer') : t('buyer-of', { buyer: order.buyer });
  const { sameStoreWindowDays: same, crossStoreWindowDays: cross } = policy;
  const click = t('needed-click', { buyer, same, cross, shop: order.shop });
  return { title, blocks: [list(unknown > 0 ? [click, t('needed-known')] : [click])] };
}

function neededFor(
  tested: Tested,
  event: EventOf<'OrderUnattributed'>,
  policy: Policy,
  speech: Speech,
  showing: Showing,
): string {
  const needed = toldNeeded(tested, triedIn(tested, event, policy, showing), speech.language);
  if (needed === undefined) {
    throw new Error(`a candidate of ${event.subject} passed and the line is unattributed: see cps verify`);
  }
  return needed;
}
