/**
 * Makes every event about a site again from what was delivered (withdrawals, applications, decisions, notices), and
 * compares it with the log: none missing, none more, none other (SPEC 13, deep).
 */

import type { Day } from '../core/calendar.ts';
import { addTo, groupBy } from '../core/groups.ts';
import { promotionEvent } from '../core/promotion/events.ts';
import { Checks } from '../core/verify/finding.ts';
import { type Adopted, policyOn } from '../core/verify/policies.ts';
import type { Session } from '../store/connection/session.ts';
import { firstRunDay } from '../store/month/closed.ts';
import type { Book } from '../store/night/book.ts';
import { eventsBefore, type LogRow } from '../store/proof/proof.ts';
import { type DueFact, lastOfMatters, matterWithoutFact, promotionDue } from '../store/registry/promotion.ts';
import { compareEvents } from './deep.ts';
import { eventOf } from './pasts.ts';
import type { Report } from './report.ts';

const FACTS_A_BATCH = 2000;

interface Again {
  readonly session: Session;
  readonly book: Book;
  readonly adopted: readonly Adopted[];
  readonly first: Day;
  readonly last: Day;
  readonly report: Report;
}

type Stored = LogRow & { readonly partition: number };

/** Verifies the events about sites in the current snapshot, through the last completed night. */
export async function verifyPromotion(
  session: Session,
  book: Book,
  adopted: readonly Adopted[],
  report: Report,
): Promise<void> {
  const first = await firstRunDay(session);
  const last = book.lastRunDay;
  if (first === null || last === null) return;
  const again: Again = { session, book, adopted, first, last, report };
  let held: DueFact[] = [];
  for await (const facts of promotionDue(session, last, null, FACTS_A_BATCH)) {
    const all = [...held, ...facts];
    const cut = all.findIndex((fact) => fact.subject === all.at(-1)?.subject);
    held = all.slice(cut);
    await compareMatters(again, all.slice(0, cut));
  }
  await compareMatters(again, held);
  const stray = await matterWithoutFact(session);
  if (stray === undefined) return;
  const { partition, position, subject, total } = stray;
  const found = { kind: 'intake' as const, field: 'promotion', stored: subject, derived: 'nothing delivered' };
  report.addCounted({ ...found, partition, position, subject }, Number(total));
}

async function compareMatters(again: Again, facts: readonly DueFact[]): Promise<void> {
  if (facts.length === 0) return;
  const bySubject = groupBy(facts, ({ subject }) => subject);
  const stored = new Map<string, Stored[]>();
  for (const [partition, positions] of await lastOfMatters(again.session, [...bySubject.keys()])) {
    for (const row of await eventsBefore(again.session, partition, positions))
      if (row.business_day <= again.last) addTo(stored, row.subject, { ...row, partition });
  }
  for (const [subject, own] of bySubject) compareMatter(again, subject, own, stored.get(subject) ?? []);
}

/** Compares one matter's events; what was due before the book's first night was written in that night. */
function compareMatter(again: Again, subject: string, facts: readonly DueFact[], rows: readonly Stored[]): void {
  const { book, adopted, first, report } = again;
  const night = ({ dueDay }: DueFact): Day => (dueDay < first ? first : dueDay);
  const inOrder = [...facts].sort((a, b) => (night(a) < night(b) ? -1 : night(a) > night(b) ? 1 : 0));
  const derived = inOrder.flatMap((fact) => {
    const inForce = policyOn(adopted, night(fact));
    return inForce === undefined ? [] : [promotionEvent(fact, night(fact), inForce.policy)];
  });
  const checks = new Checks(book.digits);
  const types = (events: readonly { readonly type: string }[]): string => events.map(({ type }) => type).join(' ');
  checks.same('intake', 'events about the site', types(rows), types(derived));
  rows.forEach((row, i) => {
    const one = derived[i];
    if (one?.type === row.type) compareEvents(eventOf(row, book.digits), row.body, one, book.digits, checks);
  });
  const place = { partition: rows[0]?.partition ?? null, position: rows[0]?.position ?? null, subject };
  report.add(place, checks.findings);
}
