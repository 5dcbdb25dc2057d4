/** One person: what the account is, what administrators do with it, how it signs in now, and what the person did by whatever door. */
import type { Person } from '../../core/account.ts';
import { samePerson } from '../../core/person.ts';
import { html, type Markup } from '../../formats/files/markup.ts';
import { knownTerm } from '../../formats/words/index.ts';
import { changePerson, restorePerson, suspendPerson } from '../../office/acts/people.ts';
import { approveReset, proposeReset } from '../../office/acts/ways-in.ts';
import type { Session } from '../../store/connection/session.ts';
import { deedsBefore, type StoredAudit } from '../../store/people/audit.ts';
import { passkeysOf } from '../../store/people/passkeys.ts';
import { type FactorReset, lastReset, personUnder } from '../../store/people/persons.ts';
import { sessionsOf } from '../../store/people/sessions.ts';
import { actForm, actSaid, doing } from '../acts.ts';
import { NOTHING } from '../layout.ts';
import { A_PAGE, columnsFor, keyAfter, type Listed, listShown, pageOf } from '../list.ts';
import { page } from '../page.ts';
import { facts, part, tableOf } from '../pieces.ts';
import { mayDo, officePage } from '../staff.ts';
import type { Visit } from '../visit.ts';
import { rightsText } from './me.ts';
import { PEOPLE_OFFICE, PEOPLE_PLACE, personState } from './people.ts';

/** The person of the page's address, as acts name it. */
async function whose({ params }: Visit, session: Session): Promise<{ person: string } | null> {
  const person = await personUnder(session, params['person'] ?? '');
  return person === undefined ? null : { person: person.name };
}

const ACTS = {
  change: doing(changePerson, { knows: whose }),
  suspend: doing(suspendPerson, { knows: whose }),
  restore: doing(restorePerson, { knows: whose }),
  reset: doing(proposeReset, { knows: whose }),
  'approve-reset': doing(approveReset, { knows: whose }),
};

interface Shown {
  readonly person: Person;
  readonly reset: FactorReset | undefined;
  readonly passkeys: number;
  readonly sessions: number;
  readonly deeds: Listed<StoredAudit>;
}

export const personPage = page<Shown>({
  ...PEOPLE_PLACE,
  path: '/people/:person',
  reads: 'all',
  acts: ACTS,
  load: async (session, visit) => {
    const person = await personUnder(session, visit.params['person'] ?? '');
    if (person === undefined) return null;
    const { personId, name } = person;
    const [after] = keyAfter(visit, 1) ?? [];
    const before = after !== undefined && /^\d{1,18}$/.test(after) ? BigInt(after) : null;
    const found = await deedsBefore(session, { name, personId }, before, A_PAGE + 1);
    return {
      person,
      reset: await lastReset(session, personId),
      passkeys: (await passkeysOf(session, personId)).length,
      sessions: (await sessionsOf(session, personId, visit.now)).length,
      deeds: pageOf(found, A_PAGE, (row) => [String(row.audit_id)]),
    };
  },
  show: (of, visit) => {
    const { t } = visit.speech;
    const { person, deeds } = of;
    const list = listShown(visit, deeds, t('deeds-none'), () => deedsTable(deeds.rows, visit));
    return officePage(PEOPLE_OFFICE, 'people-title', visit, {
      title: person.name,
      under: personState(person.state, visit.speech),
      back: { path: '/people', label: t('people-title') },
      body: html`${actSaid(visit, changePerson, suspendPerson, restorePerson, proposeReset, approveReset)}${account(of, visit)}${forms(of, visit)}${part(t('deeds'), list)}`,
    });
  },
});

function account({ person, passkeys, sessions }: Shown, { speech }: Visit): Markup {
  const { t } = speech;
  const party = person.party === null ? [] : [[t('person-party'), person.party] as const];
  return facts([
    [t('address'), person.address],
    [t('person-roles'), person.roles.map((role) => t(`role-${role}`)).join(', ')],
    ...party,
    [t('person-rights'), rightsText(person.scopes, speech)],
    [t('passkeys'), String(passkeys)],
    [t('sessions'), String(sessions)],
  ]);
}

/** What another administrator may do; nobody does it to their own account. */
function forms({ person, reset }: Shown, visit: Visit): Markup {
  const { t } = visit.speech;
  if (!mayDo(visit, 'manage-people') || samePerson(visit.principal.name, person.name)) return NOTHING;
  const { roles, party, scopes, address, state } = person;
  const isNew = state === 'invited';
  const ask = ['roles', 'party', 'scopes', ...(isNew ? (['address'] as const) : [])] as const;
  const values = {
    roles: roles.join(';'),
    party: party ?? '',
    scopes: scopes?.join(';') ?? '',
    ...(isNew ? { address } : {}),
  };
  const change = part(t('person-change'), actForm(visit, 'change', changePerson, { ask, values }));
  const ends =
    state === 'suspended'
      ? part(t('person-restore'), actForm(visit, 'restore', restorePerson, { ask: [] }))
      : part(t('person-suspend'), actForm(visit, 'suspend', suspendPerson, { ask: [] }));
  return html`${change}<div class="sides">${ends}${part(t('reset-title'), resetForm(reset, visit))}</div>`;
}

function resetForm(reset: FactorReset | undefined, visit: Visit): Markup {
  const { t } = visit.speech;
  const says = html`<p class="quiet intro">${t('reset-says')}</p>`;
  const propose = actForm(visit, 'reset', proposeReset, { ask: ['address'] });
  if (reset === undefined || reset.approvedBy !== null) return html`${says}${propose}`;
  const waits = html`<p class="note">${t('reset-waits', { by: reset.proposedBy })}</p>`;
  if (samePerson(reset.proposedBy, visit.principal.name)) return html`${says}${waits}`;
  return html`${says}${waits}${actForm(visit, 'approve-reset', approveReset, { ask: [] })}`;
}

/** A name of the record in words, where it has some. */
function worded(kind: 'deed' | 'door', name: string, { speech }: Visit): string {
  const term = knownTerm(`${kind}-${name}`);
  return term === undefined ? name : speech.t(term);
}

function deedsTable(rows: readonly StoredAudit[], visit: Visit): Markup {
  const { t } = visit.speech;
  const { text, day, id } = columnsFor<StoredAudit>(visit);
  const doorOf = ({ detail }: StoredAudit): string => {
    const { door } = JSON.parse(detail) as { readonly door?: unknown };
    return typeof door === 'string' ? door : '';
  };
  const columns = [
    day(t('deed-at'), ({ at }) => visit.book.calendar.format(at), { fold: 'end' }),
    text(t('deed-what'), ({ action }) => worded('deed', action, visit), { fold: 'head' }),
    id(t('deed-subject'), ({ subject }) => subject.slice(0, 80)),
    text(t('deed-door'), (row) => worded('door', doorOf(row), visit)),
  ];
  return tableOf(t('deeds'), columns, rows, true);
}
