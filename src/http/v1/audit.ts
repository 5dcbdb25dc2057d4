/** The record of what people did, by whatever door. */
import { Type } from 'typebox';
import { asParty } from '../../store/people/access.ts';
import { auditBefore } from '../../store/people/audit.ts';
import { page, pageAsked } from '../page.ts';
import { route } from '../route.ts';
import { closed, Moment, orNull, PAGE, PartyId, pageOf, Told } from '../schemas.ts';
import { numbered } from './feeds.ts';

const Entry = Type.Object({
  number: Type.Integer(),
  at: Moment,
  name: Type.String(),
  role: Type.String(),
  party: orNull(PartyId),
  key: orNull(Type.String()),
  issuer: Type.String({
    description: 'What proved who it is: `key`, `os` of the command line, or the issuer of a token.',
  }),
  identity: Type.String({
    description: 'The owner of the key, the user of the operating system, or the `sub` of the token.',
  }),
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
      const wanted = numbered(pageAsked(query, 1));
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
          issuer: row.issuer,
          identity: row.identity,
          action: row.action,
          subject: row.subject,
          detail: JSON.parse(row.detail) as unknown,
          request: row.request_id,
        }),
      );
    },
  }),
];
