/** The list of cases and one case as text and as documents. It shows what was gathered; it decides nothing. */

import type { ClickEvidence } from '../core/attribution/click.ts';
import { type CaseLine, type CaseSummary, type Dispute, isOpen, stakeOf } from '../core/cases/case.ts';
import type { CaseFile } from '../core/cases/decide.ts';
import { type Decision, holds, recommended } from '../core/cases/decision.ts';
import { formatMoney, type Money, sum } from '../core/money.ts';
import type { Policy } from '../core/policy/policy.ts';
import { overwrittenClicks } from '../core/settlement/restoration.ts';
import { referrerOf } from '../core/signals/index.ts';
import { aligned, momentText, type Showing } from './files/lines.ts';
import { type Column, table } from './files/table.ts';
import { ABOUT } from './words/signals.ts';

/** A publisher of a case, as the desk looks at it. */
interface Accused {
  readonly publisherId: string;
  readonly name: string;
  readonly status: string;
  readonly points: number;
}

/** A case with whom it is about. */
export interface ShownCase extends CaseFile {
  readonly accused: readonly Accused[];
  readonly dispute: Dispute | null;
  readonly policy: Policy;
}

const right = (title: string): Column => ({ title, align: 'right' });
const LIST: readonly Column[] = [
  { title: 'case' },
  { title: 'state' },
  { title: 'deadline' },
  { title: 'publisher', max: 30 },
  { title: 'points at', max: 40 },
  right('open'),
  right('lines'),
  right('buyers'),
  right('held'),
  right('C'),
  right('F'),
  right('estimate'),
  { title: 'first' },
  { title: 'last' },
];

/** Cases as a table; amounts are at stake in open lines, an empty cell is nothing. */
export function casesText(cases: readonly CaseSummary[], { digits, currency }: Showing): string {
  if (cases.length === 0) return 'No cases.\n';
  const money = (amount: Money): string => (amount === 0n ? '' : formatMoney(amount, digits));
  const rows = cases.map((one) => [
    one.id,
    one.state,
    one.deadline ?? '',
    one.publishers.join(' '),
    one.subject,
    String(one.open),
    String(one.lines),
    String(one.buyers),
    money(one.held),
    money(one.commission),
    money(one.fee),
    money(one.estimate),
    one.first,
    one.last,
  ]);
  const at = cases.reduce((all, one) => all + one.commission + one.estimate, 0n);
  const open = cases.filter((one) => one.open > 0).length;
  return `${table(LIST, rows)}${open} open, ${formatMoney(at, digits)} ${currency} at stake.\n`;
}

export function caseDocument(one: CaseSummary, digits: number): Record<string, unknown> {
  const money = (amount: Money): string => formatMoney(amount, digits);
  const { held, commission, fee, estimate, ...rest } = one;
  return { ...rest, held: money(held), commission: money(commission), fee: money(fee), estimate: money(estimate) };
}

/** A case as text: what it is, what is at stake, its evidence in time, what was decided. */
export function caseText(shown: ShownCase, showing: Showing): string {
  return `Case ${shown.summary.id}\n${headText(shown, showing)}${evidenceText(shown, showing)}${decisionsText(shown, showing)}`;
}

function aboutText({ pattern, subject, pids }: CaseSummary): string {
  return pattern === 'dispute' ? `order line ${subject} is disputed by its seller` : ABOUT[pattern](subject, pids)[1];
}

