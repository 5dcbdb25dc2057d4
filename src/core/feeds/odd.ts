/** The kinds of notices, and what each says beside its kind. */

/** Of a row: the first four; of a file as a whole: the rest. */
export const ODD_KINDS = [
  'late-click',
  'future-order',
  'coupon-no-pid',
  'no-payee',
  'high-rate',
  'time-double',
  'time-skipped',
  'near-column',
  'encoding-guessed',
  'delimiter-guessed',
  'decimal-comma',
  'other-sheets',
] as const;
export type OddKind = (typeof ODD_KINDS)[number];

/** Something that looks wrong. */
export interface Odd {
  readonly kind: OddKind;
  /** The column it is about; empty where it is about none. */
  readonly about: string;
  /** What a sentence about it names. */
  readonly detail: Readonly<Record<string, string>>;
}
