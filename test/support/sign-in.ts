/** The one way in of tests: a person is let in, and a session of pages begins, without any of the ways in that people have. */
import { randomBytes } from 'node:crypto';
import type { Right, Role } from '../../src/core/access.ts';
import { letInUnasked } from '../../src/office/people.ts';
import type { Session } from '../../src/store/connection/session.ts';
import { personNamed } from '../../src/store/people/persons.ts';
import { beginSession } from '../../src/store/people/sessions.ts';

/** Who comes in; without a name somebody new. */
export interface Comer {
  readonly role: Role;
  readonly party?: string | null;
  readonly name?: string;
  readonly scopes?: readonly Right[] | null;
}

/** The name and cookie of the session of somebody who signed in just now. */
export async function signedIn(session: Session, of: Comer, now: number): Promise<{ name: string; pass: string }> {
  const { role, party = null, scopes = null } = of;
  const mark = randomBytes(6).toString('hex');
  const name = of.name ?? `${role} ${mark}`;
  const invited = { name, address: `${mark}@test.example`, roles: [role], party, scopes };
  const person = (await personNamed(session, name)) ?? (await letInUnasked(session, invited, 'test', now - 1000));
  const pass = await beginSession(
    session,
    { personId: person.personId, way: 'link', agent: 'test', isFresh: true },
    now,
  );
  return { name, pass };
}
