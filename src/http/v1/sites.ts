/** Sites: filings, permissions, applications, and what people decide about them. A publisher files and applies for its own. */
import { Type } from 'typebox';
import { type Principal, partyOf } from '../../core/access.ts';
import { isoOf } from '../../core/calendar.ts';
import { PERMISSIONS, SITE_STATES } from '../../core/promotion/permissions.ts';
import { applicationDocument, permissionsDocument } from '../../formats/permissions.ts';
import { deliverRows, type TypedRow } from '../../ingest/deliver/rows.ts';
import { applicationView, deskPolicy, permissionsOf } from '../../office/permissions.ts';
import { applicationAnswer, newApplication } from '../../office/requests.ts';
import { decideSite, type SiteRuling, SiteWithdrawn } from '../../office/site-decisions.ts';
import type { Session } from '../../store/connection/session.ts';
import { publisherOfSite, sitesPage } from '../../store/lists/lists.ts';
import { asParty } from '../../store/people/access.ts';
import { applicationsUnder, applicationsWaiting } from '../../store/registry/promotion.ts';
import { decided } from '../audited.ts';
import { refuseOthers } from '../identity.ts';
import { page, pageAsked } from '../page.ts';
import { notThere } from '../problem.ts';
import { route } from '../route.ts';
import { closed, OtherId, oneOf, PAGE, PartyId, pageOf, Told, Words } from '../schemas.ts';
import { moment } from './cases.ts';

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
    const wanted = pageAsked(query, 1);
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

const file = route({
  method: 'POST',
  path: '/v1/sites/:site/filings',
  right: 'file-sites',
  summary: 'file a site, or amend what was filed; the next review looks at it',
  notes:
    'A new site takes its publisher, kind, name and domain from the filing; of one that was filed before they may be left out.',
  params: closed({ site: PartyId }),
  body: closed({
    publisher: PartyId,
    kind: oneOf(['website', 'app', 'guide', 'software']),
    name: Words,
    domain: Type.String({ maxLength: 253 }),
    icpNumber: Type.String({ maxLength: 60 }),
    categories: Type.Array(Type.String({ pattern: '^[^;]{1,60}$' }), { maxItems: 20 }),
    description: Type.String({ maxLength: 2000 }),
    dailyVisitors: Type.Optional(Type.Integer({ minimum: 1 })),
    evidence: Type.Optional(
      Type.Array(Type.String({ pattern: '^[0-9a-f]{64}$', description: 'SHA-256 of a file.' }), { maxItems: 20 }),
    ),
  }),
  status: 201,
  answer: Type.Object({ site: PartyId, filedAt: Type.String() }),
  isOnce: true,
  handle: async (asked) => {
    const { principal, params, body, deps } = asked;
    const { site } = params;
    refuseOthers(principal, { role: 'publisher', party: body.publisher });
    const { calendar } = await deps.book();
    const at = moment(deps);
    return decided(asked, {
      action: 'file-site',
      subject: site,
      detail: { publisher: body.publisher },
      status: 201,
      work: async (session) => {
        const owner = await publisherOfSite(session, site);
        if (owner !== undefined && owner !== body.publisher) throw notThere();
        await deliverRows(session, 'api filings', filingRows(site, body, at, owner !== undefined));
        return { site, filedAt: calendar.format(at) };
      },
    });
  },
});

function filingRows(
  site: string,
  of: {
    readonly publisher: string;
    readonly kind: string;
    readonly name: string;
    readonly domain: string;
    readonly icpNumber: string;
    readonly categories: readonly string[];
    readonly description: string;
    readonly dailyVisitors?: number;
    readonly evidence?: readonly string[];
  },
  at: number,
  isKnown: boolean,
): TypedRow[] {
  const { publisher, kind, name, domain, icpNumber, categories, description, dailyVisitors, evidence = [] } = of;
  const filed = {
    site_id: site,
    filed_at: isoOf(at),
    icp_number: icpNumber,
    categories: categories.join(';'),
    description,
    daily_visitors: dailyVisitors === undefined ? '' : String(dailyVisitors),
    evidence: evidence.join(';'),
  };
  const row = { site_id: site, publisher_id: publisher, kind, name, domain, filed_at: isoOf(at) };
  return [...(isKnown ? [] : [{ feed: 'sites', cells: row }]), { feed: 'filings', cells: filed }];
}

