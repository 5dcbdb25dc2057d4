// What the parts stand on: a book generated, loaded, settled; each made once, when the first part asks for it.
import type { Day } from '../../src/core/calendar.ts';
import { beginBook, CLOSING_DAY, type Delivered, deliverAll, type Feeds, makeFeeds } from './book.ts';
import { Figures } from './figures.ts';
import type { Ground } from './ground.ts';
import { type RunTime, runNights } from './nights.ts';
import type { Options } from './options.ts';

/** The book as loaded, and the one that two workers have run. */
export const LOADED = 'loaded';
export const FINISHED = 'finished';

export class Stage {
  readonly ground: Ground;
  readonly options: Options;
  readonly figures = new Figures();
  readonly say: (sentence: string) => void;
  readonly #made = new Map<string, Promise<unknown>>();

  constructor(ground: Ground, options: Options, say: (sentence: string) => void) {
    this.ground = ground;
    this.options = options;
    this.say = say;
  }

  #once<T>(what: 'feeds' | 'loaded' | 'rested' | 'finished' | 'closed', make: () => Promise<T>): Promise<T> {
    const known = this.#made.get(what) as Promise<T> | undefined;
    if (known !== undefined) return known;
    const made = make();
    this.#made.set(what, made);
    return made;
  }

  feeds(): Promise<Feeds> {
    const { lines, seed, clicks } = this.options;
    return this.#once('feeds', () => {
      this.say(`generating ${lines} lines`);
      return makeFeeds(this.ground, lines, seed, clicks);
    });
  }

  /** The database `loaded`: every feed delivered, nothing run. */
  loaded(): Promise<Map<string, Delivered>> {
    return this.#once('loaded', async () => {
      const feeds = await this.feeds();
      this.say('loading');
      await this.ground.empty(LOADED);
      return this.ground.within(LOADED, async (session) => {
        await beginBook(session);
        return deliverAll(this.ground, session, feeds);
      });
    });
  }

  /** The same, vacuumed as autovacuum would have by the night: its work is in nobody's time. */
  rested(): Promise<void> {
    return this.#once('rested', async () => {
      await this.loaded();
      this.say('vacuuming');
      await this.ground.within(LOADED, (session) => session.client.query('vacuum analyze'));
    });
  }

  /** The last day on which the book has anything due. */
  async lastDay(): Promise<Day> {
    return (await this.feeds()).lastDay;
  }

  /** The database `finished`: every night run with two workers, the month still open. */
  finished(): Promise<RunTime> {
    return this.#once('finished', async () => {
      await this.rested();
      this.say('running the nights with 2 workers');
      await this.ground.copy(LOADED, FINISHED);
      return runNights(this.ground, FINISHED, await this.lastDay(), 2);
    });
  }

  /** Closes the month in `finished`, so that there are statements to read. */
  closed(): Promise<RunTime> {
    return this.#once('closed', async () => {
      await this.finished();
      this.say('closing the month');
      return runNights(this.ground, FINISHED, CLOSING_DAY, 1);
    });
  }
}
