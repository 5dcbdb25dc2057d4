/** The book, its nights, and who asks. */
import { Type } from 'typebox';
import { RIGHTS, type Right, roleMay } from '../../core/access.ts';
import { isDay } from '../../core/calendar.ts';
import { statusDocument } from '../../formats/status.ts';
import { statusOf } from '../../office/status.ts';
import { nightsPage } from '../../store/lists/lists.ts';
import { asParty } from '../../store/people/access.ts';
import { page, pageAsked } from '../page.ts';
import { route } from '../route.ts';
import { closed, Day, orNull, PAGE, PartyId, pageOf, Told } from '../schemas.ts';

const book = route({
  method: 'GET',
  path: '/v1/book',
  right: 'see-book',
  summary: 'how far the book has come, what waits in it, and for how long',
  answer: Told,
  handle: async ({ deps }) => {
    const known = await deps.book();
    const found = await deps.sessions.use((session) => statusOf(session, known));
    const { calendar, currency, digits } = known;
    return { zone: calendar.zone, currency, digits, ...statusDocument(found, known) };
  },
});

const Night = Type.Object({
  day: Day,
  policy: Type.Integer(),
  root: Type.Union([Type.String(), Type.Null()], {
    description: 'The root over all of the book up to this night, hex.',
  }),
  seconds: orNull(Type.String()),
  lines: orNull(Type.Integer()),
});

const runs = route({
  method: 'GET',
  path: '/v1/runs',
  right: 'see-book',
  summary: 'the nights that were run, the newest first',
  query: closed(PAGE),
  answer: pageOf(Night),
  handle: async ({ deps, principal, query }) => {
    const asked = pageAsked(query, [isDay]);
    const rows = await deps.sessions.use((session) => asParty(session, principal, () => nightsPage(session, asked)));
    return page(
      rows,
      asked,
      (row) => [row.business_day],
      (row) => ({
        day: row.business_day,
        policy: row.policy,
        root: row.root,
        seconds: row.seconds,
        lines: row.lines === null ? null : Number(row.lines),
      }),
    );
  },
});

const Me = Type.Object({
  role: Type.String(),
  party: orNull(PartyId),
  name: Type.String(),
  key: orNull(Type.String()),
  rights: Type.Array(Type.String()),
});

const me = route({
  method: 'GET',
  path: '/v1/me',
  right: null,
  summary: 'who asks, and what that one may do',
  answer: Me,
  handle: async ({ principal: { role, party, name, key, scopes } }) => {
    const rights = (Object.keys(RIGHTS) as Right[]).filter(
      (right) => roleMay(role, right) && (scopes === null || scopes.includes(right)),
    );
    return { role, party, name, key, rights };
  },
});

export const bookRoutes = [me, book, runs];
