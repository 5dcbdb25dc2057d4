/** The rooms of the API: every route of /v1, what describes them, and the metrics. */

import { actRoutes } from '../acts.ts';
import { BROWSE_POLICY, browsePage } from '../browse.ts';
import { holding } from '../identity.ts';
import { openApiOf } from '../openapi.ts';
import { addRoutes, type Route } from '../route.ts';
import type { Room } from '../server.ts';
import { auditRoutes } from './audit.ts';
import { bookRoutes } from './book.ts';
import { breakRoutes } from './breaks.ts';
import { caseRoutes } from './cases.ts';
import { documentRoutes } from './documents.ts';
import { FILE_TYPES, feedRoutes } from './feeds.ts';
import { lineRoutes } from './lines.ts';
import { metricsOf } from './metrics.ts';
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
  ...actRoutes,
  ...auditRoutes,
];

export const apiRoom: Room = {
  open: (app, deps, meter) => {
    // A file is no body to be read at once: its route takes it as it comes.
    app.addContentTypeParser([...FILE_TYPES], (_request, payload, done) => done(null, payload));
    addRoutes(app, deps, ROUTES);
    const open = { config: { isOpen: true } };
    const described = JSON.stringify(openApiOf(ROUTES));
    app.get('/v1/openapi.json', open, async (_request, reply) => reply.type('application/json').send(described));
    const metrics = metricsOf(deps);
    const page = browsePage(ROUTES);
    app.get('/v1', open, async (_request, reply) =>
      reply.header('content-security-policy', BROWSE_POLICY).type('text/html; charset=utf-8').send(page),
    );
    app.get('/metrics', async (request, reply) => {
      holding(request, 'see-book');
      const text = await metrics();
      return reply.type('text/plain; version=0.0.4; charset=utf-8').send(text + meter.text());
    });
  },
};
