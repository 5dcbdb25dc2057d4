/** What administrators do with people's accounts: invite, change, suspend, let in again. Nobody does any of it to their own. */
import { Type } from 'typebox';
import { RIGHTS, type Right, ROLES } from '../../core/access.ts';
import { type Person, plainAddress } from '../../core/account.ts';
import { isAddress } from '../../core/ids.ts';
import { samePerson } from '../../core/person.ts';
import { Refusal } from '../../core/refusal.ts';
import { invitationLetter } from '../../formats/letters/sign-in.ts';
import { PartyId } from '../../formats/shapes.ts';
import { queueDirect } from '../../store/outbox/mail.ts';
import type { Kept } from '../../store/people/kept.ts';
import { personNamed, signInRule, takeTurnWithPeople, writePerson } from '../../store/people/persons.ts';
import { endSessions } from '../../store/people/sessions.ts';
import { addressFault, inviteFault, placeFault } from '../people.ts';
import { act, type Doing } from './act.ts';
import { type Field, id, line, name, optional, several } from './field.ts';

export const AT = ['--at', 'when, if not now'] as const;
export const BY_PEOPLE = { none: 'people are let in by people: on the page or by cps person' } as const;
export const BY = 'the administrator who does it';

const ALL_RIGHTS = Object.keys(RIGHTS) as Right[];
export const ANSWER = Type.Object({ person: Type.String(), state: Type.String() });

export const WHO = id(Type.String(), { label: ['人员', 'Person'], help: 'the name, as cps person list has it' });
export const ADDRESS: Field<string> = {
  ...line(Type.String(), {
    label: ['邮箱地址', 'Address'],
    help: 'the e-mail address, to which links are sent',
    most: 320,
  }),
  read: (text) => (isAddress(text) ? plainAddress(text) : undefined),
  expected: 'an e-mail address',
  wrong: ['这不是一个邮箱地址。', 'This is no e-mail address.'],
};
const PLACE = {
  roles: several(ROLES, 'role', { label: ['角色', 'Roles'], help: 'the role, or several of staff, apart by commas' }),
  party: optional(
    id(PartyId, {
      label: ['所属方编号', 'Party'],
      help: 'of a seller or publisher: its id',
      hint: ['商家或推广者填写；其他留空。', 'The id of the seller or publisher; empty for the alliance’s own people.'],
    }),
  ),
  scopes: optional(
    several(ALL_RIGHTS, 'right', {
      label: ['限定权限', 'Only these rights'],
      help: 'narrowed to these rights, apart by commas',
      hint: ['不选则拥有角色的全部权限。', 'None ticked: all that the roles may.'],
    }),
  ),
};
const NAMED = { roles: 'role', scopes: 'scope' } as const;

/** The person of a name, with the turn taken; refused where there is none, or it is who does it. */
export async function otherPerson({ session, by }: Doing, of: string): Promise<Person | Refusal> {
  await takeTurnWithPeople(session);
  const person = await personNamed(session, of);
  if (person === undefined) return new Refusal(`there is no person ${of}: see cps person list`, 'not-there');
  return samePerson(by, person.name)
    ? new Refusal('this is your own account: another administrator does that')
    : person;
}

/** A step of somebody's account, as every act here tells of it. */
export function stepped(of: Person, kept: Kept) {
  const { name: subject, roles, party, scopes, state } = of;
  return { parts: [], subject, detail: { roles, party, scopes, state, kept }, answer: { person: of.name, state } };
}

export const invitePerson = act({
  name: 'invite-person',
  right: 'manage-people',
  summary: 'invite a person, who comes in by a link sent to the address',
  fields: {
    name: name({ label: ['姓名', 'Name'], help: 'the name, which is for good: it stands in the books' }),
    address: ADDRESS,
    ...PLACE,
  },
  feeds: [],
  commands: [
    {
      words: 'person invite',
      does: 'invite a person; the first administrator too',
      arguments: ['name'],
      named: NAMED,
      by: BY,
      byField: null,
      at: AT,
      examples:
        'cps person invite "Chen Wei" --address chen@example.com --role administrator\n' +
        '  cps person invite "Lin" --address lin@example.org --role publisher --party 1010',
    },
  ],
  route: BY_PEOPLE,
  answer: ANSWER,
  send: ['邀请', 'Invite'],
  done: { invited: ['已邀请，邀请信已寄出。', 'An invitation is on its way.'] },
  decide: async ({ session, by, at }, of) => {
    await takeTurnWithPeople(session);
    const fault = await inviteFault(session, of);
    if (fault !== undefined) return fault;
    const { person, kept } = await writePerson(session, { ...of, state: 'invited', company: null }, { by, at });
    const rule = await signInRule(session);
    if (rule !== undefined) {
      const messageId = `invited.${person.personId}`;
      const letter = invitationLetter(person.name, by, `${rule.url}/sign-in`);
      await queueDirect(session, { messageId, address: person.address, ...letter, queuedAt: at, endsAt: null });
    }
    return stepped(person, kept);
  },
  text: ({ person }) => `${person} is invited, and signs in on the pages with a link sent to the address.\n`,
});

