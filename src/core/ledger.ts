/**
 * The posting table (SPEC 11): what each event moves between which accounts of accounts.ts. Posting is a look-up that
 * evaluates no rule. There is no default case, so a new event does not compile until somebody says what it posts.
 */
import { type Account, clearing, due, held, ownAccount, payable, returned } from './accounts.ts';
import { restoredTo } from './events/amounts.ts';
import type { Event, EventOf, EventType, Pocket } from './events/event.ts';
import type { Money } from './money.ts';

/** One movement: `amount` is above 0, so that an unbalanced entry cannot be written. */
export interface Transfer {
  readonly debit: Account;
  readonly credit: Account;
  readonly amount: Money;
}

const BANK = ownAccount('bank');
const DEDUCTIONS_IN_CLEARING = ownAccount('deductionsInClearing');
const PAYOUTS_IN_CLEARING = ownAccount('payoutsInClearing');
const TAX_WITHHELD = ownAccount('taxWithheld');
const SERVICE_FEE = ownAccount('serviceFee');
const ADJUSTMENT = ownAccount('adjustment');
const OPENING = ownAccount('opening');

const POCKETS: Readonly<Record<Pocket, (publisherId: string) => Account>> = { payable, held, clearing };

function pocket(publisherId: string, which: Pocket): Account {
  return POCKETS[which](publisherId);
}

/** A movement of a signed amount: nothing for zero, the other way round below it. */
function move(debit: Account, credit: Account, amount: Money): Transfer[] {
  if (amount === 0n) return [];
  return amount > 0n ? [{ debit, credit, amount }] : [{ debit: credit, credit: debit, amount: -amount }];
}

function party(id: string | null, event: Event): string {
  if (id === null) throw new Error(`${event.type} of ${event.subject} names no party, so it cannot be posted`);
  return id;
}

const seller = (event: Event): string => party(event.sellerId, event);
const publisher = (event: Event): string => party(event.publisherId, event);
const nothing = (): Transfer[] => [];

function giveBack(event: EventOf<'CommissionReversed'> | EventOf<'CommissionForfeited'>): Transfer[] {
  const owed = due(seller(event));
  return [
    ...move(pocket(publisher(event), event.body.pocket), owed, event.body.earning),
    ...move(SERVICE_FEE, owed, event.body.fee),
  ];
}

const postings: { readonly [T in EventType]: (event: EventOf<T>) => Transfer[] } = {
  BookOpened: nothing,
  PolicyAdopted: nothing,
  DeliveriesSealed: nothing,
  DayOpened: nothing,
  RunCompleted: nothing,
  OrderAttributed: nothing,
  OrderUnattributed: nothing,
  LineBroughtIn: nothing,
  CommissionSettled: (event) => [
    ...move(due(seller(event)), pocket(publisher(event), event.body.pocket), event.body.earning),
    ...move(due(seller(event)), SERVICE_FEE, event.body.fee),
  ],
  CommissionVoided: nothing,
  CommissionReversed: giveBack,
  CommissionReleased: (event) =>
    move(held(publisher(event)), pocket(publisher(event), event.body.pocket ?? 'payable'), event.body.earning),
  EarningCleared: (event) => move(clearing(publisher(event)), payable(publisher(event)), event.body.earning),
  CommissionForfeited: giveBack,
  CommissionRestored: (event) => [
    ...move(due(seller(event)), pocket(publisher(event), restoredTo(event.body)), event.body.earning),
    ...move(due(seller(event)), SERVICE_FEE, event.body.fee),
  ],
  PaymentFileWritten: nothing,
  PaymentFileCancelled: nothing,
  BreakNoted: nothing,
  BankItemPosted: (event) => move(BANK, ownAccount(event.body.against), event.body.amount),
  CaseDecided: nothing,
  DisputeOpened: nothing,
  AppealLodged: nothing,
  AppealDecided: nothing,
  DeductionInstructed: (event) => move(DEDUCTIONS_IN_CLEARING, due(seller(event)), event.body.amount),
  DeductionConfirmed: (event) => move(BANK, DEDUCTIONS_IN_CLEARING, event.body.amount),
  DeductionFailed: (event) =>
    move(due(seller(event)), event.body.after_confirmation ? BANK : DEDUCTIONS_IN_CLEARING, event.body.amount),
  TaxWithheld: (event) => move(payable(publisher(event)), TAX_WITHHELD, event.body.amount),
  PayoutInstructed: (event) => [
    ...move(payable(publisher(event)), PAYOUTS_IN_CLEARING, event.body.from_payable),
    ...move(returned(publisher(event)), PAYOUTS_IN_CLEARING, event.body.from_returned),
  ],
  PayoutConfirmed: (event) => move(PAYOUTS_IN_CLEARING, BANK, event.body.amount),
  PayoutReturned: (event) =>
    move(event.body.after_confirmation ? BANK : PAYOUTS_IN_CLEARING, returned(publisher(event)), event.body.amount),
  AdjustmentPosted: (event) => move(ADJUSTMENT, payable(publisher(event)), event.body.amount),
  OpeningPosted: (event) => {
    const { account, amount } = event.body;
    if (account === 'due') return move(due(seller(event)), OPENING, amount);
    const owed = account === 'payable' ? payable : returned;
    return move(OPENING, owed(publisher(event)), amount);
  },
  DueAdjusted: (event) => move(ADJUSTMENT, due(seller(event)), event.body.amount),
  StatementIssued: nothing,
  SiteWithdrawn: nothing,
  PermissionApplied: nothing,
  PermissionApproved: nothing,
  PermissionRejected: nothing,
  NoticeIssued: nothing,
  NoticeCancelled: nothing,
};

/** The transfers an event makes, in the order of SPEC 11; none for an event that moves nothing. */
export function post(event: Event): Transfer[] {
  return (postings[event.type] as (event: Event) => Transfer[])(event);
}
