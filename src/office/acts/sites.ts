/**
 * What is done about a site: it is filed, verified, withdrawn, judged, and given or refused single permissions. The rows are
 * the same whichever door they come through; what they mean is decided in core/promotion.
 */
import { Type } from 'typebox';
import { isoOf } from '../../core/calendar.ts';
import { isPartyId } from '../../core/ids.ts';
import { PERMISSIONS, SITE_KINDS, SITE_STATES } from '../../core/promotion/permissions.ts';
import { filingOf } from '../../core/promotion/review/check.ts';
import { Refusal } from '../../core/refusal.ts';
import { addresseeOf, type PromotionNews, promotionLetter } from '../../formats/letters/promotion.ts';
import { Moment, OtherId, oneOf, orNull, PartyId } from '../../formats/shapes.ts';
import type { Session } from '../../store/connection/session.ts';
import { publisherOfSite } from '../../store/lists/lists.ts';
import type { Book } from '../../store/night/book.ts';
import type { Letter } from '../../store/outbox/mail.ts';
import { siteNames } from '../../store/registry/promotion.ts';
import { type SiteToReview, sitesToReview } from '../../store/registry/review.ts';
import { withdrawalsOf } from '../../store/registry/switches.ts';
import { pendingNotices } from '../notices.ts';
import { permissionsHere, untilWhen } from '../permissions.ts';
import { act, type Doing, othersFault, rowsOf, seenFrom, together } from './act.ts';
import { aSwitch, choice, count, id, line, list, optional, reason, words } from './field.ts';

export const theSite = id(PartyId, { label: ['网站', 'Site'], help: 'the id of the site' });
export const thePermission = choice(PERMISSIONS, 'permission', {
  label: ['权限', 'Permission'],
  help: PERMISSIONS.join(', '),
  wrong: ['请选择一项权限。', 'Choose one of the permissions.'],
});
const text = (most: number) => Type.String({ maxLength: most });
const FROM = ['--as-of', 'from when; without, now'] as const;
const WHEN = ['--as-of', 'when; without, now'] as const;
const RECORDED = ['已登记，自下一夜起生效。', 'It is recorded; nights see it from the next one on.'] as const;

