/** The reference's own exact arithmetic: money in minor units, rates in millionths, rounded half-up. It shares nothing with src/core/money.ts. */

/** One whole, in millionths: what rates and fractions are counted in. */
const MILLION = 1_000_000n;

/** Reads a decimal with at most `places` digits behind the point as a count of 10^-places; undefined when it is none. */
export function scaled(text: string, places: number): bigint | undefined {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (match === null) return undefined;
  const fraction = match[3] ?? '';
  if (fraction.length > places) return undefined;
  const size = BigInt(`${match[2]}${fraction.padEnd(places, '0')}`);
  return match[1] === '-' ? -size : size;
}

/** `12.34`, `-0.05`, `0.00`. */
export function amountText(minor: bigint, digits: number): string {
  const size = (minor < 0n ? -minor : minor).toString().padStart(digits + 1, '0');
  const whole = size.slice(0, size.length - digits);
  const text = digits === 0 ? whole : `${whole}.${size.slice(size.length - digits)}`;
  return minor < 0n ? `-${text}` : text;
}

/** A rate in millionths as the shortest decimal. */
export function rateText(millionths: bigint): string {
  return amountText(millionths, 6).replace(/\.?0+$/, '');
}

/** Half-up division of numbers that are not negative. */
function halfUp(over: bigint, under: bigint): bigint {
  if (over < 0n) throw new Error('the reference rounds no negative number');
  return (2n * over + under) / (2n * under);
}

export function share(base: bigint, rate: bigint): bigint {
  return halfUp(base * rate, MILLION);
}

export function shareOfShare(base: bigint, rate: bigint, fee: bigint): bigint {
  return halfUp(base * rate * fee, MILLION * MILLION);
}

/** SPEC 10, taxProfile `cn-labour` for an individual. */
export function labourTax(gross: bigint, digits: number): bigint {
  const yuan = 10n ** BigInt(digits);
  if (gross <= 800n * yuan) return 0n;
  const tenths = gross <= 4000n * yuan ? (gross - 800n * yuan) * 10n : gross * 8n;
  if (tenths <= 200_000n * yuan) return halfUp(2n * tenths, 100n);
  if (tenths <= 500_000n * yuan) return halfUp(3n * tenths - 200_000n * yuan, 100n);
  return halfUp(4n * tenths - 700_000n * yuan, 100n);
}
