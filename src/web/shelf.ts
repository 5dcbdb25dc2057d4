/**
 * What was added up once for a night and is asked for again: a party's month does not change until the next night is run.
 * It keeps sums and no lines, the ones last asked for.
 */
import type { Document } from '../core/document.ts';
import { groupsOf, type MonthGroups } from '../core/month-groups.ts';

const KEPT = 500;

export class Shelf {
  readonly #kept = new Map<string, MonthGroups>();

  /** The groups of a document, which is read only where they are not kept; in the document's own snapshot. */
  async groups(document: Document): Promise<MonthGroups> {
    const { party, month, asOf } = document.frame;
    const name = [document.kind, party, month, asOf].join(' ');
    const groups = this.#kept.get(name) ?? (await groupsOf(document));
    this.#kept.delete(name);
    this.#kept.set(name, groups);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= KEPT) break;
      this.#kept.delete(oldest);
    }
    return groups;
  }
}
