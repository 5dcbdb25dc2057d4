/** A session whose transaction is open already, for work that would open its own. It begins and ends none. */
import type { Session } from './session.ts';

/** The session as one whose transaction is open already: what would be a transaction of its own is a part of it. */
export function insideTransaction(session: Session): Session {
  return {
    client: session.client,
    db: session.db,
    close: () => session.close(),
    transaction: (work) => work(),
    copyIn: (table, rows) => session.copyIn(table, rows),
    copyInBinary: (table, columns, items, write) => session.copyInBinary(table, columns, items, write),
    copyOut: (query) => session.copyOut(query),
    all: (query) => session.all(query),
    first: (query) => session.first(query),
    stream: (query, size) => session.stream(query, size),
  };
}
