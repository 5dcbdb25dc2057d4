/**
 * The share of a site's clicks that come from elsewhere than its filed domain (JD code 14). Clicks that do not tell where
 * they came from are not counted, and without a domain there is nothing to compare.
 */
import { exceeds } from '../money.ts';
import type { Check } from './check.ts';

export const referrer: Check = {
  name: 'referrer',
  look: ({ domain, clicks: { told, foreign } }, _asOf, { leastClicks, mostForeign }) => {
    if (domain === '') return { passed: true, saw: 'no domain to compare with' };
    const counted = `${foreign} of ${told} clicks from elsewhere`;
    if (told < leastClicks) return { passed: true, saw: `${counted}, too few to judge` };
    return { passed: !exceeds(foreign, told, mostForeign), saw: counted };
  },
};
