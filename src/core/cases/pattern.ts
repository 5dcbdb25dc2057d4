/**
 * Which case a line belongs to: the pattern its signals show, whom or what they point at, and the month. A line has one
 * case, whatever else fired, and the same one in whatever order lines are looked at.
 */
import { type Day, type Month, monthOf } from '../calendar.ts';
import { sha256 } from '../digest.ts';
import { parsePid } from '../ids.ts';
import { type FiredSignal, SIGNALS, type SignalName, signalNamed } from '../signals/index.ts';

export type Pattern = SignalName | 'dispute';

/** The signal that says most comes first: it names the case of a line on which several fired. */
const RANKED = [...SIGNALS].sort((a, b) => a.rank - b.rank);

/** The signals of which a case is named by what they saw, not by the PID alone. */
export const NAMED_BY_EVIDENCE: readonly SignalName[] = SIGNALS.filter((one) => one.isNamedByEvidence).map(
  ({ name }) => name,
);

export interface CaseKey {
  readonly id: string;
  readonly pattern: Pattern;
  /** The PID, or what the signal's evidence names in its place; of a dispute the order line. */
  readonly subject: string;
}

/** Of the signals that hold a line, or of all where none does, the one that its case is of. */
function patternOf(signals: readonly FiredSignal[]): FiredSignal | undefined {
  const holding = signals.filter(({ action }) => action === 'hold');
  const among = holding.length > 0 ? holding : signals;
  for (const { name } of RANKED) {
    const found = among.find(({ signal }) => signal === name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The case of a line with signals; undefined of one without. */
export function caseOf(line: { pid: string; businessDay: Day; signals: readonly FiredSignal[] }): CaseKey | undefined {
  const fired = patternOf(line.signals);
  if (fired === undefined) return undefined;
  const subject = signalNamed(fired.signal)?.subject(fired.evidence);
  const named = subject ?? parsePid(line.pid)?.adzoneId ?? line.pid;
  const id = `${fired.signal}.${short(named)}.${monthOf(line.businessDay).replace('-', '')}`;
  return { id, pattern: fired.signal, subject: subject ?? line.pid };
}

/** What the ids of disputes' cases begin with, and so those of their decisions. */
export const DISPUTES = 'dispute.';

export function disputeCase(disputeId: string, orderLineId: string): CaseKey {
  return { id: `${DISPUTES}${short(disputeId)}`, pattern: 'dispute', subject: orderLineId };
}

/** Whether a decision of that id ends a seller's dispute: its case is one. */
export function isOfDispute(decisionId: string): boolean {
  return decisionId.startsWith(DISPUTES);
}

/** Longer than any adzone's id; the ids of a case's decisions and appeals begin with its own, and have 64 characters. */
const LONGEST = 24;

/** A name as part of an id; what is too long or is no id is written as twelve digits of its SHA-256. */
function short(name: string): string {
  return name.length <= LONGEST && /^[A-Za-z0-9._-]+$/.test(name) ? name : sha256(name).slice(0, 12);
}

/** What a case's id says of where its lines are; undefined for a text that is the id of no case. */
export function parseCaseId(id: string): { readonly pattern: Pattern; readonly month: Month | null } | undefined {
  if (/^dispute\.[A-Za-z0-9._-]{1,24}$/.test(id)) return { pattern: 'dispute', month: null };
  const parts = /^([a-z-]+)\.[A-Za-z0-9._-]{1,24}\.(\d{4})(0[1-9]|1[0-2])$/.exec(id);
  const pattern = signalNamed(parts?.[1] ?? '')?.name;
  return parts === null || pattern === undefined ? undefined : { pattern, month: `${parts[2]}-${parts[3]}` };
}
