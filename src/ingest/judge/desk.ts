/**
 * Judges rows of the risk desk: disputes, decisions of cases and appeals (SPEC 3, 9). It holds to what makes them
 * decisions at all: a line that is the seller's, a second person where one is needed, an appeal in time and a judge
 * who is none of the accused's. Whether a case is there is not asked: cases are read off the log.
 */
import { appealEndFault, appealFault } from '../../core/cases/appeal.ts';
import { type Appeal, type Decision, holds, ordinalOf, pendingOf } from '../../core/cases/decision.ts';
import { parseCaseId } from '../../core/cases/pattern.ts';
import type { AppealRow, CaseDecisionRow, DisputeRow } from '../../core/feeds/desk.ts';
import { type Feed, keyOf, quote, type Row, sameContent } from '../../core/feeds/feed.ts';
import { partitionOf, samePerson } from '../../core/ids.ts';
import type { Session } from '../../store/connection/session.ts';
import { appealsUnder, decisionsOf, sellersOfLines } from '../../store/desk/cases.ts';
import { type AcceptedRow, keepRows, knownIds, versionsOf } from '../../store/intake/intake.ts';
import { asideText, type Candidate, dueDay, type Judge, type Ledger } from './chunk-tally.ts';
import type { TradeTerms } from './trade-fact.ts';

/** The column of each feed that says when a row happened. */
const WHEN: Readonly<Record<string, string>> = {
  disputes: 'disputed_at',
  'case-decisions': 'decided_at',
  appeals: 'at',
};

/** Judges a chunk of a feed of the desk and keeps what it accepts. */
export async function judgeDesk(
  session: Session,
  feed: Feed,
  candidates: readonly Candidate[],
  ledger: Ledger,
  terms: TradeTerms,
): Promise<void> {
  const idColumn = feed.key[0] ?? '';
  const ids = [...new Set(candidates.map(({ row }) => String(row[idColumn])))];
  const known = new Map((await versionsOf(session, feed, ids)).map((row) => [keyOf(feed, row), row]));
  const rows = candidates.map(({ row }) => row);
  const impossible = await judgeOf(session, feed, rows, ids, terms);
  const accepted: AcceptedRow[] = [];
  for (const { row, given } of candidates) {
    const key = keyOf(feed, row);
    const before = known.get(key);
    if (before !== undefined) {
      if (sameContent(feed, before, row)) ledger.duplicate();
      else
        ledger.refuse(
          'conflict',
          given,
          `${idColumn} ${quote(String(row[idColumn]))} is known with other content: it stays as it was first delivered`,
        );
      continue;
    }
    const fault = impossible(row);
    if (fault !== undefined) {
      ledger.refuse('rejected', given, fault);
      continue;
    }
    known.set(key, row);
    const at = Number(row[WHEN[feed.name] ?? '']);
    accepted.push({
      row,
      n: ledger.next(),
      aside: asideText(given),
      dueDay: dueDay(terms.calendar, at, terms.nextDay),
    });
    ledger.accept();
  }
  await keepRows(session, feed, terms.batch, accepted);
}

function judgeOf(
  session: Session,
  feed: Feed,
  rows: readonly Row[],
  ids: readonly string[],
  terms: TradeTerms,
): Promise<Judge> {
  if (feed.name === 'disputes') return judgeOfDisputes(session, rows as unknown as DisputeRow[], terms);
  if (feed.name === 'appeals') return judgeOfAppeals(session, rows as unknown as AppealRow[], ids, terms);
  return judgeOfDecisions(session, rows as unknown as CaseDecisionRow[]);
}

async function judgeOfDisputes(session: Session, rows: readonly DisputeRow[], terms: TradeTerms): Promise<Judge> {
  const lines = [...new Set(rows.map((row) => row.order_line_id))];
  const homes = [...new Set(lines.map((id) => partitionOf(id, terms.partitions)))];
  const sellers = await sellersOfLines(session, homes, lines);
  return (given) => {
    const { order_line_id: id, seller_id: seller, disputed_at: at } = given as unknown as DisputeRow;
    const line = sellers.get(id);
    if (line === undefined) return `order line ${id} is not known: deliver it first`;
    if (line.sellerId !== seller) return `order line ${id} is of seller ${line.sellerId}, not of ${seller}`;
    return at < line.paidAt
      ? `dated before order line ${id} was paid at ${terms.calendar.format(line.paidAt)}`
      : undefined;
  };
}

async function judgeOfDecisions(session: Session, rows: readonly CaseDecisionRow[]): Promise<Judge> {
  const cases = [...new Set(rows.map((row) => row.case_id))];
  const byCase = new Map<string, Decision[]>(cases.map((id) => [id, []]));
  for (const decision of await decisionsOf(session, { cases })) byCase.get(decision.caseId)?.push(decision);
  const named = [...new Set(rows.flatMap((row) => row.publisher_ids))];
  const publishers = await knownIds(session, 'publisher', 'publisher_id', named);
  return (given) => {
    const row = given as unknown as CaseDecisionRow;
    const before = byCase.get(row.case_id) ?? [];
    const stranger = row.publisher_ids.find((id) => !publishers.has(id));
    if (stranger !== undefined) return `publisher ${stranger} is not known: deliver it first`;
    const decided = row.step === 'propose' ? proposed(row, before) : approved(row, before);
    if (typeof decided === 'string') return decided;
    byCase.set(row.case_id, [...before.filter((one) => one.decisionId !== decided.decisionId), decided]);
    return undefined;
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

async function judgeOfAppeals(
  session: Session,
  rows: readonly AppealRow[],
  ids: readonly string[],
  terms: TradeTerms,
): Promise<Judge> {
  const appeals = new Map<string, Appeal>((await appealsUnder(session, ids)).map((one) => [one.appealId, one]));
  const against = [
    ...rows.flatMap((row) => row.decision_id ?? []),
    ...[...appeals.values()].map((one) => one.decisionId),
  ];
  const found = await decisionsOf(session, { ids: [...new Set(against)] });
  const decisions = new Map(found.map((one) => [one.decisionId, one]));
  return (given) => {
    const row = given as unknown as AppealRow;
    const { appeal_id: appealId, at, by, reason } = row;
    const before = appeals.get(appealId);
    if (row.step === 'lodge') {
      const [decisionId, publisherId] = [row.decision_id ?? '', row.publisher_id ?? ''];
      const fault = appealFault(decisions.get(decisionId), publisherId, at, terms.calendar);
      if (fault !== undefined) return fault;
      const again = [...appeals.values(), ...found.flatMap((one) => one.appeals)].some(
        (one) => one.decisionId === decisionId && one.publisherId === publisherId && one.appealId !== appealId,
      );
      if (again) return `publisher ${publisherId} has appealed against decision ${decisionId} already`;
      appeals.set(appealId, { appealId, decisionId, publisherId, lodgedAt: at, lodgedBy: by, reason, end: null });
      return undefined;
    }
    const fault = appealEndFault(before, decisions.get(before?.decisionId ?? ''), by, at);
    if (fault !== undefined || before === undefined) return fault;
    const outcome = row.step === 'grant' ? 'granted' : 'rejected';
    appeals.set(appealId, { ...before, end: { outcome, at, by, reason } });
    return undefined;
  };
}
