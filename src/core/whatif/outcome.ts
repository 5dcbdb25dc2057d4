/**
 * What came of an order line, or would have come: who earned it, and what its facts so far made of that. And how two
 * outcomes of one line differ.
 */
import type { Amounts, Attribution, Event } from '../events/event.ts';
import type { Money } from '../money.ts';
import type { Life } from '../settlement/line-nights.ts';
import type { Standing } from '../settlement/settlement.ts';

/** Who lost a line to a forfeit, and the earning that this gave back. */
interface Forfeit {
  readonly publisherId: string | null;
  readonly earning: Money;
}

/** The outcome of an order line after every fact that is due. */
export interface Outcome {
  readonly attribution: Attribution;
  /** Null of a line that nobody earned. */
  readonly standing: Standing | null;
  /** Its events after the attribution. */
  readonly events: readonly Event[];
  /** Who has it in the end. */
  readonly publisherId: string | null;
  /** The trace it was earned by; of a line that nobody earned the reason. */
  readonly why: string;
  readonly state: 'unattributed' | Standing['state'];
  /** What it stands at: what was settled less what was given back. */
  readonly stands: Amounts;
  /** What refunds gave back after settlement. */
  readonly refunded: Amounts;
  /** Forfeits by a person, before settlement or after; more than one only of a line that was given to another between. */
  readonly forfeits: readonly Forfeit[];
  /** Of what stands, the publisher's part that waits in `held`. */
  readonly held: Money;
}

const NOTHING: Amounts = { commission: 0n, fee: 0n, earning: 0n };

/** What a line came to by its attribution and its life after; undefined where it has none, as nobody earned it. */
export function outcomeOf(attribution: Attribution, life: Life | undefined): Outcome {
  if (attribution.type === 'OrderUnattributed') {
    const nobody = { publisherId: null, state: 'unattributed', standing: null, forfeits: [], held: 0n } as const;
    return { attribution, events: [], ...nobody, why: attribution.body.reason, stands: NOTHING, refunded: NOTHING };
  }
  if (life === undefined) throw new Error(`order line ${attribution.subject} is attributed and has no life`);
  const { standing, events } = life;
  let refunded = NOTHING;
  const forfeits: Forfeit[] = [];
  for (const event of events) {
    if (event.type === 'CommissionReversed') refunded = plus(refunded, event.body);
    const { publisherId } = event;
    if (event.type === 'CommissionForfeited') forfeits.push({ publisherId, earning: event.body.earning });
    if (event.type === 'CommissionVoided' && event.body.reason === 'forfeited')
      forfeits.push({ publisherId, earning: 0n });
  }
  const { settled, state, hold, publisherId } = standing;
  const stands = settled === null ? NOTHING : settled;
  const held = state === 'settled' && hold === 'held' ? stands.earning : 0n;
  const why = standing.restored?.trace ?? attribution.body.trace;
  return { attribution, standing, events, publisherId, why, state, stands, refunded, forfeits, held };
}

const plus = (a: Amounts, b: Amounts): Amounts => ({
  commission: a.commission + b.commission,
  fee: a.fee + b.fee,
  earning: a.earning + b.earning,
});

/** How a line's outcome differs. `open`: no money in either so far, but another decision about a line not yet received. */
export const SHIFTS = ['changes-hands', 'newly-paid', 'no-longer-paid', 'other-amount', 'open'] as const;
export type Shift = (typeof SHIFTS)[number];

/** The publisher to whom a line has brought money that it still has; null for none. */
export function payeeOf({ stands, publisherId }: Outcome): string | null {
  return stands.commission > 0n ? publisherId : null;
}

/** How the second outcome differs from the first; undefined where nobody gains or loses by it. */
export function shiftOf(book: Outcome, other: Outcome): Shift | undefined {
  const before = payeeOf(book);
  const after = payeeOf(other);
  if (before === null && after === null) return isOpen(book, other) ? 'open' : undefined;
  if (before === null) return 'newly-paid';
  if (after === null) return 'no-longer-paid';
  if (before !== after) return 'changes-hands';
  const same =
    book.stands.commission === other.stands.commission &&
    book.stands.fee === other.stands.fee &&
    book.held === other.held;
  return same ? undefined : 'other-amount';
}

/** Whether a line that may still bring money is decided otherwise. */
function isOpen(book: Outcome, other: Outcome): boolean {
  if (book.state !== 'attributed' && other.state !== 'attributed') return false;
  const [a, b] = [book.standing, other.standing];
  return (
    book.state !== other.state ||
    book.publisherId !== other.publisherId ||
    a?.rate !== b?.rate ||
    (a?.hold === 'held') !== (b?.hold === 'held')
  );
}

/** How much of a line's money is elsewhere, in minor units: the order in which differing lines are shown. */
export function weightOf(book: Outcome, other: Outcome): Money {
  const [a, b] = [book.stands, other.stands];
  if (payeeOf(book) !== payeeOf(other)) return a.commission > b.commission ? a.commission : b.commission;
  const moved = [a.commission - b.commission, a.fee - b.fee, a.earning - b.earning, book.held - other.held];
  return moved.reduce((most, one) => (abs(one) > most ? abs(one) : most), 0n);
}

/** An amount without its sign. */
export const abs = (amount: Money): Money => (amount < 0n ? -amount : amount);
