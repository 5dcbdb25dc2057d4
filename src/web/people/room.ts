/** The room of people: who may come in, the keys of programs, and everybody's own account. */
import type { Room } from '../page.ts';
import { keysPage } from './keys.ts';
import { mePage } from './me.ts';
import { PEOPLE_PLACE, peoplePage, rulesPage } from './people.ts';
import { personPage } from './person.ts';

export const PEOPLE_ROOM: Room = {
  sections: [
    { term: 'section-people', path: '/people', roles: PEOPLE_PLACE.roles },
    { term: 'section-keys', path: '/keys', roles: ['administrator', 'seller', 'publisher'] },
  ],
  pages: [mePage, peoplePage, rulesPage, personPage, keysPage],
  counters: [],
};
