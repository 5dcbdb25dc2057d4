/** One's own account: who one is here, passkeys, and sessions. Whoever needs a passkey first finds nothing else open. */
import { RIGHTS, type Right, ROLES } from '../../core/access.ts';
import { personName } from '../../core/person.ts';
import { Refusal } from '../../core/refusal.ts';
import { html, type Markup } from '../../formats/files/markup.ts';
import { recordDone } from '../../office/acts/act.ts';
import { addPasskey, questionToAdd, takesPasskeys } from '../../sign-in/passkey.ts';
import { endPasskey, type Passkey, passkeysOf } from '../../store/people/passkeys.ts';
import { endSessions, type PageSession, provedAgain, sessionsOf } from '../../store/people/sessions.ts';
import { pagesDoor } from '../acts.ts';
import { passkeyForm } from '../entrance.ts';
import { attempted, formOf, hidden } from '../form.ts';
import { NOTHING } from '../layout.ts';
import { columnsFor } from '../list.ts';
import { type Act, type Content, page } from '../page.ts';
import { done, empty, facts, head, part, tableOf } from '../pieces.ts';
import type { Visit } from '../visit.ts';

const PATH = '/me';

/**
 * Adds a passkey in two steps: its name, which is answered with the question for the device; and what the device says. Where a
 * passkey is asked for first, only who has none yet adds one without another.
 */
const add: Act = {
  right: null,
  asksAgain: true,
  do: (session, visit, { name: typed = '', added = '' }, _, requestId) =>
    attempted(visit, async () => {
      const { t } = visit.speech;
      const { signedIn, browser, now } = visit;
      const { rule, person, hasPasskey, isGated, session: of } = signedIn;
      const name = personName(typed);
      if (name === undefined) throw new Refusal(t('value-wrong'));
      if (rule === null || !takesPasskeys(rule) || (isGated && hasPasskey)) throw new Refusal(t('passkey-refused'));
      const asking = { rule, browser, now };
      if (added === '') return { show: deviceStep(await questionToAdd(session, asking, person), name, visit) };
      const made = await addPasskey(session, asking, person, { name, sent: added });
      if (made === undefined) throw new Refusal(t('passkey-refused'));
      await provedAgain(session, of.label, 'passkey', now);
      await recordDone(session, pagesDoor(visit, requestId), 'add-passkey', person.name, { kept: made.kept });
      return { to: `${PATH}?done=added` };
    }),
};

/** The step that the device answers. */
function deviceStep(question: string, name: string, visit: Visit): Content {
  const { t } = visit.speech;
  const inside = html`${hidden({ act: 'add', token: visit.token, name })}`;
  const form = passkeyForm(PATH, question, t('passkey-add'), t, inside, 'create');
  return content(name, html`<p>${t('passkey-device')}</p>${form}`);
}

const remove: Act = {
  right: null,
  asksAgain: true,
  do: async (session, visit, { id = '' }, _, requestId) => {
    const { signedIn, now } = visit;
    const { person, rule, isGated } = signedIn;
    const mine = await passkeysOf(session, person.personId);
    if (isGated || !mine.some(({ passkeyId }) => passkeyId === id)) return null;
    if (rule?.needsPasskey === true && person.party === null && mine.length === 1)
      return { refused: visit.speech.t('passkey-last') };
    const kept = await endPasskey(session, id, { by: person.name, at: now });
    if (kept === undefined) return null;
    await recordDone(session, pagesDoor(visit, requestId), 'remove-passkey', person.name, { kept });
    return { to: `${PATH}?done=removed` };
  },
};

/** Shows that one is oneself; the door has asked for the proof by then. */
const prove: Act = { right: null, asksAgain: true, do: async () => ({ to: `${PATH}?done=proved` }) };

const end: Act = {
  right: null,
  do: async (session, visit, { session: label = '' }, _, requestId) => {
    const { person, session: own } = visit.signedIn;
    const which = label === 'others' ? { but: own.label } : { label };
    const count = await endSessions(session, person.personId, which);
    if (count === 0 && label !== 'others') return null;
    await recordDone(session, pagesDoor(visit, requestId), 'end-sessions', person.name, { count });
    return { to: `${PATH}?done=ended` };
  },
};

interface Account {
  readonly passkeys: readonly Passkey[];
  readonly sessions: readonly PageSession[];
}

