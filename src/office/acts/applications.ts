/** Applications of publishers for permissions of their sites, appeals against their rejection, and what a person decides of them. */
import { Type } from 'typebox';
import { type Instant, isoOf } from '../../core/calendar.ts';
import { appealDeadline } from '../../core/promotion/events.ts';
import type { Permission } from '../../core/promotion/permissions.ts';
import { Refusal } from '../../core/refusal.ts';
import { OtherId, orNull, PartyId } from '../../formats/shapes.ts';
import { applicationsOfSite, applicationsUnder, type KnownApplication } from '../../store/registry/promotion.ts';
import { deskPolicy, untilWhen } from '../permissions.ts';
import { stampOf } from '../review.ts';
import { act, type Doing, rowsOf, seenFrom, together } from './act.ts';
import { choice, id, list, optional, reason, words } from './field.ts';
import { othersSiteFault, thePermission, theSite } from './sites.ts';

const MOST = 1000;
const MISSING = ['请写明内容。', 'Say something: the text is empty.'] as const;
const WHEN = ['--as-of', 'when; without, now'] as const;
const theApplication = id(OtherId, { label: ['申请', 'Application'], help: 'the id of the application or appeal' });
const Applied = Type.Object({
  application: OtherId,
  site: PartyId,
  permission: Type.String(),
  appliedAt: Type.String(),
  appealOf: orNull(OtherId),
});

interface AppliedTold {
  readonly application: string;
  readonly site: string;
  readonly permission: string;
  readonly appliedAt: string;
  readonly appealOf: string | null;
}

function appliedText({ application, site, permission, appealOf }: AppliedTold): string {
  const what = appealOf === null ? `applies for ${permission}` : `appeals against the rejection of ${appealOf}`;
  return `Site ${site} ${what}: application ${application}.\nIt waits for a person: cps application approve or reject ${application}.\n`;
}

/** The rows of an application, and what is told of it. */
function applied({ book, at }: Doing, site: string, permission: string, statement: string, against: string | null) {
  const appliedAt = book.calendar.format(at);
  const application = `A-${site}-${permission.replace(':', '-')}-${stampOf(appliedAt)}`;
  const row = { application_id: application, site_id: site, permission, applied_at: isoOf(at), statement };
  const answer = { application, site, permission, appliedAt, appealOf: against };
  const rows = rowsOf('applications', against === null ? row : { ...row, appeal_of: against });
  return { parts: rows, subject: application, detail: { site, permission }, answer };
}

export const apply = act({
  name: 'apply',
  right: 'file-sites',
  summary: 'apply for one permission for one site, or appeal against the rejection of an application',
  fields: {
    site: theSite,
    permission: thePermission,
    statement: words({ label: ['用途', 'What it is for'], help: 'what it is for', wrong: MISSING, most: MOST }),
    appealOf: optional(id(OtherId, { label: ['申诉对象', 'Appeal of'], help: 'the rejection it appeals against' })),
  },
  feeds: ['applications'],
  commands: [
    {
      words: 'application submit',
      does: 'apply for one permission for one site',
      arguments: ['site', 'permission'],
      fixed: { appealOf: null },
      by: 'who applies, if not the publisher',
      byField: null,
      at: WHEN,
      examples: 'cps application submit 603 cross-store:tmall --statement "reviews of books"',
    },
  ],
  route: '/v1/sites/:site/applications',
  answer: Applied,
  send: ['提交申请', 'Send the application'],
  done: { apply: ['申请已登记，等待裁决。', 'Your application is recorded, and waits for its decision.'] },
  decide: async (doing, { site, permission, statement, appealOf }) => {
    const others = await othersSiteFault(doing, site);
    if (others !== undefined) return others;
    const known = await applicationsOfSite(doing.session, site, doing.at);
    if (known.some((one) => one.permission === permission && !isDecided(one, doing.at)))
      return new Refusal(`an application of site ${site} for ${permission} waits already`, 'refused', {
        zh: '这项权限已有申请在等待裁决。',
      });
    return applied(doing, site, permission, statement, appealOf);
  },
  text: appliedText,
});

const isDecided = ({ decided_at: decided }: KnownApplication, at: Instant): boolean =>
  decided !== null && decided <= at;

export const appealApplication = act({
  name: 'appeal-application',
  right: 'file-sites',
  summary: 'appeal against the rejection of an application, before its deadline',
  fields: {
    application: id(OtherId, { label: ['申请', 'Application'], help: 'the id of the rejected application' }),
    statement: words({
      label: ['为何应另作裁决', 'Why it should be decided otherwise'],
      help: 'why it should be decided otherwise',
      wrong: MISSING,
      most: MOST,
    }),
  },
  feeds: ['applications'],
  commands: [
    {
      words: 'application appeal',
      does: 'appeal against a rejection, before its deadline',
      arguments: ['application'],
      by: 'who appeals, if not the publisher',
      byField: null,
      at: WHEN,
      examples: 'cps application appeal A-603-api-20131207100000 --statement "the site is new"',
    },
  ],
  route: '/v1/applications/:application/appeals',
  answer: Applied,
  send: ['提出申诉', 'Send the appeal'],
  done: { appeal: ['申诉已登记，等待裁决。', 'Your appeal is recorded, and waits for its decision.'] },
  decide: async (doing, { application, statement }) => {
    const rejected = await known(doing, application);
    if (rejected instanceof Refusal) return rejected;
    const { site_id: site, permission } = rejected;
    const others = await othersSiteFault(doing, site);
    return others ?? applied(doing, site, permission, statement, application);
  },
  text: appliedText,
});

