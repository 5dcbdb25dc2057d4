/** The outbox as text. It is given letters with their instants as texts, and shows them. */
import { tableBy } from './files/table.ts';

export interface ShownLetter {
  readonly messageId: string;
  readonly publisherId: string | null;
  readonly subject: string;
  readonly state: string;
  readonly queuedAt: string;
  readonly recipient: string | null;
  readonly attempts: number;
  readonly nextAttempt: string | null;
  readonly lastAnswer: string | null;
  readonly endedAt: string | null;
}

/** Letters as a table, and how many are in each state. */
export function mailText(counts: Readonly<Record<string, number>>, letters: readonly ShownLetter[]): string {
  const total = Object.entries(counts)
    .map(([state, count]) => `${count} ${state}`)
    .join(', ');
  if (letters.length === 0) return `${total}.\n`;
  const shown = tableBy(letters, [
    { title: 'state', cell: ({ state }) => state },
    { title: 'publisher', cell: ({ publisherId }) => publisherId ?? '' },
    {
      title: 'to',
      max: 40,
      cell: ({ recipient, state }) => recipient ?? (state === 'waiting' ? 'no address known' : ''),
    },
    { title: 'subject', max: 50, cell: ({ subject }) => subject },
    { title: 'queued', cell: ({ queuedAt }) => queuedAt },
    { title: 'tries', align: 'right', cell: ({ attempts }) => String(attempts) },
    {
      title: 'then',
      cell: ({ endedAt, nextAttempt }) => endedAt ?? (nextAttempt === null ? '' : `again ${nextAttempt}`),
    },
    { title: 'answer', max: 60, cell: ({ lastAnswer }) => lastAnswer ?? '' },
    { title: 'message id', cell: ({ messageId }) => messageId },
  ]);
  return `${shown}${total}${letters.length < sum(counts) ? `; ${letters.length} shown` : ''}.\n`;
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((all, one) => all + one, 0);
}
