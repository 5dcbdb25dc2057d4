/** The shape of a risk signal that fired (SPEC 9), with what it saw. */
import { ACTIONS, SIGNALS } from '../policy/policy.ts';
import { type Infer, list, object, oneOf, optional, text } from './shape.ts';
import { click } from './tested.ts';

export const signal = object({
  signal: oneOf(SIGNALS),
  action: oneOf(ACTIONS),
  /** What it saw, in numbers or words a person can check. */
  saw: text,
  clicks: optional(list(click)),
});
export type FiredSignal = Infer<typeof signal>;
