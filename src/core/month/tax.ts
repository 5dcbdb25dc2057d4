/**
 * Tax withheld from what publishers are paid (SPEC 10): what of a gross is taxable, and the tax of it. `cn-labour` is the
 * PRC's withholding on labour remuneration of individuals; its limits are in whole units of the currency.
 */
import { type Money, share, shareLess } from '../money.ts';
import type { Policy } from '../policy/policy.ts';

const units = (amount: bigint, digits: number): Money => amount * 10n ** BigInt(digits);

/** The tax on a gross (SPEC 10), both in minor units of a currency with so many digits. */
export function taxOn(
  gross: Money,
  kind: 'individual' | 'company',
  profile: Policy['taxProfile'],
  digits: number,
): Money {
  if (profile === 'none' || kind !== 'individual' || gross <= units(800n, digits)) return 0n;
  if (gross <= units(4000n, digits)) return share(gross - units(800n, digits), '0.2');
  const isWithin = (taxable: Money): boolean => gross * 8n <= taxable * 10n;
  if (isWithin(units(20_000n, digits))) return share(gross, '0.8', '0.2');
  if (isWithin(units(50_000n, digits))) return shareLess(gross, ['0.8', '0.3'], units(2000n, digits));
  return shareLess(gross, ['0.8', '0.4'], units(7000n, digits));
}

/** What of a gross from which tax was withheld is taxable, as a return states it: rounded, while the tax was not taken from it. */
export function taxableOf(gross: Money, digits: number): Money {
  return gross <= units(4000n, digits) ? gross - units(800n, digits) : share(gross, '0.8');
}
