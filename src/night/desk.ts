/** What people decided, disputed and appealed, as the night of its day records it (SPEC 9). It moves no money. */
import type { Due } from './due.ts';
import { type Night, write } from './terms.ts';

/** Records the events of the desk's facts, in the current transaction. */
export function recordDesk(night: Night, { desk }: Due): Promise<void> {
  return write(
    night,
    desk.map((event) => ({ event, home: null })),
  );
}
