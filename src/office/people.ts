/**
 * What may become of a person's account: who may be invited, as what, and that nobody else has the name or the address. The acts
 * that do it are in src/office/acts/people.ts.
 */
import { type Right, type Role, roleMay, rolesFault } from '../core/access.ts';
import { type Person, plainAddress } from '../core/account.ts';
import type { Instant } from '../core/calendar.ts';
import { isPartyId } from '../core/ids.ts';
import { orThrow, Refusal } from '../core/refusal.ts';
import { insideTransaction } from '../store/connection/nested-transaction.ts';
import type { Session } from '../store/connection/session.ts';
import { isPublisher, isSeller } from '../store/month/lines.ts';
import { recordAudit } from '../store/people/audit.ts';
import { personAt, personNamed, takeTurnWithPeople, writePerson } from '../store/people/persons.ts';

/** What a person is to be. */
export interface Invited {
  readonly name: string;
  readonly address: string;
  readonly roles: readonly Role[];
  readonly party: string | null;
  readonly scopes: readonly Right[] | null;
}

/** Why roles, party and rights do not go together; undefined where they do. */
export async function placeFault(
  session: Session,
  { roles, party, scopes }: Pick<Invited, 'roles' | 'party' | 'scopes'>,
): Promise<Refusal | undefined> {
  const fault = rolesFault(roles, party);
  if (fault !== undefined) return new Refusal(fault);
  const beyond = scopes?.find((right) => !roles.some((role) => roleMay(role, right)));
  if (beyond !== undefined) return new Refusal(`${roles.join(' and ')} have no right ${beyond}: leave it out`);
  if (party === null) return undefined;
  const isKnown = isPartyId(party) && (await (roles[0] === 'publisher' ? isPublisher : isSeller)(session, party));
  return isKnown ? undefined : new Refusal(`${roles[0]} ${party} is not known: deliver it first`);
}

/** Why nobody can be invited so; undefined where somebody can. The turn with people has been taken. */
export async function inviteFault(session: Session, of: Invited): Promise<Refusal | undefined> {
  const known = await personNamed(session, of.name);
  if (known !== undefined)
    return new Refusal(`${known.name} has an account already: one name is one person, so invite under another`);
  return (await addressFault(session, of.address)) ?? placeFault(session, of);
}

/** Why an address cannot be a person's; undefined where it can. */
export async function addressFault(session: Session, address: string): Promise<Refusal | undefined> {
  const other = await personAt(session, plainAddress(address));
  return other === undefined ? undefined : new Refusal(`${address} is the address of ${other.name}: give another`);
}

/** Lets somebody in without an invitation: the people of a demonstration. @throws Refusal where that cannot be */
export function letInUnasked(session: Session, of: Invited, by: string, at: Instant): Promise<Person> {
  return session.transaction(async () => {
    const inside = insideTransaction(session);
    await takeTurnWithPeople(inside);
    const fault = await inviteFault(inside, of);
    orThrow(fault ?? of);
    const { person, kept } = await writePerson(inside, { ...of, state: 'active', company: null }, { by, at });
    const identity = { issuer: 'engine', subject: by };
    const who = { name: by, role: 'command', party: null, key: null, identity } as const;
    const entry = { action: 'invite-person', subject: of.name, detail: { door: 'engine', kept } };
    await recordAudit(inside, { at, who, ...entry, requestId: by });
    return person;
  });
}
