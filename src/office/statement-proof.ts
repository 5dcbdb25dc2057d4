/** `cps statement --proof`: a closed month as a document that proves itself, away from the book (SPEC 13). */
import { createHash } from 'node:crypto';
import type { Month } from '../core/calendar.ts';
import type { EventOf } from '../core/events/event.ts';
import { readBody } from '../core/events/event-body.ts';
import { formatMoney, type Money } from '../core/money.ts';
import { leafOf, PathFinder } from '../core/proof/merkle.ts';
import { emptyTally, partitionLeaf } from '../core/proof/night-tree.ts';
import { entryOf, eventIn, movedFor, type SealedEvent } from '../core/proof/sealed.ts';
import { PROOF_FORM, type ProvenLine, type Way } from '../core/proof/statement-proof.ts';
import type { Session } from '../store/connection/session.ts';
import type { Book } from '../store/night/book.ts';
import {
  completionOf,
  hashesBetween,
  sealedLines,
  sealedOpening,
  sealedStatement,
} from '../store/proof/statement-proofs.ts';
import { UsageError } from './usage-error.ts';

/**
 * A statement with its proof as one JSON document in pieces, in memory that does not grow with its lines. Read it in one
 * snapshot.
 * @throws UsageError where the month has no statement; an error where the lines are not what was stated
 */
export async function* statementProof(
  session: Session,
  book: Book,
  of: { readonly publisher: string; readonly month: Month },
): AsyncGenerator<string> {
  const { publisher, month } = of;
  const { digits } = book;
  const statement = await sealedStatement(session, publisher, month);
  const issued = statement && eventIn(statement, digits);
  if (statement === undefined || issued?.type !== 'StatementIssued') {
    throw new UsageError(`${publisher} has no statement of ${month} to prove: only a month that closed with one has`);
  }
  const { body } = issued;
  const opened = await sealedOpening(session);
  const terms = opened === undefined ? undefined : eventIn(opened, digits);
  if (terms?.type !== 'BookOpened')
    throw new Error('the log does not begin with the opening of a book: run cps verify');
  const { currency, zone } = terms.body;
  const opening = formatMoney(body.opening, digits);
  const head = { form: PROOF_FORM, publisher, month, currency, digits, zone, opening };
  yield `${JSON.stringify(head, null, 2).slice(0, -2)},\n  "lines": [`;
  const told = new Told(publisher, body.opening, digits);
  for await (const events of sealedLines(session, publisher, month)) {
    const text = events.map((event) => `\n    ${JSON.stringify(told.line(event))}`).join(',');
    yield told.count === events.length ? text : `,${text}`;
  }
  const tail = {
    closing: formatMoney(body.closing, digits),
    statement,
    opened,
    way: await wayOf(session, book, statement),
  };
  yield `${told.count === 0 ? '' : '\n  '}],\n${JSON.stringify(tail, null, 2).slice(2)}\n`;
  told.refuseBreak(body);
}

/** The lines told so far: what they come to, and the digest they make. */
class Told {
  count = 0;
  readonly #publisher: string;
  readonly #digits: number;
  readonly #digest = createHash('sha256');
  #balance: Money;

  constructor(publisher: string, opening: Money, digits: number) {
    this.#publisher = publisher;
    this.#balance = opening;
    this.#digits = digits;
  }

  line(sealed: SealedEvent): ProvenLine {
    const event = eventIn(sealed, this.#digits);
    if (event === undefined) throw new Error(`the event of ${entryOf(sealed)} does not read: run cps verify`);
    const moved = movedFor(event, this.#publisher);
    this.#balance += moved;
    this.#digest.update(sealed.hash, 'hex');
    this.count++;
    const money = (amount: Money): string => formatMoney(amount, this.#digits);
    return { entry: entryOf(sealed), amount: money(moved), balance: money(this.#balance), event: sealed };
  }

  refuseBreak({ lines, closing }: EventOf<'StatementIssued'>['body']): void {
    const digest = this.#digest.digest('hex');
    if (lines.count === this.count && lines.digest === digest && closing === this.#balance) return;
    throw new Error(`the lines of ${this.#publisher} are not those it was stated: run cps verify`);
  }
}

/** The way from a statement's event to its night's root: one pass over that night's hashes of its partition. */
async function wayOf(session: Session, book: Book, statement: SealedEvent): Promise<Way> {
  const { business_day: night, partition, position } = statement;
  const stored = await completionOf(session, night);
  const completed = stored === undefined ? undefined : readBody('RunCompleted', stored, book.digits);
  if (completed === undefined || 'unreadable' in completed) {
    throw new Error(`the night of ${night} has not been completed as it should: run cps verify`);
  }
  const tallies = new Map(completed.tallies.map((tally) => [tally.partition, tally]));
  const end = completed.heads.find(([of]) => of === partition);
  const tally = tallies.get(partition);
  if (end === undefined || tally === undefined)
    throw new Error(`the night of ${night} knows no such statement: run cps verify`);
  const from = end[1] - tally.events + 1;
  const within = new PathFinder(position - from, tally.events);
  for await (const hashes of hashesBetween(session, partition, from, end[1]))
    for (const hash of hashes) within.push(leafOf(hash));
  const above = new PathFinder(partition, completed.heads.length);
  for (const [of, at, hash] of completed.heads) {
    above.push(partitionLeaf({ partition: of, position: at, hash }, tallies.get(of) ?? emptyTally(of), book.digits));
  }
  const hex = (path: readonly Buffer[]): string[] => path.map((hash) => hash.toString('hex'));
  return {
    night,
    root: completed.root,
    index: position - from,
    path: hex(within.path()),
    partition: {
      partition,
      position: end[1],
      hash: end[2],
      events: tally.events,
      transfers: tally.transfers,
      amount: formatMoney(tally.amount, book.digits),
    },
    partitions: completed.heads.length,
    above: hex(above.path()),
  };
}
