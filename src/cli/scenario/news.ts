/** The messages that an endpoint of a party would have been sent so far, one a line: day, kind and `data`. */
import { messageOf } from '../../core/webhook/message.ts';
import { type Audience, kindsFor, typesOf } from '../../core/webhook/telling.ts';
import type { Session } from '../../store/connection/session.ts';
import type { Book } from '../../store/night/book.ts';
import { partitionHeads } from '../../store/night/progress.ts';
import { newsIn } from '../../store/outbox/webhook-turns.ts';

/** More than any scenario has. */
const MOST = 10_000;

/** The messages in order of day, then entry, so that the text is the same whatever partition a line lies in. */
export async function newsText(session: Session, book: Book, role: Audience['role'], party: string): Promise<string> {
  const audience: Audience = { role, party: role === 'operator' ? null : party };
  const heads = await partitionHeads(session);
  const stretches = [...heads].map(([partition, { position }]) => ({ partition, after: 0n, through: position }));
  const types = typesOf(kindsFor(role));
  const news = await newsIn(session, stretches, { endpointId: 0, types, audience, limit: MOST, digits: book.digits });
  const lines = news
    .map(({ logged, winner }) => JSON.parse(messageOf(logged, winner, audience, book).body) as Told)
    .sort((a, b) => (a.entry < b.entry ? -1 : 1))
    .map(({ business_day: day, type, data }) => `${day}  ${type}  ${JSON.stringify(data)}\n`);
  return lines.length === 0 ? '(nothing)\n' : lines.join('');
}

interface Told {
  readonly entry: string;
  readonly business_day: string;
  readonly type: string;
  readonly data: object;
}
