/**
 * Ways in, as administrators decide them: how people sign in at all; and, by two of them, that all ways in of somebody end who has
 * lost one. Nobody does it to their own account.
 */
import { Type } from 'typebox';
import { isoOf } from '../../core/calendar.ts';
import { samePerson } from '../../core/person.ts';
import { Refusal } from '../../core/refusal.ts';
import { endPasskey, passkeysOf } from '../../store/people/passkeys.ts';
import {
  lastReset,
  signInRule,
  takeTurnWithPeople,
  writePerson,
  writeReset,
  writeSignInRule,
} from '../../store/people/persons.ts';
import { endSessions } from '../../store/people/sessions.ts';
import { addressFault } from '../people.ts';
import { act } from './act.ts';
import { choice, line, optional } from './field.ts';
import { ADDRESS, ANSWER, AT, BY, BY_PEOPLE, otherPerson, stepped, WHO } from './people.ts';

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
    const person = await otherPerson(doing, of);
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
    const person = await otherPerson(doing, of);
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
