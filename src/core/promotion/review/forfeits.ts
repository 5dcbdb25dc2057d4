/** How many of the site's order lines were forfeited lately. */
import type { Check } from './check.ts';

export const forfeits: Check = {
  name: 'forfeits',
  look: (site, _asOf, { mostForfeits, forfeitDays }) => ({
    passed: site.forfeits <= mostForfeits,
    saw: `${site.forfeits} ${site.forfeits === 1 ? 'line' : 'lines'} forfeited in ${forfeitDays} days`,
  }),
};
