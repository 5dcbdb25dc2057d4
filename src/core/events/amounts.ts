import { day, flag, type Infer, instant, money, type Of, object, oneOf, optional, text } from './shape.ts';

export const amounts = {
  /** C, what the seller owes. */
  commission: money,
  /** F, the alliance's part of it. */
  fee: money,
  /** P, the publisher's. */
  earning: money,
};
export type Amounts = Of<typeof amounts>;

/** Where a line's earning stands: in the publisher's `payable`, `held`, or `clearing`, where it waits to become payable. */
export const pocket = oneOf(['payable', 'held', 'clearing']);
export type Pocket = Infer<typeof pocket>;

/** What an earning waits for before it is payable; absent where the policy asks for nothing. */
export const clearing = {
  /** The first night that may make it payable. */
  clears_on: optional(day),
  /** True where its seller's deduction has to be confirmed too. */
  when_collected: optional(flag),
};
export type Clearing = Of<typeof clearing>;

/** Where the earning of a restored line goes: a line that was given back is under no hold. */
export const restoredTo = (waits: Clearing): Pocket => (waits.clears_on === undefined ? 'payable' : 'clearing');

/** C, F and P as an event moved them, for what is told of it. */
export const moved = ({ commission, fee, earning }: Amounts, sign: 1n | -1n = 1n): Amounts => ({
  commission: sign * commission,
  fee: sign * fee,
  earning: sign * earning,
});

export const refund = object({
  refund: text,
  /** What it takes off the line; below 0 only of a correction. */
  amount: money,
  refunded_at: instant,
  /** Of a correction of the line's amount: why. Its id is in `refund`. */
  correction: optional(text),
});
export type CountedRefund = Infer<typeof refund>;

/** Who decided about a line, in which decision, and why. */
export const decided = { decision: text, decided_by: text, reason: text };
