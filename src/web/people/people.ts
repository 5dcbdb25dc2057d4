/** Who may come in: everybody with the state of their account, inviting somebody, and how people sign in. */
import type { Person, PersonState } from '../../core/account.ts';
import { html, type Markup } from '../../formats/files/markup.ts';
import { invitePerson } from '../../office/acts/people.ts';
import { setSignIn } from '../../office/acts/ways-in.ts';
import { persons, type SignInRule, signInRule } from '../../store/people/persons.ts';
import { actForm, actSaid, doing } from '../acts.ts';
import { NOTHING } from '../layout.ts';
import { columnsFor } from '../list.ts';
import { page } from '../page.ts';
import { empty, facts, part, state, type Tone, tableOf } from '../pieces.ts';
import { mayDo, type Office, officePage } from '../staff.ts';
import type { Visit } from '../visit.ts';

export const PEOPLE_PLACE = { right: 'see-people', roles: ['administrator', 'auditor'] } as const;

export const PEOPLE_OFFICE: Office = {
  section: 'section-people',
  ways: [
    { term: 'people-title', path: '/people', right: 'see-people' },
    { term: 'rules-title', path: '/people/rules', right: 'see-people' },
  ],
};

const TONES: Readonly<Record<PersonState, Tone>> = { invited: 'wait', active: 'good', suspended: 'bad' };

export function personState(of: PersonState, { t }: Visit['speech']): Markup {
  return state(t(`person-${of}`), TONES[of]);
}

export const peoplePage = page({
  ...PEOPLE_PLACE,
  path: '/people',
  reads: 'all',
  acts: { invite: doing(invitePerson, { to: (_, came) => `/people?done=${came}` }) },
  load: async (session) => ({ all: await persons(session), rule: await signInRule(session) }),
  show: ({ all, rule }, visit) => {
    const { t } = visit.speech;
    const none = rule === undefined ? html`<p class="note">${t('sign-in-not-set')}</p>` : NOTHING;
    const list = all.length === 0 ? empty(t('people-none')) : peopleTable(all, visit);
    const ask = ['name', 'address', 'roles', 'party', 'scopes'] as const;
    const form = mayDo(visit, 'manage-people')
      ? part(t('person-invite'), actForm(visit, 'invite', invitePerson, { ask }))
      : NOTHING;
    return officePage(PEOPLE_OFFICE, 'people-title', visit, {
      title: t('people-title'),
      body: html`${actSaid(visit, invitePerson)}${none}${list}${form}`,
    });
  },
});

function peopleTable(all: readonly Person[], visit: Visit): Markup {
  const { t } = visit.speech;
  const { text, word, id } = columnsFor<Person>(visit);
  const columns = [
    text(t('person-name'), ({ personId, name }) => html`<a href="/people/${personId}">${name}</a>`, { fold: 'head' }),
    word(t('person-state'), (one) => personState(one.state, visit.speech), { fold: 'end' }),
    text(t('person-roles'), ({ roles }) => roles.map((role) => t(`role-${role}`)).join(', ')),
    id(t('person-party'), ({ party }) => party ?? ''),
    text(t('address'), ({ address }) => address, { fold: 'whole' }),
  ];
  return tableOf(t('people-title'), columns, all, true);
}

export const rulesPage = page({
  ...PEOPLE_PLACE,
  path: '/people/rules',
  reads: 'all',
  acts: { set: doing(setSignIn) },
  load: async (session) => ({ rule: (await signInRule(session)) ?? null }),
  show: ({ rule }, visit) => {
    const { t } = visit.speech;
    return officePage(PEOPLE_OFFICE, 'rules-title', visit, {
      title: t('rules-title'),
      body: html`${actSaid(visit, setSignIn)}${ruleShown(rule, visit)}${mayDo(visit, 'manage-people') ? ruleForm(rule, visit) : NOTHING}`,
    });
  },
});

const factorOf = ({ needsPasskey }: SignInRule): 'required' | 'free' => (needsPasskey ? 'required' : 'free');

function ruleShown(rule: SignInRule | null, { speech: { t } }: Visit): Markup {
  if (rule === null) return html`<p class="note">${t('sign-in-not-set')}</p>`;
  return facts([
    [t('rules-url'), rule.url],
    [t('passkeys'), t(`staff-factor-${factorOf(rule)}`)],
  ]);
}

function ruleForm(rule: SignInRule | null, visit: Visit): Markup {
  const values = rule === null ? {} : { url: rule.url, passkey: factorOf(rule) };
  const form = actForm(visit, 'set', setSignIn, { ask: ['url', 'passkey'], values });
  return part(visit.speech.t('person-change'), form);
}
