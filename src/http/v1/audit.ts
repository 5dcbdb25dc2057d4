/** The record of what people did, by whatever door. */
import { Type } from 'typebox';
import { asParty } from '../../store/people/access.ts';
import { auditBefore } from '../../store/people/audit.ts';
import { aNumber, page, pageAsked } from '../page.ts';
import { route } from '../route.ts';
import { closed, Moment, orNull, PAGE, PartyId, pageOf, Told } from '../schemas.ts';

const Entry = Type.Object({
  number: Type.Integer(),
  at: Moment,
  name: Type.String(),
  role: Type.String(),
  party: orNull(PartyId),
  key: orNull(Type.String()),
  action: Type.String(),
  subject: Type.String(),
  detail: Told,
  request: Type.String(),
});

export const auditRoutes = [
  route({
    method: 'GET',
    path: '/v1/audit',
    right: 'see-audit',
    summary: 'who decided what and signed in, the newest first',
    query: closed(PAGE),
    answer: pageOf(Entry),
    handle: async ({ deps, principal, query }) => {
      const { calendar } = await deps.book();
      const wanted = pageAsked(query, [aNumber]);
      const before = wanted.after === null ? null : BigInt(wanted.after[0] ?? '0');
      const rows = await deps.sessions.use((session) =>
        asParty(session, principal, () => auditBefore(session, before, wanted.limit + 1)),
      );
      return page(
        rows,
        wanted,
        (row) => [String(row.audit_id)],
        (row) => ({
          number: Number(row.audit_id),
          at: calendar.format(row.at),
          name: row.name,
          role: row.role,
          party: row.party_id,
          key: row.key_id,
          action: row.action,
          subject: row.subject,
          detail: JSON.parse(row.detail) as unknown,
          request: row.request_id,
        }),
      );
    },
  }),
];
