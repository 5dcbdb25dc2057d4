/** Sites: what they may, and the applications that wait. What is filed, applied for and decided are acts. */
import { Type } from 'typebox';
import { type Principal, partyOf } from '../../core/access.ts';
import { applicationDocument, permissionsDocument } from '../../formats/permissions.ts';
import { applicationView, deskPolicy, permissionsOf } from '../../office/permissions.ts';
import type { Session } from '../../store/connection/session.ts';
import { publisherOfSite, sitesPage } from '../../store/lists/lists.ts';
import { asParty } from '../../store/people/access.ts';
import { applicationsWaiting } from '../../store/registry/promotion.ts';
import { refuseOthers } from '../identity.ts';
import { isText } from '../odd.ts';
import { page, pageAsked } from '../page.ts';
import { notThere } from '../problem.ts';
import { route } from '../route.ts';
import { closed, PAGE, PartyId, pageOf, Told } from '../schemas.ts';

const Site = Type.Object({
  site: PartyId,
  publisher: PartyId,
  kind: Type.String(),
  name: Type.String(),
  domain: Type.String(),
});

const list = route({
  method: 'GET',
  path: '/v1/sites',
  right: 'see-sites',
  summary: 'sites, by id',
  query: closed({ publisher: Type.Optional(PartyId), ...PAGE }),
  answer: pageOf(Site),
  handle: async ({ deps, principal, query }) => {
    if (query.publisher !== undefined) refuseOthers(principal, { role: 'publisher', party: query.publisher });
    const wanted = pageAsked(query, [isText]);
    const publisher = query.publisher ?? partyOf(principal)?.party ?? null;
    const rows = await deps.sessions.use((session) =>
      asParty(session, principal, () => sitesPage(session, publisher, wanted)),
    );
    return page(
      rows,
      wanted,
      (row) => [row.site_id],
      ({ site_id: site, publisher_id: of, kind, name, domain }) => ({ site, publisher: of, kind, name, domain }),
    );
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
