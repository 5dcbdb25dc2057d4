/** The rooms of the API: every route of /v1, what describes them, and the metrics. */

import { addRoutes, type Route } from '../route.ts';
import type { Room } from '../server.ts';
import { auditRoutes } from './audit.ts';
import { bookRoutes } from './book.ts';
import { breakRoutes } from './breaks.ts';
import { caseRoutes } from './cases.ts';
import { documentRoutes } from './documents.ts';
import { FILE_TYPES, feedRoutes } from './feeds.ts';
import { lineRoutes } from './lines.ts';
import { moneyRoutes } from './money.ts';
import { siteRoutes } from './sites.ts';

/** Every route, in the order in which they are described. */
export const ROUTES: readonly Route[] = [
  ...bookRoutes,
  ...feedRoutes,
  ...lineRoutes,
  ...documentRoutes,
  ...moneyRoutes,
  ...caseRoutes,
  ...siteRoutes,
  ...breakRoutes,
  ...auditRoutes,
];

export const apiRoom: Room = {
  open: (app, deps) => {
    // A file is no body to be read at once: its route takes it as it comes.
    app.addContentTypeParser([...FILE_TYPES], (_request, payload, done) => done(null, payload));
    addRoutes(app, deps, ROUTES);
  },
};
