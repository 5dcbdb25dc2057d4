/**
 * The steps of a night, in the order in which they are taken (SPEC 4): when each is due, whether it goes line by line or
 * takes the night at once, and the events it makes, with what these are counted as. night.ts takes them; the pages and
 * README show them.
 */
import type { EventType } from '../core/events/event.ts';
import { closeAccounts } from '../store/log/balances.ts';
import { postAdjustments, postOpenings } from './adjust.ts';
import { attributeBatch } from './attribute.ts';
import { clearEarnings } from './clear.ts';
import { closeMonths } from './close.ts';
import { deduct } from './deduct.ts';
import { recordDesk } from './desk.ts';
import { type Due, isNothing } from './due.ts';
import { completeNight, openDay } from './open.ts';
import { openBook } from './open-book.ts';
import { recordPromotion } from './promotion.ts';
import { bookResults } from './results.ts';
import { sealDeliveries } from './seal.ts';
import { settleBatch } from './settle.ts';
import type { Night, TakeBatch } from './terms.ts';

interface StepOfLines {
  /** Takes the next lines of some partitions, a batch; in a large night each is a transaction of its own. */
  readonly takeLines: TakeBatch;
}

interface StepOfNight {
  /** Takes all of it, in the transaction that opens the day or, behind the steps that go by lines, the one that ends it. */
  readonly take: (night: Night, due: Due) => Promise<void>;
}

export type Step = (StepOfLines | StepOfNight) & {
  readonly name: string;
  /** A step that is not due is passed over. */
  readonly isDue: (due: Due) => boolean;
  /** The events it makes, each with the name under which a run reports how many; null for those it does not count. */
  readonly makes: Partial<Record<EventType, string | null>>;
};

const always = (): boolean => true;

/** Whether the day may move an amount owed by a seller or to a publisher before its deductions. */
const moves = ({ facts, results, openings, adjustments }: Due): boolean =>
  facts + results + openings.length + adjustments.length > 0;

export const STEPS = [
  { name: 'book', isDue: always, take: openBook, makes: { BookOpened: null } },
  { name: 'seal', isDue: always, take: sealDeliveries, makes: { DeliveriesSealed: null } },
  { name: 'open', isDue: always, take: openDay, makes: { PolicyAdopted: null, DayOpened: null } },
  {
    name: 'desk',
    isDue: ({ desk }) => desk.length > 0,
    take: recordDesk,
    makes: {
      CaseDecided: 'desk',
      DisputeOpened: 'desk',
      AppealLodged: 'desk',
      AppealDecided: 'desk',
      PaymentFileWritten: 'desk',
      PaymentFileCancelled: 'desk',
      BreakNoted: 'desk',
      BankItemPosted: 'adjustments',
    },
  },
  {
    name: 'promotion',
    isDue: ({ promotion }) => promotion,
    take: recordPromotion,
    makes: {
      SiteWithdrawn: 'promotion',
      PermissionApplied: 'promotion',
      PermissionApproved: 'promotion',
      PermissionRejected: 'promotion',
      NoticeIssued: 'promotion',
      NoticeCancelled: 'promotion',
    },
  },
  {
    name: 'attribute',
    isDue: ({ lines }) => lines > 0,
    takeLines: attributeBatch,
    makes: { OrderAttributed: 'attributed', OrderUnattributed: 'unattributed', LineBroughtIn: 'broughtIn' },
  },
  {
    name: 'settle',
    isDue: ({ facts }) => facts > 0,
    takeLines: settleBatch,
    makes: {
      CommissionSettled: 'settled',
      CommissionReversed: 'reversed',
      CommissionVoided: 'voided',
      CommissionReleased: 'released',
      CommissionForfeited: 'forfeited',
      CommissionRestored: 'restored',
    },
  },
  {
    name: 'results',
    isDue: ({ results }) => results > 0,
    take: bookResults,
    makes: {
      DeductionConfirmed: 'results',
      DeductionFailed: 'results',
      PayoutConfirmed: 'results',
      PayoutReturned: 'results',
    },
  },
  {
    name: 'adjust',
    isDue: ({ openings, adjustments }) => openings.length + adjustments.length > 0,
    take: async (night, due) => {
      await postOpenings(night, due.openings);
      await postAdjustments(night, due.adjustments);
    },
    makes: { OpeningPosted: 'adjustments', AdjustmentPosted: 'adjustments', DueAdjusted: 'adjustments' },
  },
  { name: 'deduct', isDue: moves, take: deduct, makes: { DeductionInstructed: 'deductions' } },
  {
    name: 'clear',
    isDue: (due) => due.clearing || moves(due),
    take: clearEarnings,
    makes: { EarningCleared: 'cleared' },
  },
  {
    name: 'close',
    isDue: ({ months }) => months.length > 0,
    take: closeMonths,
    makes: { StatementIssued: 'statements', TaxWithheld: null, PayoutInstructed: 'payouts' },
  },
  {
    name: 'accounts',
    isDue: (due) => !isNothing(due),
    take: ({ session, day }) => closeAccounts(session, day),
    makes: {},
  },
  { name: 'complete', isDue: always, take: completeNight, makes: { RunCompleted: null } },
] as const satisfies readonly Step[];

type KeysOfEach<M> = M extends unknown ? keyof M : never;
type ValuesOfEach<M> = M extends unknown ? M[keyof M] : never;
type Makes = (typeof STEPS)[number]['makes'];

export type StepName = (typeof STEPS)[number]['name'];
/** What a night did, for people: events by the names that the steps count them under. */
export type Counts = Readonly<Record<Exclude<ValuesOfEach<Makes>, null>, number>>;

/**
 * A night's events under the names by which they are reported, in the order of the steps.
 * @param tally of events that some step makes: a type that none makes does not compile where it is counted
 */
export function countsOf(tally: ReadonlyMap<KeysOfEach<Makes>, number>): Counts {
  const counts: Record<string, number> = {};
  for (const { makes } of STEPS) {
    for (const [type, name] of Object.entries(makes) as [EventType, string | null][])
      if (name !== null) counts[name] = (counts[name] ?? 0) + (tally.get(type) ?? 0);
  }
  return counts as Counts;
}
