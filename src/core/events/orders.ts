/** The first event of each order line: who earned it, that nobody did, or that old books had settled it. */
import { trace } from '../attribution/click.ts';
import { REASONS, tested } from '../attribution/tests/index.ts';
import { firedSignal } from '../signals/index.ts';
import { amounts } from './amounts.ts';
import { order, rateSource } from './order.ts';
import { event } from './record.ts';
import { flag, instant, list, money, nullable, object, oneOf, rate, text, whole } from './shape.ts';

/** What a search came by beside its winner. */
const search = {
  tested: list(tested),
  /** The clicks in a window that were not tested: how many, and the SHA-256 of their canonical list. */
  rest: object({ count: whole, digest: text }),
  /** Clicks in a window left out because their PID is not known. */
  unknown_pids: whole,
};

export const orderAttributed = event(
  'OrderAttributed',
  {
    pid: text,
    click: nullable(text),
    trace,
    rate,
    source: rateSource,
    estimate: money,
    signals: list(firedSignal),
    held: flag,
    order,
    ...search,
    policy: whole,
  },
  {
    home: 'line',
    begins: true,
    // An estimate is no obligation: what comes of it is told.
    news: null,
  },
);

export const orderUnattributed = event(
  'OrderUnattributed',
  { reason: oneOf(REASONS), order, ...search, policy: whole },
  { home: 'line', begins: true, news: null },
);

/** A line that old books attributed, in place of an attribution. */
export const lineBroughtIn = event(
  'LineBroughtIn',
  {
    cut_over: text,
    /** What was paid is what is left of it. */
    order,
    pid: text,
    trace,
    rate,
    estimate: money,
    /** What the old books settled it at; null of a line that is not received. */
    settled: nullable(object({ ...amounts, confirmed_at: instant, fee_rate: rate })),
    prepared_by: text,
    approved_by: text,
    policy: whole,
  },
  { home: 'line', begins: true, news: null },
);