function headText(shown: ShownCase, showing: Showing): string {
  const { summary, accused, dispute } = shown;
  const money = (amount: Money): string => formatMoney(amount, showing.digits);
  const stake = summary.commission + summary.estimate;
  const parts = [
    ...(summary.commission === 0n ? [] : [`C ${money(summary.commission)} settled, of it F ${money(summary.fee)}`]),
    ...(summary.held === 0n ? [] : [`P ${money(summary.held)} in held`]),
    ...(summary.estimate === 0n ? [] : [`${money(summary.estimate)} estimated, not yet settled`]),
  ];
  const people = accused.map(({ publisherId, name, status, points }) => {
    return [
      'publisher',
      `${publisherId}${name === '' ? '' : ` ${name}`}: ${status}, ${count(points, 'violation point')}`,
    ];
  });
  const lines = `${summary.open} open of ${count(summary.lines, 'line')}, ${count(summary.buyers, 'buyer')}`;
  const range = summary.first === summary.last ? summary.first : `${summary.first} to ${summary.last}`;
  const at =
    dispute === null
      ? []
      : [['disputed', `${showing.calendar.format(dispute.at)} by seller ${dispute.sellerId}: ${dispute.reason}`]];
  return aligned([
    ['pattern', `${summary.pattern}: ${aboutText(summary)}`],
    ...people,
    ...at,
    ['lines', `${lines}, ${range}`],
    ['at stake', `${money(stake)} ${showing.currency}${parts.length === 0 ? '' : `: ${parts.join('; ')}`}`],
    ['state', `${summary.state}${summary.deadline === null ? '' : `, to be decided by ${summary.deadline}`}`],
    ...adviceRows(shown),
  ]);
}

/** What a forfeit would come to; nothing once there is nothing left to decide. */
function adviceRows({ summary, accused, policy }: ShownCase): string[][] {
  if (summary.open === 0 || summary.pattern === 'dispute') return [];
  return accused.map(({ publisherId, points }) => {
    const then = points + policy.violationPoints;
    const what = { none: 'no sanction', freeze: 'freeze', terminate: 'terminate' }[recommended(then, policy)];
    const limits = `freeze from ${policy.freezePoints}, terminate from ${policy.terminatePoints}`;
    return ['advice', `a forfeit brings ${publisherId} to ${count(then, 'point')} (${limits}): ${what}`];
  });
}

const EVIDENCE: readonly Column[] = [
  { title: 'overwritten' },
  { title: 'clicked' },
  right('s after'),
  { title: 'paid' },
  { title: 'line' },
  { title: 'buyer' },
  { title: 'shop' },
  { title: 'PID' },
  { title: 'signals', max: 60 },
  { title: 'referrer', max: 40 },
  right('C'),
  right('F'),
  right('P'),
  { title: 'stands' },
];

/** One row a line, by the winning click: what it overwrote, when it came, how soon after, when was paid. */
function evidenceText(shown: ShownCase, showing: Showing): string {
  const ordered = [...shown.lines].sort(
    (a, b) => clickedAt(a) - clickedAt(b) || (a.orderLineId < b.orderLineId ? -1 : 1),
  );
  const rows = ordered.map((line) => evidenceRow(line, shown, showing));
  const used = EVIDENCE.map((column, at) => ({ column, at })).filter(({ at }) => rows.some((row) => row[at] !== ''));
  const columns = used.map(({ column }) => column);
  const cells = rows.map((row) => used.map(({ at }) => row[at] ?? ''));
  return `\nEvidence\n${table(columns, cells)}`;
}

const clickedAt = (line: CaseLine): number => (line.click === null ? line.paidAt : Date.parse(line.click.at));

function evidenceRow(line: CaseLine, shown: ShownCase, showing: Showing): string[] {
  const money = (amount: Money): string => formatMoney(amount, showing.digits);
  const when = (click: ClickEvidence): string => momentText(click.at, showing.calendar);
  const [overwritten] = overwrittenClicks(line.signals);
  const gap = overwritten === undefined || line.click === null ? '' : secondsBetween(overwritten, line.click);
  const isSettled = line.state === 'settled';
  const open = isOpen(line, shown.summary, shown.decisions);
  return [
    overwritten === undefined ? '' : `${when(overwritten)} ${overwritten.pid}`,
    line.click === null ? (line.pid === '' ? '' : 'coupon') : when(line.click),
    gap,
    showing.calendar.format(line.paidAt),
    line.orderLineId,
    line.buyer,
    line.shop,
    line.pid,
    line.signals.map(({ signal, action }) => `${signal} (${action})`).join(', '),
    referrerOf(line.signals),
    isSettled ? money(line.commission) : line.state === 'attributed' ? `(${money(stakeOf(line))})` : '',
    isSettled ? money(line.fee) : '',
    isSettled ? money(line.earning) : '',
    standsText(line, open),
  ];
}

