/** What is recorded of banks: payment files written and cancelled, and what people say of breaks. They post nothing. */
import { event } from './record.ts';
import { money, nullable, oneOf, sha256, text, whole } from './shape.ts';

export const paymentFileWritten = event(
  'PaymentFileWritten',
  { file: text, format: text, sha256, rows: whole, amount: money, by: text },
  { home: 'run', news: null },
);

export const paymentFileCancelled = event(
  'PaymentFileCancelled',
  { file: text, by: text, reason: text },
  { home: 'run', news: null },
);

export const breakNoted = event(
  'BreakNoted',
  {
    break: text,
    step: oneOf(['assign', 'comment', 'resolve']),
    by: text,
    owner: nullable(text),
    /** What a resolution accepts that the bank has more than the ledger; null of other steps. */
    effect: nullable(money),
    reason: text,
  },
  { home: 'run', news: null },
);
