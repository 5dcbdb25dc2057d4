/** The room of the risk desk: cases with their evidence, decisions by two persons, sites and applications. */
import type { Room } from '../page.ts';
import { desk } from '../staff.ts';
import { riskApplicationsPage } from './applications.ts';
import { casePage } from './case.ts';
import { casesFile, casesPage } from './cases.ts';
import { findSite, riskSitePage, riskSitesPage } from './sites.ts';

export const RISK_ROOM: Room = {
  sections: [{ term: 'section-risk', path: '/risk', roles: desk('see-cases').roles }],
  pages: [casesPage, casePage, riskSitesPage, findSite, riskSitePage, riskApplicationsPage],
  counters: [casesFile],
};
