/** How many of the site's order lines were forfeited lately. */
import type { Check } from './check.ts';

export const forfeits: Check = {
  name: 'forfeits',
  look: (site, _asOf, { mostForfeits, forfeitDays }) => ({
    passed: site.forfeits <= mostForfeits,
    saw: { of: 'forfeits', lines: site.forfeits, days: forfeitDays },
  }),
};