const apply = route({
  method: 'POST',
  path: '/v1/sites/:site/applications',
  right: 'file-sites',
  summary: 'apply for one permission for one site, or appeal against the rejection of an application',
  params: closed({ site: PartyId }),
  body: closed({ permission: oneOf(PERMISSIONS), statement: Words, appealOf: Type.Optional(OtherId) }),
  status: 201,
  answer: Type.Object({ application: OtherId, site: PartyId, permission: Type.String(), appliedAt: Type.String() }),
  isOnce: true,
  handle: async (asked) => {
    const { principal, params, body, deps } = asked;
    const { site } = params;
    const { permission, statement, appealOf: against = null } = body;
    const { calendar } = await deps.book();
    const order = { site, permission, at: moment(deps), statement, against };
    const { id, appliedAt, row } = newApplication(calendar, order);
    await deps.sessions.use((session) => refuseOthersSite(session, principal, site));
    return decided(asked, {
      action: 'apply',
      subject: id,
      detail: { site, permission },
      status: 201,
      work: async (session) => {
        await deliverRows(session, 'api applications', [row]);
        return { application: id, site, permission, appliedAt };
      },
    });
  },
});

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

const decideApplication = route({
  method: 'POST',
  path: '/v1/applications/:application/decision',
  right: 'decide-sites',
  summary: 'approve or reject an application',
  params: closed({ application: OtherId }),
  body: closed({ decision: oneOf(['approve', 'reject']), reason: Words }),
  status: 201,
  answer: Type.Object({ application: OtherId, decision: Type.String() }),
  isOnce: true,
  handle: async (asked) => {
    const { principal, params, body, deps } = asked;
    const { application } = params;
    const { decision, reason } = body;
    return decided(asked, {
      action: 'decide-application',
      subject: application,
      detail: { decision },
      status: 201,
      work: async (session) => {
        if (!(await applicationsUnder(session, [application])).has(application)) throw notThere();
        const by = principal.name;
        const row = applicationAnswer({ application, decision, at: moment(deps), by, reason });
        await deliverRows(session, 'api applications', [row]);
        return { application, decision };
      },
    });
  },
});

/** What a person decides about a site: the row that says it, given the site's score. */
function siteDecision<const B extends 'states' | 'permissions'>(of: B) {
  const isState = of === 'states';
  return route({
    method: 'POST',
    path: `/v1/sites/:site/${of}`,
    right: 'decide-sites',
    summary: isState
      ? 'approve or reject a site, or ask for its filing to be amended'
      : 'grant or revoke a permission of a site',
    params: closed({ site: PartyId }),
    body: isState
      ? closed({ status: oneOf(SITE_STATES), reason: Words })
      : closed({ permission: oneOf(PERMISSIONS), action: oneOf(['grant', 'revoke']), reason: Words }),
    status: 201,
    answer: Type.Object({ site: PartyId, at: Type.String() }),
    isOnce: true,
    handle: async (asked) => {
      const { principal, params, deps } = asked;
      const { reason = '', ...decides } = asked.body as Readonly<Record<string, string>>;
      const { site } = params;
      const known = await deps.book();
      const at = moment(deps);
      const ruling = { site, by: principal.name, at, reason, decides: decides as SiteRuling['decides'] };
      return decided(asked, {
        action: isState ? 'decide-site' : 'decide-permission',
        subject: site,
        detail: decides,
        status: 201,
        work: async (session) => {
          await decideSite(session, known, `api ${of}`, ruling).catch((error: unknown) => {
            throw error instanceof SiteWithdrawn ? notThere() : error;
          });
          return { site, at: known.calendar.format(at) };
        },
      });
    },
  });
}

export const siteRoutes = [
  list,
  permissions,
  file,
  apply,
  waiting,
  decideApplication,
  siteDecision('states'),
  siteDecision('permissions'),
];
