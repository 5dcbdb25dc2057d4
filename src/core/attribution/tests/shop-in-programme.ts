/** The line's shop, not the clicked one, is in the programme at the candidate's instant. */
import { datedTest } from './test.ts';

export const shopInProgramme = datedTest({
  name: 'shop-in-programme',
  reason: 'shop-not-in-programme',
  fact: 'programme',
  values: ['join', 'leave'],
  passing: 'join',
  rows: ({ shop }) => shop.programme,
});
