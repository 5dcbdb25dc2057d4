/**
 * The share of a site's clicks that come from elsewhere than its filed domain (JD code 14). Clicks that do not tell where
 * they came from are not counted, and without a domain there is nothing to compare.
 */
import { exceeds } from '../../money.ts';
import type { Check, Seen } from './check.ts';

export const referrer: Check = {
  name: 'referrer',
  look: ({ kind, domain, clicks: { told, foreign } }, _asOf, { leastClicks, mostForeign }) => {
    if (kind !== 'website' || domain === '') return { passed: true, saw: { of: 'no-domain' } };
    const few = told < leastClicks;
    const saw: Seen = { of: 'foreign', clicks: foreign, all: told, few };
    return { passed: few || !exceeds(foreign, told, mostForeign), saw };
  },
};
