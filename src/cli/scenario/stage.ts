/**
 * A book on which a scenario is played: each action block does what a user's command would do, through the same
 * functions, and each outcome block is answered. It compares nothing.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Instant } from '../../core/calendar.ts';
import { parsePolicy } from '../../core/policy/policy.ts';
import { Refusal } from '../../core/refusal.ts';
import type { Audience } from '../../core/webhook/telling.ts';
import { caseStory, casesStory } from '../../formats/cases.ts';
import { adjustmentsText, ageingText, postingsText, taxText } from '../../formats/finance.ts';
import { permissionsText } from '../../formats/permissions.ts';
import { reconcileStory } from '../../formats/reconcile.ts';
import type { Story } from '../../formats/story/story.ts';
import { storyText } from '../../formats/story/text.ts';
import { comparedStory } from '../../formats/whatif/compared.ts';
import { whatIfStory } from '../../formats/whatif/story.ts';
import { SPEECH } from '../../formats/words/index.ts';
import { deliver } from '../../ingest/deliver/deliver.ts';
import { run } from '../../night/run.ts';
import { ageingOf } from '../../office/ageing.ts';
import { reconciliationOf, takeBankFile } from '../../office/bank.ts';
import { caseFile, caseSummaries } from '../../office/cases.ts';
import { explanationOf } from '../../office/explanation.ts';
import { permissionsOf } from '../../office/permissions.ts';
import { review } from '../../office/review.ts';
import { answerTo, comparisonOf } from '../../office/suppose.ts';
import { bankPostings } from '../../store/bank/postings.ts';
import type { Session } from '../../store/connection/session.ts';
import { EXPORTS } from '../../store/lists/exports.ts';
import { adoptPolicy, type Book, createBook, readBook } from '../../store/night/book.ts';
import { letterOf, listMail } from '../../store/outbox/mail.ts';
import { adjustmentsListed } from '../finance/adjust.ts';
import { comparisonText } from '../finance/compare.ts';
import { deductionsOf } from '../finance/deductions.ts';
import { reportText } from '../finance/report.ts';
import { statementOf } from '../finance/statement.ts';
import { taxOf } from '../finance/tax.ts';
import { toText } from '../output.ts';
import { writeReview } from '../sites/review.ts';
import { appealAsSaid, decideAsSaid, noteAsSaid, postAsSaid } from './desk.ts';
import type { Block } from './document.ts';
import { sayings, type WHATIF_OPTIONS } from './forms.ts';
import { newsText } from './news.ts';
import { Shown, tableOf } from './shown.ts';

/** What a stage is set up with. */
export interface Setting {
  /** A session in an empty, migrated database. */
  readonly session: Session;
  /** The same database's URL. */
  readonly url: string;
  /** An empty folder for the files that are delivered. */
  readonly folder: string;
  /** The moment by the clock, after every day that is run. */
  readonly now: Instant;
}

const ZONE = 'Asia/Shanghai';
const CURRENCY = 'CNY';
const DIGITS = 2;

export class Stage {
  readonly #setting: Setting;
  readonly #deliveries = new Map<string, number>();
  #shown: Shown | undefined;
  /** What the last review came to. */
  #reviewed = '(no review yet)\n';

  constructor(setting: Setting) {
    this.#setting = setting;
  }

