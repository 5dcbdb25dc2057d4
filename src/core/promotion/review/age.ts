/** How long ago the site was first filed. */
import { DAY_LENGTH } from '../../calendar.ts';
import type { Check } from './check.ts';

export const age: Check = {
  name: 'age',
  look: ({ filedAs }, asOf, { ageDays }) => {
    const days = Math.floor((asOf - (filedAs[0]?.at ?? asOf)) / DAY_LENGTH);
    return { passed: days >= ageDays, saw: { of: 'age', days } };
  },
};
