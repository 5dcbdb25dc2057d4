/** Whether a person or another system has found the site to be its publisher's. */
import type { Check } from './check.ts';

export const ownership: Check = {
  name: 'ownership',
  look: ({ ownership: found }) => {
    if (found === null) return { passed: false, saw: 'never verified' };
    const by = found.by === '' ? '' : ` by ${found.by}`;
    const how = found.how === '' ? '' : `: ${found.how}`;
    return { passed: found.verified, saw: `${found.verified ? 'verified' : 'found not to be so'}${by}${how}` };
  },
};
