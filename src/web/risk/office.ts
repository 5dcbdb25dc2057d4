/** The room of the risk desk: its ways, for every page of it, and its cases, which several of them show. */
import { caseSummaries } from '../../office/cases.ts';
import type { Session } from '../../store/connection/session.ts';
import type { Office } from '../staff.ts';
import type { Visit } from '../visit.ts';

export const RISK_OFFICE: Office = {
  section: 'section-risk',
  ways: [
    { term: 'way-cases', path: '/risk', right: 'see-cases' },
    { term: 'way-sites', path: '/risk/sites', right: 'see-sites' },
    { term: 'way-applications', path: '/risk/applications', right: 'see-sites' },
  ],
};

/** Every case, those to be decided first by their deadline; gathered once for a moment of the book. */
export function allCases(session: Session, { shelf }: Visit) {
  return shelf.cases.get(session, 'cases', (book) => caseSummaries(session, book));
}