export const fileSite = act({
  name: 'file-site',
  right: 'file-sites',
  summary: 'file a site, or amend what was filed; the next review looks at it',
  notes: 'A new site takes its publisher and kind from the filing; what is left out of a later one stays as it was.',
  fields: {
    site: theSite,
    publisher: optional(id(PartyId, { label: ['推广者', 'Publisher'], help: 'whose it is; for a new site' })),
    kind: optional(choice(SITE_KINDS, 'kind', { label: ['类型', 'Kind'], help: 'for a new site' })),
    name: optional(line(text(2000), { label: ['名称', 'Name'], help: 'its name' })),
    domain: optional(line(text(253), { label: ['域名', 'Domain'], help: 'its domain' })),
    icpNumber: optional(line(text(60), { label: ['ICP 备案号', 'ICP number'], help: 'its ICP number' })),
    categories: optional(list('names', { label: ['类目', 'Categories'], help: 'separated by semicolons' })),
    description: optional(line(text(2000), { label: ['说明', 'Description'], help: 'what it is' })),
    dailyVisitors: optional(count(1, 999_999_999, { label: ['日访客', 'Daily visitors'], help: 'visitors a day' })),
    evidence: optional(
      list('digests', { label: ['证明', 'Evidence'], help: 'files whose SHA-256 is kept; they stay where they are' }),
    ),
  },
  feeds: ['sites', 'filings'],
  commands: [
    {
      words: 'site file',
      does: 'file a site, or amend its filing: what is not given stays as it was',
      arguments: ['site'],
      named: { icpNumber: 'icp' },
      by: 'who files it, if not its publisher',
      byField: 'publisher',
      at: ['--as-of', 'when it was filed; without, now'],
      examples:
        'cps site file 602 --publisher 2002 --kind website --name "Lin\'s notes" --domain lin.example\n  cps site file 602 --icp 沪ICP备13000001号 --categories "clothes;tea" --daily-visitors 900 --evidence licence.jpg',
    },
  ],
  route: '/v1/sites/:site/filings',
  answer: Type.Object({
    site: PartyId,
    filedAt: Moment,
    filed: Type.Optional(Moment),
    amended: Type.Optional(Moment),
  }),
  send: ['提交', 'File the site'],
  done: { filed: ['已登记，等待审核。', 'It is recorded, and waits for a review.'] },
  decide: async (doing, { site, ...given }) => {
    const { session, book, at } = doing;
    if (!isPartyId(site)) return new Refusal(`${site} is no id of a site: 1 to 24 letters, digits or hyphens`);
    const filed = (await knownSite(session, site))?.filed;
    const publisher = given.publisher ?? filed?.publisherId;
    if (
      filed !== undefined &&
      given.publisher !== null &&
      given.publisher !== filed.publisherId &&
      doing.own?.party === given.publisher
    )
      return new Refusal(`site ${site} is filed already, by somebody else: choose another id`, 'refused', {
        zh: `编号 ${site} 已被使用：请另选一个编号。`,
      });
    // Neither another's site, nor a site for another.
    for (const party of [filed?.publisherId ?? publisher ?? '', publisher ?? '']) {
      const others = othersFault(doing, { role: 'publisher', party });
      if (others !== undefined) return others;
    }
    const withdrawn = await withdrawnFault(session, book, site);
    if (withdrawn !== undefined) return withdrawn;
    if (Object.values(given).every((value) => value === null))
      return new Refusal(`nothing of site ${site} was given: say what is filed`);
    const kind = given.kind ?? filed?.kind;
    if (publisher === undefined || kind === undefined)
      return new Refusal(`site ${site} was not filed before: say --publisher and --kind`);
    const before = filed === undefined ? null : filingOf(filed);
    const row = {
      site_id: site,
      publisher_id: publisher,
      kind,
      name: given.name ?? filed?.name ?? '',
      domain: given.domain ?? filed?.domain ?? '',
      filed_at: isoOf(at),
    };
    const filing = {
      site_id: site,
      filed_at: isoOf(at),
      icp_number: given.icpNumber ?? before?.icpNumber ?? '',
      categories: (given.categories ?? before?.categories ?? []).join(';'),
      description: given.description ?? before?.description ?? '',
      daily_visitors: String(given.dailyVisitors ?? before?.dailyVisitors ?? ''),
      evidence: (given.evidence ?? before?.evidence ?? []).join(';'),
    };
    const isMoved =
      filed === undefined ||
      publisher !== filed.publisherId ||
      row.name !== filed.name ||
      row.domain !== filed.domain ||
      kind !== filed.kind;
    const parts = [...(isMoved ? rowsOf('sites', row) : []), ...rowsOf('filings', filing)];
    const filedAt = book.calendar.format(at);
    const answer = { site, [filed === undefined ? 'filed' : 'amended']: filedAt, filedAt };
    return { parts, subject: site, detail: { publisher }, answer };
  },
  text: ({ site, filed, amended }) => {
    const next = 'cps review shows what it comes to, cps review --apply records it';
    return `Site ${site} is ${filed === undefined ? 'amended' : 'filed'} as of ${filed ?? amended}. It waits for a review: ${next}.\n`;
  },
});

/** The site in its latest version with its latest filing; undefined where it was never filed. */
async function knownSite(session: Session, site: string): Promise<SiteToReview | undefined> {
  const lastInstant = Date.UTC(2099, 11, 31);
  for await (const [found] of sitesToReview(session, lastInstant, site)) return found;
  return undefined;
}

/** Nothing is filed of a site that was withdrawn, and nothing decided about it. */
async function withdrawnFault(session: Session, { calendar }: Book, site: string): Promise<Refusal | undefined> {
  const at = (await withdrawalsOf(session, [site], {})).get(site);
  return at === undefined
    ? undefined
    : new Refusal(`site ${site} was withdrawn at ${calendar.format(at)}: file another site`);
}

