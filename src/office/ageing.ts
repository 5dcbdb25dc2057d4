/** What stands open in the books after the last day run, and how long already: read from the store, aged by the core. */
import { type Aged, aged } from '../core/month/ageing.ts';
import { Refusal } from '../core/refusal.ts';
import { openItems } from '../store/bank/ageing.ts';
import type { Session } from '../store/connection/session.ts';
import type { Book } from '../store/night/book.ts';

/** What stands open after the last day run, in the transaction that is open. Refusal where none was. */
export async function ageingOf(session: Session, book: Book): Promise<{ rows: Aged[]; asOf: string }> {
  const asOf = book.lastRunDay;
  if (asOf === null) throw new Refusal('no day was run yet: cps run --through DAY first');
  return { rows: aged(await openItems(session, book.calendar.endOf(asOf)), asOf), asOf };
}
