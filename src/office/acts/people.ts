/**
 * What administrators do with people's accounts: invite, change, suspend, let in again, set how people sign in; and what takes
 * two of them, ending all ways in of somebody who has lost one. Nobody does any of it to their own account.
 */
import { Type } from 'typebox';
import { RIGHTS, type Right, ROLES } from '../../core/access.ts';
import { type Person, plainAddress } from '../../core/account.ts';
import { isoOf } from '../../core/calendar.ts';
import { isAddress } from '../../core/ids.ts';
import { samePerson } from '../../core/person.ts';
import { Refusal } from '../../core/refusal.ts';
import { invitationLetter } from '../../formats/letters/sign-in.ts';
import { PartyId } from '../../formats/shapes.ts';
import { queueDirect } from '../../store/outbox/mail.ts';
import type { Kept } from '../../store/people/kept.ts';
import { endPasskey, passkeysOf } from '../../store/people/passkeys.ts';
import {
  lastReset,
  personNamed,
  signInRule,
  takeTurnWithPeople,
  writePerson,
  writeReset,
  writeSignInRule,
} from '../../store/people/persons.ts';
import { endSessions } from '../../store/people/sessions.ts';
import { addressFault, inviteFault, placeFault } from '../people.ts';
import { act, type Doing } from './act.ts';
import { choice, type Field, id, line, name, optional, several } from './field.ts';

const AT = ['--at', 'when, if not now'] as const;
const BY_PEOPLE = { none: 'people are let in by people: on the page or by cps person' } as const;
const BY = 'the administrator who does it';

const ALL_RIGHTS = Object.keys(RIGHTS) as Right[];
const ANSWER = Type.Object({ person: Type.String(), state: Type.String() });

const WHO = id(Type.String(), { label: ['人员', 'Person'], help: 'the name, as cps person list has it' });
const ADDRESS: Field<string> = {
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
async function other({ session, by }: Doing, of: string): Promise<Person | Refusal> {
  await takeTurnWithPeople(session);
  const person = await personNamed(session, of);
  if (person === undefined) return new Refusal(`there is no person ${of}: see cps person list`, 'not-there');
  return samePerson(by, person.name)
    ? new Refusal('this is your own account: another administrator does that')
    : person;
}

/** A step of somebody's account, as every act here tells of it. */
function stepped(of: Person, kept: Kept) {
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
    const person = await other(doing, of);
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
    const person = await other(doing, of);
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
    const person = await other(doing, of);
    if (person instanceof Refusal) return person;
    if (person.state !== 'suspended') return new Refusal(`${person.name} is not suspended`);
    const { session, by, at } = doing;
    const { person: now, kept } = await writePerson(session, { ...person, state: 'active' }, { by, at });
    return stepped(now, kept);
  },
  text: ({ person }) => `${person} is let in again.\n`,
});

export const proposeReset = act({
  name: 'propose-reset',
  right: 'manage-people',
  summary: 'propose that all ways in of somebody end who has lost one; a second administrator approves',
  fields: {
    person: WHO,
    address: optional({ ...ADDRESS, label: ['新邮箱地址', 'New address'], help: 'a new address' }),
  },
  feeds: [],
  commands: [
    {
      words: 'person reset',
      does: 'propose that passkeys, company account and sessions of somebody end who has lost a way in',
      arguments: ['person'],
      by: BY,
      at: AT,
      examples: 'cps person reset Lin --as Chen\n  cps person reset Lin --address lin@new.example --as Chen',
    },
  ],
  route: BY_PEOPLE,
  answer: ANSWER,
  send: ['提出重置', 'Propose it'],
  done: { 'reset-proposed': ['已提出，等待另一位管理员批准。', 'Proposed; another administrator has to approve it.'] },
  decide: async (doing, { person: of, address }) => {
    const person = await other(doing, of);
    if (person instanceof Refusal) return person;
    const { session, by, at } = doing;
    const fault = address === null ? undefined : await addressFault(session, address);
    if (fault !== undefined) return fault;
    const last = await lastReset(session, person.personId);
    const step = { number: (last?.number ?? 0) + 1, address, step: 'propose' } as const;
    return stepped(person, await writeReset(session, person.personId, step, { by, at }));
  },
  text: ({ person }) => `Proposed. It needs a second administrator: cps person approve-reset "${person}" --as PERSON\n`,
});

