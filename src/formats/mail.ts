/** The outbox as text. It is given letters with their instants as texts, and shows them. */
import { table } from './files/table.ts';

export interface ShownLetter {
  readonly messageId: string;
  readonly publisherId: string;
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
  const columns = [
    { title: 'state' },
    { title: 'publisher' },
    { title: 'to', max: 40 },
    { title: 'subject', max: 50 },
    { title: 'queued' },
    { title: 'tries', align: 'right' as const },
    { title: 'then' },
    { title: 'answer', max: 60 },
    { title: 'message id' },
  ];
  const rows = letters.map((one) => [
    one.state,
    one.publisherId,
    one.recipient ?? (one.state === 'waiting' ? 'no address known' : ''),
    one.subject,
    one.queuedAt,
    String(one.attempts),
    one.endedAt ?? (one.nextAttempt === null ? '' : `again ${one.nextAttempt}`),
    one.lastAnswer ?? '',
    one.messageId,
  ]);
  return `${table(columns, rows)}${total}${letters.length < sum(counts) ? `; ${letters.length} shown` : ''}.\n`;
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((all, one) => all + one, 0);
}
