/**
 * The keys of programs: given, listed with their last use, and ended; a seller's or publisher's own by its people. What a key does
 * counts as done by who gave it, so it is given no right by which money is decided: pages would have asked again.
 */
import { MONEY_RIGHTS, may, RIGHTS, type Right, type Role, roleMay, rolesOf } from '../../core/access.ts';
import { personName } from '../../core/person.ts';
import { Refusal } from '../../core/refusal.ts';
import { html, type Markup } from '../../formats/files/markup.ts';
import { createKey, keys, revokeKey, type StoredKey } from '../../store/people/access.ts';
import { pagesDoor } from '../acts.ts';
import { attempted, type Field, formOf } from '../form.ts';
import { NOTHING } from '../layout.ts';
import { columnsFor } from '../list.ts';
import { type Act, type Content, page } from '../page.ts';
import { done, empty, head, part, state, tableOf } from '../pieces.ts';
import { mayDo } from '../staff.ts';
import type { Visit } from '../visit.ts';
import { rightsText } from './me.ts';

const PATH = '/keys';
const PLACE = { right: 'manage-keys', roles: ['administrator', 'seller', 'publisher'] } as const;
const DAY = 86_400_000;
/** Roles of the alliance's own programs. */
const PROGRAMS: readonly Role[] = ['operator', 'finance', 'risk', 'auditor'];

/** The rights that a key of a role may be given here. */
function rightsFor(role: Role, { principal }: Visit): readonly Right[] {
  const own = principal.party !== null;
  return (Object.keys(RIGHTS) as Right[]).filter(
    (right) =>
      roleMay(role, right) && !MONEY_RIGHTS.includes(right) && (!own || may(principal, right)) && !isOfPeople(right),
  );
}

/** What is people's: a program lets nobody in. */
const isOfPeople = (right: Right): boolean => right.endsWith('-people') || right === 'manage-keys';

/** Whether a key is one that who looks may see and end. */
function isOpenTo(visit: Visit, { role, party }: Pick<StoredKey, 'role' | 'party'>): boolean {
  const { principal } = visit;
  return principal.party === null || (principal.party === party && principal.role === role);
}

const give: Act = {
  right: 'manage-keys',
  asksAgain: true,
  do: (session, visit, { name: typed = '', role: asked = '', scopes = '', days = '' }, _, requestId) =>
    attempted(visit, async () => {
      const { principal, signedIn, now, speech } = visit;
      const { t } = speech;
      const name = personName(typed);
      const { party } = principal;
      const role = party === null ? PROGRAMS.find((one) => one === asked) : principal.role;
      const length = /^\d{1,4}$/.test(days) ? Number(days) : 0;
      if (name === undefined || role === undefined || length < 1 || length > 3660) throw new Refusal(t('value-wrong'));
      const open = rightsFor(role, visit);
      const rights = scopes.split(';').flatMap((one) => open.filter((right) => right === one));
      if (rights.length === 0 || rights.length < scopes.split(';').length) throw new Refusal(t('key-rights-wrong'));
      const { who } = pagesDoor(visit, requestId);
      const { id, text } = await createKey(session, {
        ...{ name, role, party, scopes: rights, owner: signedIn.person.personId },
        ...{ createdAt: now, createdBy: principal.name, by: who, door: 'pages', expiresAt: now + length * DAY },
      });
      return { show: shownOnce(id, text, visit) };
    }),
};

function shownOnce(id: string, text: string, visit: Visit): Content {
  const { t } = visit.speech;
  const body = html`${head({ title: t('keys-title'), back: { path: PATH, label: t('keys-title') } })}${done(t('key-shown', { id }))}<p class="secret"><code>${text}</code></p>`;
  return { title: t('keys-title'), section: 'section-keys', body };
}

const revoke: Act = {
  right: 'manage-keys',
  do: async (session, visit, { key: id = '' }, _, requestId) => {
    const found = (await keys(session)).find(({ key }) => key === id);
    if (found === undefined || !isOpenTo(visit, found)) return null;
    const { who } = pagesDoor(visit, requestId);
    const isDone = await revokeKey(session, id, visit.principal.name, visit.now, who, 'pages');
    return isDone ? { to: `${PATH}?done=revoked` } : null;
  },
};

export const keysPage = page({
  ...PLACE,
  path: PATH,
  reads: 'all',
  acts: { give, revoke },
  load: async (session, visit) => (await keys(session)).filter((key) => isOpenTo(visit, key)).toReversed(),
  show: (all, visit) => {
    const { t } = visit.speech;
    const said = visit.query.get('done') === 'revoked' ? done(t('key-revoked')) : NOTHING;
    const list = all.length === 0 ? empty(t('keys-none')) : keysTable(all, visit);
    const form = mayDo(visit, 'manage-keys') ? part(t('key-give'), giveForm(visit)) : NOTHING;
    const body = html`${head({ title: t('keys-title'), under: t('keys-says') })}${said}${list}${form}`;
    return { title: t('keys-title'), section: 'section-keys', body };
  },
});

function giveForm(visit: Visit): Markup {
  const { t } = visit.speech;
  const staff = visit.principal.party === null;
  const roles = staff ? PROGRAMS : rolesOf(visit.principal);
  const open = [...new Set(roles.flatMap((role) => rightsFor(role, visit)))];
  const role: Field = {
    name: 'role',
    label: t('person-roles'),
    kind: 'choice',
    required: true,
    choices: [['', ''], ...PROGRAMS.map((one) => [one, t(`role-${one}`)] as const)],
  };
  const fields: readonly Field[] = [
    { name: 'name', label: t('key-name'), kind: 'line', required: true, most: 60 },
    ...(staff ? [role] : []),
    {
      name: 'scopes',
      label: t('key-rights'),
      kind: 'boxes',
      required: true,
      choices: open.map((right) => [right, t(`right-${right}`)]),
    },
    { name: 'days', label: t('key-days'), kind: 'line', required: true, most: 4, value: '90' },
  ];
  return formOf(visit, 'give', fields, t('key-give'));
}

function keysTable(all: readonly StoredKey[], visit: Visit): Markup {
  const { t } = visit.speech;
  const { text, day, word } = columnsFor<StoredKey>(visit);
  const at = (moment: number | null): string =>
    moment === null ? t('never') : visit.book.calendar.format(moment).slice(0, 16);
  const isLive = ({ revokedAt, expiresAt }: StoredKey): boolean =>
    revokedAt === null && (expiresAt === null || expiresAt > visit.now);
  const columns = [
    text(t('key-name'), ({ name, key }) => html`${name} <span class="quiet small">${key}</span>`, { fold: 'head' }),
    word(t('person-state'), (one) => (isLive(one) ? state(t('key-live'), 'good') : state(t('key-ended'), 'none')), {
      fold: 'end',
    }),
    text(t('person-roles'), ({ role, party }) =>
      party === null ? t(`role-${role}`) : `${t(`role-${role}`)} ${party}`,
    ),
    text(t('key-rights'), ({ scopes }) => rightsText(scopes, visit.speech), { fold: 'whole' }),
    text(t('key-owner'), ({ createdBy }) => createdBy),
    day(t('key-until'), ({ expiresAt }) => at(expiresAt)),
    day(t('last-used'), ({ usedAt }) => at(usedAt)),
    word(t('action'), (one) => (isLive(one) ? formOf(visit, 'revoke', [], t('key-revoke'), { key: one.key }) : '')),
  ];
  return tableOf(t('keys-title'), columns, all, true);
}