export const approveReset = act({
  name: 'approve-reset',
  right: 'manage-people',
  summary: 'approve a reset that another administrator has proposed: passkeys, company account and sessions end',
  fields: { person: WHO },
  feeds: [],
  secondPerson: 'who proposed the reset',
  asksAgain: true,
  commands: [
    {
      words: 'person approve-reset',
      does: 'approve a reset that another administrator has proposed',
      arguments: ['person'],
      by: BY,
      at: AT,
      examples: 'cps person approve-reset Lin --as Wu',
    },
  ],
  route: BY_PEOPLE,
  answer: ANSWER,
  send: ['批准重置', 'Approve it'],
  done: { reset: ['已重置：只能用邮件链接登录。', 'All ways in have ended; a link is the way in now.'] },
  decide: async (doing, { person: of }) => {
    const person = await other(doing, of);
    if (person instanceof Refusal) return person;
    const { session, by, at } = doing;
    const reset = await lastReset(session, person.personId);
    if (reset === undefined || reset.approvedBy !== null)
      return new Refusal(`no reset of ${person.name} waits: cps person reset proposes one`);
    if (samePerson(by, reset.proposedBy))
      return new Refusal(`${by} proposed this reset: another administrator has to approve it`);
    const fault = reset.address === null ? undefined : await addressFault(session, reset.address);
    if (fault !== undefined) return fault;
    const step = { number: reset.number, address: reset.address, step: 'approve' } as const;
    let kept = await writeReset(session, person.personId, step, { by, at });
    for (const { passkeyId } of await passkeysOf(session, person.personId))
      kept = { ...kept, ...(await endPasskey(session, passkeyId, { by, at })) };
    await endSessions(session, person.personId, { but: null });
    const next = { ...person, company: null, address: reset.address ?? person.address };
    const { person: now, kept: row } = await writePerson(session, next, { by, at });
    return stepped(now, { ...kept, ...row });
  },
  text: ({ person }) => `All ways in of ${person} have ended; a link is the way in now.\n`,
});

const FACTOR = ['required', 'free'] as const;

export const setSignIn = act({
  name: 'set-sign-in',
  right: 'manage-people',
  summary: 'say where the pages are, and whether staff need a passkey',
  fields: {
    url: line(Type.String(), {
      label: ['本站地址', 'Address of the pages'],
      help: 'where the pages are, such as https://cps.example.org',
      hint: [
        '例如 https://cps.example.org。更改后，为旧地址添加的通行密钥不再可用。',
        'Such as https://cps.example.org. Passkeys made for another host work no more.',
      ],
      most: 200,
    }),
    passkey: choice(FACTOR, 'staff-factor', {
      label: ['员工通行密钥', 'Passkeys of staff'],
      help: 'required: staff need a passkey',
    }),
  },
  feeds: [],
  asksAgain: true,
  commands: [
    {
      words: 'person rules',
      does: 'say where the pages are, and whether staff need a passkey',
      by: BY,
      byField: null,
      at: AT,
      examples: 'cps person rules --url https://cps.example.org --passkey required',
    },
  ],
  route: BY_PEOPLE,
  answer: Type.Object({ url: Type.String(), passkey: Type.String(), since: Type.String() }),
  send: ['保存', 'Set'],
  done: { set: ['已保存。', 'It is set.'] },
  decide: async ({ session, by, at }, { url: said, passkey }) => {
    await takeTurnWithPeople(session);
    const url = originOf(said);
    if (url === undefined)
      return new Refusal(
        `${said} is no place of pages: give https:// and the host, or http://localhost:8013 for trying`,
      );
    const version = ((await signInRule(session))?.version ?? 0) + 1;
    const rule = { url, needsPasskey: passkey === 'required', version };
    const kept = await writeSignInRule(session, rule, { by, at });
    const answer = { url, passkey, since: isoOf(at) };
    return { parts: [], subject: `version ${version}`, detail: { url, passkey, kept }, answer };
  },
  text: ({ url, passkey }) =>
    `The pages are at ${url}; a passkey of staff is ${passkey === 'required' ? 'required' : 'not asked for'}.\n`,
});

/** The origin that is meant: over TLS, but on this very machine. */
function originOf(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { origin, protocol, hostname, pathname, search, hash } = new URL(text);
  const isHere = protocol === 'http:' && /^(127\.0\.0\.1|(.+\.)?localhost)$/.test(hostname);
  return (protocol === 'https:' || isHere) && pathname === '/' && search + hash === '' ? origin : undefined;
}
