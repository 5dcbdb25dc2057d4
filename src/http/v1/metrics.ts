/** The book as Prometheus sees it: the last night, what waits, what was refused, breaks, and who waits for the database. */

import { formatMoney } from '../../core/money.ts';
import { openBreaks } from '../../core/reconcile/report.ts';
import { bankReconciled } from '../../office/bank.ts';
import { statusOf } from '../../office/status.ts';
import { inSnapshot } from '../../store/connection/snapshot.ts';
import { nightsPage } from '../../store/lists/lists.ts';
import { label, type Metric, metricsText } from '../metrics.ts';
import type { ServerDeps } from '../server.ts';

/** How long what was read of the book is told again: it sums the whole book, and who watches asks often. */
const FRESH = 30_000;

/** Tells the metrics of the book, as text. */
export function metricsOf(deps: ServerDeps): () => Promise<string> {
  let told: { readonly at: number; readonly text: Promise<string> } | undefined;
  return () => {
    const at = deps.ticks();
    if (told === undefined || at - told.at > FRESH) {
      const text = bookMetrics(deps);
      // What failed is asked again the next time.
      text.catch(() => {
        told = undefined;
      });
      told = { at, text };
    }
    return told.text.then((text) => text + sessionsText(deps));
  };
}

function sessionsText(deps: ServerDeps): string {
  const pools = [
    ['short', deps.sessions.usage()],
    ['long', deps.longSessions.usage()],
  ] as const;
  const of = (name: string, help: string, key: 'busy' | 'waiting'): Metric => ({
    name,
    help,
    type: 'gauge',
    values: pools.map(([pool, standing]) => [label('pool', pool), standing[key]]),
  });
  return metricsText([
    of('cps_sessions_busy', 'Database sessions in use.', 'busy'),
    of('cps_sessions_waiting', 'Requests that wait for a session.', 'waiting'),
  ]);
}

async function bookMetrics(deps: ServerDeps): Promise<string> {
  const known = await deps.book();
  const { status, last, breaks } = await deps.sessions.use(async (session) => {
    const [night] = await nightsPage(session, { after: null, limit: 1 });
    const { lastRunDay } = known;
    const found =
      lastRunDay === null
        ? []
        : await inSnapshot(session, async () => openBreaks(await bankReconciled(session, known, lastRunDay)));
    return { status: await statusOf(session, known), last: night, breaks: found.length };
  });
  const one = (name: string, help: string, value: number | bigint | string): Metric => ({
    name: `cps_${name}`,
    help,
    type: 'gauge',
    values: [['', value]],
  });
  const aged = (name: string, help: string, [all]: typeof status.held): Metric[] => [
    one(`${name}_count`, `${help}: how many.`, all.count),
    one(`${name}_amount`, `${help}: how much.`, formatMoney(all.amount, known.digits)),
  ];
  const ended = known.lastRunDay === null ? 0 : known.calendar.endOf(known.lastRunDay) / 1000;
  return metricsText([
    one('last_night_end_seconds', 'The end of the last business day that was run, in seconds since 1970.', ended),
    ...(last?.seconds === undefined || last.seconds === null
      ? []
      : [
          one('last_night_duration_seconds', 'How long the last night took.', last.seconds),
          one('last_night_lines', 'Order lines that the last night attributed or settled.', last.lines ?? 0),
        ]),
    one('night_running', 'Whether a run is going.', status.running ? 1 : 0),
    one('rejected_rows', 'Rows that were rejected so far.', status.rejected),
    one('conflict_rows', 'Rows that conflicted so far.', status.conflict),
    {
      name: 'cps_parked_rows',
      help: 'Rows that wait for their order line.',
      type: 'gauge',
      values: status.parked.map(({ feed, count }) => [label('feed', feed), count]),
    },
    ...aged('held', 'Earnings held and undecided', status.held),
    ...aged('unsettled', 'Lines not received and not closed', status.unsettled),
    ...aged('deductions_unconfirmed', 'Deductions without result', status.deductions),
    ...aged('payouts_unconfirmed', 'Payouts without result', status.payouts),
    one('open_breaks', 'Breaks between bank and ledger that nobody has resolved.', breaks),
  ]);
}