export const verifySite = act({
  name: 'verify-site',
  right: 'decide-sites',
  summary: "record whether a site was found to be its publisher's; the next review counts it",
  fields: {
    site: theSite,
    how: words({ label: ['如何核实', 'How it was found out'], help: 'how' }),
    not: aSwitch({ label: ['并非其所有', 'It is not'], help: 'it was found not to be' }),
  },
  feeds: ['ownership'],
  commands: [
    {
      words: 'site verify',
      does: "record whether the site was found to be its publisher's",
      arguments: ['site'],
      by: 'who or what found it out',
      at: WHEN,
      examples:
        'cps site verify 602 --as Chen --how "a file on the site"\n  cps site verify 603 --not --as Chen --how "the file was not there"',
    },
  ],
  route: '/v1/sites/:site/ownership',
  answer: Type.Object({ site: PartyId, verified: Type.Boolean(), at: Moment, by: Type.String() }),
  send: ['登记', 'Record it'],
  done: { verified: RECORDED },
  decide: async ({ book, by, at }, { site, how, not }) => {
    const verified = not !== true;
    const row = { site_id: site, verified: verified ? 'yes' : 'no', at: isoOf(at), how, verified_by: by };
    const answer = { site, verified, at: book.calendar.format(at), by };
    return { parts: rowsOf('ownership', row), subject: site, detail: { verified }, answer };
  },
  text: ({ site, verified, at }) =>
    `Site ${site} is ${verified ? 'verified' : 'found not'} to be its publisher's as of ${at}. The next review counts it.\n`,
});

export const withdrawSite = act({
  name: 'withdraw-site',
  right: 'file-sites',
  summary: 'withdraw a site for good: from then on none of its PIDs earns',
  fields: { site: theSite, reason: reason() },
  feeds: ['withdrawals'],
  commands: [
    {
      words: 'site withdraw',
      does: 'withdraw a site for good: from then on none of its PIDs earns',
      arguments: ['site'],
      by: 'who withdraws it',
      at: FROM,
      examples: 'cps site withdraw 603 --as "Q. Wang" --reason "closed down"',
    },
  ],
  route: '/v1/sites/:site/withdrawal',
  answer: Type.Object({ site: PartyId, withdrawnAt: Moment, by: Type.String() }),
  send: ['撤回网站', 'Withdraw the site'],
  done: { withdrawn: RECORDED },
  decide: async (doing, { site, reason: why }) => {
    const others = await othersSiteFault(doing, site);
    if (others !== undefined) return others;
    const { book, by, at } = doing;
    const row = { site_id: site, withdrawn_at: isoOf(at), withdrawn_by: by, reason: why };
    const answer = { site, withdrawnAt: book.calendar.format(at), by };
    return { parts: rowsOf('withdrawals', row), subject: site, answer };
  },
  text: ({ site, withdrawnAt }, book) =>
    `Site ${site} is withdrawn as of ${withdrawnAt}: a click from then on earns nothing, a click before it as it would have.\n${seenFrom(book)}\n`,
});

/** A party acts for its own sites alone; undefined where it may. */
export async function othersSiteFault(doing: Doing, site: string): Promise<Refusal | undefined> {
  if (doing.own === undefined) return undefined;
  const publisher = await publisherOfSite(doing.session, site);
  if (publisher === undefined) return new Refusal(`site ${site} is not known`, 'not-there');
  return othersFault(doing, { role: 'publisher', party: publisher });
}

/** What a person judges of a site, and the words of the command that says so. */
const STATES = [
  ['approve', 'approved', 'approve a site: from then on it may earn'],
  ['reject', 'rejected', 'reject a site: it earns nothing until a person approves it'],
  ['amend', 'amend', 'ask for the filing to be amended: it earns nothing until a review or a person approves it'],
] as const;

