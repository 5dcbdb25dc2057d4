/** What is decided about a publisher's sites and their permissions (SPEC 12). */
import { PERMISSIONS } from '../promotion/permissions.ts';
import { SHORTFALLS } from '../promotion/review/terms.ts';
import { recordedOfSite } from './record.ts';
import { instant, list, nullable, oneOf, type Shape, text } from './shape.ts';

const permission: Shape<string> = oneOf(PERMISSIONS);
const shortfall: Shape<string> = oneOf(SHORTFALLS);
const decided = { site: text, permission, decided_by: text, reason: text };

/** Of a site: from its instant on nothing of it earns. */
export const siteWithdrawn = recordedOfSite('SiteWithdrawn', { site: text, withdrawn_by: text, reason: text });

export const permissionApplied = recordedOfSite('PermissionApplied', {
  site: text,
  permission,
  statement: text,
  /** The rejected application that this one appeals against. */
  appeal_of: nullable(text),
});

export const permissionApproved = recordedOfSite('PermissionApproved', decided);

/** Until when it can be appealed against; null for the rejection of an appeal, which is the last word. */
export const permissionRejected = recordedOfSite('PermissionRejected', { ...decided, appeal_until: nullable(instant) });

export const noticeIssued = recordedOfSite('NoticeIssued', {
  site: text,
  permissions: list(permission),
  effective_at: instant,
  issued_by: text,
  score: nullable(text),
  short: list(shortfall),
  reason: text,
});

export const noticeCancelled = recordedOfSite('NoticeCancelled', {
  site: text,
  permission,
  cancelled_by: text,
  reason: text,
});
