/** Sites: what they may, and the applications that wait. What is filed, applied for and decided are acts. */
import { Type } from 'typebox';
import type { Principal } from '../../core/access.ts';
import { applicationDocument, permissionsDocument } from '../../formats/permissions.ts';
import { applicationView, deskPolicy, permissionsOf } from '../../office/permissions.ts';
import type { Session } from '../../store/connection/session.ts';
import { publisherOfSite, sitesPage } from '../../store/lists/lists.ts';
import { asParty } from '../../store/people/access.ts';
import { applicationsWaiting } from '../../store/registry/promotion.ts';
import { partyAsked, refuseOthers } from '../identity.ts';
import { listRoute } from '../list.ts';
import { isText } from '../odd.ts';
import { notThere } from '../problem.ts';
import { route } from '../route.ts';
import { closed, PartyId, Told } from '../schemas.ts';

const list = listRoute({
  path: '/v1/sites',
  right: 'see-sites',
  summary: 'sites, by id',
  query: { publisher: Type.Optional(PartyId) },
  key: [isText],
  of: ({ principal, query }) => partyAsked(principal, 'publisher', query.publisher),
  read: sitesPage,
  keyOf: (row) => [row.site_id],
  fields: {
    site: [PartyId, (row) => row.site_id],
    publisher: [PartyId, (row) => row.publisher_id],
    kind: [Type.String(), (row) => row.kind],
    name: [Type.String(), (row) => row.name],
    domain: [Type.String(), (row) => row.domain],
  },
});

const permissions = route({
  method: 'GET',
  path: '/v1/sites/:site/permissions',
  right: 'see-sites',
  summary: 'what a site may earn and use, since when, why, and what was applied for',
  params: closed({ site: PartyId }),
  answer: Told,
  handle: async ({ deps, principal, params: { site } }) => {
    const known = await deps.book();
    return deps.sessions.use(async (session) => {
      await refuseOthersSite(session, principal, site);
      return permissionsDocument(await permissionsOf(session, known, site, deps.now()), known);
    });
  },
});

/** Looks for a site with the eyes of who asks: another's is not there. */
async function refuseOthersSite(session: Session, principal: Principal, site: string): Promise<void> {
  const publisher = await asParty(session, principal, () => publisherOfSite(session, site));
  if (publisher === undefined) throw notThere();
  refuseOthers(principal, { role: 'publisher', party: publisher });
}

const waiting = route({
  method: 'GET',
  path: '/v1/applications',
  right: 'decide-sites',
  summary: 'the applications that wait for a decision',
  answer: Type.Object({ items: Type.Array(Told) }),
  handle: async ({ deps, principal }) => {
    const known = await deps.book();
    const items = await deps.sessions.use((session) =>
      asParty(session, principal, async () => {
        const policy = await deskPolicy(session, known);
        const found = await applicationsWaiting(session);
        return found.map((one) => applicationDocument(applicationView(one, deps.now(), policy), known));
      }),
    );
    return { items };
  },
});

export const siteRoutes = [list, permissions, waiting];
