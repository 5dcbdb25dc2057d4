/** The publisher is active at the candidate's instant; one without a status row is (SPEC 1). */
import { datedTest, known } from './test.ts';

export const publisherActive = datedTest({
  name: 'publisher-active',
  reason: 'publisher-not-active',
  fact: 'publisher',
  values: ['active', 'frozen', 'terminated'],
  passing: 'active',
  orNone: true,
  rows: (trial) => known(trial).publisher.status,
});
