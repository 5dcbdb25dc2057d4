/** Whether the filing is complete: a name, a domain for a website, categories, a description, traffic and evidence. */
import { type Check, filingOf } from './check.ts';

export const fields: Check = {
  name: 'fields',
  look: (site) => {
    const { kind, name, domain } = site;
    const filing = filingOf(site);
    if (filing === null) return { passed: false, saw: 'nothing filed but a name and a domain' };
    const missing = [
      name.trim() === '' ? 'name' : '',
      kind === 'website' && domain === '' ? 'domain' : '',
      filing.categories.length === 0 ? 'categories' : '',
      filing.description.trim() === '' ? 'description' : '',
      filing.dailyVisitors === null ? 'daily visitors' : '',
      filing.evidence.length === 0 ? 'evidence' : '',
    ].filter((field) => field !== '');
    return missing.length === 0
      ? { passed: true, saw: 'complete' }
      : { passed: false, saw: `without ${missing.join(', ')}` };
  },
};
