/** Notices, applications and withdrawals folded from their events, and whether each may follow the one before it (SPEC 12). */
import { isoOf } from '../calendar.ts';
import type { Policy } from '../policy/policy.ts';
import { appealUntil, type PromotionEvent, SUBJECTS } from '../promotion/events.ts';
import type { Checks } from './finding.ts';

/** What a site's matter has come to. */
export type Matter =
  | { readonly kind: 'withdrawal' }
  | { readonly kind: 'notice'; readonly site: string; readonly left: readonly string[]; readonly until: string }
  | {
      readonly kind: 'application';
      readonly site: string;
      readonly permission: string;
      readonly isAppeal: boolean;
      readonly isDecided: boolean;
    };

/** The matter after one more event; undefined where the event follows nothing that it could. */
export function moved(before: Matter | undefined, event: PromotionEvent): Matter | undefined {
  switch (event.type) {
    case 'SiteWithdrawn':
      return { kind: 'withdrawal' };
    case 'NoticeIssued': {
      const { site, permissions, effective_at: until } = event.body;
      return { kind: 'notice', site, left: permissions, until };
    }
    case 'NoticeCancelled':
      if (before?.kind !== 'notice') return before;
      return { ...before, left: before.left.filter((one) => one !== event.body.permission) };
    case 'PermissionApplied': {
      const { site, permission, appeal_of: appeal } = event.body;
      return { kind: 'application', site, permission, isAppeal: appeal !== null, isDecided: false };
    }
    case 'PermissionApproved':
    case 'PermissionRejected':
      return before?.kind === 'application' ? { ...before, isDecided: true } : before;
  }
}

/** Checks an event against what its matter had come to. */
export function checkPromotion(
  before: Matter | undefined,
  event: PromotionEvent,
  policy: Policy,
  checks: Checks,
): void {
  const { body, subject, type } = event;
  const prefix = SUBJECTS[type];
  checks.holds('decisions', 'subject', subject.startsWith(prefix), subject, `${prefix} and an id`);
  switch (type) {
    case 'SiteWithdrawn':
      checks.same('decisions', 'subject', subject, `site:${body.site}`);
      first(before, checks);
      break;
    case 'PermissionApplied':
      first(before, checks);
      break;
    case 'NoticeIssued': {
      const { permissions, effective_at: until } = event.body;
      checks.holds('decisions', 'body.permissions', permissions.length > 0, 'none', 'one at least');
      const later = until > isoOf(event.occurredAt);
      checks.holds('decisions', 'body.effective_at', later, until, 'after the notice');
      first(before, checks);
      break;
    }
    case 'NoticeCancelled': {
      if (before?.kind !== 'notice') {
        checks.holds('decisions', 'previous', false, '-', 'a notice before it');
        break;
      }
      const { permission } = event.body;
      checks.same('decisions', 'body.site', body.site, before.site);
      const running = before.left.includes(permission);
      checks.holds('decisions', 'body.permission', running, permission, before.left.join(', '));
      const inTime = isoOf(event.occurredAt) < before.until;
      checks.holds('decisions', 'occurred_at', inTime, isoOf(event.occurredAt), `before ${before.until}`);
      break;
    }
    case 'PermissionApproved':
    case 'PermissionRejected': {
      if (before?.kind !== 'application') {
        checks.holds('decisions', 'previous', false, '-', 'an application before it');
        break;
      }
      checks.same('decisions', 'body.site', body.site, before.site);
      checks.same('decisions', 'body.permission', event.body.permission, before.permission);
      checks.holds('decisions', 'type', !before.isDecided, type, 'an application that waits');
      if (type !== 'PermissionRejected') break;
      const until = appealUntil(event.occurredAt, before.isAppeal, policy);
      checks.same('decisions', 'body.appeal_until', event.body.appeal_until, until);
    }
  }
}

function first(before: Matter | undefined, checks: Checks): void {
  checks.holds('decisions', 'previous', before === undefined, 'an event before it', 'none');
}
