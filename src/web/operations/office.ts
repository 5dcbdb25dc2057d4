/** The room of operations: its ways, for every page of it. */
import type { Office } from '../staff.ts';

export const OPERATIONS_OFFICE: Office = {
  section: 'section-operations',
  ways: [
    { term: 'way-status', path: '/operations', right: 'see-book' },
    { term: 'way-nights', path: '/operations/nights', right: 'see-book' },
    { term: 'way-policy', path: '/operations/policy', right: 'see-book' },
    { term: 'way-deliveries', path: '/operations/deliveries', right: 'see-deliveries' },
    { term: 'way-rejects', path: '/operations/rejects', right: 'see-deliveries' },
    { term: 'way-parked', path: '/operations/parked', right: 'see-deliveries' },
  ],
};
