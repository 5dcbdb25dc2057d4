/** Of a click on another shop: the site holds the permission for the mall of the line's shop, as of the policy's instant. */
import { datedTest, known } from './test.ts';

const CROSS_STORE = { taobao: 'cross-store:taobao', tmall: 'cross-store:tmall' } as const;

export const crossStorePermitted = datedTest({
  name: 'cross-store-permitted',
  reason: 'cross-store-not-permitted',
  fact: 'permission',
  values: ['grant', 'revoke'],
  passing: 'grant',
  isMade: (trace) => trace === 'cross-store',
  rows: (trial) => known(trial).site.permissions.get(CROSS_STORE[trial.shop.mall]),
  asOf: (at, paidAt, { permissionAsOf }) => (permissionAsOf === 'click' ? at : paidAt),
});
