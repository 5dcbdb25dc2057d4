/**
 * How much one delivery may be, so that none exhausts the machine: said once, for commands, the API and pages. What is
 * beyond the first two is refused as a whole before a row is taken; rows refused beyond the third are counted, not kept.
 */
export interface Bounds {
  /** Bytes once unpacked. */
  readonly bytes: number;
  /** Lines, and so rows. */
  readonly lines: number;
  /** Refused rows that are kept one by one, to be looked at and mended. */
  readonly refusals: number;
}

export const MIB = 1024 * 1024;

export const BOUNDS: Bounds = { bytes: 32 * 1024 * MIB, lines: 200_000_000, refusals: 10_000 };
