/**
 * Judges rows of the risk desk: disputes, decisions of cases and appeals (SPEC 3, 9). It holds to what makes them
 * decisions at all: a line that is the seller's, a second person where one is needed, an appeal in time and a judge
 * who is none of the accused's. Whether a case is there is not asked: cases are read off the log.
 */
import { appealEndFault, appealFault } from '../../core/cases/appeal.ts';
import { type Appeal, type Decision, holds, ordinalOf, pendingOf } from '../../core/cases/decision.ts';
import { parseCaseId } from '../../core/cases/pattern.ts';
import type { AppealRow, CaseDecisionRow, DisputeRow } from '../../core/feeds/desk.ts';
import { quote } from '../../core/feeds/feed.ts';
import { partitionOf } from '../../core/ids.ts';
import { samePerson } from '../../core/person.ts';
import { appealsUnder, decisionsOf, sellersOfLines } from '../../store/desk/cases.ts';
import { type Chunk, idsIn, judgement, parent, type Rules, stays } from './judgement.ts';

async function disputes({ session, rows, terms }: Chunk<DisputeRow>): Promise<Rules<DisputeRow>> {
  const lines = idsIn(rows, 'order_line_id');
  const homes = [...new Set(lines.map((id) => partitionOf(id, terms.partitions)))];
  const sellers = await sellersOfLines(session, homes, lines);
  return {
    impossible: ({ order_line_id: id, seller_id: seller, disputed_at: at }) => {
      const line = sellers.get(id);
      if (line === undefined) return `order line ${id} is not known: deliver it first`;
      if (line.sellerId !== seller) return `order line ${id} is of seller ${line.sellerId}, not of ${seller}`;
      return at < line.paidAt
        ? `dated before order line ${id} was paid at ${terms.calendar.format(line.paidAt)}: check the line and the moment`
        : undefined;
    },
  };
}

async function decisions({ session, rows }: Chunk<CaseDecisionRow>): Promise<Rules<CaseDecisionRow>> {
  const byCase = new Map<string, readonly Decision[]>();
  const before = (row: CaseDecisionRow): readonly Decision[] => byCase.get(row.case_id) ?? [];
  for (const decision of await decisionsOf(session, { cases: idsIn(rows, 'case_id') }))
    byCase.set(decision.caseId, [...(byCase.get(decision.caseId) ?? []), decision]);
  const decided = (row: CaseDecisionRow): Decision | string =>
    row.step === 'propose' ? proposed(row, before(row)) : approved(row, before(row));
  return {
    impossible: (row) => {
      const made = decided(row);
      return typeof made === 'string' ? made : undefined;
    },
    accept: (row) => {
      const made = decided(row);
      if (typeof made === 'string') return;
      byCase.set(row.case_id, [...before(row).filter((one) => one.decisionId !== made.decisionId), made]);
    },
  };
}

function proposed(row: CaseDecisionRow, before: readonly Decision[]): Decision | string {
  const of = parseCaseId(row.case_id);
  if (of === undefined) return `${quote(row.case_id)} is the id of no case: see cps cases`;
  const ordinal = ordinalOf({ decisionId: row.decision_id });
  if (ordinal === 0 || row.decision_id !== `${row.case_id}-${ordinal}`)
    return `decision_id ${quote(row.decision_id)} must be the case's id and a number, such as ${row.case_id}-1`;
  if (before.some((one) => ordinalOf(one) >= ordinal))
    return `decision_id ${row.decision_id} does not come after the case's earlier ones`;
  if (row.decision === (of.pattern === 'dispute' ? 'release' : 'reject'))
    return `case ${row.case_id} cannot be decided with ${row.decision}`;
  return {
    decisionId: row.decision_id,
    caseId: row.case_id,
    decision: row.decision ?? 'release',
    publishers: row.publisher_ids,
    linesThrough: row.lines_through ?? '',
    lines: row.lines ?? 0,
    amount: row.amount ?? 0n,
    needsApproval: row.approval === 'needed',
    against: row.against ?? 'none',
    points: row.points ?? 0,
    appealUntil: row.appeal_until ?? 0,
    proposed: { at: row.decided_at, by: row.decided_by },
    approved: null,
    reason: row.reason,
    appeals: [],
  };
}

function approved(row: CaseDecisionRow, before: readonly Decision[]): Decision | string {
  const of = before.find((one) => one.decisionId === row.decision_id);
  if (of === undefined) return `decision ${row.decision_id} of case ${row.case_id} was not proposed`;
  if (holds(of)) return `decision ${row.decision_id} holds already`;
  if (pendingOf(before) !== of) return `decision ${row.decision_id} was replaced by a later proposal`;
  const { at, by } = of.proposed;
  if (samePerson(by, row.decided_by))
    return `${row.decided_by} proposed decision ${row.decision_id}: somebody else has to approve it`;
  if (row.decided_at < at) return `dated before decision ${row.decision_id} was proposed`;
  return { ...of, approved: { at: row.decided_at, by: row.decided_by } };
}

async function appeals({ session, rows, terms }: Chunk<AppealRow>): Promise<Rules<AppealRow>> {
  const known = new Map((await appealsUnder(session, idsIn(rows, 'appeal_id'))).map((one) => [one.appealId, one]));
  const against = [...idsIn(rows, 'decision_id'), ...[...known.values()].map((one) => one.decisionId)];
  const found = await decisionsOf(session, { ids: [...new Set(against)] });
  const decisions = new Map(found.map((one) => [one.decisionId, one]));
  const isLodged = (decisionId: string, publisherId: string, appealId: string): boolean =>
    [...known.values(), ...found.flatMap((one) => one.appeals)].some(
      (one) => one.decisionId === decisionId && one.publisherId === publisherId && one.appealId !== appealId,
    );
  return {
    impossible: ({ appeal_id: appealId, step, decision_id: decided, publisher_id: publisher, at, by }) => {
      const before = known.get(appealId);
      if (step !== 'lodge') return appealEndFault(before, decisions.get(before?.decisionId ?? ''), by, at);
      const [decisionId, publisherId] = [decided ?? '', publisher ?? ''];
      const fault = appealFault(decisions.get(decisionId), publisherId, at, terms.calendar);
      if (fault !== undefined) return fault;
      return isLodged(decisionId, publisherId, appealId)
        ? `publisher ${publisherId} has appealed against decision ${decisionId} already`
        : undefined;
    },
    accept: ({ appeal_id: appealId, step, decision_id: decided, publisher_id: publisher, at, by, reason }) => {
      const before = known.get(appealId);
      const lodged: Appeal = {
        appealId,
        decisionId: decided ?? '',
        publisherId: publisher ?? '',
        lodgedAt: at,
        lodgedBy: by,
        reason,
        end: null,
      };
      if (step === 'lodge') known.set(appealId, lodged);
      else if (before !== undefined) {
        const outcome = step === 'grant' ? 'granted' : 'rejected';
        known.set(appealId, { ...before, end: { outcome, at, by, reason } });
      }
    },
  };
}

const DISPUTES = judgement<DisputeRow>({ conflict: stays, due: 'disputed_at', begin: disputes });
const APPEALS = judgement<AppealRow>({ conflict: stays, due: 'at', begin: appeals });
const DECISIONS = judgement<CaseDecisionRow>({
  parents: [{ ...parent('publisher'), ids: (row: CaseDecisionRow) => row.publisher_ids }],
  conflict: stays,
  due: 'decided_at',
  begin: decisions,
});

export const DESK = { disputes: DISPUTES, 'case-decisions': DECISIONS, appeals: APPEALS };