export const changePerson = act({
  name: 'change-person',
  right: 'manage-people',
  summary: 'change what a person may; the address only until the person has come in once',
  fields: { person: WHO, ...PLACE, address: optional(ADDRESS) },
  feeds: [],
  commands: [
    {
      words: 'person change',
      does: 'say anew what a person is: roles, party, rights',
      arguments: ['person'],
      named: NAMED,
      by: BY,
      byField: null,
      at: AT,
      examples: 'cps person change Wu --role finance,risk',
    },
  ],
  route: BY_PEOPLE,
  answer: ANSWER,
  send: ['保存', 'Change'],
  done: { changed: ['已更改。', 'It is changed.'] },
  decide: async (doing, { person: of, address, ...place }) => {
    const person = await otherPerson(doing, of);
    if (person instanceof Refusal) return person;
    const { session, by, at } = doing;
    const moves = address !== null && address !== person.address;
    if (moves && person.state !== 'invited')
      return new Refusal(
        `${person.name} comes in by this address: it is changed by a reset, which takes two administrators`,
      );
    const fault = (moves ? await addressFault(session, address) : undefined) ?? (await placeFault(session, place));
    if (fault !== undefined) return fault;
    const next = { ...person, ...place, address: address ?? person.address };
    const { person: now, kept } = await writePerson(session, next, { by, at });
    return stepped(now, kept);
  },
  text: ({ person }) => `${person} is changed.\n`,
});

export const suspendPerson = act({
  name: 'suspend-person',
  right: 'manage-people',
  summary: 'suspend a person: sessions and keys end at once',
  fields: { person: WHO },
  feeds: [],
  commands: [
    {
      words: 'person suspend',
      does: 'let a person in no more; sessions and keys end at once',
      arguments: ['person'],
      by: BY,
      byField: null,
      at: AT,
      examples: 'cps person suspend Wu',
    },
  ],
  route: BY_PEOPLE,
  answer: ANSWER,
  send: ['停用', 'Suspend'],
  done: { suspended: ['已停用，会话与密钥全部失效。', 'Suspended: sessions and keys have ended.'] },
  decide: async (doing, { person: of }) => {
    const person = await otherPerson(doing, of);
    if (person instanceof Refusal) return person;
    const { session, by, at } = doing;
    if (person.state === 'suspended') return new Refusal(`${person.name} is suspended already`);
    await endSessions(session, person.personId, { but: null });
    const { person: now, kept } = await writePerson(session, { ...person, state: 'suspended' }, { by, at });
    return stepped(now, kept);
  },
  text: ({ person }) => `${person} is suspended: sessions and keys have ended.\n`,
});

export const restorePerson = act({
  name: 'restore-person',
  right: 'manage-people',
  summary: 'let a suspended person in again',
  fields: { person: WHO },
  feeds: [],
  commands: [
    {
      words: 'person restore',
      does: 'let a suspended person in again',
      arguments: ['person'],
      by: BY,
      byField: null,
      at: AT,
      examples: 'cps person restore Wu',
    },
  ],
  route: BY_PEOPLE,
  answer: ANSWER,
  send: ['恢复', 'Let in again'],
  done: { restored: ['已恢复。', 'Let in again.'] },
  decide: async (doing, { person: of }) => {
    const person = await otherPerson(doing, of);
    if (person instanceof Refusal) return person;
    if (person.state !== 'suspended') return new Refusal(`${person.name} is not suspended`);
    const { session, by, at } = doing;
    const { person: now, kept } = await writePerson(session, { ...person, state: 'active' }, { by, at });
    return stepped(now, kept);
  },
  text: ({ person }) => `${person} is let in again.\n`,
});
