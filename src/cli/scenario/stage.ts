/** The book on which a scenario is played, made when a first block needs it. What blocks do with it is in kinds.ts. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Instant } from '../../core/calendar.ts';
import { parsePolicy } from '../../core/policy/policy.ts';
import { Refusal } from '../../core/refusal.ts';
import { deliver } from '../../ingest/deliver/deliver.ts';
import type { Session } from '../../store/connection/session.ts';
import { adoptPolicy, type Book, createBook, readBook } from '../../store/night/book.ts';
import { Shown } from './shown.ts';

/** What a stage is set up with. */
interface Setting {
  /** A session in an empty, migrated database. */
  readonly session: Session;
  /** The same database's URL. */
  readonly url: string;
  /** An empty folder for the files that are delivered. */
  readonly folder: string;
  /** The moment by the clock, after every day that is run. */
  readonly now: Instant;
}

/** The book as a block finds it. */
export interface Scene extends Setting {
  readonly book: Book;
  readonly shown: Shown;
  readonly stage: Stage;
}

const TERMS = { zone: 'Asia/Shanghai', currency: 'CNY', digits: 2 };

export class Stage {
  readonly setting: Setting;
  readonly #deliveries = new Map<string, number>();
  #shown: Shown | undefined;
  /** What the last review came to. */
  reviewed = '(no review yet)\n';

  constructor(setting: Setting) {
    this.setting = setting;
  }

  /** What happened and no outcome block mentioned, one sentence for each kind. */
  async unmentioned(): Promise<string[]> {
    return (await this.scene()).shown.unmentioned();
  }

  /** The book as it stands, made with a policy document when it is needed first. */
  async scene(document = '{}'): Promise<Scene> {
    const { session } = this.setting;
    if (this.#shown === undefined) await createBook(session, { ...TERMS, policy: policyOf(document) });
    const book = await readBook(session);
    if (book === undefined) throw new Error('the book of a scenario is gone');
    this.#shown ??= new Shown(session, { ...book, asOf: null });
    return { ...this.setting, book, shown: this.#shown, stage: this };
  }

  /** Makes the book with a policy or, where it is there, adopts it. */
  async policy(document: string): Promise<void> {
    const policy = policyOf(document);
    if (this.#shown === undefined) await this.scene(document);
    else await adoptPolicy(this.setting.session, policy);
  }

  /** Delivers a feed, as a file with a name of its own. */
  async deliver(feed: string, csv: string): Promise<void> {
    const before = this.#deliveries.get(feed) ?? 0;
    this.#deliveries.set(feed, before + 1);
    const file = before === 0 ? `${feed}.csv` : `${feed}-${before + 1}.csv`;
    const path = join(this.setting.folder, file);
    await writeFile(path, csv);
    await deliver(this.setting.session, { path, file, feed }, () => undefined);
  }
}

function policyOf(document: string) {
  const policy = parsePolicy(document, TERMS.digits);
  if (typeof policy === 'string') throw new Refusal(policy);
  return policy;
}
