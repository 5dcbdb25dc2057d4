/**
 * Two decisions about one order line side by side: every fact each relied on, in the order in which it was looked at, and
 * a mark at the first that differs. It decides nothing.
 */
import type { Amounts, Attribution, Event } from '../../core/events/event.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { Outcome } from '../../core/whatif/outcome.ts';
import { candidateTitle, testsOf } from '../explain/attribution.ts';
import type { Showing } from '../files/lines.ts';
import { type Inline, note, type Story, tableOf } from '../story/story.ts';
import { inlineText } from '../story/text.ts';
import { SPEECH, type Speech } from '../words/index.ts';

/** One decision: the outcome, and the policy it was attributed under. */
interface Decision {
  readonly outcome: Outcome;
  readonly policy: Policy;
}

/** A step of a decision: what was looked at, and what was there. */
interface Step {
  readonly what: string;
  readonly found: string;
}

/** A step of both; null where one of them did not come to it. */
interface Compared {
  readonly what: string;
  readonly book: string | null;
  readonly other: string | null;
}

/** Two decisions about one line. */
export interface Twice {
  readonly line: string;
  readonly book: Decision;
  readonly other: Decision;
}

/** Both decisions, step by step in one order. */
function compared({ book, other }: Twice, speech: Speech, showing: Showing): Compared[] {
  const [mine, theirs] = [stepsOf(book, speech, showing), stepsOf(other, speech, showing)];
  const found = (steps: readonly Step[], what: string) => steps.findLast((step) => step.what === what)?.found ?? null;
  return inOneOrder(mine, theirs).map((what) => ({ what, book: found(mine, what), other: found(theirs, what) }));
}

/** The steps of both lists: those of the second stand behind the one they follow there. */
function inOneOrder(a: readonly Step[], b: readonly Step[]): string[] {
  const order = a.map(({ what }) => what);
  let at = -1;
  for (const { what } of b) {
    const known = order.indexOf(what);
    if (known === -1) order.splice(++at, 0, what);
    else at = Math.max(at, known);
  }
  return order;
}

function stepsOf({ outcome, policy }: Decision, speech: Speech, showing: Showing): Step[] {
  const { attribution, events } = outcome;
  const { t } = speech;
  const text = (inline: Inline): string => inlineText(inline, showing);
  return [
    ...searchSteps(attribution, policy, speech, showing),
    ...winnerSteps(attribution, speech, text),
    ...events.map((event, at) => ({
      what: t('compared-event', { n: at + 1 }),
      found: text(eventPhrase(event, speech)),
    })),
    { what: t('compared-stands'), found: text(standsPhrase(outcome, speech)) },
  ];
}

function searchSteps(event: Attribution, policy: Policy, speech: Speech, showing: Showing): Step[] {
  const { tested, rest } = event.body;
  const { t, word } = speech;
  const text = (inline: Inline): string => inlineText(inline, showing);
  const clicks = tested.filter(({ candidate }) => !('coupon' in candidate)).length;
  const steps: Step[] = [{ what: t('compared-clicks'), found: String(clicks + rest.count) }];
  for (const [at, one] of tested.entries()) {
    const n = at + 1;
    steps.push({ what: `${n}`, found: text(candidateTitle(one, speech)) });
    for (const { passed, what, fact } of testsOf(one, event, policy, speech, showing))
      steps.push({ what: `${n} ${text(what)}`, found: `${t(passed ? 'mark-ok' : 'mark-no')}: ${text(fact)}` });
    steps.push({ what: t('compared-ends', { n }), found: word(one.verdict) });
  }
  return steps;
}

function winnerSteps(event: Attribution, { t, word }: Speech, text: (inline: Inline) => string): Step[] {
  const earned = t('compared-earned-by');
  if (event.type === 'OrderUnattributed')
    return [{ what: earned, found: t('compared-nobody', { reason: word(event.body.reason) }) }];
  const { pid, rate, source, estimate, signals, held } = event.body;
  const fired = signals.map(({ signal, action }) => `${word(signal)} (${word(action)})`);
  const { plan, kind, scope, scope_id: id } = source;
  return [
    { what: earned, found: t('compared-publisher', { publisher: event.publisherId ?? '', pid }) },
    { what: t('rate'), found: t('compared-rate', { rate, plan, kind: word(kind), scope: word(scope), id }) },
    { what: t('compared-estimate'), found: text(estimate) },
    { what: t('compared-signals'), found: fired.length === 0 ? t('compared-none') : fired.join(t('between')) },
    { what: t('held'), found: t(held ? 'yes' : 'no') },
  ];
}

function eventPhrase(event: Event, { t, phrase, word }: Speech): Inline {
  const day = event.businessDay;
  const parts = (of: Amounts): Inline => partsOf(of, phrase);
  switch (event.type) {
    case 'CommissionSettled':
      return phrase('compared-settled', { day, parts: parts(event.body), pocket: t(event.body.pocket) });
    case 'CommissionReversed':
      return phrase('compared-reversed', { day, refund: event.body.refund.refund, parts: parts(event.body) });
    case 'CommissionForfeited':
      return phrase('compared-forfeited', { day, by: event.body.decided_by, parts: parts(event.body) });
    case 'CommissionRestored': {
      const { click, trace, rate, base } = event.body;
      const given = { day, publisher: event.publisherId ?? '', click, trace: word(trace), rate };
      return base === null
        ? phrase('compared-restored', given)
        : phrase('compared-restored-parts', { ...given, parts: parts(event.body) });
    }
    case 'CommissionReleased':
      return phrase('compared-released', { day, by: event.body.decided_by });
    case 'CommissionVoided':
      return phrase('compared-voided', { day, reason: word(event.body.reason) });
    default:
      throw new Error(`${event.type} is no event of an order line`);
  }
}

function partsOf({ commission, fee, earning }: Amounts, phrase: Speech['phrase']): Inline {
  return phrase('compared-parts', { commission, fee, earning });
}

function standsPhrase({ state, stands, held }: Outcome, { t, phrase }: Speech): Inline {
  if (state !== 'settled') return t(`line-${state}`);
  return phrase(held > 0n ? 'compared-stands-held' : 'compared-stands-settled', { parts: partsOf(stands, phrase) });
}

const differs = ({ book, other }: Compared): boolean => book !== other;

/** The two decisions: `>>` at the first difference, `>` at those that follow. */
export function comparedStory(twice: Twice, speech: Speech, showing: Showing): Story {
  const { t } = speech;
  const rows = compared(twice, speech, showing);
  const first = rows.find(differs);
  const table = tableOf(rows, [
    { label: '', kind: 'word', cell: (row) => (row === first ? '>>' : differs(row) ? '>' : '') },
    { label: t('compared-looked'), kind: 'text', cell: ({ what }) => what },
    { label: t('whatif-book'), kind: 'text', cell: ({ book }) => book ?? '-' },
    { label: t('whatif-other'), kind: 'text', cell: ({ other }) => other ?? '-' },
  ]);
  const end = first === undefined ? t('compared-same') : t('compared-differ', { what: first.what });
  return {
    title: t('line-title', { line: twice.line }),
    blocks: [],
    sections: [
      { title: '', blocks: [table] },
      { title: '', blocks: [note(end)] },
    ],
  };
}

/** The two decisions as a document. */
export function comparedDocument(twice: Twice, showing: Showing): Record<string, unknown> {
  const steps = compared(twice, SPEECH.en, showing);
  return {
    line: twice.line,
    firstDifference: steps.find(differs)?.what ?? null,
    steps: steps.map(({ what, book, other }) => ({ what, book, whatIf: other, differs: book !== other })),
  };
}
