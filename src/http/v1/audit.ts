/** The record of what people did, by whatever door. */
import { Type } from 'typebox';
import { auditBefore } from '../../store/people/audit.ts';
import { listRoute } from '../list.ts';
import { Moment, orNull, PartyId, Told } from '../schemas.ts';

export const auditRoutes = [
  listRoute({
    path: '/v1/audit',
    right: 'see-audit',
    summary: 'who decided what and signed in, the newest first',
    key: 'number',
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
      action: [Type.String(), (row) => row.action],
      subject: [Type.String(), (row) => row.subject],
      detail: [Told, (row) => JSON.parse(row.detail) as unknown],
      request: [Type.String(), (row) => row.request_id],
    },
  }),
];
