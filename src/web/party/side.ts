/**
 * A seller's and a publisher's pages are the same pages seen from two sides. What differs is here: whose month it is, what
 * its sums are called, and what stands on a page besides.
 */
import type { OwnParty, Right } from '../../core/access.ts';
import type { Month } from '../../core/calendar.ts';
import type { Document } from '../../core/month/document.ts';
import type { MonthGroups } from '../../core/month/groups.ts';
import type { RunHistory } from '../../formats/explain/explain.ts';
import type { Markup } from '../../formats/files/markup.ts';
import type { PlainTerm } from '../../formats/words/index.ts';
import type { Session } from '../../store/connection/session.ts';
import type { Act } from '../page.ts';
import type { Visit } from '../visit.ts';

/** A month of a party, read and summed. */
export interface PartyMonth {
  readonly month: Month;
  /** Every month that can be gone to, oldest first. */
  readonly months: readonly Month[];
  readonly document: Document;
  readonly groups: MonthGroups;
}

export interface Side {
  readonly kind: Document['kind'];
  readonly role: OwnParty['role'];
  readonly right: Right;
  /** The path under which the side's pages are. */
  readonly base: '/seller' | '/publisher';
  readonly section: PlainTerm;
  readonly words: {
    readonly month: 'seller-month-title' | 'publisher-month-title';
    readonly lines: 'seller-lines-title' | 'publisher-lines-title';
    readonly came: PlainTerm;
    readonly back: PlainTerm;
    readonly byDay: PlainTerm;
    readonly empty: PlainTerm;
    readonly none: PlainTerm;
  };
  /** Reads what the month's own page shows besides, and shows it under the key figures. */
  readonly besides: (session: Session, of: PartyMonth, visit: Visit) => Promise<Besides>;
  /** What the party can do on the page of a line. */
  readonly lineActs: Readonly<Record<string, Act>>;
  /** What stands under a line's story: forms, and what became of them. */
  readonly underLine: (session: Session, history: RunHistory, visit: Visit) => Promise<Markup>;
}

interface Besides {
  /** The figures the page is opened for. */
  readonly figures: Markup;
  readonly parts: readonly Markup[];
  /** Whether there is something to show in a month without a line. */
  readonly isThere: boolean;
}
