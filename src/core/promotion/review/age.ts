/** How long ago the site was first filed. */
import { DAY_LENGTH } from '../../calendar.ts';
import type { Check } from './check.ts';

export const age: Check = {
  name: 'age',
  look: ({ firstFiledAt }, asOf, { ageDays }) => {
    const days = Math.floor((asOf - firstFiledAt) / DAY_LENGTH);
    return { passed: days >= ageDays, saw: `filed ${days} ${days === 1 ? 'day' : 'days'} ago` };
  },
};
