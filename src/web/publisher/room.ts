/** The publisher's room: what was earned and why, what was not, statements with their proofs, and sites. */

import type { Room } from '../page.ts';
import { linePage } from '../party/line-page.ts';
import { linesPage } from '../party/lines-page.ts';
import { latestMonth, monthPage } from '../party/month-page.ts';
import { monthFiles } from '../party/months.ts';
import { PUBLISHER } from './side.ts';
import { sitePage } from './site.ts';
import { sitesPage } from './sites.ts';
import { proofFile, statementsPage } from './statements.ts';
import { missedPage, waitingPage } from './waiting.ts';

const MINE = { roles: ['publisher'], right: 'see-statements' } as const;

export const PUBLISHER_ROOM: Room = {
  sections: [
    { term: 'section-publisher-month', path: '/publisher', roles: ['publisher'] },
    { term: 'section-statements', path: '/publisher/statements', roles: ['publisher'] },
    { term: 'section-sites', path: '/publisher/sites', roles: ['publisher'] },
  ],
  pages: [
    latestMonth(PUBLISHER),
    linePage(PUBLISHER),
    statementsPage,
    sitesPage,
    sitePage,
    monthPage(PUBLISHER),
    linesPage(PUBLISHER),
    waitingPage,
    missedPage,
  ],
  counters: [monthFiles({ ...MINE, path: '/publisher/:month/files/:format' }, 'statement'), proofFile],
};
