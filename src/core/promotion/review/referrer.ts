/**
 * The share of a site's clicks that come from elsewhere than its filed domain (JD code 14). Clicks that do not tell where
 * they came from are not counted, and without a domain there is nothing to compare.
 */
import { exceeds } from '../../money.ts';
import type { Check } from './check.ts';

export const referrer: Check = {
  name: 'referrer',
  look: ({ kind, domain, clicks: { told, foreign } }, _asOf, { leastClicks, mostForeign }) => {
    if (kind !== 'website' || domain === '') return { passed: true, saw: 'no website with a domain' };
    const counted = `${foreign} of ${told} ${told === 1 ? 'click' : 'clicks'} from elsewhere`;
    if (told < leastClicks) return { passed: true, saw: `${counted}, too few to judge` };
    return { passed: !exceeds(foreign, told, mostForeign), saw: counted };
  },
};
