/** Letting a person in: a session begins, an invitation is taken up, and the audit says who came and how. */
import { type Person, principalOf } from '../core/account.ts';
import type { Instant } from '../core/calendar.ts';
import { insideTransaction } from '../store/connection/nested-transaction.ts';
import type { Session } from '../store/connection/session.ts';
import { recordAudit } from '../store/people/audit.ts';
import type { Kept } from '../store/people/kept.ts';
import { personUnder, takeTurnWithPeople, writePerson } from '../store/people/persons.ts';
import { beginSession, endSessions, type PageSession, type Way } from '../store/people/sessions.ts';

/** Who stands before the door, and where. */
export interface Arrival {
  readonly now: Instant;
  readonly requestId: string;
  /** What the browser says it is. */
  readonly agent: string;
  /** The session that this browser has already, which ends with the new one. */
  readonly before: Pick<PageSession, 'label' | 'personId'> | null;
}

export interface Proof {
  readonly way: Way;
  /** Whether who it is was proved just now; a company's sign-in may have been hours ago. */
  readonly isFresh: boolean;
  /** Who it is to the company's sign-in, where it came by that. */
  readonly company?: Person['company'];
}

/** Lets a person in. @returns the cookie of the session; undefined of who is not there any more, or was suspended */
export function enter(
  session: Session,
  personId: string,
  { way, isFresh, company = null }: Proof,
  { now, requestId, agent, before }: Arrival,
): Promise<string | undefined> {
  return session.transaction(async () => {
    const inside = insideTransaction(session);
    await takeTurnWithPeople(inside);
    const known = await personUnder(inside, personId);
    if (known === undefined || known.state === 'suspended') return undefined;
    const isNew = known.state === 'invited' || (known.company === null && company !== null);
    const next = { ...known, state: 'active', company: known.company ?? company } as const;
    const kept: Kept = isNew ? (await writePerson(inside, next, { by: known.name, at: now })).kept : {};
    if (before !== null) await endSessions(inside, before.personId, { label: before.label });
    const secret = await beginSession(inside, { personId, way, agent, isFresh }, now);
    const who = principalOf(known);
    const detail = { door: 'pages', way, ...(isNew ? { kept } : {}) };
    await recordAudit(inside, { at: now, who, action: 'sign-in', subject: known.name, detail, requestId });
    return secret;
  });
}
