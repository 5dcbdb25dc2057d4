/**
 * Keeps count of what happened in a book and which of it a scenario has shown: journal entries, attributions,
 * statements and refused rows, each by an id of its own. What was shown once is not repeated, and what was never shown
 * is a difference.
 */
import { entryId } from '../../core/ids.ts';
import { journalEntry } from '../../formats/files/hledger.ts';
import { table } from '../../formats/files/table.ts';
import { journalEntries } from '../../office/exports.ts';
import type { Session } from '../../store/connection/session.ts';
import { refusals } from '../../store/intake/deliveries.ts';
import { type Cell, EXPORTS, type ExportTerms } from '../../store/lists/exports.ts';
import { silentRecords } from '../../store/log/events-without-transfers.ts';

/** Something that happened, and the text it is shown as. */
interface Item<T> {
  readonly id: string;
  readonly shown: T;
}

/** The outcomes a scenario has to mention. */
export type Mentioned = 'journal' | 'attributions' | 'statements' | 'rejects';

export class Shown {
  readonly #session: Session;
  readonly #terms: ExportTerms;
  readonly #seen: Readonly<Record<Mentioned, Set<string>>> = {
    journal: new Set(),
    attributions: new Set(),
    statements: new Set(),
    rejects: new Set(),
  };

  constructor(session: Session, terms: ExportTerms) {
    this.#session = session;
    this.#terms = terms;
  }

  /** The entries since the last call as hledger text; what moved no money is a comment among them. */
  async journal(): Promise<string> {
    const text = this.#take('journal', await this.#entries()).join('');
    return text === '' ? '; nothing\n' : `${text.trimEnd()}\n`;
  }

  /** The attributions since the last call, as a table of the export's columns that are not empty or false in all of them. */
  async attributions(): Promise<string> {
    const fresh = this.#take('attributions', await this.#rows('attributions', 1));
    return tableOf(EXPORTS['attributions']?.columns ?? [], fresh, ['false']);
  }

  /** The statements since the last call, as a table of the export's columns that are not empty or zero in all of them. */
  async statements(): Promise<string> {
    const fresh = this.#take('statements', await this.#rows('statements', 2));
    return tableOf(EXPORTS['statements']?.columns ?? [], fresh, [this.#zero()]);
  }

  /** Counts a publisher's month as shown, if it is closed: an open one has no statement yet. */
  async mentionStatement(publisher: string, month: string): Promise<void> {
    const id = `${publisher} ${month}`;
    const issued = await this.#rows('statements', 2);
    if (issued.some((one) => one.id === id)) this.#seen.statements.add(id);
  }

  /** The rows refused since the last call: file, line, verdict and reason. */
  async rejects(): Promise<string> {
    const fresh = this.#take('rejects', await this.#refused());
    return fresh.length === 0 ? NOTHING : fresh.join('');
  }

  /** What no block has shown, one sentence for each kind. */
  async unmentioned(): Promise<string[]> {
    const all: Record<Mentioned, readonly Item<unknown>[]> = {
      journal: await this.#entries(),
      attributions: await this.#rows('attributions', 1),
      statements: await this.#rows('statements', 2),
      rejects: await this.#refused(),
    };
    return (Object.keys(all) as Mentioned[]).flatMap((kind) => {
      const left = all[kind].filter(({ id }) => !this.#seen[kind].has(id)).map(({ id }) => id);
      return left.length === 0
        ? []
        : [
            `no ${kind} block shows ${left.slice(0, 5).join(', ')}${left.length > 5 ? ` and ${left.length - 5} more` : ''}`,
          ];
    });
  }

  #take<T>(kind: Mentioned, items: readonly Item<T>[]): T[] {
    const fresh = items.filter(({ id }) => !this.#seen[kind].has(id));
    for (const { id } of fresh) this.#seen[kind].add(id);
    return fresh.map(({ shown }) => shown);
  }

  async #entries(): Promise<Item<string>[]> {
    const { currency, digits } = this.#terms;
    const items: Item<string>[] = [];
    for await (const entries of journalEntries(this.#session, this.#terms)) {
      for (const entry of entries) items.push({ id: entry.id, shown: journalEntry(entry, currency, digits) });
    }
    for await (const records of silentRecords(this.#session)) {
      for (const { business_day: businessDay, type, subject, ordinal, reason } of records) {
        const id = entryId({ businessDay, type, subject, ordinal });
        const why = reason === null || reason === '' ? '' : `: ${reason}`;
        items.push({ id, shown: `; ${businessDay} ${type} | ${subject}, nothing to post${why}\n\n` });
      }
    }
    return items.sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** An export's rows, each known by its first cells. */
  async #rows(name: string, keys: number): Promise<Item<readonly Cell[]>[]> {
    const items: Item<readonly Cell[]>[] = [];
    for await (const rows of EXPORTS[name]?.rows(this.#session, this.#terms) ?? []) {
      for (const row of rows) items.push({ id: row.slice(0, keys).join(' '), shown: row });
    }
    return items;
  }

  async #refused(): Promise<Item<string>[]> {
    const files = new Map<string, (Item<string> & { line: bigint })[]>();
    for await (const rows of refusals(this.#session)) {
      for (const { file, line, verdict, reason } of rows) {
        const id = `${file}:${line}`;
        const item = { id, line, shown: `${id} ${verdict}: ${reason}\n` };
        files.set(file, [...(files.get(file) ?? []), item]);
      }
    }
    return [...files.values()].flatMap((items) => items.sort((a, b) => Number(a.line - b.line)));
  }

  #zero(): string {
    return this.#terms.digits === 0 ? '0' : `0.${'0'.repeat(this.#terms.digits)}`;
  }
}

export const NOTHING = '(nothing)\n';
const FIGURE = /^-?\d+(\.\d+)?$/;

/** A table of the columns that say something: a cell is empty, or one of `blank`, when it does not. */
export function tableOf(
  columns: readonly string[],
  rows: readonly (readonly Cell[])[],
  blank: readonly string[],
): string {
  if (rows.length === 0) return NOTHING;
  const says = (cell: Cell): boolean => cell !== null && cell !== '' && !blank.includes(cell);
  const kept = columns.flatMap((title, at) => (rows.some((row) => says(row[at] ?? null)) ? [{ title, at }] : []));
  const cells = rows.map((row) => kept.map(({ at }) => row[at] ?? ''));
  const isFigures = (at: number): boolean => cells.every((row) => row[at] === '' || FIGURE.test(row[at] ?? ''));
  const heads = kept.map(({ title }, at) => ({ title, align: isFigures(at) ? ('right' as const) : ('left' as const) }));
  return table(heads, cells);
}
