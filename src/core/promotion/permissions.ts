/** The permissions a site can hold (SPEC 12), by the names feeds, policies and the log use. It grants none. */

export const PERMISSIONS = ['cross-store:tmall', 'cross-store:taobao', 'site-wide:tmall', 'api', 'taodianjin'] as const;
export type Permission = (typeof PERMISSIONS)[number];

/** What a site can be. */
export const SITE_KINDS = ['website', 'app', 'guide', 'software'] as const;

export const SITE_STATES = ['submitted', 'approved', 'rejected', 'amend'] as const;
export type SiteState = (typeof SITE_STATES)[number];
