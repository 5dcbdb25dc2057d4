/**
 * An act: something that a person may do, declared once. Its command, its route of the API and its form are made from the
 * declaration, and whichever door it comes through it is checked, recorded and audited here, in one transaction.
 */
import type { TSchema } from 'typebox';
import type { OwnParty, Right } from '../../core/access.ts';
import type { Instant } from '../../core/calendar.ts';
import type { FeedRows } from '../../core/cases/decide.ts';
import { orThrow, Refusal } from '../../core/refusal.ts';
import type { Receipt } from '../../ingest/deliver/deliver.ts';
import { record } from '../../ingest/deliver/record.ts';
import { insideTransaction } from '../../store/connection/nested-transaction.ts';
import type { Session } from '../../store/connection/session.ts';
import { receiptsAsAudited } from '../../store/intake/receipts.ts';
import type { Book } from '../../store/night/book.ts';
import { type Letter, queueMail } from '../../store/outbox/mail.ts';
import { type Door, recordAudit } from '../../store/people/audit.ts';
import type { Fields, Given, Said } from './field.ts';

/** Who does an act, when, and what it looks at. */
export interface Doing {
  readonly session: Session;
  readonly book: Book;
  /** Who it is: who signed in, or whom the command line names. */
  readonly by: string;
  readonly at: Instant;
  /** The party that acts, for its own alone; undefined of the alliance's own people. */
  readonly own: OwnParty | undefined;
}

/** What an act comes to: all of it is recorded, or nothing. */
export interface Deed<A> {
  readonly parts: readonly FeedRows[];
  readonly letters?: readonly Letter[];
  /** What it was about, for the audit. */
  readonly subject: string;
  /** What was decided, for the audit; no personal data. */
  readonly detail?: Readonly<Record<string, unknown>>;
  /** What every door answers, as JSON has it. */
  readonly answer: A;
  /** Which of the act's `done` came of it; the first where nothing is said. */
  readonly came?: string;
}

/** A form of a command line that does an act. Several may have the same words: then an option says which is meant. */
export interface CommandForm {
  /** Such as `site approve`. */
  readonly words: string;
  readonly does: string;
  /** The fields that are told by their place. */
  readonly arguments?: readonly string[];
  /** The fields that these words say by themselves. */
  readonly fixed?: Readonly<Record<string, unknown>>;
  /** Options that stand for values of fields. */
  readonly flags?: Readonly<
    Record<string, { readonly help: string; readonly sets: Readonly<Record<string, unknown>> }>
  >;
  /** Fields whose option has another name than theirs. */
  readonly named?: Readonly<Record<string, string>>;
  /** The option that asks for this form, where another has the same words. */
  readonly when?: string;
  /** What is told where the options make no form of these words. */
  readonly otherwise?: string;
  readonly by: string;
  /** Where `--as` may be left out: the field that says who it is, or null where nobody is named. */
  readonly byField?: string | null;
  /** The option that says when, if not now. */
  readonly at: readonly ['--at' | '--as-of', help: string];
  readonly examples: string;
}

interface ActSpec<F extends Fields> {
  /** What the audit calls it. */
  readonly name: string;
  readonly right: Right;
  /** What it does, in a few words; for the API's description. */
  readonly summary: string;
  readonly notes?: string;
  readonly fields: F;
  /** The feeds that its rows are of. */
  readonly feeds: readonly string[];
  /** Who may not do it: the person whose own decision it would confirm or end. */
  readonly secondPerson?: string;
  /** On pages it is only done within ten minutes of a proof of who does it. */
  readonly asksAgain?: true;
  readonly commands: readonly CommandForm[] | { readonly none: string };
  /** Its address, such as `/v1/sites/:site/states`: the fields named in it are not in the body. */
  readonly route: string | { readonly none: string };
  readonly answer: TSchema;
  /** What a form's button says. */
  readonly send: Said;
  /** What a page says when it is done, by what came of it. */
  readonly done: Readonly<Record<string, Said>>;
}

export interface ActOf<F extends Fields, A> extends ActSpec<F> {
  /** Looks at the book and says what is recorded, or why nothing is. */
  decide(doing: Doing, given: Given<F>): Promise<Deed<A> | Refusal>;
  /** What the command line says when it is done. */
  text(answer: A, book: Book): string;
}

