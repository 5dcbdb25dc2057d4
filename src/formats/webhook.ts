/** Endpoints of webhooks and what they have not taken, as text. It is given instants as texts, and shows them. */
import { table } from './files/table.ts';

export interface ShownEndpoint {
  readonly endpoint: number;
  readonly of: string;
  readonly url: string;
  readonly kinds: readonly string[];
  readonly state: string;
  readonly reason: string;
  readonly changedBy: string;
  readonly changedAt: string;
  readonly delivered: number;
  readonly lastDelivered: string | null;
  readonly lastAnswer: string | null;
  readonly failingSince: string | null;
  readonly nextAttempt: string | null;
  readonly behind: number;
  readonly waiting: number;
  readonly givenUp: number;
}

/** Endpoints as a table, and under it why one is not told now. */
export function endpointsText(endpoints: readonly ShownEndpoint[]): string {
  if (endpoints.length === 0) return 'No endpoint is registered: cps webhook add registers one.\n';
  const columns = [
    { title: 'endpoint', align: 'right' as const },
    { title: 'of' },
    { title: 'state' },
    { title: 'url', max: 60 },
    { title: 'kinds', align: 'right' as const },
    { title: 'delivered', align: 'right' as const },
    { title: 'behind', align: 'right' as const },
    { title: 'waiting', align: 'right' as const },
    { title: 'given up', align: 'right' as const },
    { title: 'last taken' },
    { title: 'last answer', max: 50 },
  ];
  const rows = endpoints.map((one) => [
    String(one.endpoint),
    one.of,
    one.state,
    one.url,
    String(one.kinds.length),
    String(one.delivered),
    String(one.behind),
    String(one.waiting),
    String(one.givenUp),
    one.lastDelivered ?? '',
    one.lastAnswer ?? '',
  ]);
  return table(columns, rows) + endpoints.map(stoppedText).join('');
}

function stoppedText(one: ShownEndpoint): string {
  if (one.state === 'paused')
    return `Endpoint ${one.endpoint} was paused by ${one.changedBy} on ${one.changedAt}: ${one.reason}. cps webhook resume ${one.endpoint} goes on.\n`;
  if (one.nextAttempt === null) return '';
  return `Endpoint ${one.endpoint} is tried again from ${one.nextAttempt}: nothing was taken since ${one.failingSince ?? 'then'}.\n`;
}

export interface ShownDelivery {
  readonly state: string;
  readonly entry: string;
  readonly kind: string;
  readonly attempts: number;
  readonly firstFailed: string | null;
  readonly nextAttempt: string | null;
  readonly lastAnswer: string | null;
}

/** An endpoint with what it has not taken. */
export function deliveriesText(endpoint: ShownEndpoint, deliveries: readonly ShownDelivery[]): string {
  const total = `${endpoint.delivered} delivered, ${endpoint.waiting} waiting, ${endpoint.givenUp} given up`;
  if (deliveries.length === 0) return `${total}.\n`;
  const columns = [
    { title: 'state' },
    { title: 'kind' },
    { title: 'entry', max: 60 },
    { title: 'tries', align: 'right' as const },
    { title: 'since' },
    { title: 'again' },
    { title: 'answer', max: 60 },
  ];
  const rows = deliveries.map((one) => [
    one.state,
    one.kind,
    one.entry,
    String(one.attempts),
    one.firstFailed ?? '',
    one.nextAttempt ?? (one.state === 'waiting' ? 'after the one before' : ''),
    one.lastAnswer ?? '',
  ]);
  const all = endpoint.waiting + endpoint.givenUp;
  return `${table(columns, rows)}${total}${deliveries.length < all ? `; ${deliveries.length} shown` : ''}.\n`;
}
