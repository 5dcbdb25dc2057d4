/**
 * What verifying finds: a field that is stored as one thing and derived as another. It compares and writes values for
 * people; where in the book the field lies is added by who streams it.
 */
import { formatMoney } from '../money.ts';

/** What a difference is about, in the order in which a report names them. */
export const KINDS = [
  'chain',
  'transfers',
  'account days',
  'lines',
  'instructions',
  'statements',
  'promotion',
  'decisions',
  'book',
  'nights',
  'deliveries',
  'intake',
  'anchors',
  'audit',
] as const;
export type Kind = (typeof KINDS)[number];

export interface Finding {
  readonly kind: Kind;
  readonly field: string;
  readonly stored: string;
  readonly derived: string;
}

/** Gathers the findings about one thing. Amounts are bigints, and are written with the currency's digits. */
export class Checks {
  readonly findings: Finding[] = [];
  readonly #digits: number;

  constructor(digits: number) {
    this.#digits = digits;
  }

  /** Finds a difference where the two are not written alike. */
  same(kind: Kind, field: string, stored: unknown, derived: unknown): void {
    if (stored === derived) return;
    const [left, right] = [this.shown(stored), this.shown(derived)];
    if (left !== right) this.findings.push({ kind, field, stored: left, derived: right });
  }

  /** Finds a difference where a rule does not hold; `derived` says what the rule asks. */
  holds(kind: Kind, field: string, rule: boolean, stored: unknown, derived: string): void {
    if (!rule) this.findings.push({ kind, field, stored: this.shown(stored), derived });
  }

  /** Compares two values part by part, and finds the first part of each field that differs. */
  alike(kind: Kind, field: string, stored: unknown, derived: unknown): void {
    const isTree = (value: unknown): value is object => typeof value === 'object' && value !== null;
    if (!isTree(stored) || !isTree(derived)) {
      this.same(kind, field, stored, derived);
      return;
    }
    const [left, right] = [stored as Readonly<Record<string, unknown>>, derived as Readonly<Record<string, unknown>>];
    for (const part of Object.keys(right)) this.#part(kind, field, part, left[part], right[part]);
    for (const part of Object.keys(left)) if (!(part in right)) this.#part(kind, field, part, left[part], undefined);
  }

  /** Nearly every part is alike, and is not given a name. */
  #part(kind: Kind, field: string, part: string, stored: unknown, derived: unknown): void {
    if (stored !== derived) this.alike(kind, `${field}.${part}`, stored, derived);
  }

  shown(value: unknown): string {
    if (value === undefined || value === null) return '-';
    if (typeof value === 'bigint') return formatMoney(value, this.#digits);
    if (typeof value === 'object')
      return JSON.stringify(value, (_key, one: unknown) =>
        typeof one === 'bigint' ? formatMoney(one, this.#digits) : one,
      );
    return String(value);
  }
}
