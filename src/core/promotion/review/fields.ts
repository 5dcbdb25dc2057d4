/** Whether the filing is complete: a name, a domain for a website, categories, a description, traffic and evidence. */
import { type Check, FILED, filingOf } from './check.ts';

export const fields: Check = {
  name: 'fields',
  look: (site) => {
    const { kind, name, domain } = site;
    const filing = filingOf(site);
    if (filing === null) return { passed: false, saw: { of: 'filing-none' } };
    const lacks: Readonly<Record<(typeof FILED)[number], boolean>> = {
      name: name.trim() === '',
      domain: kind === 'website' && domain === '',
      categories: filing.categories.length === 0,
      description: filing.description.trim() === '',
      visitors: filing.dailyVisitors === null,
      evidence: filing.evidence.length === 0,
    };
    const missing = FILED.filter((field) => lacks[field]);
    return missing.length === 0
      ? { passed: true, saw: { of: 'filing-whole' } }
      : { passed: false, saw: { of: 'filing-short', missing } };
  },
};
