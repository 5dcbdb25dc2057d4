/** What `cps export` writes, as pieces of text: tables in a chosen format, and the journal. */
import { entryId } from '../core/ids.ts';
import { type CellFormat, writeCells } from '../formats/files/cells.ts';
import { type JournalEntry, journalEntry, journalHead } from '../formats/files/hledger.ts';
import type { Session } from '../store/connection/session.ts';
import {
  accountsMoved,
  EXPORTS,
  type ExportTerms,
  type TransferRecord,
  transferRecords,
} from '../store/lists/exports.ts';

/** Every export's name, `journal` last. */
export const EXPORT_NAMES: readonly string[] = [...Object.keys(EXPORTS), 'journal'];

/** A table export's text; undefined for a name that is none. */
export function exportText(
  session: Session,
  name: string,
  format: CellFormat,
  terms: ExportTerms,
): AsyncGenerator<string> | undefined {
  const table = EXPORTS[name];
  return table === undefined ? undefined : writeCells(table.columns, table.rows(session, terms), format);
}

/** The whole journal as hledger text, in the order of the transfers export. */
export async function* journalText(session: Session, terms: ExportTerms): AsyncGenerator<string> {
  const { currency, digits } = terms;
  yield journalHead(currency, digits, await accountsMoved(session, terms));
  for await (const entries of journalEntries(session, terms)) {
    yield entries.map((entry) => journalEntry(entry, currency, digits)).join('');
  }
}

/** The journal's entries, a list at a time. */
export async function* journalEntries(session: Session, terms: ExportTerms): AsyncGenerator<JournalEntry[]> {
  let open: (JournalEntry & { transfers: TransferRecord[] }) | undefined;
  for await (const records of transferRecords(session, terms)) {
    const done: JournalEntry[] = [];
    for (const record of records) {
      const { business_day: businessDay, type, subject, ordinal } = record;
      const id = entryId({ businessDay, type, subject, ordinal });
      if (open?.id !== id) {
        if (open !== undefined) done.push(open);
        const occurredAt = terms.calendar.format(record.occurred_at);
        open = { id, businessDay, occurredAt, event: type, subject, transfers: [] };
      }
      open.transfers.push(record);
    }
    yield done;
  }
  if (open !== undefined) yield [open];
}