export const decideSite = act({
  name: 'decide-site',
  right: 'decide-sites',
  summary: 'approve or reject a site, or ask for its filing to be amended',
  fields: {
    site: theSite,
    status: choice(SITE_STATES, 'site', { label: ['裁决', 'Decision'], help: 'what it is from then on' }),
    reason: reason(),
  },
  feeds: ['site-reviews'],
  commands: STATES.map(([verb, status, does]) => ({
    words: `site ${verb}`,
    does,
    arguments: ['site'],
    fixed: { status },
    by: 'who decides',
    at: FROM,
    examples: `cps site ${verb} 602 --as Chen --reason "looked at"`,
  })),
  route: '/v1/sites/:site/states',
  answer: Type.Object({
    site: PartyId,
    status: Type.String(),
    at: Type.String(),
    by: Type.String(),
    reason: Type.String(),
  }),
  send: ['登记裁决', 'Record the decision'],
  done: { site: RECORDED },
  decide: async (doing, { site, status, reason: why }) => {
    const { book, by, at } = doing;
    const standing = await siteToDecide(doing, site);
    if (standing instanceof Refusal) return standing;
    // A person judges the site, not its points: the score it has stays.
    const row = { site_id: site, at: isoOf(at), reason: `${by}: ${why}`, status };
    const answer = { site, status, at: book.calendar.format(at), by, reason: why };
    return { parts: rowsOf('site-reviews', row), subject: site, detail: { status }, answer };
  },
  text: ({ site, status, at }, book) =>
    `Site ${site} is ${status === 'amend' ? 'to be amended' : status} from ${at} on.\n${seenFrom(book)}\n`,
});

const SWITCHES = [
  [
    'grant',
    'grant a permission: it ends a notice that runs; a later review that finds the site short of it gives another',
  ],
  ['revoke', 'revoke a permission: no review gives it back, only a person'],
] as const;

export const decidePermission = act({
  name: 'decide-permission',
  right: 'decide-sites',
  summary: 'grant or revoke a permission of a site',
  fields: {
    site: theSite,
    permission: thePermission,
    action: choice(['grant', 'revoke'], 'site', { label: ['动作', 'Action'], help: 'what is done with it' }),
    reason: reason(),
  },
  feeds: ['permissions'],
  commands: SWITCHES.map(([action, does]) => ({
    words: `site ${action}`,
    does,
    arguments: ['site', 'permission'],
    fixed: { action },
    by: 'who decides',
    at: FROM,
    examples: `cps site ${action} 602 api --as Chen --reason "looked at"`,
  })),
  route: '/v1/sites/:site/permissions',
  answer: Type.Object({
    site: PartyId,
    permission: oneOf(PERMISSIONS),
    action: Type.String(),
    at: Type.String(),
    /** What is dated later and said otherwise ends it then; null where nothing is. */
    until: orNull(Type.String()),
    by: Type.String(),
    reason: Type.String(),
  }),
  send: ['登记裁决', 'Record the decision'],
  done: { site: RECORDED },
  decide: async (doing, { site, permission, action, reason: why }) => {
    const { session, book, by, at } = doing;
    const standing = await siteToDecide(doing, site);
    if (standing instanceof Refusal) return standing;
    const row = { site_id: site, at: isoOf(at), reason: `${by}: ${why}`, permission, action };
    const end = await untilWhen(session, site, { permission, value: action, at, source: 'row' });
    const until = end === null ? null : book.calendar.format(end.at);
    const answer = { site, permission, action, at: book.calendar.format(at), until, by, reason: why };
    const kind = action === 'grant' ? 'granted' : 'revoked';
    const letters = await siteLetters(session, book, site, { kind, permissions: [permission], at, reason: why });
    return { parts: rowsOf('permissions', row), letters, subject: site, detail: { permission, action }, answer };
  },
  text: ({ site, permission, action, at, until }, book) => {
    const end = until === null ? 'on' : `until ${until}, by what was said before for then`;
    const holds = action === 'grant' ? 'holds' : 'no longer holds';
    return `Site ${site} ${holds} ${permission} from ${at} ${end}.\n${seenFrom(book)}\n`;
  },
});

/** What a person switches is told to the site's publisher. */
async function siteLetters(
  session: Session,
  { calendar }: Book,
  site: string,
  news: Extract<PromotionNews, { permissions: readonly string[] }>,
): Promise<Letter[]> {
  const name = (await siteNames(session, [site])).get(site);
  if (name === undefined) return [];
  const digits = calendar.format(news.at).replace(/\D/g, '');
  const messageId = `${site}.${news.kind}.${news.permissions.join('-').replaceAll(':', '-')}.${digits}`;
  const text = promotionLetter(news, addresseeOf(name), calendar);
  return [{ messageId, publisherId: name.publisher_id, queuedAt: news.at, ...text }];
}

