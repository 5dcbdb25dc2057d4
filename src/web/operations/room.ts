/** The room of operations: how the book stands, its nights and rules, what was delivered, refused and parked. */
import type { Room } from '../page.ts';
import { deliveriesPage, deliveryPage, feedTemplateFile } from './deliveries.ts';
import { nightPage, nightsPage, statusPage } from './nights.ts';
import { parkedPage } from './parked.ts';
import { policyPage, previewPage } from './policy.ts';
import { rejectPage, rejectsFile, rejectsPage } from './rejects.ts';

export const OPERATIONS_ROOM: Room = {
  sections: [{ term: 'section-operations', path: '/operations', roles: ['operator', 'auditor'] }],
  pages: [
    statusPage,
    nightsPage,
    nightPage,
    deliveriesPage,
    deliveryPage,
    rejectsPage,
    rejectPage,
    parkedPage,
    policyPage,
    previewPage,
  ],
  counters: [rejectsFile, feedTemplateFile],
};

/** To whom the book's state is open beside a room of their own, which comes first. */
export const BESIDE: Room = {
  sections: [{ term: 'section-operations', path: '/operations', roles: ['finance', 'risk'] }],
  pages: [],
  counters: [],
};
