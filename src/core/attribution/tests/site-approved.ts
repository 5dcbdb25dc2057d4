/** The site is approved at the candidate's instant; one that was never reviewed is not. */
import { SITE_STATES } from '../../promotion/permissions.ts';
import { datedTest, known } from './test.ts';

export const siteApproved = datedTest({
  name: 'site-approved',
  reason: 'site-not-approved',
  fact: 'site',
  values: [...SITE_STATES, 'withdrawn'],
  passing: 'approved',
  rows: (trial) => known(trial).site.reviews,
});