export const mePage = page<Account>({
  path: PATH,
  roles: ROLES,
  right: null,
  isBeforeGate: true,
  reads: 'all',
  acts: { add, remove, prove, end },
  load: async (session, visit) => {
    const { personId } = visit.signedIn.person;
    return {
      passkeys: await passkeysOf(session, personId),
      sessions: await sessionsOf(session, personId, visit.now),
    };
  },
  show: (of, visit) => {
    const { isGated, hasPasskey } = visit.signedIn;
    const { t } = visit.speech;
    const gate = isGated ? html`<p class="note">${t(hasPasskey ? 'me-gate-prove' : 'me-gate')}</p>` : NOTHING;
    const body = isGated && hasPasskey ? formOf(visit, 'prove', [], t('prove-now')) : all(of, visit);
    return content(t('me-title'), html`${said(visit)}${gate}${body}`);
  },
});

function content(title: string, body: Markup): Content {
  return { title, section: null, body: html`${head({ title })}${body}` };
}

function said({ query, speech: { t } }: Visit): Markup {
  switch (query.get('done')) {
    case 'added':
      return done(t('passkey-added'));
    case 'removed':
      return done(t('passkey-removed'));
    case 'proved':
      return done(t('proved'));
    case 'ended':
      return done(t('session-ended'));
    default:
      return NOTHING;
  }
}

function all({ passkeys, sessions }: Account, visit: Visit): Markup {
  const { t } = visit.speech;
  const list = passkeys.length === 0 ? empty(t('passkeys-none')) : passkeysTable(passkeys, visit);
  const { rule } = visit.signedIn;
  const form = rule === null || !takesPasskeys(rule) ? NOTHING : addForm(visit);
  const others =
    sessions.length < 2 ? NOTHING : formOf(visit, 'end', [], t('sessions-end-others'), { session: 'others' });
  return html`${who(visit)}${part(t('passkeys'), html`${list}${form}`)}${part(t('sessions'), html`${sessionsTable(sessions, visit)}${others}`)}`;
}

function who({ signedIn: { person }, speech }: Visit): Markup {
  const { t } = speech;
  const party = person.party === null ? [] : [[t('person-party'), person.party] as const];
  return facts([
    [t('person-name'), person.name],
    [t('address'), person.address],
    [t('person-roles'), person.roles.map((role) => t(`role-${role}`)).join(', ')],
    ...party,
    [t('person-rights'), rightsText(person.scopes, speech)],
  ]);
}

/** Rights in words. */
export function rightsText(scopes: readonly Right[] | null, { t }: Pick<Visit['speech'], 't'>): string {
  if (scopes === null) return t('all-rights');
  return (Object.keys(RIGHTS) as Right[])
    .filter((right) => scopes.includes(right))
    .map((right) => t(`right-${right}`))
    .join(', ');
}

function addForm(visit: Visit): Markup {
  const { t } = visit.speech;
  const name = { name: 'name', label: t('passkey-name'), kind: 'line', required: true, most: 60 } as const;
  return formOf(visit, 'add', [{ ...name, hint: t('passkey-name-hint') }], t('passkey-add'));
}

function passkeysTable(passkeys: readonly Passkey[], visit: Visit): Markup {
  const { t } = visit.speech;
  const { text, day, word } = columnsFor<Passkey>(visit);
  const at = (moment: number | null): string => (moment === null ? t('never') : visit.book.calendar.format(moment));
  const columns = [
    text(t('passkey-name'), ({ name }) => name),
    day(t('added'), (one) => at(one.at)),
    day(t('last-used'), ({ usedAt }) => at(usedAt)),
    word(t('action'), ({ passkeyId }) => formOf(visit, 'remove', [], t('passkey-remove'), { id: passkeyId })),
  ];
  return tableOf(t('passkeys'), columns, passkeys);
}

function sessionsTable(sessions: readonly PageSession[], visit: Visit): Markup {
  const { t } = visit.speech;
  const own = visit.signedIn.session.label;
  const { text, day, word } = columnsFor<PageSession>(visit);
  const columns = [
    text(t('session-agent'), ({ agent }) => agentText(agent)),
    word(t('session-way'), ({ way }) => t(`way-${way}`)),
    day(t('session-began'), ({ startedAt }) => visit.book.calendar.format(startedAt)),
    day(t('session-ends'), ({ endsAt }) => visit.book.calendar.format(endsAt)),
    word(t('action'), ({ label }) =>
      label === own ? t('session-this') : formOf(visit, 'end', [], t('session-end'), { session: label }),
    ),
  ];
  return tableOf(t('sessions'), columns, sessions);
}

/** What a browser says it is, as far as people know it. */
function agentText(agent: string): string {
  const found = /(Firefox|Edg|OPR|Chrome|Safari)\/(\d+)/.exec(agent);
  const system = /\((?:[^;)]*; )?([^;)]+)/.exec(agent)?.[1] ?? '';
  return found === null ? agent.slice(0, 60) : `${found[1] === 'Edg' ? 'Edge' : found[1]} ${found[2]}, ${system}`;
}
