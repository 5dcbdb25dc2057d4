/**
 * The share of a site's clicks that do not tell where they came from: a website's own pages tell it, and what hides it is
 * often no page at all. Without a domain there is nothing to tell.
 */
import { exceeds } from '../../money.ts';
import type { Check } from './check.ts';

export const stripped: Check = {
  name: 'stripped',
  look: ({ kind, domain, clicks }, _asOf, { leastClicks, mostStripped }) => {
    if (kind !== 'website' || domain === '') return { passed: true, saw: 'no website with a domain' };
    const all = clicks.told + clicks.stripped;
    const counted = `${clicks.stripped} of ${all} ${all === 1 ? 'click' : 'clicks'} without a referrer`;
    if (all < leastClicks) return { passed: true, saw: `${counted}, too few to judge` };
    return { passed: !exceeds(clicks.stripped, all, mostStripped), saw: counted };
  },
};
