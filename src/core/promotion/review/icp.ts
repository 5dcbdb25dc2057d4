/** Whether an ICP number is filed. It is asked of what is on the web: a website, or anything else with a domain. */
import { type Check, filingOf } from './check.ts';

export const icp: Check = {
  name: 'icp',
  look: (site) => {
    const { kind, domain } = site;
    if (kind !== 'website' && domain === '') return { passed: true, saw: { of: 'icp-not-asked' } };
    const number = filingOf(site)?.icpNumber.trim() ?? '';
    return number === '' ? { passed: false, saw: { of: 'icp-none' } } : { passed: true, saw: { of: 'icp', number } };
  },
};
