/** What is decided about a publisher's sites and their permissions (SPEC 12). */
import { PERMISSIONS } from '../promotion/permissions.ts';
import { SHORTFALLS } from '../promotion/review/terms.ts';
import { event } from './record.ts';
import { instant, list, nullable, oneOf, type Shape, text } from './shape.ts';

const permission: Shape<string> = oneOf(PERMISSIONS);
const shortfall: Shape<string> = oneOf(SHORTFALLS);
const decided = { site: text, permission, decided_by: text, reason: text };

/** Of a site: from its instant on nothing of it earns. */
export const siteWithdrawn = event(
  'SiteWithdrawn',
  { site: text, withdrawn_by: text, reason: text },
  { home: 'publisher', news: null },
);

export const permissionApplied = event(
  'PermissionApplied',
  {
    site: text,
    permission,
    statement: text,
    /** The rejected application that this one appeals against. */
    appeal_of: nullable(text),
  },
  { home: 'publisher', news: null },
);

export const permissionApproved = event('PermissionApproved', decided, { home: 'publisher', news: null });

/** Until when it can be appealed against; null for the rejection of an appeal, which is the last word. */
export const permissionRejected = event(
  'PermissionRejected',
  { ...decided, appeal_until: nullable(instant) },
  { home: 'publisher', news: null },
);

export const noticeIssued = event(
  'NoticeIssued',
  {
    site: text,
    permissions: list(permission),
    effective_at: instant,
    issued_by: text,
    score: nullable(text),
    short: list(shortfall),
    reason: text,
  },
  { home: 'publisher', news: null },
);

export const noticeCancelled = event(
  'NoticeCancelled',
  { site: text, permission, cancelled_by: text, reason: text },
  { home: 'publisher', news: null },
);
