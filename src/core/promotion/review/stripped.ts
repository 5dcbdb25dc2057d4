/**
 * The share of a site's clicks that do not tell where they came from: a website's own pages tell it, and what hides it is
 * often no page at all. Without a domain there is nothing to tell.
 */
import { exceeds } from '../../money.ts';
import type { Check, Seen } from './check.ts';

export const stripped: Check = {
  name: 'stripped',
  look: ({ kind, domain, clicks }, _asOf, { leastClicks, mostStripped }) => {
    if (kind !== 'website' || domain === '') return { passed: true, saw: { of: 'no-domain' } };
    const all = clicks.told + clicks.stripped;
    const few = all < leastClicks;
    const saw: Seen = { of: 'stripped', clicks: clicks.stripped, all, few };
    return { passed: few || !exceeds(clicks.stripped, all, mostStripped), saw };
  },
};