/** An act of which nobody needs to know the fields any more. */
export type Act = ActOf<Fields, unknown>;

/** Declares an act; its fields give what it decides its types. */
export function act<F extends Fields, A>(of: ActOf<F, A>): ActOf<F, A> {
  return of;
}

export interface Done<A> {
  readonly answer: A;
  readonly subject: string;
  /** Which of the act's `done` came of it. */
  readonly came: string;
}

/**
 * Does an act: its rows, its letters and its line of the audit are recorded together or not at all.
 * @throws Refusal where it is refused, by the act or by intake
 */
export async function perform<F extends Fields, A>(
  session: Session,
  door: Door,
  of: ActOf<F, A>,
  given: Given<F>,
): Promise<Done<A>> {
  const { who, at, own } = door;
  return session.transaction(async () => {
    const inside = insideTransaction(session);
    const file = door.file ?? `${door.name} ${of.name}`;
    const { decided: deed, receipts } = await record(inside, { file, door }, async (book) => {
      refuseBlank(of.fields, given);
      return orThrow(await of.decide({ session: inside, book, by: who.name, at, own }, given));
    });
    const { letters = [], subject, detail = {}, answer } = deed;
    if (letters.length > 0) await queueMail(inside, letters);
    await recordDone(inside, door, of.name, subject, detail, receipts);
    return { answer, subject, came: deed.came ?? Object.keys(of.done)[0] ?? '' };
  });
}

/**
 * Writes down that something was done through a door, in the transaction that is open, with the receipts of what was
 * delivered by it: for what is no row of a feed, such as a file or a policy, as for every act.
 */
export async function recordDone(
  session: Session,
  { name, who, at, requestId }: Door,
  action: string,
  subject: string,
  detail: Readonly<Record<string, unknown>> = {},
  receipts: readonly Receipt[] = [],
): Promise<void> {
  const ids = receipts.map(({ delivery }) => delivery);
  const deliveries = ids.length === 0 ? {} : { deliveries: await receiptsAsAudited(session, ids) };
  await recordAudit(session, { at, who, action, subject, detail: { door: name, ...detail, ...deliveries }, requestId });
}

/** A text that has to be there and is blank is refused alike at every door. */
function refuseBlank(fields: Fields, given: Readonly<Record<string, unknown>>): void {
  for (const [name, { kind, isOptional, expected }] of Object.entries(fields)) {
    const value = given[name];
    if (kind === 'words' && isOptional !== true && typeof value === 'string' && value.trim() === '')
      throw new Refusal(`${name} is empty: it needs ${expected}`);
  }
}

/** What a party does for another than itself is refused as if that were not there; undefined where it may. */
export function othersFault({ own }: Doing, of: OwnParty): Refusal | undefined {
  const isOwn = own === undefined || (own.role === of.role && own.party === of.party);
  return isOwn ? undefined : new Refusal(`there is no ${of.role} ${of.party}`, 'not-there');
}

/** From which night on what was recorded now is seen. */
export function seenFrom({ nextDay }: Book): string {
  return nextDay === null
    ? 'It is seen by the first night on.'
    : `It is seen from the night of ${nextDay} on; nights already opened stay as they are.`;
}

/** Several deeds of one feed as one: all of them are recorded, or none. */
export function together<A>(
  deeds: readonly Deed<A>[],
  feed: string,
  detail: Readonly<Record<string, unknown>>,
): Deed<{ readonly decided: A[] }> | Refusal {
  if (deeds.length === 0) return new Refusal('nothing was named: say what is decided, separated by semicolons');
  const subjects = deeds.map(({ subject }) => subject);
  return {
    parts: [{ feed, rows: deeds.flatMap(({ parts }) => parts.flatMap(({ rows }) => rows)) }],
    letters: deeds.flatMap(({ letters = [] }) => letters),
    subject: subjects.join(';').slice(0, 200),
    detail: { ...detail, subjects },
    answer: { decided: deeds.map(({ answer }) => answer) },
  };
}

/** Rows of one feed that is all an act delivers. */
export function rowsOf(feed: string, ...rows: FeedRows['rows']): readonly FeedRows[] {
  return [{ feed, rows }];
}
