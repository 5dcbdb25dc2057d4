/**
 * Clicks as they come in binary. A batch of lines has tens of thousands, and most of them are only counted: of each its
 * instant, PID and shop are read at once, its other texts when somebody asks for them. It decides nothing.
 */
import type { Click } from '../../core/attribution/click.ts';
import type { Instant } from '../../core/calendar.ts';
import { addTo } from '../../core/groups.ts';
import { BinaryCells, laterText, SharedTexts } from '../connection/binary-cells.ts';

/** Texts of a click that are made later: id, item, referrer, and the publisher's own mark, in this order. */
const LATER = 4;

const MOST_SHARED = 50_000;
const pids = new SharedTexts(MOST_SHARED);
const shops = new SharedTexts(MOST_SHARED);

/** A click that knows where in an answer its other texts stand. */
class StoredClick implements Click {
  readonly clickedAt: Instant;
  readonly pid: string;
  readonly shopId: string;
  readonly #signs: string;
  readonly #rest: number;

  constructor(cells: BinaryCells) {
    this.clickedAt = cells.instant();
    this.pid = cells.shared(pids);
    this.shopId = cells.shared(shops);
    this.#signs = cells.signs;
    this.#rest = cells.at;
    for (let more = 0; more < LATER; more++) cells.skip();
  }

  get clickId(): string {
    return laterText(this.#signs, this.#rest, 0) ?? '';
  }

  get itemId(): string | null {
    return laterText(this.#signs, this.#rest, 1);
  }

  get referrer(): string {
    return laterText(this.#signs, this.#rest, 2) ?? '';
  }

  get subId(): string | null {
    return laterText(this.#signs, this.#rest, 3);
  }
}

/** Clicks by buyer, in no order. The columns: buyer, instant, PID, shop, and those that are read later. */
export function readClicks(bytes: Buffer): Map<string, Click[]> {
  const clicks = new Map<string, Click[]>();
  const buyers = new SharedTexts(MOST_SHARED);
  const cells = new BinaryCells(bytes);
  while (cells.row()) addTo(clicks, cells.shared(buyers), new StoredClick(cells));
  return clicks;
}
