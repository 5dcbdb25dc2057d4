/**
 * Delivers rows that a person typed, through the same intake as any file: with a receipt, once however often they are
 * typed, and all of them or none.
 */
import { Readable } from 'node:stream';
import { insideTransaction } from '../../store/connection/nested-transaction.ts';
import type { Session } from '../../store/connection/session.ts';
import { lastRefusal } from '../../store/intake/deliveries.ts';
import { SourceError } from '../source/source.ts';
import { spool } from '../source/spool.ts';
import { deliver, type Receipt } from './deliver.ts';

export interface TypedRow {
  readonly feed: string;
  /** Cells by column, as a file would hold them; an empty one is left out. */
  readonly cells: Readonly<Record<string, string>>;
}

/**
 * Delivers typed rows in one transaction.
 * @param command the name their receipts carry
 * @throws SourceError with the sentence of the first row that intake refuses: nothing was taken and nothing is left of it
 */
export async function deliverRows(session: Session, command: string, rows: readonly TypedRow[]): Promise<Receipt[]> {
  const files: { feed: string; kept: Awaited<ReturnType<typeof spool>> }[] = [];
  try {
    for (const { feed, cells } of rows) {
      const kept = await spool(Readable.from([`${JSON.stringify(cells)}\n`]), `${feed}.ndjson`);
      files.push({ feed, kept });
    }
    return await session.transaction(async () => {
      const receipts: Receipt[] = [];
      for (const { feed, kept } of files) {
        const of = { path: kept.path, file: command, feed };
        const receipt = await deliver(insideTransaction(session), of, () => undefined);
        if (receipt.rejected + receipt.conflict > 0) throw new SourceError((await lastRefusal(session)) ?? 'refused');
        receipts.push(receipt);
      }
      return receipts;
    });
  } finally {
    for (const { kept } of files) await kept.remove();
  }
}
