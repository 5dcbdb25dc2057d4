/** The book, its nights, and who asks. */
import { Type } from 'typebox';
import { RIGHTS, type Right, roleMay } from '../../core/access.ts';
import { isDay } from '../../core/calendar.ts';
import { statusDocument } from '../../formats/status.ts';
import { statusOf } from '../../office/status.ts';
import { nightsPage } from '../../store/lists/lists.ts';
import { listRoute } from '../list.ts';
import { route } from '../route.ts';
import { Day, orNull, PartyId, Told } from '../schemas.ts';

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

const Root = Type.Union([Type.String(), Type.Null()], {
  description: 'The root over all of the book up to this night, hex.',
});

const runs = listRoute({
  path: '/v1/runs',
  right: 'see-book',
  summary: 'the nights that were run, the newest first',
  key: [isDay],
  of: () => null,
  read: (session, _, wanted) => nightsPage(session, wanted),
  keyOf: (row) => [row.business_day],
  fields: {
    day: [Day, (row) => row.business_day],
    policy: [Type.Integer(), (row) => row.policy],
    root: [Root, (row) => row.root],
    seconds: [orNull(Type.String()), (row) => row.seconds],
    lines: [orNull(Type.Integer()), (row) => (row.lines === null ? null : Number(row.lines))],
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
