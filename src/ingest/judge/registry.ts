/** Judges the registry feeds: their parents, and that a rate of scope `shop` is for the plan's own shop (SPEC 3). */
import type { Row } from '../../core/feeds/feed.ts';
import { shopsOfPlans } from '../../store/intake/intake.ts';
import { idsIn, type Judgement, parent } from './judgement.ts';

const publisher = parent('publisher');
const site = parent('site');
const shop = parent('shop');
const plan = parent('plan');

const RATES: Judgement = {
  parents: [plan],
  begin: async ({ session, rows }) => {
    const shops = await shopsOfPlans(session, idsIn(rows, 'plan_id'));
    return { impossible: (row) => rateFault(row, shops.get(String(row['plan_id']))) };
  },
};

/** Why a rate cannot be one of its plan, whose shop is given. */
export function rateFault(row: Row, shopOfPlan: string | undefined): string | undefined {
  return row['scope'] === 'shop' && shopOfPlan !== row['scope_id']
    ? `a rate of scope shop must be for the plan's own shop ${shopOfPlan}, not ${row['scope_id']}`
    : undefined;
}

export const REGISTRY: Readonly<Record<string, Judgement>> = {
  publishers: {},
  shops: {},
  'publisher-status': { parents: [publisher] },
  contacts: { parents: [publisher] },
  sites: { parents: [publisher] },
  'site-reviews': { parents: [site] },
  adzones: { parents: [site] },
  programme: { parents: [shop] },
  plans: { parents: [shop] },
  rates: RATES,
  'plan-members': { parents: [plan, publisher] },
  filings: { parents: [site] },
  ownership: { parents: [site] },
};
