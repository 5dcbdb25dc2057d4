/** Gathers cases: lines and disputes from the store, grouped and summed by the core. It keeps no lines it does not show. */
import { CaseFold, type CaseLine, type CaseSummary, type CaseTerms, type Dispute } from '../core/cases/case.ts';
import { type Decision, pointsOf } from '../core/cases/decision.ts';
import { type CaseKey, caseOf, disputeCase, parseCaseId } from '../core/cases/pattern.ts';
import { Refusal } from '../core/refusal.ts';
import type { ShownCase } from '../formats/cases.ts';
import { nextDayOf } from '../night/night.ts';
import type { Session } from '../store/connection/session.ts';
import { decisionsOf, disputedLines, likeLines, publishersNamed, signalledLines } from '../store/desk/cases.ts';
import type { Book } from '../store/night/book.ts';
import { policiesInForce } from './policies.ts';

/** What cases are looked at with: the policy in force, and the first day not yet run. */
async function caseTerms(session: Session, book: Book): Promise<CaseTerms> {
  const { inForce } = await policiesInForce(session, book);
  return { policy: inForce.policy, calendar: book.calendar, today: await nextDayOf(session, book) };
}

/** Every case, those to be decided first by their deadline, then the others by id. */
export async function caseSummaries(session: Session, book: Book): Promise<CaseSummary[]> {
  const terms = await caseTerms(session, book);
  const decisions = byCase(await decisionsOf(session, 'all'));
  const folds = new Map<string, CaseFold>();
  const foldOf = (key: CaseKey, dispute?: Dispute): CaseFold => {
    const known = folds.get(key.id) ?? new CaseFold(key, decisions.get(key.id) ?? [], dispute);
    folds.set(key.id, known);
    return known;
  };
  for (const lines of await likeLines(session, book.digits)) {
    const key = caseOf({ ...lines, businessDay: lines.first });
    if (key !== undefined) foldOf(key).addLike(lines);
  }
  for (const { dispute, line } of await disputedLines(session, book)) {
    foldOf(disputeCase(dispute.disputeId, line.orderLineId), dispute).add(line);
  }
  const placed = [...folds.values()].map((fold) => {
    const summary = fold.summary(terms);
    return { summary, place: `${summary.deadline ?? '~'} ${summary.id}` };
  });
  return placed.sort((a, b) => (a.place < b.place ? -1 : 1)).map(({ summary }) => summary);
}

/**
 * One case with its lines, decisions and publishers.
 * @throws Refusal when there is no such case
 */
export async function caseFile(session: Session, book: Book, id: string): Promise<ShownCase> {
  const terms = await caseTerms(session, book);
  const decisions = await decisionsOf(session, { cases: [id] });
  const { fold, lines, dispute } = await linesOf(session, book, id, decisions);
  if (fold === undefined) throw new Refusal(`there is no case ${id}: see cps cases`, 'not-there');
  const summary = fold.summary(terms);
  const named = await publishersNamed(session, summary.publishers);
  const all = await decisionsOf(session, { publishers: summary.publishers });
  const accused = summary.publishers.map((publisherId) => ({
    publisherId,
    name: named.get(publisherId)?.name ?? '',
    status: named.get(publisherId)?.status ?? 'active',
    points: pointsOf(publisherId, all),
  }));
  return { summary, lines, decisions, accused, dispute: dispute ?? null, policy: terms.policy };
}

async function linesOf(session: Session, book: Book, id: string, decisions: readonly Decision[]) {
  const lines: CaseLine[] = [];
  const place = parseCaseId(id);
  let fold: CaseFold | undefined;
  if (place?.pattern === 'dispute') {
    const disputed = await disputedLines(session, book);
    const found = disputed.find(({ dispute, line }) => disputeCase(dispute.disputeId, line.orderLineId).id === id);
    if (found === undefined) return { fold, lines, dispute: undefined };
    fold = new CaseFold(disputeCase(found.dispute.disputeId, found.line.orderLineId), decisions, found.dispute);
    fold.add(found.line);
    return { fold, lines: [found.line], dispute: found.dispute };
  }
  if (place === undefined) return { fold, lines, dispute: undefined };
  for await (const some of signalledLines(session, book.digits, place.month)) {
    for (const line of some) {
      const key = caseOf(line);
      if (key?.id !== id) continue;
      fold ??= new CaseFold(key, decisions);
      fold.add(line);
      lines.push(line);
    }
  }
  return { fold, lines, dispute: undefined };
}

function byCase(decisions: readonly Decision[]): Map<string, Decision[]> {
  const groups = new Map<string, Decision[]>();
  for (const one of decisions) groups.set(one.caseId, [...(groups.get(one.caseId) ?? []), one]);
  return groups;
}