  /**
   * Plays one block.
   * @returns the text of an outcome, undefined of an action
   * @throws Refusal, SourceError or Refused when the block cannot be played
   */
  async take(block: Block): Promise<string | undefined> {
    const [first = '', second = '', third = ''] = block.words;
    switch (block.name) {
      case 'policy':
        return this.#policy(block.body);
      case 'feed':
        return this.#deliver(first, block.body);
      case 'run':
        return this.#run(first);
      case 'network-report':
        return writeFile(this.#networkReport(), block.body).then(() => undefined);
      case 'file':
        await writeFile(join(this.#setting.folder, first), block.body);
        return undefined;
      case 'whatif':
        return this.#whatIf(block.words);
      case 'review':
        return this.#review(`${first} ${second}`);
      case 'permissions':
        return this.#permissions(first, `${second} ${third}`);
      case 'decide':
        return this.#desk(() => decideAsSaid(this.#setting.session, first, sayings(block.body)));
      case 'bank':
        return this.#bank(first, block.body);
      case 'note':
        return this.#desk(() => noteAsSaid(this.#setting.session, first, sayings(block.body)));
      case 'posting':
        return this.#desk(() => postAsSaid(this.#setting.session, first, sayings(block.body)));
      case 'appeal':
        return this.#desk(() => appealAsSaid(this.#setting.session, first, sayings(block.body)));
      default:
        return this.#outcome(block.name, first, second);
    }
  }

  /** What happened and no outcome block mentioned, one sentence for each kind. */
  async unmentioned(): Promise<string[]> {
    return (await this.#book()).unmentioned();
  }

  async #outcome(name: string, first: string, second: string): Promise<string> {
    const shown = await this.#book();
    switch (name) {
      case 'journal':
        return shown.journal();
      case 'attributions':
        return shown.attributions();
      case 'statements':
        return shown.statements();
      case 'rejects':
        return shown.rejects();
      case 'balances':
      case 'ingest':
        return this.#export(name);
      case 'reconcile':
        return this.#reconcile(first);
      case 'cases':
        return this.#told(async (book) => {
          const found = await caseSummaries(this.#setting.session, book);
          return casesStory(found, SPEECH.en, book);
        });
      case 'case':
        return this.#told(async (book) =>
          caseStory(await caseFile(this.#setting.session, book, first), SPEECH.en, book),
        );
      case 'tax':
        return taxText(first, await taxOf(this.#setting.session, await this.#terms(), first), await this.#terms());
      case 'ageing':
        return this.#ageing();
      case 'postings':
        return postingsText(await bankPostings(this.#setting.session), await this.#terms());
      case 'adjustments':
        return adjustmentsText(
          await adjustmentsListed(this.#setting.session, await this.#terms(), false),
          await this.#terms(),
        );
      case 'mail':
        return this.#mail();
      case 'webhooks':
        return newsText(this.#setting.session, await this.#terms(), first as Audience['role'], second);
      case 'explain':
        return (await explanationOf(this.#setting.session, await this.#terms(), first)).text;
      case 'reviewed':
        return this.#reviewed;
      case 'letter':
        return this.#letter(first);
      case 'statement':
        return this.#statement(first, second);
      case 'deductions':
        return deductionsOf(this.#setting.session, await this.#terms(), first, second);
      case 'report':
        return reportText(this.#setting.session, await this.#terms(), first, second);
      case 'compare': {
        const file = { path: this.#networkReport(), name: 'the report' };
        return comparisonText(this.#setting.session, await this.#terms(), file, first);
      }
      default:
        throw new Error(`no stage plays ${name}, which forms.ts lets in`);
    }
  }

  async #ageing(): Promise<string> {
    const book = await this.#terms();
    const { rows, asOf } = await ageingOf(this.#setting.session, book);
    return ageingText(rows, asOf, book);
  }

  /** Where a scenario keeps the report that a network sent. */
  #networkReport(): string {
    return join(this.#setting.folder, 'network-report.csv');
  }

  async #desk(act: () => Promise<unknown>): Promise<undefined> {
    await this.#book();
    await act();
  }

  async #bank(file: string, text: string): Promise<undefined> {
    await this.#book();
    const path = join(this.#setting.folder, file);
    await writeFile(path, text);
    await takeBankFile(this.#setting.session, await this.#terms(), { path }, file);
  }

  /** A story as English text. */
  async #told(story: (book: Book) => Promise<Story>): Promise<string> {
    const book = await this.#terms();
    return storyText(await story(book), book);
  }

  async #reconcile(through: string): Promise<string> {
    const book = await this.#terms();
    const { of, ways } = await reconciliationOf(this.#setting.session, book, through);
    return storyText(reconcileStory(of, ways, SPEECH.en, book), book);
  }

  /** The letters queued so far, each with its text. */
  async #mail(): Promise<string> {
    const letters = await listMail(this.#setting.session, undefined, 1000);
    if (letters.length === 0) return '(nothing)\n';
    return letters
      .map(({ messageId, publisherId, state, subject }) => `${state}  to ${publisherId}  ${subject}  <${messageId}>\n`)
      .join('');
  }

  async #statement(publisher: string, month: string): Promise<string> {
    const text = await statementOf(this.#setting.session, await this.#terms(), publisher, month);
    await (await this.#book()).mentionStatement(publisher, month);
    return text;
  }

  async #whatIf([from = '', to = '', ...words]: readonly string[]): Promise<string> {
    await this.#book();
    const { session, url, folder } = this.#setting;
    const book = await this.#terms();
    const given = (option: (typeof WHATIF_OPTIONS)[number]): string | undefined => {
      const at = words.indexOf(option);
      return at === -1 ? undefined : words[at + 1];
    };
    const file = (name: 'policy' | 'permissions' | 'rates') => {
      const path = given(`--${name}`);
      return path === undefined ? {} : { [name]: join(folder, path) };
    };
    const price = (name: 'cpc' | 'cpa') => {
      const text = given(`--${name}`);
      return text === undefined ? {} : { [name]: text };
    };
    const supposed = {
      from,
      to,
      ...file('policy'),
      ...file('permissions'),
      ...file('rates'),
      ...price('cpc'),
      ...price('cpa'),
    };
    const line = given('--explain');
    if (line !== undefined) {
      const twice = await comparisonOf(session, book, supposed, line);
      return storyText(comparedStory(twice, SPEECH.en, book), book);
    }
    const found = await answerTo(session, book, supposed, { url, workers: 1, top: 20 });
    return storyText(whatIfStory(found, SPEECH.en, book), book);
  }

  async #terms(): Promise<Book> {
    const book = await readBook(this.#setting.session);
    if (book === undefined) throw new Error('the book of a scenario is gone');
    return book;
  }

  async #policy(document: string): Promise<undefined> {
    const policy = parsePolicy(document, DIGITS);
    if (typeof policy === 'string') throw new Refusal(policy);
    if (this.#shown === undefined) await this.#book(document);
    else await adoptPolicy(this.#setting.session, policy);
  }

  async #deliver(feed: string, csv: string): Promise<undefined> {
    await this.#book();
    const before = this.#deliveries.get(feed) ?? 0;
    this.#deliveries.set(feed, before + 1);
    const file = before === 0 ? `${feed}.csv` : `${feed}-${before + 1}.csv`;
    const path = join(this.#setting.folder, file);
    await writeFile(path, csv);
    await deliver(this.#setting.session, { path, file, feed }, () => undefined);
  }

  async #run(through: string): Promise<undefined> {
    await this.#book();
    const { session, url, now } = this.#setting;
    const order = { through, workers: 1, now, dryRun: false, url };
    await run(session, { ...order, onNight: () => undefined, onBatch: () => undefined });
  }

  /** Reviews every site and records what changes; a `reviewed` block shows the result. */
  async #review(moment: string): Promise<undefined> {
    await this.#book();
    const { session } = this.#setting;
    const book = await this.#terms();
    const asOf = book.calendar.parse(moment) ?? 0;
    const made = await review(session, { asOf, noticeDays: null, apply: true, by: 'the desk' });
    try {
      const { write, text } = toText();
      await writeReview(made, book, write);
      this.#reviewed = text();
    } finally {
      await made.remove();
    }
  }

  async #permissions(site: string, moment: string): Promise<string> {
    await this.#book();
    const book = await this.#terms();
    const asOf = book.calendar.parse(moment) ?? 0;
    return permissionsText(await permissionsOf(this.#setting.session, book, site, asOf), book);
  }

  async #letter(messageId: string): Promise<string> {
    const letter = await letterOf(this.#setting.session, messageId);
    return letter === undefined
      ? '(no such letter)\n'
      : `To publisher ${letter.publisherId}: ${letter.subject}\n\n${letter.body}`;
  }

  async #export(name: string): Promise<string> {
    const { session } = this.#setting;
    const found = EXPORTS[name];
    if (found === undefined) throw new Error(`${name} is no export`);
    const rows = [];
    for await (const some of found.rows(session, { ...(await this.#terms()), asOf: null })) rows.push(...some);
    return tableOf(found.columns, rows, name === 'ingest' ? ['0'] : []);
  }

  /** The book, made with a policy document when a first block needs it. */
  async #book(document = '{}'): Promise<Shown> {
    if (this.#shown !== undefined) return this.#shown;
    const { session } = this.#setting;
    const policy = parsePolicy(document, DIGITS);
    if (typeof policy === 'string') throw new Refusal(policy);
    const terms = { zone: ZONE, currency: CURRENCY, digits: DIGITS, policy };
    await createBook(session, terms);
    this.#shown = new Shown(session, { ...(await this.#terms()), asOf: null });
    return this.#shown;
  }
}