function standsText(line: CaseLine, open: boolean): string {
  if (line.restored) return 'given to another';
  if (line.state !== 'attributed' && line.state !== 'settled') return line.state;
  const hold = line.hold === 'none' ? '' : `, ${line.hold}`;
  return `${line.state}${hold}${line.answered && !open ? ', decided' : ''}`;
}

function secondsBetween(earlier: ClickEvidence, later: ClickEvidence): string {
  return String((Date.parse(later.at) - Date.parse(earlier.at)) / 1000);
}

function decisionsText({ decisions }: ShownCase, showing: Showing): string {
  if (decisions.length === 0) return '';
  const rows = decisions.flatMap((one) => [...decisionRows(one, showing), ...appealRows(one, showing)]);
  return `\nDecisions\n${aligned(rows)}`;
}

function decisionRows(one: Decision, showing: Showing): string[][] {
  const { calendar, digits } = showing;
  const sanction = { none: '', freeze: ', freeze', terminate: ', terminate' }[one.against];
  const points = one.points === 0 ? '' : `, ${count(one.points, 'point')}`;
  const what = `${one.decision} of ${count(one.lines, 'line')}, ${formatMoney(one.amount, digits)}${points}${sanction}: ${one.reason}`;
  const rows = [[one.decisionId, calendar.format(one.proposed.at), `proposed by ${one.proposed.by}`, what]];
  if (one.approved !== null) rows.push(['', calendar.format(one.approved.at), `approved by ${one.approved.by}`]);
  if (!holds(one)) rows.push(['', '', 'waits for the approval of a second person']);
  else if (one.decision === 'forfeit') rows.push(['', calendar.format(one.appealUntil), 'end of the time to appeal']);
  return rows;
}

function appealRows({ appeals }: Decision, { calendar }: Showing): string[][] {
  return appeals.flatMap(({ lodgedAt, lodgedBy, publisherId, reason, end }) => [
    ['', calendar.format(lodgedAt), `appeal of ${publisherId} by ${lodgedBy}`, reason],
    ...(end === null ? [] : [['', calendar.format(end.at), `appeal ${end.outcome} by ${end.by}`, end.reason]]),
  ]);
}

/** A case with its evidence, for programs. */
export function caseFileDocument(shown: ShownCase, { calendar, digits }: Showing): Record<string, unknown> {
  const money = (amount: Money): string => formatMoney(amount, digits);
  return {
    ...caseDocument(shown.summary, digits),
    atStake: money(sum([shown.summary.commission, shown.summary.estimate])),
    accused: shown.accused.map((one) => ({
      ...one,
      advice: recommended(one.points + shown.policy.violationPoints, shown.policy),
    })),
    dispute: shown.dispute === null ? null : { ...shown.dispute, at: calendar.format(shown.dispute.at) },
    evidence: shown.lines.map((line) => ({
      ...line,
      open: isOpen(line, shown.summary, shown.decisions),
      paidAt: calendar.format(line.paidAt),
      paid: money(line.paid),
      estimate: money(line.estimate),
      commission: money(line.commission),
      fee: money(line.fee),
      earning: money(line.earning),
    })),
    decisions: shown.decisions.map((one) => decisionDocument(one, { calendar, digits })),
  };
}

export function decisionDocument(
  one: Decision,
  { calendar, digits }: Pick<Showing, 'calendar' | 'digits'>,
): Record<string, unknown> {
  const dated = (of: { at: number; by: string } | null) => (of === null ? null : { ...of, at: calendar.format(of.at) });
  return {
    ...one,
    holds: holds(one),
    amount: formatMoney(one.amount, digits),
    appealUntil: calendar.format(one.appealUntil),
    proposed: dated(one.proposed),
    approved: dated(one.approved),
    appeals: one.appeals.map(({ lodgedAt, end, ...appeal }) => ({
      ...appeal,
      lodgedAt: calendar.format(lodgedAt),
      end: end === null ? null : { ...end, at: calendar.format(end.at) },
    })),
  };
}

function count(of: number, thing: string): string {
  return `${of} ${thing}${of === 1 ? '' : 's'}`;
}
