/** What a verification has gone through and found: counts, and for each kind the first difference and how many there are. */
import type { Day } from '../core/calendar.ts';
import { type Finding, KINDS, type Kind } from '../core/verify/finding.ts';

/** Where a difference lies: of an account day the partition and position are null. */
export interface Place {
  readonly partition: number | null;
  readonly position: bigint | null;
  readonly subject: string;
}

export interface Difference extends Finding, Place {}

export interface Differences {
  readonly kind: Kind;
  readonly count: number;
  readonly first: Difference;
}

/**
 * How many of each were gone through: `deliveries` are rows delivered that nights sealed, `audit` entries of the
 * record of who did what.
 */
const COUNTED = [
  'events',
  'transfers',
  'accountDays',
  'lines',
  'instructions',
  'statements',
  'decisions',
  'deliveries',
  'nights',
  'audit',
] as const;

export type Checked = Record<(typeof COUNTED)[number], number> & {
  /** Roots kept outside the book that were compared, where some were given. */
  anchors?: number;
};

/** A partition's leaf under the root of a night, in hex, made again from the log. */
export interface NightLeaf {
  readonly day: Day;
  readonly partition: number;
  readonly leaf: string;
}

/** A report as it travels between threads. */
export interface Part {
  readonly leaves: readonly NightLeaf[];
  readonly checked: Checked;
  readonly matched: Matched;
  readonly differences: readonly Differences[];
}

/** What a difference in the rows of a table is called. */
export const KIND_OF = {
  attribution: 'lines',
  settlement: 'lines',
  instruction: 'instructions',
  statement: 'statements',
  promotion: 'promotion',
} as const;

/** Rows that an event accounts for, by table. */
export type Matched = Record<keyof typeof KIND_OF, number>;

const zeros = <K extends string>(names: readonly K[]) =>
  Object.fromEntries(names.map((name) => [name, 0])) as Record<K, number>;

/** A report that grows as things are checked; parts of it can be made apart and added up. */
export class Report {
  readonly checked: Checked = zeros(COUNTED);
  readonly matched: Matched = zeros(Object.keys(KIND_OF) as (keyof Matched)[]);
  readonly leaves: NightLeaf[] = [];
  readonly #found = new Map<Kind, { count: number; first: Difference }>();

  /** Adds what was found about one thing. */
  add(place: Place, findings: readonly Finding[]): void {
    for (const finding of findings) this.#take({ ...finding, ...place }, 1);
  }

  /** Adds differences of which the first is given. */
  addCounted(first: Difference, count: number): void {
    this.#take(first, count);
  }

  /** Adds a part made elsewhere. */
  addPart(part: Part): void {
    for (const key of Object.keys(this.matched) as (keyof Matched)[]) this.matched[key] += part.matched[key];
    for (const key of COUNTED) this.checked[key] += part.checked[key];
    for (const leaf of part.leaves) this.leaves.push(leaf);
    for (const { first, count } of part.differences) this.#take(first, count);
  }

  /** In the order of KINDS. */
  get differences(): Differences[] {
    return KINDS.flatMap((kind) => {
      const found = this.#found.get(kind);
      return found === undefined ? [] : [{ kind, ...found }];
    });
  }

  get part(): Part {
    return { leaves: this.leaves, checked: this.checked, matched: this.matched, differences: this.differences };
  }

  #take(difference: Difference, count: number): void {
    const known = this.#found.get(difference.kind);
    if (known === undefined) this.#found.set(difference.kind, { count, first: difference });
    else {
      known.count += count;
      if (before(difference, known.first)) known.first = difference;
    }
  }
}

function before(a: Place, b: Place): boolean {
  if (a.partition === null || b.partition === null || a.position === null || b.position === null) return false;
  return a.partition !== b.partition ? a.partition < b.partition : a.position < b.position;
}