const MANY = 1000;

export const decidePermissions = act({
  name: 'decide-permissions',
  right: 'decide-sites',
  summary: 'grant or revoke a permission of several sites at once, for one reason: exceptions, for instance',
  notes: 'All of them are decided, or none.',
  fields: {
    sites: list('names', { label: ['网站', 'Sites'], help: 'the ids of the sites, separated by semicolons' }, MANY),
    permission: thePermission,
    action: decidePermission.fields.action,
    reason: reason(),
  },
  feeds: ['permissions'],
  commands: SWITCHES.map(([action]) => ({
    words: `site ${action}-all`,
    does: `${action} a permission of several sites at once, all or none of them`,
    arguments: ['sites', 'permission'],
    fixed: { action },
    by: 'who decides',
    at: FROM,
    examples: `cps site ${action}-all "602;603" cross-store:tmall --as Chen --reason "looked at"`,
  })),
  route: '/v1/permissions',
  answer: Type.Object({ decided: Type.Array(decidePermission.answer) }),
  send: ['登记裁决', 'Record the decision'],
  done: { site: RECORDED },
  decide: async (doing, { sites, permission, action, reason: why }) => {
    const deeds = [];
    for (const site of new Set(sites)) {
      const deed = await decidePermission.decide(doing, { site, permission, action, reason: why });
      if (deed instanceof Refusal) return deed;
      deeds.push(deed);
    }
    return together(deeds, 'permissions', { permission, action });
  },
  text: ({ decided }, book) => decided.map((one) => decidePermission.text(one, book)).join(''),
});

export const cancelNotice = act({
  name: 'cancel-notice',
  right: 'decide-sites',
  summary: 'cancel a notice that runs: the permissions it would have taken stay',
  fields: {
    notice: id(OtherId, { label: ['通知', 'Notice'], help: 'the id of the notice' }),
    permission: optional(thePermission),
    reason: reason(),
  },
  feeds: ['notice-cancellations'],
  commands: [
    {
      words: 'notice cancel',
      does: 'cancel a notice that runs, for one of its permissions or for all',
      arguments: ['notice'],
      by: 'who cancels it',
      at: WHEN,
      examples: 'cps notice cancel N-602-20131206173100 --as Chen --reason "by mistake"',
    },
  ],
  route: '/v1/notices/:notice/cancellation',
  answer: Type.Object({
    notice: OtherId,
    site: PartyId,
    permissions: Type.Array(Type.String()),
    at: Moment,
    by: Type.String(),
  }),
  send: ['取消通知', 'Cancel the notice'],
  done: { notice: ['通知已取消。', 'The notice is cancelled.'] },
  decide: async ({ session, book, by, at }, { notice, permission, reason: why }) => {
    const [running] = await pendingNotices(session, at, notice);
    const permissions = running?.left.filter((one) => permission === null || one === permission) ?? [];
    if (running === undefined || permissions.length === 0)
      return new Refusal(
        `no notice ${notice} runs at ${book.calendar.format(at)}${permission === null ? '' : ` about ${permission}`}: cps notice list shows those that do`,
        running === undefined ? 'not-there' : 'refused',
      );
    const { site } = running;
    const rows = permissions.map((one) => {
      return { notice_id: notice, permission: one, cancelled_at: isoOf(at), cancelled_by: by, reason: why };
    });
    const answer = { notice, site, permissions, at: book.calendar.format(at), by };
    return { parts: rowsOf('notice-cancellations', ...rows), subject: notice, detail: { site, permissions }, answer };
  },
  text: ({ notice, site, permissions, at }, book) =>
    `Notice ${notice} is cancelled as of ${at}: site ${site} keeps ${permissions.join(', ')}.\n${seenFrom(book)}\n`,
});

/** A site as it stands, of which something may be decided. */
async function siteToDecide({ session, book, at }: Doing, site: string) {
  const standing = await permissionsHere(session, book, site, at);
  const { withdrawnAt } = standing;
  return withdrawnAt === null
    ? standing
    : new Refusal(`site ${site} was withdrawn at ${book.calendar.format(withdrawnAt)}: file another site`);
}
