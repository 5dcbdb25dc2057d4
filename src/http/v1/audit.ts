/** The record of what people did, by whatever door. */
import { Type } from 'typebox';
import { auditBefore } from '../../store/people/audit.ts';
import { listRoute } from '../list.ts';
import { aNumber } from '../page.ts';
import { Moment, orNull, PartyId, Told } from '../schemas.ts';

const ISSUER = Type.String({
  description: 'What proved who it is: `key`, `os` of the command line, or the issuer of a token.',
});
const IDENTITY = Type.String({
  description: 'The owner of the key, the user of the operating system, or the `sub` of the token.',
});

export const auditRoutes = [
  listRoute({
    path: '/v1/audit',
    right: 'see-audit',
    summary: 'who decided what and signed in, the newest first',
    key: [aNumber],
    of: () => null,
    read: (session, _, { after, limit }) =>
      auditBefore(session, after === null ? null : BigInt(after[0] ?? '0'), limit + 1),
    keyOf: (row) => [String(row.audit_id)],
    fields: {
      number: [Type.Integer(), (row) => Number(row.audit_id)],
      at: [Moment, (row, { calendar }) => calendar.format(row.at)],
      name: [Type.String(), (row) => row.name],
      role: [Type.String(), (row) => row.role],
      party: [orNull(PartyId), (row) => row.party_id],
      key: [orNull(Type.String()), (row) => row.key_id],
      issuer: [ISSUER, (row) => row.issuer],
      identity: [IDENTITY, (row) => row.identity],
      action: [Type.String(), (row) => row.action],
      subject: [Type.String(), (row) => row.subject],
      detail: [Told, (row) => JSON.parse(row.detail) as unknown],
      request: [Type.String(), (row) => row.request_id],
    },
  }),
];