async function known({ session }: Doing, of: string): Promise<KnownApplication | Refusal> {
  const found = (await applicationsUnder(session, [of])).get(of);
  const sentence = `application ${of} is not known: cps application list shows those that wait`;
  return found ?? new Refusal(sentence, 'not-there');
}

const VERBS = [
  ['approve', 'approve an application: the permission is granted, whatever the score, until a person revokes it'],
  ['reject', 'reject an application'],
] as const;

export const decideApplication = act({
  name: 'decide-application',
  right: 'decide-sites',
  summary: 'approve or reject an application',
  fields: {
    application: theApplication,
    decision: choice(['approve', 'reject'], 'risk-application', { label: ['裁决', 'Decision'], help: 'the decision' }),
    reason: reason(),
  },
  feeds: ['application-decisions'],
  commands: VERBS.map(([decision, does]) => ({
    words: `application ${decision}`,
    does,
    arguments: ['application'],
    fixed: { decision },
    by: 'who decides',
    at: WHEN,
    examples: `cps application ${decision} A-603-api-20131207100000 --as Chen --reason "looked at"`,
  })),
  route: '/v1/applications/:application/decision',
  answer: Type.Object({
    application: OtherId,
    decision: Type.String(),
    site: PartyId,
    permission: Type.String(),
    at: Type.String(),
    by: Type.String(),
    appealUntil: orNull(Type.String()),
    /** Of an approval: what is dated later and said otherwise ends it then; null where nothing is. */
    until: orNull(Type.String()),
  }),
  send: ['登记裁决', 'Record the decision'],
  done: { application: ['申请已裁决。', 'The application is decided.'] },
  decide: async (doing, { application, decision, reason: why }) => {
    const { session, book, by, at } = doing;
    const of = await known(doing, application);
    if (of instanceof Refusal) return of;
    const { site_id: site, permission } = of;
    const format = (instant: Instant): string => book.calendar.format(instant);
    const until = of.appeal_of === null ? appealDeadline(at, await deskPolicy(session, book)) : null;
    const appealUntil = decision === 'reject' && until !== null ? format(until) : null;
    const word = { permission: permission as Permission, value: 'grant', at, source: 'approval' } as const;
    const end = decision === 'approve' ? await untilWhen(session, site, word) : null;
    const row = { application_id: application, decision, decided_at: isoOf(at), decided_by: by, reason: why };
    return {
      parts: rowsOf('application-decisions', row),
      subject: application,
      detail: { decision, site, permission },
      answer: {
        application,
        decision,
        site,
        permission,
        at: format(at),
        by,
        appealUntil,
        until: end === null ? null : format(end.at),
      },
    };
  },
  text: ({ application, decision, site, permission, at, appealUntil, until }, book) => {
    if (decision === 'approve') {
      const end = until === null ? 'on, until a person revokes it' : `until ${until}, by what was said before for then`;
      return `Site ${site} holds ${permission} from ${at} ${end}.\n${seenFrom(book)}\n`;
    }
    const end =
      appealUntil === null
        ? 'It was an appeal: this is the last word.'
        : `It can be appealed against until ${appealUntil}.`;
    return `Application ${application} of site ${site} for ${permission} is rejected. ${end}\n`;
  },
});

const MANY = 1000;
const several = list(
  'names',
  {
    label: ['申请', 'Applications'],
    help: 'the ids of the applications, separated by semicolons',
  },
  MANY,
);

export const decideApplications = act({
  name: 'decide-applications',
  right: 'decide-sites',
  summary: 'approve or reject several applications at once, for one reason',
  notes: 'All of them are decided, or none.',
  fields: { applications: several, decision: decideApplication.fields.decision, reason: reason() },
  feeds: ['application-decisions'],
  commands: VERBS.map(([decision]) => ({
    words: `application ${decision}-all`,
    does: `${decision} several applications at once, all or none of them`,
    arguments: ['applications'],
    fixed: { decision },
    by: 'who decides',
    at: WHEN,
    examples: `cps application ${decision}-all "A-603-api-20131207100000;A-604-api-20131207100000" --as Chen --reason "looked at"`,
  })),
  route: '/v1/applications/decisions',
  answer: Type.Object({ decided: Type.Array(decideApplication.answer) }),
  send: ['登记裁决', 'Record the decision'],
  done: { application: ['申请已裁决。', 'The applications are decided.'] },
  decide: async (doing, { applications, decision, reason: why }) => {
    const deeds = [];
    for (const application of new Set(applications)) {
      const deed = await decideApplication.decide(doing, { application, decision, reason: why });
      if (deed instanceof Refusal) return deed;
      deeds.push(deed);
    }
    return together(deeds, 'application-decisions', { decision });
  },
  text: ({ decided }, book) => decided.map((one) => decideApplication.text(one, book)).join(''),
});
