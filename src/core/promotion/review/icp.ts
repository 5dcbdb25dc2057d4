/** Whether an ICP number is filed. It is asked of what is on the web: a website, or anything else with a domain. */
import type { Check } from './check.ts';

export const icp: Check = {
  name: 'icp',
  look: ({ kind, domain, filing }) => {
    if (kind !== 'website' && domain === '') return { passed: true, saw: `not asked of an ${kind} without a domain` };
    const number = filing?.icpNumber.trim() ?? '';
    return number === '' ? { passed: false, saw: 'no ICP number' } : { passed: true, saw: number };
  },
};
