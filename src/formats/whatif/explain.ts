/**
 * Two decisions about one order line side by side: every fact each relied on, in the order in which it was looked at, and
 * a mark at the first that differs. It decides nothing.
 */
import type { Event } from '../../core/events/event.ts';
import { formatMoney } from '../../core/money.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { Outcome } from '../../core/whatif/outcome.ts';
import { type Attribution, testRows } from '../explain/attribution.ts';
import { momentText, type Showing } from '../files/lines.ts';
import { table } from '../files/table.ts';

/** One decision: the outcome, and the policy it was attributed under. */
export interface Decision {
  readonly outcome: Outcome;
  readonly policy: Policy;
}

/** A step of a decision: what was looked at, and what was there. */
interface Step {
  readonly what: string;
  readonly found: string;
}

/** A step of both; null where one of them did not come to it. */
export interface Compared {
  readonly what: string;
  readonly book: string | null;
  readonly other: string | null;
}

/** Both decisions, step by step in one order. */
export function compared(book: Decision, other: Decision, showing: Showing): Compared[] {
  const steps = [stepsOf(book, showing), stepsOf(other, showing)] as const;
  const [mine, theirs] = steps.map((list) => new Map(list.map(({ what, found }) => [what, found]))) as [
    Map<string, string>,
    Map<string, string>,
  ];
  return inOneOrder(steps[0], steps[1]).map((what) => ({
    what,
    book: mine.get(what) ?? null,
    other: theirs.get(what) ?? null,
  }));
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

function stepsOf({ outcome, policy }: Decision, showing: Showing): Step[] {
  const { attribution, events } = outcome;
  return [
    ...searchSteps(attribution, policy, showing),
    ...winnerSteps(attribution, showing),
    ...eventSteps(events, showing),
    { what: 'stands', found: standsText(outcome, showing.digits) },
  ];
}

function searchSteps(event: Attribution, policy: Policy, showing: Showing): Step[] {
  const { tested, rest } = event.body;
  const steps: Step[] = [{ what: 'clicks in a window', found: String(clicksTested(event) + rest.count) }];
  for (const [at, one] of tested.entries()) {
    const n = at + 1;
    const { candidate, trace, verdict } = one;
    const found =
      'coupon' in candidate
        ? `coupon of ${candidate.coupon}`
        : `click ${candidate.click} of ${momentText(candidate.at, showing.calendar)} by ${candidate.pid}, ${trace}`;
    steps.push({ what: `${n}`, found });
    for (const [mark, question, fact] of testRows(one, event, policy, showing))
      steps.push({ what: `${n} ${question}`, found: `${mark}: ${fact}` });
    steps.push({ what: `${n} ends`, found: verdict });
  }
  return steps;
}

const clicksTested = ({ body }: Attribution): number =>
  body.tested.filter(({ candidate }) => !('coupon' in candidate)).length;

function winnerSteps(event: Attribution, showing: Showing): Step[] {
  if (event.type === 'OrderUnattributed') return [{ what: 'earned by', found: `nobody: ${event.body.reason}` }];
  const { pid, rate, source, estimate, signals, held } = event.body;
  const fired = signals.map(({ signal, action }) => `${signal} (${action})`);
  return [
    { what: 'earned by', found: `publisher ${event.publisherId}, ${pid}` },
    { what: 'rate', found: `${rate}, ${source.plan} (${source.kind}), scope ${source.scope} ${source.scope_id}` },
    { what: 'estimate', found: formatMoney(estimate, showing.digits) },
    { what: 'signals', found: fired.length === 0 ? 'none' : fired.join(', ') },
    { what: 'held', found: held ? 'yes' : 'no' },
  ];
}

function eventSteps(events: readonly Event[], showing: Showing): Step[] {
  const money = (amount: bigint): string => formatMoney(amount, showing.digits);
  return events.map((event, at) => {
    const what = `event ${at + 1}`;
    const told = (text: string): Step => ({ what, found: `${event.businessDay} ${text}` });
    const parts = (of: { commission: bigint; fee: bigint; earning: bigint }): string =>
      `commission ${money(of.commission)}, fee ${money(of.fee)}, earning ${money(of.earning)}`;
    switch (event.type) {
      case 'CommissionSettled':
        return told(`settled: ${parts(event.body)} to ${event.body.pocket}`);
      case 'CommissionReversed':
        return told(`refund ${event.body.refund.refund} gives back ${parts(event.body)}`);
      case 'CommissionForfeited':
        return told(`forfeited by ${event.body.decided_by}: ${parts(event.body)}`);
      case 'CommissionRestored': {
        const { click, trace, rate, base } = event.body;
        const amounts = base === null ? '' : `: ${parts(event.body)}`;
        return told(`given to publisher ${event.publisherId}, click ${click}, ${trace}, rate ${rate}${amounts}`);
      }
      case 'CommissionReleased':
        return told(`released by ${event.body.decided_by}`);
      case 'CommissionVoided':
        return told(`voided: ${event.body.reason}`);
      default:
        throw new Error(`${event.type} is no event of an order line`);
    }
  });
}

function standsText({ state, stands, held }: Outcome, digits: number): string {
  if (state !== 'settled') return state;
  const amounts = `commission ${formatMoney(stands.commission, digits)}, fee ${formatMoney(stands.fee, digits)}`;
  const pocket = held > 0n ? ', held' : '';
  return `settled: ${amounts}, earning ${formatMoney(stands.earning, digits)}${pocket}`;
}

const differs = ({ book, other }: Compared): boolean => book !== other;

/** The two decisions as text: `>>` at the first difference, `>` at those that follow. */
export function comparedText(line: string, steps: readonly Compared[]): string {
  const first = steps.findIndex(differs);
  const rows = steps.map((step, at) => [
    at === first ? '>>' : differs(step) ? '>' : '',
    step.what,
    step.book ?? '-',
    step.other ?? '-',
  ]);
  const columns = [{ title: '' }, { title: 'looked at' }, { title: 'book' }, { title: 'what if' }];
  const named = steps[first]?.what;
  const end = named === undefined ? 'The two decisions are the same.' : `They first differ at: ${named}`;
  return `Order line ${line}\n\n${table(columns, rows)}\n${end}\n`;
}

/** The two decisions as a document. */
export function comparedDocument(line: string, steps: readonly Compared[]): Record<string, unknown> {
  const first = steps.find(differs);
  return {
    line,
    firstDifference: first?.what ?? null,
    steps: steps.map(({ what, book, other }) => ({ what, book, whatIf: other, differs: book !== other })),
  };
}
