/** Endpoints of webhooks and what they have not taken, as text. It is given instants as texts, and shows them. */
import { tableBy } from './files/table.ts';

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
  const right = (title: string, of: (one: ShownEndpoint) => number) =>
    ({ title, align: 'right', cell: (one: ShownEndpoint) => String(of(one)) }) as const;
  const shown = tableBy(endpoints, [
    right('endpoint', ({ endpoint }) => endpoint),
    { title: 'of', cell: (one) => one.of },
    { title: 'state', cell: ({ state }) => state },
    { title: 'url', max: 60, cell: ({ url }) => url },
    right('kinds', ({ kinds }) => kinds.length),
    right('delivered', ({ delivered }) => delivered),
    right('behind', ({ behind }) => behind),
    right('waiting', ({ waiting }) => waiting),
    right('given up', ({ givenUp }) => givenUp),
    { title: 'last taken', cell: ({ lastDelivered }) => lastDelivered ?? '' },
    { title: 'last answer', max: 50, cell: ({ lastAnswer }) => lastAnswer ?? '' },
  ]);
  return shown + endpoints.map(stoppedText).join('');
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
  const shown = tableBy(deliveries, [
    { title: 'state', cell: ({ state }) => state },
    { title: 'kind', cell: ({ kind }) => kind },
    { title: 'entry', max: 60, cell: ({ entry }) => entry },
    { title: 'tries', align: 'right', cell: ({ attempts }) => String(attempts) },
    { title: 'since', cell: ({ firstFailed }) => firstFailed ?? '' },
    {
      title: 'again',
      cell: ({ nextAttempt, state }) => nextAttempt ?? (state === 'waiting' ? 'after the one before' : ''),
    },
    { title: 'answer', max: 60, cell: ({ lastAnswer }) => lastAnswer ?? '' },
  ]);
  const all = endpoint.waiting + endpoint.givenUp;
  return `${shown}${total}${deliveries.length < all ? `; ${deliveries.length} shown` : ''}.\n`;
}
